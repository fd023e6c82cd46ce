"""Which files a path, a glob or a URL names, and how remote files are read.

A path that exists is that file, whatever its name. Any other path is a pattern. Links are not
followed.

For `s3://`, credentials are taken as the tools of S3 take them: from the environment, from a
profile or from the machine. Only the answer of the server shows that there are none, because a
bucket may be public and a machine may have a role. The remedy is therefore part of the error.
"""

from __future__ import annotations

import glob
import os
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STORAGE_OPTIONS: Final = {"max_retries": 3, "retry_timeout_ms": 20_000}
"""How often and how long polars tries to read a remote file."""

_LINK: Final = (
    "it is a link, or is in a linked folder, and links are not followed;"
    " give the path of the file itself."
)
_FOLDER: Final = "it is a folder; name its files, as in folder/*.parquet."
_NO_FILE: Final = (
    "it is a pipe, a socket or a device;"
    " write its content to a file, and give the path of that file."
)
_CREDENTIALS: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_SKIP_SIGNATURE",
)
_PROFILES: Final = {
    "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
    "AWS_CONFIG_FILE": "~/.aws/config",
}


def find_files(paths: list[str]) -> list[str]:
    """Return the files that paths name or match; URLs are returned as they are.

    Raises:
        TumenError: If nothing matches, or a match is not a file.

    """
    files: list[str] = []
    for path in paths:
        matches = [path] if is_remote(path) or os.path.lexists(path) else _match_pattern(path)
        if not matches:
            raise TumenError(f"{path}: no such file, and no file matches it as a pattern.")
        files += matches
    for path in files:
        if not is_remote(path) and (reason := _refusal_reason(path)):
            raise TumenError(f"{path}: {reason}")
    return files


def _match_pattern(pattern: str) -> list[str]:
    """Return the files that match; folders at its start that exist are taken literally."""
    folder = Path(pattern).parent
    while not folder.exists():
        folder = folder.parent
    rest = Path(pattern).relative_to(folder)
    return sorted(glob.glob(str(Path(glob.escape(str(folder)), rest)), recursive=True))  # noqa: PTH207


def _refusal_reason(path: str) -> str:
    if Path(path).is_symlink() or _leads_outside(Path(path)):
        return _LINK
    if Path(path).is_dir():
        return _FOLDER
    return "" if Path(path).is_file() else _NO_FILE


def _leads_outside(path: Path) -> bool:
    """Return whether a path starts in the current folder, does not climb, but ends elsewhere."""
    if path.is_absolute() or ".." in path.parts:
        return False
    return not path.resolve().is_relative_to(Path.cwd().resolve())


def is_remote(path: str) -> bool:
    """Return whether a path is a URL."""
    return "://" in path


@contextmanager
def explain_remote_errors(paths: Sequence[str], engine: str) -> Iterator[None]:
    """Explain how to install what DuckDB lacks, and hide what polars prints about regions.

    Raises:
        TumenError: If DuckDB has no extension to read URLs.

    """
    urls = [path for path in paths if is_remote(path)]
    try:
        with warnings.catch_warnings():
            if urls and engine == "polars":
                warnings.filterwarnings(
                    "ignore", category=UserWarning, message=r"'\(default_\)region' not set"
                )
            yield
    except Exception as error:
        if urls and engine == "duckdb" and "httpfs" in str(error):
            raise TumenError(
                f"{urls[0]} cannot be read: DuckDB reads URLs with its extension httpfs, which is"
                " not installed and cannot be downloaded; use engine='polars', or run"
                " duckdb.install_extension('httpfs') where there is a network."
            ) from error
        raise


def download_files(url: str, form: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Write the files that a URL names or matches to a folder; yield the URL and path of each."""
    if form == "ipc":
        pl.scan_ipc(url, storage_options=STORAGE_OPTIONS).sink_ipc(folder / "0.arrow")
        yield url, folder / "0.arrow"
        return
    lines = pl.scan_lines(url, storage_options=STORAGE_OPTIONS, include_file_paths="file")
    copies: dict[str, Path] = {}
    for batch in lines.collect_batches(maintain_order=True):
        for (name,), rows in batch.group_by("file", maintain_order=True):
            path = copies.setdefault(str(name), folder / f"{len(copies)}.{form}")
            with path.open("a", encoding="utf-8", newline="") as file:
                file.writelines(f"{line}\n" for line in rows["line"])
    if not copies:
        copies[url] = folder / f"0.{form}"
        copies[url].touch()
    yield from copies.items()


def credentials_hint(name: str) -> str:
    """Return how to set credentials, if data on S3 could not be read and none are configured."""
    if not name.startswith(("s3://", "s3a://")):
        return ""
    has_variable = any(os.environ.get(variable) for variable in _CREDENTIALS)
    has_profile = any(
        Path(os.environ.get(variable, default)).expanduser().exists()
        for variable, default in _PROFILES.items()
    )
    if has_variable or has_profile:
        return ""
    return (
        " No S3 credentials are configured: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
        " AWS_PROFILE. For a public bucket, set AWS_SKIP_SIGNATURE=true."
    )
