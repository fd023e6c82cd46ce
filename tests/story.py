"""A small story in which every view has something to say: the records in `story/`, built into a real release."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import kept

from tumen import clock
from tumen.names import TABLE_NAMES
from tumen.publishing import release
from tumen.publishing.datapackage import Stamp
from tumen.snapshot import scan_table

if TYPE_CHECKING:
    import polars as pl

VERSION = "2026.11.0"


@cache
def folder() -> Path:
    """Return the folder of the release of the story, written once."""
    target = kept.folder("story") / VERSION
    target.mkdir()
    for name, content in release.render(Path(__file__).with_name("story"), Stamp(VERSION, "2026-11-24")).items():
        (target / name).write_bytes(content)
    return target


def tables(known_by: str | None = None) -> dict[str, pl.LazyFrame]:
    """Return its tables, as published or as known on a day."""
    frames = {name: scan_table(folder(), name) for name in TABLE_NAMES}
    return frames if known_by is None else clock.known_by(frames, clock.day(known_by))
