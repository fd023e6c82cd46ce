"""Violations of a rule across tables, in tables of a few rows; missing values are null."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from tumen.schemas import TABLES
from tumen.schemas.cross_table import CROSS_TABLE_RULES

if TYPE_CHECKING:
    from collections.abc import Collection

    from tumen.schemas.rules import Frame

RULES = {rule.code: rule for rule in CROSS_TABLE_RULES}
Rows = dict[str, list[dict[str, Any]]]


def framed(rows: Rows, names: Collection[str] = tuple(TABLES)) -> dict[str, Frame]:
    """Return these tables as frames."""
    tables: dict[str, Frame] = {}
    for name in names:
        data = [{"row": number, **row} for number, row in enumerate(rows.get(name, []))]
        schema: Any = {"row": pl.UInt32, **TABLES[name].polars_types()}
        tables[name] = nw.from_native(pl.DataFrame(data, schema=schema).lazy())
    return tables


def found(code: str, rows: Rows, names: Collection[str] = tuple(TABLES)) -> list[str]:
    """Return the violations of a rule in these rows, as `table row: value (other)`."""
    breaches = [
        row
        for frame in RULES[code].find_violations(framed(rows, names))
        for row in frame.collect().rows()
    ]
    return sorted(f"{table} {row}: {value} ({other})" for table, row, _, value, other in breaches)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
