"""From a version to the folder that holds it: proven, kept in the cache, and read from there without a network ever after."""

from __future__ import annotations

import sys
import tempfile
import warnings
from contextlib import contextmanager
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tumen._system import cache_dir
from tumen.errors import StoreError, StoreWarning, UnknownNameError, UnreachableError
from tumen.release.index import INDEX, version_key
from tumen.release.resources import DESCRIPTION
from tumen.stores import cache, location, trust

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping

    from tumen.stores.location import Store

Entry = dict[str, Any]


def entry(
    version: str, store: str | os.PathLike[str] | None, known: Mapping[str, Entry]
) -> tuple[Entry, Store | None]:
    """Return what is known of a version, from the package, the cache or the store, in this order; and the store, if one is named.

    Raises `UnknownNameError` where none of them names it, `StoreError` where two stores once served different ones.
    """
    named = None if store is None else location.store(store)
    if version in known:
        return known[version], named
    listed = _remembered(named)
    if version not in listed and named is not None:
        listed = {one["version"]: one for one in served(named, known)}
    if version not in listed:
        raise UnknownNameError("release", version, sorted({*known, *listed}, key=version_key))
    return listed[version], named


def newest(store: str | os.PathLike[str], known: Mapping[str, Entry]) -> Entry:
    """Return the newest release that the package or the store names and that is not withdrawn; asks a store once a process."""
    standing = [one for one in available(store, known) if not one.get("withdrawn")]
    if not standing:
        raise StoreError(f"neither the package nor {store} names a release that stands.")
    return standing[-1]


def available(store: str | os.PathLike[str], known: Mapping[str, Entry]) -> list[Entry]:
    """Return the entries of the package and of a store, oldest first."""
    listed = {
        **{one["version"]: one for one in _at_hand(location.store(store), _digests(known))},
        **known,
    }
    return [listed[version] for version in sorted(listed, key=version_key)]


def folder(wanted: Entry, store: Store | None) -> Path:
    """Return the folder of a release in the cache, fetched first if it is not there."""
    held = cache.held(wanted["version"], wanted["datapackage"])
    return held or fetch(wanted, store)


def fetch(wanted: Entry, store: Store | None) -> Path:
    """Return the folder of a release in the cache, every file of it proven anew, and fetched where it is absent or damaged.

    One process fetches and the others wait for it, but none longer than `TUMEN_TIMEOUT`: then it fetches for itself.
    """
    from tumen.stores import download as stores_download  # noqa: PLC0415

    version, digest = wanted["version"], wanted["datapackage"]
    if store is None:
        raise StoreError(
            f"release {version} is not in the cache {cache_dir.root()}, or damaged; name the store that has it: store= or"
            " TUMEN_STORE."
        )
    place = cache.place(version, digest)
    try:
        with (
            cache.lock(digest, stores_download.patience()) as alone,
            _draft(place, alone=alone) as draft,
        ):
            _complete(wanted, store, draft)
            if draft != place:
                _move(draft, place)
    except OSError as error:
        raise cache.unwritable(error) from error
    return place


@contextmanager
def _draft(place: Path, *, alone: bool) -> Iterator[Path]:
    """Return where to put a release together: its place or beside it, or in a folder of its own where another process does so."""
    if alone:
        yield place if place.is_dir() else place.with_name(f".{place.name}.draft")
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{place.name}.", dir=place.parent, ignore_cleanup_errors=True
    ) as scratch:
        yield Path(scratch, place.name)


def _move(draft: Path, place: Path) -> None:
    """Move a whole release to its place, file by file where another process was faster."""
    try:
        draft.rename(place)
    except OSError:
        if not place.is_dir():
            raise
        for file in draft.iterdir():
            file.replace(place / file.name)
        draft.rmdir()


def _complete(wanted: Entry, store: Store, target: Path) -> None:
    """Fetch into a folder what it lacks of a release; what is there with its digest stays, so that a broken-off fetch goes on."""
    from tumen.stores import download as stores_download  # noqa: PLC0415

    version = wanted["version"]
    described = stores_download.download(
        store, f"{version}/{DESCRIPTION}", target, wanted["datapackage"]
    )
    files = trust.files(described.read_bytes(), f"{store}/{version}/{DESCRIPTION}", wanted)
    with _progress(version, sum(file["bytes"] for file in files)) as advance:
        for file in files:
            stores_download.download(
                store, f"{version}/{file['path']}", target, file["hash"], file["bytes"], advance
            )
    for left in {path.name for path in target.iterdir()} - {
        DESCRIPTION,
        *(file["path"] for file in files),
    }:
        (target / left).unlink()


def served(store: Store, known: Mapping[str, Entry]) -> list[Entry]:
    """Return the entries of a store's index, asked now and proven; remembers it as the newest seen. Raises `StoreError`."""
    from tumen.stores import download as stores_download  # noqa: PLC0415

    where = f"{store}/{INDEX}"
    keys = trust.keys(store)
    if keys == ():
        raise StoreError(
            f"{where} cannot be proven: no key is trusted yet, and releases that this package does not know need a signature."
            " Get the public key of the store's keepers by another way, and name it: TUMEN_STORE_KEY=FILE"
        )
    with tempfile.TemporaryDirectory() as scratch:
        content = stores_download.download(store, INDEX, Path(scratch)).read_bytes()
        key = None
        if keys is not None:
            signature = stores_download.download(
                store, f"{INDEX}.minisig", Path(scratch)
            ).read_bytes()
            key = trust.signer(content, signature, keys, where)
    entries = trust.entries(content, where)
    trust.refuse_other(known.values(), entries, where)
    with cache.lock(store.key) as held:
        if not held:
            raise StoreError(
                f"another process keeps what {store} served before locked in {cache_dir.root()}; end it, and try again."
            )
        for memory in cache.accepted(store):
            trust.refuse_older(memory["releases"], entries, where)
        cache.accept(store, key, entries)
    return entries


def _digests(known: Mapping[str, Entry]) -> tuple[tuple[str, str], ...]:
    return tuple((version, one["datapackage"]) for version, one in known.items())


@once
def _at_hand(store: Store, known: tuple[tuple[str, str], ...]) -> list[Entry]:
    """Return the entries that a store serves, or where it cannot be asked those that it served before, with a warning."""
    remembered = _remembered(store)
    if store.remote and location.offline() and remembered:
        return list(remembered.values())
    try:
        return served(
            store,
            {version: {"version": version, "datapackage": digest} for version, digest in known},
        )
    except UnreachableError as error:
        if not remembered:
            raise
        warnings.warn(f"{error} What it served before is used.", StoreWarning, stacklevel=2)
        return list(remembered.values())


def _remembered(store: Store | None) -> dict[str, Entry]:
    """Return the entries that a store (or, if none is named, any) served before, if the key that proved them is still trusted."""
    memories = cache.all_accepted() if store is None else cache.accepted(store)
    found: dict[str, Entry] = {}
    for memory in memories:
        keys = trust.keys(location.store(memory["store"]))
        if keys is not None and memory["key"] not in keys:
            continue
        for one in memory["releases"]:
            if found.setdefault(one["version"], one)["datapackage"] != one["datapackage"]:
                raise StoreError(
                    f"two stores served different releases {one['version']}; name the one you mean: store= or TUMEN_STORE."
                )
            if one.get("withdrawn"):
                found[one["version"]] = one
    return found


@contextmanager
def _progress(version: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how far a fetch is."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as progress:
        task = progress.add_task(f"release {version}", total=total)
        yield lambda count: progress.advance(task, count)
