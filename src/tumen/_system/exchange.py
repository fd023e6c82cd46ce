"""Two paths exchanged in one step, where the system can: nobody finds either missing, and what stood there is kept."""

from __future__ import annotations

import ctypes
import errno
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_HERE: Final = -100
_EXCHANGE: Final = 2
_UNABLE: Final = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)


def swap(one: Path, other: Path) -> bool:
    """Exchange two files or folders, and return True; or return False, with nothing changed, where the system cannot (Linux can).

    Raises `OSError` where it can and is not allowed to, or one of them is missing.
    """
    rename = (
        getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if os.name == "posix"
        else None
    )
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(other))
