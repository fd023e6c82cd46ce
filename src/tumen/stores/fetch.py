"""Fetching releases from a store into the cache.

Every file is verified. After that the release is read from the cache, without a network.
"""

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
from tumen.release.datapackage import DESCRIPTION
from tumen.release.index import INDEX, version_key
from tumen.stores import cache, location, trust

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping

    from tumen.stores.location import Store

Entry = dict[str, Any]


def entry(
    version: str, store: str | os.PathLike[str] | None, known: Mapping[str, Entry]
) -> tuple[Entry, Store | None]:
    """Return the index entry of a release, looked up in the package, the cache and the store.

    Args:
        version: The version of the release.
        store: A folder or URL; None means any store that was used before.
        known: The entries of the bundled releases, by version.

    Returns:
        The entry, and the store if one is named.

    Raises:
        UnknownNameError: None of them lists the version.
        StoreError: Two stores once served different releases of this version, or the store serves
            something unverified.

    """
    source = None if store is None else location.parse_store(store)
    if version in known:
        return known[version], source
    listed = _remembered(source)
    if version not in listed and source is not None:
        listed = {entry["version"]: entry for entry in served(source, known)}
    if version not in listed:
        raise UnknownNameError("release", version, sorted({*known, *listed}, key=version_key))
    return listed[version], source


def newest(store: str | os.PathLike[str], known: Mapping[str, Entry]) -> Entry:
    """Return the entry of the newest release, of the package or the store, that is not withdrawn.

    The store is read once in each process.

    Raises:
        StoreError: All releases have been withdrawn, or the store serves something unverified.

    """
    usable = [entry for entry in available(store, known) if not entry.get("withdrawn")]
    if not usable:
        raise StoreError(f"all releases of the package and of {store} have been withdrawn.")
    return usable[-1]


def available(store: str | os.PathLike[str], known: Mapping[str, Entry]) -> list[Entry]:
    """Return the entries of the package (`known`) and of a store, oldest first."""
    of_store = _served_or_remembered(location.parse_store(store), _digests(known))
    listed = {**{entry["version"]: entry for entry in of_store}, **known}
    return [listed[version] for version in sorted(listed, key=version_key)]


def folder(wanted: Entry, store: Store | None) -> Path:
    """Return the folder of a release in the cache, fetched first if it is not there.

    Args:
        wanted: The entry of the release.
        store: Where to fetch it from.

    """
    return cache.cached_folder(wanted["version"], wanted["datapackage"]) or fetch(wanted, store)


def fetch(wanted: Entry, store: Store | None) -> Path:
    """Verify every file of a release in the cache, and fetch those that are missing or damaged.

    One process fetches and the others wait. A process that has waited for `TUMEN_TIMEOUT` fetches
    the release itself.

    Args:
        wanted: The entry of the release.
        store: Where to fetch it from.

    Returns:
        The folder of the release.

    Raises:
        StoreError: No store is named, it serves something unverified, or the cache cannot be
            written.

    """
    from tumen.stores import download as stores_download  # noqa: PLC0415

    version, digest = wanted["version"], wanted["datapackage"]
    if store is None:
        raise StoreError(
            f"release {version} is not in the cache {cache_dir.root()}, or is damaged there;"
            " name a store that has it: store= or TUMEN_STORE."
        )
    place = cache.place(version, digest)
    try:
        with (
            cache.lock(digest, stores_download.timeout()) as locked,
            _draft(place, locked=locked) as draft,
        ):
            _download_missing(wanted, store, draft)
            if draft != place:
                _move(draft, place)
    except OSError as error:
        raise cache.unwritable(error) from error
    return place


@contextmanager
def _draft(place: Path, *, locked: bool) -> Iterator[Path]:
    """Yield the folder to download into.

    With the lock it is the place of the release, if it is there, or else a draft next to it, so
    that an interrupted fetch can continue. Without the lock it is a temporary folder, because
    another process may be writing to those.
    """
    if locked:
        yield place if place.is_dir() else place.with_name(f".{place.name}.draft")
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{place.name}.", dir=place.parent, ignore_cleanup_errors=True
    ) as scratch:
        yield Path(scratch, place.name)


def _move(draft: Path, place: Path) -> None:
    """Move a complete release to its place; file by file if another process was faster."""
    try:
        draft.rename(place)
    except OSError:
        if not place.is_dir():
            raise
        for file in draft.iterdir():
            file.replace(place / file.name)
        draft.rmdir()


def _download_missing(wanted: Entry, store: Store, target: Path) -> None:
    """Download the files of a release that a folder lacks, and delete those that do not belong."""
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
    expected = {DESCRIPTION, *(file["path"] for file in files)}
    for path in list(target.iterdir()):
        if path.name not in expected:
            path.unlink()


def served(store: Store, known: Mapping[str, Entry]) -> list[Entry]:
    """Read the index of a store now, verify it, and save it as the newest one seen.

    Args:
        store: The store.
        known: The entries of the bundled releases, by version.

    Returns:
        The entries of the index, oldest first.

    Raises:
        StoreError: The index is not signed with a trusted key, contradicts the package, or is older
            than the one last accepted.
        UnreachableError: The store did not answer.

    """
    from tumen.stores import download as stores_download  # noqa: PLC0415

    url = f"{store}/{INDEX}"
    keys = trust.keys(store)
    if keys == ():
        raise StoreError(
            f"{url} cannot be verified: no key is trusted yet, and releases that are not part"
            " of this package need a signature. Get the public key of the store's maintainers"
            " over another channel, and name it: TUMEN_STORE_KEY=FILE"
        )
    with tempfile.TemporaryDirectory() as scratch:
        content = stores_download.download(store, INDEX, Path(scratch)).read_bytes()
        key = None
        if keys is not None:
            signature = stores_download.download(
                store, f"{INDEX}.minisig", Path(scratch)
            ).read_bytes()
            key = trust.signer(content, signature, keys, url)
    entries = trust.entries(content, url)
    trust.refuse_other(known.values(), entries, url)
    with cache.lock(store.key) as locked:
        if not locked:
            raise StoreError(
                f"another process has locked the saved index of {store} in {cache_dir.root()};"
                " end it, and try again."
            )
        for saved in cache.accepted(store):
            trust.refuse_older(saved["releases"], entries, url)
        cache.accept(store, key, entries)
    return entries


def _digests(known: Mapping[str, Entry]) -> tuple[tuple[str, str], ...]:
    return tuple((version, entry["datapackage"]) for version, entry in known.items())


@once
def _served_or_remembered(store: Store, known: tuple[tuple[str, str], ...]) -> list[Entry]:
    """Return the entries of a store; if it is unreachable, warn and return those served before."""
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
        message = f"{error} What the store served before is used."
        warnings.warn(message, StoreWarning, stacklevel=2)
        return list(remembered.values())


def _remembered(store: Store | None) -> dict[str, Entry]:
    """Return the entries that a store served before, by version; those of all stores if it is None.

    An index whose key is no longer trusted is left out.
    """
    indexes = cache.all_accepted() if store is None else cache.accepted(store)
    entries: dict[str, Entry] = {}
    for saved in indexes:
        keys = trust.keys(location.parse_store(saved["store"]))
        if keys is not None and saved["key"] not in keys:
            continue
        for entry in saved["releases"]:
            version = entry["version"]
            if entries.setdefault(version, entry)["datapackage"] != entry["datapackage"]:
                raise StoreError(
                    f"two stores served different releases {version};"
                    " name the store that you mean: store= or TUMEN_STORE."
                )
            # A withdrawal that only one of the stores knows of counts.
            if entry.get("withdrawn"):
                entries[version] = entry
    return entries


@contextmanager
def _progress(version: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show the progress of a fetch, if standard error is a terminal."""
    from rich import progress as rich_progress  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    columns = (
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
    )
    with rich_progress.Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as progress:
        task = progress.add_task(f"release {version}", total=total)
        yield lambda count: progress.advance(task, count)
