"""Where this library keeps what it need not fetch or read again: one folder for all, named by `TUMEN_CACHE` or the user's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

from tumen.errors import TumenError

VARIABLE: Final = "TUMEN_CACHE"


def root() -> Path:
    """Return the cache folder, whether it is there yet or not; raises `TumenError` for one in the home of nobody."""
    given = os.environ.get(VARIABLE)
    if not given:
        return platformdirs.user_cache_path("tumen", appauthor=False)
    try:
        return Path(given).expanduser().absolute()
    except RuntimeError:
        raise TumenError(
            f"{VARIABLE}={given!r} is in the home of a user that this system does not know; write it out."
        ) from None
