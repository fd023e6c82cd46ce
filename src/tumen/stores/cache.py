"""What has been fetched and proven, in the cache folder; each file is replaced in one step."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tumen.errors import StoreError
from tumen.resources import DESCRIPTION, sha256
from tumen.stores import trust
from tumen.system import drafts
from tumen.system.cache_folder import root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tumen.stores.address import Store


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


def accepted(store: Store) -> dict[str, Any] | None:
    """Return the index last accepted from a store: store, key, releases; or None."""
    return _read(_memory(store))


def all_accepted() -> list[dict[str, Any]]:
    """Return the index last accepted from each store."""
    return [memory for path in sorted((root() / "stores").glob("*.json")) if (memory := _read(path))]


def accept(store: Store, key: str | None, releases: list[dict[str, Any]]) -> None:
    """Remember the index of a store as the newest seen, and the key that signed it; who does so holds the lock of the store."""
    content = json.dumps({"store": store.url, "key": key, "releases": releases}, ensure_ascii=False, indent=1)
    path = _memory(store)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        drafts.replace(path, f"{content}\n".encode())
    except OSError as error:
        raise unwritable(error) from error


@contextmanager
def lock(name: str) -> Iterator[None]:
    """Hold a lock of the cache, by which one process works and the others wait."""
    from filelock import FileLock  # noqa: PLC0415

    folder = root() / "locks"
    held = FileLock(folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held.acquire()
    except OSError as error:
        raise unwritable(error) from error
    try:
        yield
    finally:
        held.release()


def unwritable(error: OSError) -> StoreError:
    """Return the error of a cache that cannot be written."""
    return StoreError(f"the cache {root()} cannot be written ({error}); make room there, or name another folder: TUMEN_CACHE.")


def _memory(store: Store) -> Path:
    return root() / "stores" / f"{hashlib.sha256(store.url.encode()).hexdigest()[:32]}.json"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = path.read_bytes()
        entries = trust.entries(content, str(path))
        memory = json.loads(content)
        return {"store": str(memory["store"]), "key": memory["key"], "releases": entries}
    except FileNotFoundError:
        return None
    except (OSError, KeyError, StoreError) as error:
        raise StoreError(f"{path} cannot be read ({error}); delete it, and what the store last served is forgotten.") from error
