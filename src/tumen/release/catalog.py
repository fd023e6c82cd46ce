"""The known releases: which there are, where their files are, and what their datapackages say.

This module needs the standard library only.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from contextlib import suppress
from functools import cache, update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, Generic, ParamSpec, TypeVar

from tumen import _extras
from tumen.errors import SchemaError, UnknownNameError, WithdrawnWarning
from tumen.release import datapackage
from tumen.release import index as release_index
from tumen.release.datapackage import DESCRIPTION
from tumen.release.index import INDEX
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEMA_MAJOR: Final = 1
"""The newest MAJOR of the schema that this library reads."""

P = ParamSpec("P")
T = TypeVar("T")


class OncePerFolder(Generic[P, T]):
    """A function that is called once per folder, and remembers what it returned.

    A relative path means another folder after the process has changed its working folder.
    """

    def __init__(self, function: Callable[Concatenate[Path, P], T]) -> None:
        @cache
        def call(_: Path | None, folder: Path, *args: Any, **kwargs: Any) -> T:
            return function(folder, *args, **kwargs)

        self._call: Any = call
        self.cache_clear = call.cache_clear
        update_wrapper(self, function)

    def __call__(self, folder: Path, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function returned when it was first called for this folder."""
        working_folder = None if folder.is_absolute() else Path.cwd()
        result: T = self._call(working_folder, folder, *args, **kwargs)
        return result


def folder() -> Path:
    """Return the folder of the bundled releases, those that are part of the package."""
    return release_index.bundled_folder()


@OncePerFolder
def index(releases: Path) -> tuple[dict[str, Any], ...]:
    """Read the index of a folder of releases.

    Returns:
        The entries, oldest first: version, date, schema_version, datapackage, and withdrawn where
        the release was withdrawn.

    Raises:
        SchemaError: The index cannot be read.

    """
    try:
        return tuple(release_index.parse_complete((releases / INDEX).read_bytes()))
    except (OSError, ValueError) as error:
        raise SchemaError(
            f"{releases / INDEX} cannot be read ({error}); install tumen again."
        ) from error


def entries(store: str | os.PathLike[str] | None = None) -> list[dict[str, Any]]:
    """Return the index entries of the bundled releases and of a store, oldest first.

    Args:
        store: A folder or URL; None means the store that `TUMEN_STORE` names, if any.

    """
    bundled, store = index(folder()), store or os.environ.get("TUMEN_STORE") or None
    if store is None:
        return list(bundled)
    _extras.require("fetch", f"store={str(store)!r}")
    from tumen.stores import fetch  # noqa: PLC0415

    return fetch.available(store, {entry["version"]: entry for entry in bundled})


def find(version: str | None, store: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of a release, and fetch it from a store if it is not on this machine.

    Bundled and cached releases are read without a network.

    Args:
        version: The version; None means the newest release that is not withdrawn.
        store: A folder or URL, see `tumen.stores`; None means the store that `TUMEN_STORE` names,
            if any.

    Raises:
        UnknownNameError: There is no such release.
        SchemaError: The release needs a newer library, or is damaged.
        StoreError: The store cannot be read, or serves something unverified.

    Warns:
        WithdrawnWarning: The named release was withdrawn. Without a name it is never found.

    """
    releases, store = folder(), store or os.environ.get("TUMEN_STORE") or None
    versions = {entry["version"]: entry for entry in index(releases)}
    if version is None and store is None:
        version = _newest(releases, versions)
    if version is not None and is_bundled(version):
        entry = versions[version]
        return _readable(_verified_release(releases / version, entry["datapackage"]), entry)
    if store is None and not _extras.is_installed("fetch"):
        raise UnknownNameError("release", str(version), versions)
    _extras.require("fetch", f"store={str(store)!r}")
    from tumen.stores import fetch  # noqa: PLC0415

    newest = fetch.newest(str(store), versions) if version is None else None
    if newest is not None and is_bundled(newest["version"]):
        release = releases / newest["version"]
        return _readable(_verified_release(release, newest["datapackage"]), newest)
    entry, source = fetch.entry(newest["version"] if newest else str(version), store, versions)
    _readable(releases, entry)
    return fetch.folder(entry, source)


def is_bundled(version: str) -> bool:
    """Return whether a release is part of the package."""
    return (
        version in {entry["version"] for entry in index(folder())} and (folder() / version).is_dir()
    )


def _newest(releases: Path, versions: dict[str, dict[str, Any]]) -> str:
    usable = [version for version, entry in versions.items() if "withdrawn" not in entry]
    if not usable:
        raise SchemaError(
            f"all releases in {releases} have been withdrawn; upgrade tumen, or name one of:"
            f" {', '.join(versions)}."
        )
    return usable[-1]


def _major(entry: dict[str, Any]) -> int:
    return int(str(entry["schema_version"]).split(".", maxsplit=1)[0])


def _readable(release: Path, entry: dict[str, Any]) -> Path:
    """Return the folder; raise if the library is too old for it, and warn if it was withdrawn."""
    version = entry["version"]
    if _major(entry) > SCHEMA_MAJOR:
        raise SchemaError(
            f"release {version} has schema {entry['schema_version']}, newer than this library"
            " reads: pip install --upgrade tumen"
        )
    if withdrawn := entry.get("withdrawn"):
        message = f"release {version} was withdrawn on {withdrawn['date']}: {withdrawn['reason']}"
        warnings.warn(message, WithdrawnWarning, stacklevel=4)
    return release


@OncePerFolder
def _verified_release(release: Path, digest: str) -> Path:
    """Return the folder of a bundled release, its datapackage verified once in each process."""
    path = release / DESCRIPTION
    try:
        actual = datapackage.sha256(path.read_bytes())
    except OSError as error:
        raise _unreadable(path, error) from error
    if actual != digest:
        raise _altered(path)
    return release


def _unreadable(path: Path, error: OSError) -> SchemaError:
    return SchemaError(f"{path} cannot be read ({error.strerror}); {_remedy(path.parent)}.")


def _altered(path: Path) -> SchemaError:
    return SchemaError(
        f"{path} is not the file that was published: its digest differs; {_remedy(path.parent)}."
    )


def _remedy(release: Path) -> str:
    bundled = release.is_relative_to(folder())
    return "install tumen again" if bundled else f"fetch it again: tumen fetch {release.name}"


def latest() -> Path | None:
    """Return the folder of the newest bundled release that this library reads, withdrawn or not."""
    folders = [
        folder() / str(entry["version"])
        for entry in index(folder())
        if _major(entry) <= SCHEMA_MAJOR
    ]
    present = [release for release in folders if release.is_dir()]
    return present[-1] if present else None


@OncePerFolder
def describe(release: Path) -> dict[str, Any]:
    """Read the datapackage of a release, checked to be complete and to agree with other releases.

    Its digest shows who published it, not that it is correct.

    Raises:
        SchemaError: The datapackage cannot be read, is incomplete or contradicts the newest bundled
            release.

    """
    path = release / DESCRIPTION
    try:
        package = datapackage.parse_complete(path.read_bytes(), {"version": release.name})
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:
        raise SchemaError(
            f"{path} {error}; name another release, and report this to the publisher."
        ) from error
    for fault in contradictions(release, package):
        raise SchemaError(
            f"{path} is not a valid datapackage of a release: {fault};"
            " name another release, and report this to the publisher."
        )
    return package


def contradictions(release: Path, package: dict[str, Any]) -> Iterator[str]:
    """Return where a release contradicts the newest bundled one, if both have the same MAJOR."""
    known = latest()
    if known is None or known == release or _major(package) != SCHEMA_MAJOR:
        return
    # A fault of the bundled release is reported when that release is read.
    with suppress(SchemaError):
        yield from datapackage.differences(package, describe(known))


def tables(release: Path) -> list[str]:
    """Return the names of the tables in a release; an older one may lack some."""
    present = {resource["name"] for resource in describe(release)["resources"]}
    return [name for name in TABLE_NAMES if name in present]


@OncePerFolder
def fields(release: Path, table: str) -> tuple[dict[str, Any], ...]:
    """Return the fields of a table (Table Schema), as its release describes them.

    Raises:
        UnknownNameError: There is no such table, or not in this release.

    """
    if table not in TABLE_NAMES:
        raise UnknownNameError("table", table, TABLE_NAMES)
    if table not in tables(release):
        raise UnknownNameError(f"table in release {release.name}", table, tables(release))
    return tuple(resource(release, table)["schema"]["fields"])


def resource(release: Path, name: str) -> dict[str, Any]:
    """Return the description of one file of a release."""
    return next(item for item in describe(release)["resources"] if item["name"] == name)


@OncePerFolder
def verified_file(release: Path, name: str) -> Path:
    """Return the path of a table's Parquet file, its digest verified once in each process.

    Raises:
        SchemaError: The file cannot be read, or is not the one that was published.

    """
    path = release / f"{name}.parquet"
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error
    if f"sha256:{digest}" != resource(release, name)["hash"]:
        raise _altered(path)
    return path
