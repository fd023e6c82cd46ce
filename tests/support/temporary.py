"""Temporary folders that all tests of a process share, deleted when it ends."""

from __future__ import annotations

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp


def folder(name: str) -> Path:
    """Return a new folder that lasts as long as the process."""
    made = Path(mkdtemp(prefix=f"tumen-{name}-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made
