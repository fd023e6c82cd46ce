"""Releases: written whole or not at all, never changed again.

    releases/index.json             every version: day, schema version, digest of its datapackage.json
    releases/2026.11.0/             <table>.parquet of every table, datapackage.json

A release is put together in a hidden folder beside the others, flushed to disk, renamed, and only then named in the index, which is
itself replaced in one step. A folder that no index names is what a killed build left: no reader sees it, the next build of that
version replaces it. Same records, same constraints.txt, same day: same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, Final

from tumen import drafts, frames, parquet, records
from tumen.checking import all_findings
from tumen.datapackage import Stamp, describe
from tumen.errors import TumenError
from tumen.findings import Report
from tumen.schemas import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

VERSION: Final = re.compile(r"20[0-9]{2}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]*)")
DESCRIPTION: Final = "datapackage.json"
INDEX: Final = "index.json"


def build(root: Path, releases: Path, version: str, today: dt.date) -> Path:
    """Write the release `version` of the records under `root`, dated `today`, and return its folder.

    Raises `DataError` where the records break a rule, `TumenError` where the version is malformed, exists, or cannot be written.
    """
    if not VERSION.fullmatch(version):
        raise TumenError(f"{version!r} is not a version; write YYYY.MM.N, such as 2026.11.0.")
    index = read_index(releases)
    if version in (entry["version"] for entry in index["releases"]):
        raise TumenError(f"release {version} exists and never changes; take the next number, {next_version(releases, today)}.")
    tree, commit = _source(root)
    files = render(root, Stamp(version, today.isoformat(), tree, commit))
    target = releases / version
    try:
        _write_folder(target, files)
        entry = {
            "version": version,
            "date": today.isoformat(),
            "schema_version": SCHEMA_VERSION,
            "datapackage": f"sha256:{hashlib.sha256(files[DESCRIPTION]).hexdigest()}",
        }
        index["releases"] = sorted([*index["releases"], entry], key=lambda one: version_key(one["version"]))
        drafts.replace(releases / INDEX, encode_json(index))
    except OSError as error:
        raise TumenError(f"release {version} could not be written: {error}; nothing was published.") from error
    return target


def render(root: Path, stamp: Stamp) -> dict[str, bytes]:
    """Return the files of a release by name, without writing them; raises `DataError` where the records break a rule."""
    dataset = records.read(root)
    report = Report(tuple(sorted(all_findings(dataset))), dataset.records, len(dataset.files))
    report.raise_if_failed()
    tables = frames.with_known_since(frames.of(dataset))
    contents = {name: parquet.encode(tables[name], model, stamp.version) for name, model in TABLES.items()}
    described = encode_json(describe(stamp, contents))
    return {f"{name}.parquet": content for name, content in contents.items()} | {DESCRIPTION: described}


def read_index(releases: Path) -> dict[str, Any]:
    """Return the index of a folder of releases, or an empty one where there is none yet."""
    path = releases / INDEX
    if not path.exists():
        return {"releases": []}
    try:
        index = json.loads(path.read_bytes())
        versions = [entry["version"] for entry in index["releases"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TumenError(f"{path} is not an index of releases ({error}); restore it from the history.") from error
    if not all(isinstance(version, str) and VERSION.fullmatch(version) for version in versions):
        raise TumenError(f"{path} names a version that is not YYYY.MM.N; restore it from the history.")
    return dict(index)


def version_key(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, by which versions are ordered."""
    return tuple(map(int, version.split(".")))


def next_version(releases: Path, today: dt.date) -> str:
    """Return the first number of this month that no release has."""
    month = f"{today:%Y.%m}."
    taken = [version_key(one["version"])[2] for one in read_index(releases)["releases"] if one["version"].startswith(month)]
    return f"{month}{max(taken, default=-1) + 1}"


def encode_json(value: Any) -> bytes:
    """Return JSON as it stands in a release: indented, UTF-8, a newline at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _source(root: Path) -> tuple[str | None, str | None]:
    """Return the git tree of the records and the commit that holds it, or nothing outside a repository."""
    try:
        changed = _git(root, "status", "--porcelain", "--", ".")
        if changed:
            raise TumenError(
                f"{root} has changes that are not committed; commit them first, so that the release can name its records."
            )
        return _git(root, "rev-parse", "HEAD:./"), _git(root, "rev-parse", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        return None, None


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603


def _write_folder(target: Path, files: dict[str, bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.parent / f".{target.name}.draft"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        for name, content in files.items():
            drafts.flush(draft / name, content)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
