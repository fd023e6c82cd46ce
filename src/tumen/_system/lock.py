"""A lock, so that one process at a time writes in a folder of records or of releases.

It needs tumen[check].
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK: Final = ".tumen.lock"
_TIMEOUT: Final = 60


@contextmanager
def exclusive_lock(root: Path) -> Iterator[None]:
    """Lock a folder of records or releases; other threads and processes wait.

    Raises:
        TumenError: The folder cannot be written, or another process holds the lock for more than a
            minute.

    """
    lock = FileLock(root / LOCK, timeout=_TIMEOUT)
    try:
        lock.acquire()
    except Timeout:
        raise TumenError(
            f"{root} is being written by another tumen process; wait until it has finished,"
            " and run this again."
        ) from None
    except OSError as error:
        raise TumenError(
            f"{root} cannot be written: {error.strerror}; nothing was changed."
        ) from error
    try:
        yield
    finally:
        # Some systems cannot delete an open file; the empty lock file then stays.
        with suppress(OSError):
            Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()
