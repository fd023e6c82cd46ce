"""Whether releases are what they say: every file against its datapackage, every datapackage against the index.

Where all of them are, also whether ids are permanent from each release to the next. The digests of rows, which a table keeps
whoever writes it, need pyarrow, and follow from the bytes unless a build told them wrong: they are asked for apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tumen import resources
from tumen.errors import TumenError
from tumen.listing import INDEX, VERSION, is_of_month, standing
from tumen.publishing import index
from tumen.resources import DESCRIPTION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def verify(releases: Path, *, rows: bool = False) -> list[str]:
    """Return every fault of every release in the folder, one sentence each; an empty list where there is none.

    With `rows`, the digests of the rows of each table are computed again, too (tumen[check]).
    """
    entries = index.read(releases)
    faults = [fault for entry in entries for fault in _of_release(releases / entry["version"], entry, rows=rows)]
    named = {entry["version"] for entry in entries}
    stray = (path for path in sorted(releases.iterdir()) if path.is_dir() and VERSION.fullmatch(path.name))
    faults += [f"{path}: no entry in {INDEX}; a build was cut short, build it again" for path in stray if path.name not in named]
    faults += [fault for entry in standing(entries) for fault in _of_number(releases, entry)]
    return faults or [*_of_ids(releases, entries)]


def _of_number(releases: Path, entry: dict[str, Any]) -> Iterator[str]:
    if not is_of_month(entry):
        version = entry["version"]
        yield f"{releases / version}: built on {entry['date']}, a day of another month than its number says; {_withdraw(version)}"


def _of_ids(releases: Path, entries: list[dict[str, Any]]) -> Iterator[str]:
    """Yield where a release that stands breaks with those before it: an id that is gone, or means something else."""
    from tumen.checking import permanence  # noqa: PLC0415

    past = permanence.Past()
    for entry in entries:
        version = entry["version"]
        try:
            edition = permanence.edition_of(releases / version)
        except TumenError as error:
            yield str(error)
            continue
        if "withdrawn" not in entry:
            for breach in permanence.breaches(past, edition, version):
                path = releases / version / f"{breach.table}.parquet"
                yield f"{path}: {breach.code} {breach.message}; {_withdraw(version)}, and build another with sound ids"
        past.add(edition, entry)


def _withdraw(version: str) -> str:
    return f"withdraw it (tumen withdraw {version} --reason REASON)"


def _of_release(folder: Path, entry: dict[str, Any], *, rows: bool) -> Iterator[str]:
    description = folder / DESCRIPTION
    if folder.is_symlink():
        yield f"{folder}: is a link; a release holds its own files"
        return
    if not description.is_file():
        yield f"{description}: missing"
        return
    content = description.read_bytes()
    if resources.sha256(content) != entry.get("datapackage"):
        yield f"{description}: its digest is not the one in {INDEX}"
        return
    try:
        described = resources.files(content)
    except ValueError as error:
        yield f"{description}: {error}"
        return
    expected = {resource["path"] for resource in described} | {DESCRIPTION}
    for path in sorted(folder.iterdir()):
        if path.name not in expected:
            yield f"{path}: belongs to no release"
        elif path.is_symlink():
            yield f"{path}: is a link; a release holds its own files"
    for resource in described:
        yield from _of_file(folder / resource["path"], resource, rows=rows)


def _of_file(path: Path, resource: dict[str, Any], *, rows: bool) -> Iterator[str]:
    if not path.is_file():
        yield f"{path}: missing"
        return
    content = path.read_bytes()
    if resources.sha256(content) != resource["hash"]:
        yield f"{path}: its digest is not the one in {DESCRIPTION}"
    elif rows and {"row_digest", "rows"} <= resource.keys():
        yield from _of_rows(path, content, resource)


def _of_rows(path: Path, content: bytes, resource: dict[str, Any]) -> Iterator[str]:
    from tumen.publishing import digests  # noqa: PLC0415

    try:
        rows = digests.rows(content)
    except (ValueError, OSError) as error:
        yield f"{path}: not Parquet: {error}"
        return
    if len(rows) != resource["rows"]:
        yield f"{path}: {len(rows)} rows where {DESCRIPTION} says {resource['rows']}"
    if digests.row_digest(rows) != resource["row_digest"]:
        yield f"{path}: its rows do not have the digest in {DESCRIPTION}"
