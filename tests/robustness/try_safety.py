"""Attacks: queries, paths, tags, pickles, formulas, markup, terminal escapes and hostile stores."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import safety_names
import safety_pages
import safety_queries
import safety_readers
import safety_screens
import safety_stores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trials import Row


def trials(*, long: bool) -> Iterator[Row]:
    """Yield a row for each kind of attack."""
    for module in (
        safety_readers,
        safety_queries,
        safety_names,
        safety_pages,
        safety_screens,
        safety_stores,
    ):
        yield from module.trials(long=long)
