"""Hypothesis strategies for tests of programs that read or make such tables: whole datasets, single tables, broken ones.

    @given(tables("estimates"))                      rows that no rule objects to
    @given(datasets())                               all tables, with references that resolve and dates that agree
    broken(frame, "estimates", "E107", row=2)        the frame, whose third row breaks that rule of a row

Datasets come from `generate`, by size and seed; hypothesis shrinks both. A frame has the types of a release.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from hypothesis import strategies as st

from tumen.errors import TumenError, UnknownNameError
from tumen.reading import frames, records
from tumen.schemas import TABLES
from tumen.tabular.checks import row_rules
from tumen.testing import generate

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST: Final = 120
_SEEDS: Final = 2**16

_BAD_VALUES: Final[Mapping[str, Any]] = {
    "E103": "no such code",
    "E104": "No Id",
    "E106": " ",
    "E107": -1000.0,
    "E108": "nowhere",
    "E109": "word " * 30 + "word",
    "E111": None,
    "E113": ["no such code"],
}
_LATE, _EARLY, _MIDDLE = (pl.lit(day).str.to_date() for day in ("9999-01-02", "0001-01-01", "2025-06-17"))
_BAD_ROWS: Final[Mapping[str, Mapping[str, Any]]] = {
    "E201": {"bound": "range", "low": 2.0, "best": None, "high": 1.0},
    "E202": {"bound": "exact", "low": None, "best": None, "high": None},
    "E203": {"measure": "killed", "unit": "usd"},
    "E204": {"start_date": _LATE, "end_date": _MIDDLE},
    "E205": {"said_on_precision": "day", "said_on": _MIDDLE, "as_of": _LATE},
    "E206": {"period_start": _LATE, "period_end": _EARLY},
    "E207": {"signed": _LATE, "ratified_ru": _MIDDLE, "signed_precision": "day"},
    "E208": {"confidence_low": 1.0, "confidence_high": None},
    "E209": {"origin": "KP", "destination": "KP"},
    "E210": {"latitude": 39.0, "longitude": None},
    "E211": {"published_precision": "on_or_before"},
    "E345": {"reason": "duplicate", "successor_id": None},
    "E346": {"record_id": "stm-0001", "reason": "duplicate", "successor_id": "est-0001"},
}


def datasets() -> st.SearchStrategy[dict[str, pl.DataFrame]]:
    """Return a strategy for datasets: a frame for each table, in which `tumen.check` finds no error."""
    return st.builds(lambda size, seed: dict(_made(size, seed)), st.integers(generate.SMALLEST, _LARGEST), st.integers(0, _SEEDS))


def tables(name: str) -> st.SearchStrategy[pl.DataFrame]:
    """Return a strategy for frames of one table, empty ones among them; raises `UnknownNameError` for a table there is not."""
    if name not in TABLES:
        raise UnknownNameError("table", name, TABLES)
    return st.builds(lambda made, rows: made[name].head(rows), datasets(), st.integers(0, _LARGEST))


def broken(frame: pl.DataFrame, table: str, code: str, *, row: int = 0) -> pl.DataFrame:
    """Return the frame with one row that breaks one rule of a row, or with E301 a key that stands twice.

    The first column that the rule concerns breaks it. Raises `UnknownNameError` for a rule that the table's rows are
    not held to, `TumenError` if there is no such row.
    """
    columns = {rule.code: rule.columns[0] for rule in reversed(row_rules(TABLES[table]))}
    if code not in columns and code != "E301":
        raise UnknownNameError(f"rule of a row of {table}", code, sorted({*columns, "E301"}))
    if not 0 <= row < frame.height:
        raise TumenError(f"there is no row {row} to break in {frame.height} rows; count from 0.")
    if code == "E301":
        return pl.concat([frame, frame[row : row + 1]])
    values = {columns[code]: _BAD_VALUES[code]} if code in _BAD_VALUES else _BAD_ROWS[code]
    here = pl.int_range(pl.len()) == row
    return frame.with_columns(
        pl.when(here).then(_value(value, frame.schema[name])).otherwise(name).alias(name) for name, value in values.items()
    )


def _value(value: Any, kind: pl.DataType) -> pl.Expr:
    return value.cast(kind) if isinstance(value, pl.Expr) else pl.lit(value, dtype=kind)


@lru_cache(maxsize=64)
def _made(size: int, seed: int) -> dict[str, pl.DataFrame]:
    with TemporaryDirectory() as folder:
        generate.write(Path(folder), size, seed=seed)
        made = frames.with_known_since(frames.of(records.read(Path(folder))))
    return {name: frame.drop("row") for name, frame in made.items()}
