"""Files behind an address, https:// or s3://: how long an engine asks for them, and what to do where they cannot be had.

S3 is asked with the credentials that its own tools take: of the environment, of a profile, or of the machine. That there are none
shows in the answer alone, since a bucket may be public and a machine may have a role; the remedy is said with it.
"""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OPTIONS: Final = {"max_retries": 3, "retry_timeout_ms": 20_000}
"""How often and how long polars asks again."""

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


def is_remote(path: str) -> bool:
    """Return whether a path is an address."""
    return "://" in path


@contextmanager
def asking(paths: Sequence[str], engine: str) -> Iterator[None]:
    """Raise a `TumenError` if DuckDB lacks what it reads addresses with, and leave out what polars says of a region it looks up."""
    addresses = [path for path in paths if is_remote(path)]
    try:
        with warnings.catch_warnings():
            if addresses and engine == "polars":
                warnings.filterwarnings(
                    "ignore", category=UserWarning, message=r"'\(default_\)region' not set"
                )
            yield
    except Exception as error:
        if addresses and engine == "duckdb" and "httpfs" in str(error):
            raise TumenError(
                f"{addresses[0]} cannot be read: DuckDB reads addresses with its extension httpfs, which is not here and cannot be"
                " fetched; take engine='polars', or install it where there is a network: duckdb.install_extension('httpfs')."
            ) from error
        raise


def fetch(address: str, form: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Write what stands behind an address into a folder, and yield what each file is called there and where it is written."""
    if form == "ipc":
        pl.scan_ipc(address, storage_options=OPTIONS).sink_ipc(folder / "0.arrow")
        yield address, folder / "0.arrow"
        return
    lines = pl.scan_lines(address, storage_options=OPTIONS, include_file_paths="file")
    written: dict[str, Path] = {}
    for batch in lines.collect_batches(maintain_order=True):
        for (name,), rows in batch.group_by("file", maintain_order=True):
            path = written.setdefault(str(name), folder / f"{len(written)}.{form}")
            with path.open("a", encoding="utf-8", newline="") as file:
                file.writelines(f"{line}\n" for line in rows["line"])
    if not written:
        written[address] = folder / f"0.{form}"
        written[address].touch()
    yield from written.items()


def remedy(name: str) -> str:
    """Return what to do about data of this name that could not be read: for S3 where no credentials are in sight."""
    given = any(os.environ.get(variable) for variable in _CREDENTIALS)
    kept = any(
        Path(os.environ.get(variable, usual)).expanduser().exists()
        for variable, usual in _PROFILES.items()
    )
    if not name.startswith(("s3://", "s3a://")) or given or kept:
        return ""
    return (
        " There are no credentials of S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; for a public bucket,"
        " AWS_SKIP_SIGNATURE=true."
    )
