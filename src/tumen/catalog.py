"""Which releases there are, where their files lie, and what they say of themselves; needs the standard library alone."""

from __future__ import annotations

import hashlib
import os
import warnings
from contextlib import suppress
from functools import cache, update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, Generic, ParamSpec, TypeVar

from tumen import datapackage, extras, listing, resources
from tumen.errors import SchemaError, UnknownNameError, WithdrawnWarning
from tumen.listing import INDEX
from tumen.names import TABLE_NAMES
from tumen.resources import DESCRIPTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEMA_MAJOR: Final = 1


P = ParamSpec("P")
T = TypeVar("T")


class OnceByFolder(Generic[P, T]):
    """A function that is asked once about a folder; a relative path is another one once the process has moved."""

    def __init__(self, function: Callable[Concatenate[Path, P], T]) -> None:
        @cache
        def ask(_: Path | None, folder: Path, *rest: Any, **named: Any) -> T:
            return function(folder, *rest, **named)

        self._ask: Any = ask
        self.cache_clear = ask.cache_clear
        update_wrapper(self, function)

    def __call__(self, folder: Path, *rest: P.args, **named: P.kwargs) -> T:
        """Return what the function returned when it was first asked this in the folder that the path means."""
        answer: T = self._ask(None if folder.is_absolute() else Path.cwd(), folder, *rest, **named)
        return answer


def folder() -> Path:
    """Return the folder of the releases that came with the package."""
    return Path(__file__).with_name("bundled").joinpath(INDEX).resolve().parent


@OnceByFolder
def index(releases: Path) -> tuple[dict[str, Any], ...]:
    """Return the entries of the index, oldest first: version, date, schema_version, datapackage, withdrawn."""
    try:
        return tuple(listing.complete((releases / INDEX).read_bytes()))
    except (OSError, ValueError) as error:
        raise SchemaError(f"{releases / INDEX} cannot be read ({error}); install tumen again.") from error


def entries(store: str | os.PathLike[str] | None = None) -> list[dict[str, Any]]:
    """Return the entries of the package's index and of a store's (or of `TUMEN_STORE`), oldest first."""
    own, store = index(folder()), store or os.environ.get("TUMEN_STORE") or None
    if store is None:
        return list(own)
    extras.require("fetch", f"store={str(store)!r}")
    from tumen.stores import fetching  # noqa: PLC0415

    return fetching.available(store, {entry["version"]: entry for entry in own})


def find(version: str | None, store: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of a release, of the newest one that stands if none is named: the package's, or a store's.

    Without `store` it is the one that `TUMEN_STORE` names, see `tumen.stores`; what the package or the cache holds is read from
    there. A withdrawn release is found only when named, and warns with a `WithdrawnWarning`.
    """
    releases, store = folder(), store or os.environ.get("TUMEN_STORE") or None
    versions = {entry["version"]: entry for entry in index(releases)}
    if version is None and store is None:
        version = _newest(releases, versions)
    if version is not None and packaged(version):
        return _readable(_whole(releases / version, versions[version]["datapackage"]), versions[version])
    if store is None and not extras.present("fetch"):
        raise UnknownNameError("release", str(version), versions)
    extras.require("fetch", f"store={str(store)!r}")
    from tumen.stores import fetching  # noqa: PLC0415

    entry = fetching.newest(str(store), versions) if version is None else None
    if entry is not None and packaged(entry["version"]):
        return _readable(_whole(releases / entry["version"], entry["datapackage"]), entry)
    entry, named = fetching.entry(entry["version"] if entry else str(version), store, versions)
    _readable(releases, entry)
    return fetching.folder(entry, named)


def packaged(version: str) -> bool:
    """Return whether the package holds a release itself."""
    return version in {entry["version"] for entry in index(folder())} and (folder() / version).is_dir()


def _newest(releases: Path, versions: dict[str, dict[str, Any]]) -> str:
    standing = [name for name, entry in versions.items() if "withdrawn" not in entry]
    if not standing:
        raise SchemaError(f"{releases} holds no release that stands; install a newer tumen, or name one of: {', '.join(versions)}.")
    return standing[-1]


def _readable(release: Path, entry: dict[str, Any]) -> Path:
    """Return the folder, or raise `SchemaError` if this library is too old for the release; warn if it was withdrawn."""
    version, schema = entry["version"], str(entry["schema_version"])
    if int(schema.split(".", maxsplit=1)[0]) > SCHEMA_MAJOR:
        raise SchemaError(f"release {version} has schema {schema}, newer than this library reads: pip install --upgrade tumen")
    if withdrawn := entry.get("withdrawn"):
        told = f"release {version} was withdrawn on {withdrawn['date']}: {withdrawn['reason']}"
        warnings.warn(told, WithdrawnWarning, stacklevel=4)
    return release


@OnceByFolder
def _whole(release: Path, digest: str) -> Path:
    """Return the folder of a release of the package, its description proven by the index once in a process."""
    path = release / DESCRIPTION
    try:
        found = resources.sha256(path.read_bytes())
    except OSError as error:
        raise SchemaError(f"{path} cannot be read ({error.strerror}); {_remedy(release)}.") from error
    if found != digest:
        raise SchemaError(f"{path} is not the file that was published, its digest differs; {_remedy(release)}.")
    return release


def _remedy(release: Path) -> str:
    own = release.is_relative_to(folder())
    return "install tumen again" if own else f"fetch it again: tumen fetch {release.name}"


def latest() -> Path | None:
    """Return the folder of the newest release of the package whose schema this library reads, withdrawn or not."""
    readable = [one for one in index(folder()) if int(str(one["schema_version"]).split(".", maxsplit=1)[0]) <= SCHEMA_MAJOR]
    held = [folder() / str(one["version"]) for one in readable if (folder() / str(one["version"])).is_dir()]
    return held[-1] if held else None


@OnceByFolder
def describe(release: Path) -> dict[str, Any]:
    """Return the datapackage of a release, which says all that it has to say, and the same as other releases.

    Raises `SchemaError` for one that does not: its digest proves who wrote it, not that it is true.
    """
    path = release / DESCRIPTION
    try:
        package = datapackage.read(path.read_bytes(), {"version": release.name})
    except OSError as error:
        raise SchemaError(f"{path} cannot be read ({error.strerror}); {_remedy(release)}.") from error
    except ValueError as error:
        raise SchemaError(f"{path} {error}; name another release, and tell who published this one.") from error
    for fault in contradictions(release, package):
        raise SchemaError(f"{path} is no description of a release: {fault}; name another, and tell who published this one.")
    return package


def contradictions(release: Path, package: dict[str, Any]) -> Iterator[str]:
    """Return where a release contradicts the newest that the package holds, if they are of one MAJOR."""
    known = latest()
    if known is None or known == release or package["schema_version"].split(".")[0] != str(SCHEMA_MAJOR):
        return
    with suppress(SchemaError):  # which says so itself when it is read
        yield from datapackage.differences(package, describe(known))


def tables(release: Path) -> list[str]:
    """Return the names of the tables that a release holds: of an older schema not all that this library knows."""
    held = {resource["name"] for resource in describe(release)["resources"]}
    return [name for name in TABLE_NAMES if name in held]


@OnceByFolder
def fields(release: Path, table: str) -> tuple[dict[str, Any], ...]:
    """Return the fields of a table as its release describes them."""
    if table not in TABLE_NAMES:
        raise UnknownNameError("table", table, TABLE_NAMES)
    if table not in tables(release):
        raise UnknownNameError(f"table in release {release.name}", table, tables(release))
    return tuple(resource(release, table)["schema"]["fields"])


def resource(release: Path, name: str) -> dict[str, Any]:
    """Return what a release says of one of its files."""
    return next(one for one in describe(release)["resources"] if one["name"] == name)


@OnceByFolder
def proven(release: Path, name: str) -> Path:
    """Return the Parquet file of a table, its digest compared with the release's description once in a process."""
    path = release / f"{name}.parquet"
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SchemaError(f"{path} cannot be read ({error.strerror}); {_remedy(release)}.") from error
    if f"sha256:{digest}" != resource(release, name)["hash"]:
        raise SchemaError(f"{path} is not the file that was published, its digest differs; {_remedy(release)}.")
    return path
