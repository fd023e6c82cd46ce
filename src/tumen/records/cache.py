"""What reading a file gave, kept for the next run under the digest of all that it depends on.

    <folder>/readings/<key>     SHA-256 of key and payload, 32 bytes; the payload

The key is the SHA-256 of the file's content, its table, the code of this library and the versions of what it reads with, so that
an entry is never stale: whatever changes asks for another key. An entry is written beside its place and renamed, so that it is
whole whenever it is seen, by however many processes; one that is damaged all the same counts as missing. A folder that cannot be
written costs time and nothing else. Beyond `LIMIT` bytes the entries longest unused are deleted.
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
from tumen.schemas.base import PANDERA

LIMIT: Final = 256 * 2**20

_DIGEST_SIZE: Final = hashlib.sha256().digest_size
_READS_WITH: Final = (pl, rapidfuzz, yaml)


class Cache:
    """Payloads by key in one folder, which is made when the first is put there."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        self._grown = False

    def get(self, key: str) -> bytes | None:
        """Return the payload under a key, or None where there is none that is whole."""
        path = self.folder / key
        try:
            content = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):
            os.utime(path)
        digest, payload = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
        return payload if digest == _digest(key.encode(), payload) else None

    def put(self, key: str, payload: bytes) -> None:
        """Keep a payload under a key, if the folder can be written."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self.folder, prefix=".draft-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_digest(key.encode(), payload))
                    file.write(payload)
                Path(draft).replace(self.folder / key)
                self._grown = True
            finally:
                Path(draft).unlink(missing_ok=True)

    def prune(self) -> None:
        """Delete the entries longest unused, until the folder is within its limit again, if something was put there."""
        if not self._grown:
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


def default() -> Cache:
    """Return the cache in the library's cache folder."""
    return Cache(cache_dir.root() / "readings")


def key(table: str, content: bytes) -> str:
    """Return the key of what reading a file of this table and content gives."""
    return _digest(_reader(), table.encode(), content).hex()


@cache
def _reader() -> bytes:
    """Return the digest of the code that reads, and of the versions of what it reads with."""
    versions = (f"{library.__name__} {library.__version__}" for library in _READS_WITH)
    settings = (sys.version, str(yaml.__with_libyaml__), PANDERA, *versions)
    folders = {Path(__file__).parents[1], *map(Path, schemas.__path__)}
    code = (
        path.read_bytes() for folder in sorted(folders) for path in sorted(folder.rglob("*.py"))
    )
    return _digest(*(one.encode() for one in settings), *code)


def _digest(*parts: bytes) -> bytes:
    """Return one SHA-256 of several parts, of which each counts with its own bounds."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.digest()
