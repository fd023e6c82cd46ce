"""The tables of a small generated dataset without errors, and those tables with faults."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl

from tumen.records import frames, reader
from tumen.schemas import TABLES
from tumen.schemas.cross_table import CROSS_TABLE_RULES
from tumen.testing import generator
from tumen.testing.rule_violations import broken_tables
from tumen.testing.strategies import broken
from tumen.validation.column_rules import row_rules

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def tables() -> dict[str, pl.DataFrame]:
    with TemporaryDirectory() as folder:
        generator.write(Path(folder), 60)
        made = frames.with_known_since(frames.from_dataset(reader.read(Path(folder))))
    return {name: frame.drop("row") for name, frame in made.items()}


@cache
def faulty() -> dict[str, pl.DataFrame]:
    """Return tables that violate every rule across tables and every row rule.

    A row rule is violated in the first table that has it.
    """
    made = dict(tables())
    for rule in CROSS_TABLE_RULES:
        made = broken_tables(made, rule.code)
    seen: set[str] = set()
    for name, frame in made.items():
        codes = sorted({rule.code for rule in row_rules(TABLES[name])} - seen)
        seen.update(codes)
        made[name] = pl.concat([frame, *[frame.head(1)] * len(codes)])
        for number, code in enumerate(codes):
            made[name] = broken(made[name], name, code, row=frame.height + number)
    return made


def written(frame: pl.DataFrame, path: Path) -> Path:
    """Write the frame in the format of the file's ending."""
    write: dict[str, Callable[[Path], object]] = {
        ".parquet": frame.write_parquet,
        ".arrow": frame.write_ipc,
        ".csv": frame.write_csv,
        ".jsonl": frame.write_ndjson,
    }
    write[path.suffix](path)
    return path


def changed(frame: pl.DataFrame, faults: dict[str, dict[int, object]]) -> pl.DataFrame:
    """Return the frame with the values of these rows replaced, by column."""
    for name, values in faults.items():
        column = frame[name].to_list()
        for row, value in values.items():
            column[row] = value
        frame = frame.with_columns(pl.Series(name, column, frame.schema[name]))
    return frame


def estimates() -> pl.DataFrame:
    """Return estimates with many kinds of faults, and values that only resemble faults."""
    frame = tables()["estimates"]
    frame = (
        pl.concat([frame] * 4)
        .with_columns(estimate_id=pl.format("est-{}", pl.int_range(pl.len()) + 1000))
        .head(16)
    )
    return changed(
        frame,
        {
            "estimate_id": {0: "est-1", 2: "est-1001", 9: None, 10: None},
            "measure": {3: "kilt", 4: None},
            "low": {5: -5.0, 6: float("nan")},
            "confidence_low": {6: float("nan"), 7: 101.0, 8: float("inf")},
            "note": {
                1: "a\u00a0b",
                2: "\u00a0a",
                3: "a\n",
                4: "a\nb",
                5: "",
                6: "a\u2028b",
                7: "북한 😀",
                8: "a\x0bb\x0b",
                9: "a\r",
            },
            "summary": {
                0: "и " * 29 + "и",
                1: "и " * 30 + "и",
                3: "a\u3000b",
                4: "a  b",
                5: "a\u0085b",
                6: "a\n",
            },
            "period_start": {
                2: pl.Series(["1945-08-15"]).str.to_date()[0],
                3: pl.Series(["1969-12-31"]).str.to_date()[0],
            },
            "period_end": {
                2: pl.Series(["1945-08-14"]).str.to_date()[0],
                3: pl.Series(["1970-01-01"]).str.to_date()[0],
            },
        },
    )
