"""One process at a time writes in a folder of records or of releases (tumen[check])."""

from __future__ import annotations

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
    """Hold the lock of a folder of records or releases: who else asks for it, in any process, waits.

    Raises `TumenError` where the folder cannot be written, or another process holds the lock for more than a minute.
    """
    lock = FileLock(root / LOCK, timeout=_PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise TumenError(
            f"{root} is being written by another tumen; wait for it to end, and run this again."
        ) from None
    except OSError as error:
        raise TumenError(
            f"{root} cannot be written: {error.strerror}; nothing was changed."
        ) from error
    try:
        yield
    finally:
        with suppress(OSError):  # where the system does not let go of an open file, it stays, empty
            Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()
