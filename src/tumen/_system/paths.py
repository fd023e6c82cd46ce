"""Paths that are not UTF-8, as a folder with such a name gives them where the locale is not."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def polars_source(path: Path) -> Path | io.BytesIO:
    """Return what polars can read a file from: its path, or its content if the path is not UTF-8.

    Python writes bytes of a path that it cannot decode as surrogates, which polars refuses.
    """
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return io.BytesIO(path.read_bytes())
    return path
