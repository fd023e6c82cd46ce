"""Hypothesis strategies for tests of programs that read or make such tables.

    @given(tables("estimates"))                      rows that no rule finds an error in
    @given(datasets())                               all tables, with sound references and dates
    broken(frame, "estimates", "E107", row=2)        the frame, whose third row breaks that rule

Datasets come from `generator`, by size and seed. Hypothesis shrinks both. A frame has the types of
a release.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from hypothesis import strategies as st

from tumen.errors import TumenError, UnknownNameError
from tumen.records import frames, reader
from tumen.schemas import TABLES
from tumen.testing import generator
from tumen.validation.column_rules import row_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST: Final = 120
_SEEDS: Final = 2**16

_LATE, _EARLY, _MIDDLE = (
    pl.lit(day).str.to_date() for day in ("9999-01-02", "0001-01-01", "2025-06-17")
)
_BAD_VALUES: Final[Mapping[str, Any]] = {
    "E101": _EARLY.dt.offset_by("-1d"),
    "E103": "no such code",
    "E104": "No Id",
    "E106": "a\u200b",
    "E107": -1000.0,
    "E108": "nowhere",
    "E109": "word " * 30 + "word",
    "E111": None,
    "E114": "a" * 301,
    "E115": "?",
    "W251": "**bold**",
    "W214": _EARLY,
    "E235": "https://user@kcna.example/",
    "E236": "https://цтак.example/",
    "E237": "https://192.168.0.1/",
    "E239": "mtg-0001",
    "W267": "https://kcna.example/talks#:~:text=Talks",
}
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
    "E116": {
        "low": 101.0,
        "best": None,
        "high": None,
        "bound": "at_least",
        "measure": "progress",
        "unit": "percent",
    },
    "W250": {
        "low": 1.5,
        "best": None,
        "high": None,
        "bound": "at_least",
        "measure": "killed",
        "unit": "persons",
    },
    "W252": {"aliases": pl.concat_list("name")},
    "E211": {"published_precision": "on_or_before"},
    "E212": {"in_force": _MIDDLE, "ratified_ru": _LATE},
    "E213": {"format": "summit", "level": "expert"},
    "E214": {"origin": "CN", "destination": "BY"},
    "E215": {"origin": "CN"},
    "W212": {"format": "letter", "venue": "Palace"},
    "W213": {"status": "announced", "announced_on": None},
    "W232": {"stock_or_flow": "flow", "as_of": _MIDDLE, "period_start": None, "period_end": None},
    "W235": {"bound": "range", "low": 1.0, "best": None, "high": 1.0},
    "W237": {"measure": "killed", "unit": "persons", "subject_id": "lch-0001"},
    "W239": {"stance": "denies", "subject_id": None},
    "W263": {"country": None, "kind": "country"},
    "W269": {"country": None, "kind": "state"},
    "W270": {"title": "Переговоры", "language": "en"},
    "E345": {"reason": "duplicate", "successor_id": None},
    "E346": {"record_id": "stm-0001", "reason": "duplicate", "successor_id": "est-0001"},
}


def datasets() -> st.SearchStrategy[dict[str, pl.DataFrame]]:
    """Return a strategy for datasets in which `tumen.check` finds no error.

    Returns:
        A strategy for a dict with a frame per table.

    Examples:
        >>> tumen.testing.strategies.datasets()

    """
    return st.builds(
        lambda size, seed: dict(_generate(size, seed)),
        st.integers(generator.SMALLEST, _LARGEST),
        st.integers(0, _SEEDS),
    )


def tables(name: str) -> st.SearchStrategy[pl.DataFrame]:
    """Return a strategy for frames of one table, including empty ones.

    Args:
        name: Name of the table.

    Returns:
        A strategy for a frame.

    Raises:
        UnknownNameError: The table does not exist.

    Examples:
        >>> tumen.testing.strategies.tables("estimates")

    """
    if name not in TABLES:
        raise UnknownNameError("table", name, TABLES)
    return st.builds(
        lambda dataset, rows: dataset[name].head(rows), datasets(), st.integers(0, _LARGEST)
    )


def broken(frame: pl.DataFrame, table: str, code: str, *, row: int = 0) -> pl.DataFrame:
    """Change one row of a frame so that it breaks one rule.

    The first column that the rule concerns gets the bad value.

    Args:
        frame: Rows of a table.
        table: Name of the table.
        code: Code of a rule of its rows, or E301 for a key that occurs twice.
        row: Number of the row, from 0.

    Returns:
        The frame with the changed row; for E301, with one row more.

    Raises:
        UnknownNameError: No rule of the rows of this table has the code.
        TumenError: The frame has no such row.

    Examples:
        >>> frame = tumen.load("estimates")
        >>> bad = tumen.testing.strategies.broken(frame, "estimates", "E107", row=2)

    """
    columns = {rule.code: rule.columns[0] for rule in reversed(row_rules(TABLES[table]))}
    if code not in columns and code != "E301":
        raise UnknownNameError(f"rule for rows of {table}", code, sorted({*columns, "E301"}))
    if not 0 <= row < frame.height:
        raise TumenError(
            f"row={row} is not a row of the frame, which has {frame.height}; count from 0."
        )
    if code == "E301":
        return pl.concat([frame, frame[row : row + 1]])
    values = _bad_values(table, code, columns.get(code, ""))
    here = pl.int_range(pl.len()) == row
    return frame.with_columns(
        pl.when(here).then(_literal(value, frame.schema[name])).otherwise(name).alias(name)
        for name, value in values.items()
    )


def _bad_values(table: str, code: str, column: str) -> Mapping[str, Any]:
    """Return the values that break the rule, by column."""
    if code == "E113":
        *_, last = TABLES[table].columns()[column].codes or ("twice",)
        return {column: [last, last]}
    return {column: _BAD_VALUES[code]} if code in _BAD_VALUES else _BAD_ROWS[code]


def _literal(value: Any, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.List) and isinstance(value, str):
        value = [value]
    return value.cast(kind) if isinstance(value, pl.Expr) else pl.lit(value, dtype=kind)


@lru_cache(maxsize=64)
def _generate(size: int, seed: int) -> dict[str, pl.DataFrame]:
    with TemporaryDirectory() as folder:
        generator.write(Path(folder), size, seed=seed)
        tables = frames.with_known_since(frames.from_dataset(reader.read(Path(folder))))
    return {name: frame.drop("row") for name, frame in tables.items()}
