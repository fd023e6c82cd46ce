"""Whether releases are what they say: every file against its datapackage, every datapackage against the index.

That includes what each datapackage says, which digests prove to be the publisher's and not to be true, and needs the standard
library alone. Where all of them are sound, ids are compared from each release to the next, where tumen[check] is installed. The
rows, and their digests, which a table keeps whoever writes it, need polars and pyarrow, and follow from the bytes unless a build
told them wrong: they are verified only with `rows`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tumen import _extras
from tumen.errors import TumenError
from tumen.publishing import index
from tumen.release import catalog, datapackage, resources
from tumen.release import index as release_index
from tumen.release.index import INDEX, VERSION, is_of_month, standing
from tumen.release.resources import DESCRIPTION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def verify(releases: Path, *, rows: bool = False) -> list[str]:
    """Return every fault of every release in the folder, one sentence each; an empty list where there is none.

    With `rows`, every row of each table is compared with its description, and the digests of the rows are computed again
    (tumen[check]).
    """
    entries = index.read(releases)
    faults = list(_of_index(releases))
    for entry in entries:
        faults += _of_release(releases / entry["version"], entry, rows=rows)
    named = {entry["version"] for entry in entries}
    stray = (
        path
        for path in sorted(releases.iterdir())
        if path.is_dir() and VERSION.fullmatch(path.name)
    )
    faults += [
        f"{path}: no entry in {INDEX}; a build was cut short, build it again"
        for path in stray
        if path.name not in named
    ]
    faults += [fault for entry in standing(entries) for fault in _of_number(releases, entry)]
    if faults or not _extras.present("check"):
        return faults
    return list(_of_ids(releases, entries))


def _of_number(releases: Path, entry: dict[str, Any]) -> Iterator[str]:
    if not is_of_month(entry):
        version = entry["version"]
        yield f"{releases / version}: built on {entry['date']}, a day of another month than its number says; {_withdraw(version)}"


def _of_ids(releases: Path, entries: list[dict[str, Any]]) -> Iterator[str]:
    """Yield where a release that stands breaks with those before it: an id that is gone, or means something else."""
    from tumen.validation import permanence  # noqa: PLC0415

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


def _of_index(releases: Path) -> Iterator[str]:
    path = releases / INDEX
    try:
        if path.exists():
            release_index.complete(path.read_bytes())
    except ValueError as error:
        yield f"{path}: {error}"


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
        package = resources.described(content)
    except ValueError as error:
        yield f"{description}: {error}"
        return
    wrong = list(datapackage.faults(package, entry))
    if not wrong:
        wrong = list(dict.fromkeys(_contradictions(folder, package, rows=rows)))
    yield from (f"{description}: {fault}" for fault in wrong)
    described = package["resources"]
    expected = {resource["path"] for resource in described} | {DESCRIPTION}
    for path in sorted(folder.iterdir()):
        if path.name not in expected:
            yield f"{path}: belongs to no release"
        elif path.is_symlink():
            yield f"{path}: is a link; a release holds its own files"
    for resource in described:
        yield from _of_file(folder / resource["path"], resource, rows=rows and not wrong)


def _contradictions(folder: Path, package: dict[str, Any], *, rows: bool) -> Iterator[str]:
    """Return where a release contradicts the newest one of this package and, with `rows`, the models of its MAJOR."""
    yield from catalog.contradictions(folder, package)
    if rows:
        from tumen.publishing.datapackage import of_models  # noqa: PLC0415

        models = of_models()
        if models["schema_version"].split(".")[0] == package["schema_version"].split(".")[0]:
            yield from datapackage.differences(package, models)


def _of_file(path: Path, resource: dict[str, Any], *, rows: bool) -> Iterator[str]:
    if not path.is_file():
        yield f"{path}: missing"
        return
    content = path.read_bytes()
    if resources.sha256(content) != resource["hash"]:
        yield f"{path}: its digest is not the one in {DESCRIPTION}"
    elif len(content) != resource["bytes"]:
        yield f"{path}: {len(content)} bytes where {DESCRIPTION} says {resource['bytes']}"
    elif rows and "schema" in resource:
        yield from _of_rows(path, content, resource)


def _of_rows(path: Path, content: bytes, resource: dict[str, Any]) -> Iterator[str]:
    from tumen.publishing import digests  # noqa: PLC0415
    from tumen.release import conformance  # noqa: PLC0415

    wrong = [f"{path}: {fault}" for fault in conformance.faults(path, resource)]
    yield from wrong
    try:
        found = digests.row_digest(digests.rows(content))
    except (ValueError, ArithmeticError, OSError) as error:
        if not wrong:
            yield f"{path}: its rows cannot be read: {error}"
        return
    if found != resource["row_digest"]:
        yield f"{path}: its rows do not have the digest in {DESCRIPTION}"
