"""The folder of all caches: `TUMEN_CACHE`, or else the user's cache folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

from tumen.errors import TumenError

VARIABLE: Final = "TUMEN_CACHE"


def root() -> Path:
    """Return the cache folder, which may not exist yet.

    Raises:
        TumenError: `TUMEN_CACHE` starts with the home folder of a user that does not exist.

    """
    setting = os.environ.get(VARIABLE)
    if not setting:
        return platformdirs.user_cache_path("tumen", appauthor=False)
    try:
        return Path(setting).expanduser().absolute()
    except RuntimeError:
        raise TumenError(
            f"{VARIABLE}={setting!r} is in the home folder of an unknown user;"
            " write the path in full."
        ) from None
