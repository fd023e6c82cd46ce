"""Verification of releases: files against their datapackage, datapackages against the index.

The content of each datapackage is checked too, because its digest shows who published it, not that
it is correct. This much needs the standard library only. If all releases are sound and tumen[check]
is installed, ids are also compared from each release to the next.

With `rows`, the rows and their digests are verified as well. That needs polars and pyarrow. A row
digest does not depend on the library that wrote the table; it follows from the bytes, so it can
only be wrong if the build recorded a wrong one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tumen import _extras
from tumen.errors import TumenError
from tumen.publishing import index
from tumen.release import catalog, datapackage
from tumen.release import index as release_index
from tumen.release.datapackage import DESCRIPTION
from tumen.release.index import INDEX, VERSION, has_month_of_its_date, not_withdrawn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def verify(releases: Path, *, rows: bool = False) -> list[str]:
    """Verify all releases in a folder.

    Args:
        releases: The folder of releases.
        rows: Whether to compare every row with its description, and to compute the row digests
            (tumen[check]).

    Returns:
        The faults, one sentence each; an empty list if there are none.

    """
    entries = index.read(releases)
    faults = list(_index_faults(releases))
    for entry in entries:
        faults += _release_faults(releases / entry["version"], entry, rows=rows)
    faults += _unlisted_folders(releases, {entry["version"] for entry in entries})
    for entry in not_withdrawn(entries):
        faults += _version_faults(releases, entry)
    if faults or not _extras.is_installed("check"):
        return faults
    return list(_id_faults(releases, entries))


def _unlisted_folders(releases: Path, listed: set[str]) -> Iterator[str]:
    for path in sorted(releases.iterdir()):
        if path.is_dir() and VERSION.fullmatch(path.name) and path.name not in listed:
            yield f"{path}: no entry in {INDEX}; a build was interrupted, build it again"


def _version_faults(releases: Path, entry: dict[str, Any]) -> Iterator[str]:
    if not has_month_of_its_date(entry):
        version = entry["version"]
        yield (
            f"{releases / version}: was built on {entry['date']}, in another month than its version"
            f" names; {_withdraw_remedy(version)}"
        )


def _id_faults(releases: Path, entries: list[dict[str, Any]]) -> Iterator[str]:
    """Yield where an id of an earlier release is missing or means something else."""
    from tumen.validation import release_rules, released_ids  # noqa: PLC0415

    past = released_ids.ReleasedIds()
    for entry in entries:
        version = entry["version"]
        try:
            edition = released_ids.read_release(releases / version)
        except TumenError as error:
            yield str(error)
            continue
        if "withdrawn" not in entry:
            for violation in release_rules.find_violations(past, edition, version):
                path = releases / version / f"{violation.table}.parquet"
                yield (
                    f"{path}: {violation.code} {violation.message};"
                    f" {_withdraw_remedy(version)}, and build another one with correct ids"
                )
        past.add(edition, entry)


def _withdraw_remedy(version: str) -> str:
    return f"withdraw it (tumen withdraw {version} --reason REASON)"


def _index_faults(releases: Path) -> Iterator[str]:
    path = releases / INDEX
    try:
        if path.exists():
            release_index.parse_complete(path.read_bytes())
    except ValueError as error:
        yield f"{path}: {error}"


def _release_faults(folder: Path, entry: dict[str, Any], *, rows: bool) -> Iterator[str]:
    description = folder / DESCRIPTION
    if folder.is_symlink():
        yield f"{folder}: is a link; a release must contain its own files"
        return
    if not description.is_file():
        yield f"{description}: is missing"
        return
    content = description.read_bytes()
    if datapackage.sha256(content) != entry.get("datapackage"):
        yield f"{description}: its digest is not the one in {INDEX}"
        return
    try:
        package = datapackage.parse(content)
    except ValueError as error:
        yield f"{description}: {error}"
        return
    description_faults = list(datapackage.faults(package, entry))
    if not description_faults:
        description_faults = list(dict.fromkeys(_contradictions(folder, package, rows=rows)))
    yield from (f"{description}: {fault}" for fault in description_faults)
    yield from _extra_files(folder, package)
    for resource in package["resources"]:
        path = folder / resource["path"]
        yield from _file_faults(path, resource, rows=rows and not description_faults)


def _extra_files(folder: Path, package: dict[str, Any]) -> Iterator[str]:
    """Yield files that the datapackage does not list, and links."""
    expected = {resource["path"] for resource in package["resources"]} | {DESCRIPTION}
    for path in sorted(folder.iterdir()):
        if path.name not in expected:
            yield f"{path}: is not a file of the release"
        elif path.is_symlink():
            yield f"{path}: is a link; a release must contain its own files"


def _contradictions(folder: Path, package: dict[str, Any], *, rows: bool) -> Iterator[str]:
    """Yield where a release contradicts the newest bundled one or, with `rows`, the models."""
    yield from catalog.contradictions(folder, package)
    if rows:
        from tumen.publishing.datapackage import package_of_models  # noqa: PLC0415

        models = package_of_models()
        if models["schema_version"].split(".")[0] == package["schema_version"].split(".")[0]:
            yield from datapackage.differences(package, models)


def _file_faults(path: Path, resource: dict[str, Any], *, rows: bool) -> Iterator[str]:
    if not path.is_file():
        yield f"{path}: is missing"
        return
    content = path.read_bytes()
    if datapackage.sha256(content) != resource["hash"]:
        yield f"{path}: its digest is not the one in {DESCRIPTION}"
    elif len(content) != resource["bytes"]:
        yield f"{path}: has {len(content)} bytes, but {DESCRIPTION} says {resource['bytes']}"
    elif rows and "schema" in resource:
        yield from _row_faults(path, content, resource)


def _row_faults(path: Path, content: bytes, resource: dict[str, Any]) -> Iterator[str]:
    from tumen.publishing import parquet  # noqa: PLC0415
    from tumen.release import conformance  # noqa: PLC0415

    faults = [f"{path}: {fault}" for fault in conformance.faults(path, resource)]
    yield from faults
    try:
        digest = parquet.row_digest(parquet.read_rows(content))
    except (ValueError, ArithmeticError, OSError) as error:
        if not faults:
            yield f"{path}: its rows cannot be read: {error}"
        return
    if digest != resource["row_digest"]:
        yield f"{path}: its rows do not have the digest in {DESCRIPTION}"
