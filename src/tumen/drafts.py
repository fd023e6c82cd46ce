"""Writing that loses nothing: one process at a time in a folder of records, and a file replaced whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK: Final = ".tumen.lock"
_PATIENCE: Final = 60


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the lock of a folder of records: who else asks for it, in any process, waits.

    Raises `TumenError` where the folder cannot be written, or another process holds the lock for more than a minute.
    """
    lock = FileLock(root / LOCK, timeout=_PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise TumenError(f"{root} is being written by another process; wait for `tumen new` or `tumen fmt` to end there.") from None
    except OSError as error:
        raise TumenError(f"{root} cannot be written: {error.strerror}; nothing was changed.") from error
    try:
        yield
    finally:
        with suppress(PermissionError):  # where the system does not let go of an open file, it stays, empty
            Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def replace(path: Path, content: bytes) -> None:
    """Write a file in one step, flushed to disk, with the permissions that it had; a link stays one."""
    path = path.resolve()
    draft = path.with_name(f".{path.name}.draft")
    try:
        flush(draft, content)
        with suppress(FileNotFoundError):
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def flush(path: Path, content: bytes) -> None:
    """Write a new file and flush it to disk; what stood under its name goes, and a link there is not followed."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
