"""Where this library keeps what it need not fetch or read again: one folder for all, named by `TUMEN_CACHE` or the user's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

VARIABLE: Final = "TUMEN_CACHE"


def root() -> Path:
    """Return the cache folder, whether it is there yet or not."""
    given = os.environ.get(VARIABLE)
    return Path(given).expanduser().absolute() if given else platformdirs.user_cache_path("tumen", appauthor=False)
