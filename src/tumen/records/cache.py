"""A cache of what reading a file gave, under the digest of everything that it depends on.

    <folder>/readings/<key>     SHA-256 of key and payload, 32 bytes, then the payload

The key is the SHA-256 of the content of the file, its table, the code of this library and the
versions of the libraries that it reads with. An entry is thus never stale: any change leads to
another key. An entry is written to a temporary file and renamed, so that every process sees it
complete. One that is damaged nevertheless counts as missing. A folder that cannot be written costs
time and nothing else. Beyond `LIMIT` bytes, the entries that were not used for longest are deleted.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl
import rapidfuzz
import yaml

from tumen import schemas
from tumen._system import cache_dir
from tumen.schemas.base import PANDERA_VERSION

LIMIT: Final = 256 * 2**20

_DIGEST_SIZE: Final = hashlib.sha256().digest_size
_READS_WITH: Final = (pl, rapidfuzz, yaml)


class Cache:
    """Payloads by key in one folder, which is created with the first entry.

    Args:
        folder: The folder.
        limit: The size of the folder in bytes to which `prune` reduces it.

    """

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        self._has_new_entries = False

    def get(self, key: str) -> bytes | None:
        """Return the payload under a key.

        Args:
            key: The key.

        Returns:
            The payload, or None where there is none or it is damaged.

        """
        path = self.folder / key
        try:
            content = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):
            os.utime(path)  # for `prune`, which deletes by time of last use
        digest, payload = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
        return payload if digest == _digest(key.encode(), payload) else None

    def put(self, key: str, payload: bytes) -> None:
        """Store a payload under a key; do nothing where the folder cannot be written.

        Args:
            key: The key.
            payload: The payload.

        """
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self.folder, prefix=".draft-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_digest(key.encode(), payload))
                    file.write(payload)
                Path(draft).replace(self.folder / key)
                self._has_new_entries = True
            finally:
                Path(draft).unlink(missing_ok=True)

    def prune(self) -> None:
        """Delete the entries that were not used for longest, until the folder is within its limit.

        Nothing is deleted if nothing was stored since the cache was opened.
        """
        if not self._has_new_entries:
            return
        entries = []
        with suppress(OSError):
            for entry in os.scandir(self.folder):
                with suppress(FileNotFoundError):
                    stat = entry.stat()
                    entries.append((stat.st_mtime_ns, stat.st_size, entry.path))
        excess = sum(size for _, size, _ in entries) - self.limit
        for _, size, path in sorted(entries):
            if excess <= 0:
                break
            with suppress(OSError):
                Path(path).unlink()
            excess -= size


def default_cache() -> Cache:
    """Return the cache in the library's cache folder."""
    return Cache(cache_dir.root() / "readings")


def key(table: str, content: bytes) -> str:
    """Return the key of what reading a file gives.

    Args:
        table: The table that the file belongs to.
        content: The bytes of the file.

    Returns:
        A hexadecimal digest.

    """
    return _digest(_reader_digest(), table.encode(), content).hex()


@cache
def _reader_digest() -> bytes:
    """Return the digest of the code that reads, and of the versions of what it reads with."""
    versions = (f"{library.__name__} {library.__version__}" for library in _READS_WITH)
    settings = (sys.version, str(yaml.__with_libyaml__), PANDERA_VERSION, *versions)
    folders = {Path(__file__).parents[1], *map(Path, schemas.__path__)}
    code = (
        path.read_bytes() for folder in sorted(folders) for path in sorted(folder.rglob("*.py"))
    )
    return _digest(*(setting.encode() for setting in settings), *code)


def _digest(*parts: bytes) -> bytes:
    """Return one SHA-256 of several parts."""
    digest = hashlib.sha256()
    for part in parts:
        # With its length, so that ("ab", "c") and ("a", "bc") differ.
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()
