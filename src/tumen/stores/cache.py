"""The cache of fetched and verified releases; each file in it is replaced in one step."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from tumen._system import atomic
from tumen._system.cache_dir import root
from tumen.errors import StoreError
from tumen.release.datapackage import DESCRIPTION, sha256
from tumen.stores import location, trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tumen.stores.location import Store


_TIMEOUT: Final = 60


def place(version: str, digest: str) -> Path:
    """Return the folder for the release whose datapackage has this digest, fetched or not."""
    return root() / "releases" / digest.removeprefix("sha256:") / version


def cached_folder(version: str, digest: str) -> Path | None:
    """Return the folder of a cached release; None if its datapackage is missing or damaged."""
    folder = place(version, digest)
    try:
        actual = sha256((folder / DESCRIPTION).read_bytes())
    except OSError:
        return None
    return folder if actual == digest else None


def accepted(store: Store) -> list[dict[str, Any]]:
    """Return the indexes last accepted from a store, under any form of its URL."""
    return [
        saved for saved in all_accepted() if location.parse_store(saved["store"]).key == store.key
    ]


def all_accepted() -> list[dict[str, Any]]:
    """Return the index last accepted from each store.

    Returns:
        Dictionaries with `store` (its URL), `key` (the public key that signed the index, or None)
        and `releases` (the entries).

    """
    paths = sorted((root() / "stores").glob("*.json"))
    return [saved for path in paths if (saved := _read(path))]


def accept(store: Store, key: str | None, releases: list[dict[str, Any]]) -> None:
    """Save the index of a store as the newest one seen; the caller must hold the store's lock.

    Args:
        store: The store.
        key: The public key that signed the index; None for a folder without signature.
        releases: The entries of the index.

    """
    content = json.dumps(
        {"store": store.url, "key": key, "releases": releases}, ensure_ascii=False, indent=1
    )
    path = root() / "stores" / f"{_file_name(store.key)}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.replace(path, f"{content}\n".encode())
    except OSError as error:
        raise unwritable(error) from error


@contextmanager
def lock(name: str, seconds: float = _TIMEOUT) -> Iterator[bool]:
    """Acquire a lock of the cache, so that one process works and the others wait.

    Yields whether it was acquired, False if it was not free for so many seconds.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415

    folder = root() / "locks"
    file_lock = FileLock(folder / f"{_file_name(name)}.lock", timeout=seconds)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(Timeout):
            file_lock.acquire()
    except OSError as error:
        raise unwritable(error) from error
    try:
        yield file_lock.is_locked
    finally:
        file_lock.release()


def unwritable(error: OSError) -> StoreError:
    """Return the error for a cache that cannot be written."""
    return StoreError(
        f"the cache {root()} cannot be written ({error});"
        " free some space there, or name another folder: TUMEN_CACHE."
    )


def _file_name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = path.read_bytes()
        entries = trust.entries(content, str(path))
        saved = json.loads(content)
        return {"store": str(saved["store"]), "key": saved["key"], "releases": entries}
    except FileNotFoundError:
        return None
    except (OSError, KeyError, StoreError) as error:
        raise StoreError(
            f"{path} cannot be read ({error});"
            " delete it, which also forgets what the store served last."
        ) from error
