"""What has been fetched and proven, in the cache folder; each file is replaced in one step."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from tumen._system import atomic
from tumen._system.cache_dir import root
from tumen.errors import StoreError
from tumen.release.resources import DESCRIPTION, sha256
from tumen.stores import location, trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tumen.stores.location import Store


_PATIENCE: Final = 60


def place(version: str, digest: str) -> Path:
    """Return where the release stands whose datapackage has this digest, fetched or not."""
    return root() / "releases" / digest.removeprefix("sha256:") / version


def held(version: str, digest: str) -> Path | None:
    """Return the folder of a release that has been fetched, or None where it is not there or its description is damaged."""
    folder = place(version, digest)
    try:
        found = sha256((folder / DESCRIPTION).read_bytes())
    except OSError:
        return None
    return folder if found == digest else None


def accepted(store: Store) -> list[dict[str, Any]]:
    """Return the indexes last accepted from a store under any spelling of its address: store, key, releases."""
    return [memory for memory in all_accepted() if location.store(memory["store"]).key == store.key]


def all_accepted() -> list[dict[str, Any]]:
    """Return the index last accepted from each store."""
    return [
        memory for path in sorted((root() / "stores").glob("*.json")) if (memory := _read(path))
    ]


def accept(store: Store, key: str | None, releases: list[dict[str, Any]]) -> None:
    """Remember the index of a store as the newest seen, and the key that signed it; who does so holds the lock of the store."""
    content = json.dumps(
        {"store": store.url, "key": key, "releases": releases}, ensure_ascii=False, indent=1
    )
    path = root() / "stores" / f"{_name(store.key)}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.replace(path, f"{content}\n".encode())
    except OSError as error:
        raise unwritable(error) from error


@contextmanager
def lock(name: str, seconds: float = _PATIENCE) -> Iterator[bool]:
    """Hold a lock of the cache, by which one process works and the others wait; false where it was not free for so long."""
    from filelock import FileLock, Timeout  # noqa: PLC0415

    folder = root() / "locks"
    held = FileLock(folder / f"{_name(name)}.lock", timeout=seconds)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(Timeout):
            held.acquire()
    except OSError as error:
        raise unwritable(error) from error
    try:
        yield held.is_locked
    finally:
        held.release()


def unwritable(error: OSError) -> StoreError:
    """Return the error of a cache that cannot be written."""
    return StoreError(
        f"the cache {root()} cannot be written ({error}); make room there, or name another folder: TUMEN_CACHE."
    )


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = path.read_bytes()
        entries = trust.entries(content, str(path))
        memory = json.loads(content)
        return {"store": str(memory["store"]), "key": memory["key"], "releases": entries}
    except FileNotFoundError:
        return None
    except (OSError, KeyError, StoreError) as error:
        raise StoreError(
            f"{path} cannot be read ({error}); delete it, and what the store last served is forgotten."
        ) from error
