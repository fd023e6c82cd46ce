"""A small set of records, built into a real release, in which every view has rows.

The records are in `example_release/`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import temporary

from tumen import as_known_on
from tumen.publishing import build
from tumen.publishing.datapackage import Stamp
from tumen.snapshot import scan_table
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    import polars as pl

VERSION = "2026.11.0"


@cache
def folder() -> Path:
    """Return the folder of the release, written once."""
    target = temporary.folder("story") / VERSION
    target.mkdir()
    for name, content in build.render(
        Path(__file__).with_name("example_release"), Stamp(VERSION, "2026-11-24")
    ).items():
        (target / name).write_bytes(content)
    return target


def tables(known_by: str | None = None) -> dict[str, pl.LazyFrame]:
    """Return its tables, as published or as known on a date."""
    frames = {name: scan_table(folder(), name) for name in TABLE_NAMES}
    return (
        frames
        if known_by is None
        else as_known_on.known_by(frames, as_known_on.parse_day(known_by))
    )
