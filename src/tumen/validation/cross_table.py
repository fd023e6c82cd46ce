"""Tables held to the rules across them: of each rule how many rows break it, and the first that do.

The rules are those of `tumen.schemas.cross_table`, joins over narwhals frames. A row is told by its key, so that the later of two
rows is the same one on every engine and in every order of the rows. Each rule is one query that counts, and one more for each
column of a table in which it found something.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import narwhals.exceptions

from tumen.errors import RuleError, TumenError
from tumen.schemas import TABLES
from tumen.schemas.cross_table import INTEGRITY
from tumen.schemas.days import is_day
from tumen.validation.column_types import fitted
from tumen.validation.evaluate import numbered, rows_of
from tumen.validation.progress import reached
from tumen.validation.sources import telling
from tumen.validation.table_report import Broken, BrokenRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tumen.schemas.rules import TablesRule

Frame = nw.LazyFrame[Any]

_BETWEEN: Final = "\x1f"
_NUMBER: Final = "row number"


def across(frames: Mapping[str, Frame], most: int) -> tuple[list[str], list[Broken]]:
    """Return the rules asked of these tables, and what breaks them; keys that stand twice are each table's own matter.

    Raises `TumenError` if the frames are of several engines, `RuleError` for a rule that an engine cannot express.
    """
    engines = sorted({str(frame.implementation) for frame in frames.values()})
    if len(engines) > 1:
        raise TumenError(
            f"tables of several engines ({', '.join(engines)}) cannot be held to the rules across them; use one."
        )
    plain = {name: fitted(TABLES[name], frame).frame for name, frame in frames.items()}
    asked = [
        rule
        for rule in INTEGRITY
        if rule.code != "E301" and all(name in plain for name in rule.needs)
    ]
    return [rule.code for rule in asked], [
        one for rule in asked for one in _broken(rule, plain, most)
    ]


def _keyed(name: str, frame: Frame) -> Frame:
    """Return the frame with `row`, the key as one text: rows that have it in common are one to the rules across tables.

    Days outside the years 1 to 9999, each an E101, are taken for unknown: not every engine can reckon with them.
    """
    days = [name for name, kind in frame.collect_schema().items() if kind == nw.Date]
    frame = frame.with_columns(
        nw.when(is_day(nw.col(day))).then(nw.col(day)).alias(day) for day in days
    )
    parts = [nw.col(column).fill_null("") for column in TABLES[name].spec().key]
    return frame.with_columns(
        (nw.concat_str(*parts, separator=_BETWEEN) if len(parts) > 1 else parts[0]).alias("row")
    )


def _broken(rule: TablesRule, plain: Mapping[str, Frame], most: int) -> Iterator[Broken]:
    tables = {name: _keyed(name, frame) for name, frame in plain.items()}
    reached(f"rule {rule.code}")
    with telling(f"rule {rule.code}"), _expressing(rule, tables):
        breaches = [*rule.breaches(tables)]
        if not breaches:
            return
        every = nw.concat(breaches)
        counts = rows_of(every.group_by("table", "column").agg(nw.len().alias("count")))
        for table, column, count in counts.select("table", "column", "count").rows():
            here = every.filter(nw.col("table") == table, nw.col("column") == column)
            yield Broken(
                table, rule.code, (column,), count, tuple(_first(here, table, plain[table], most))
            )


@contextmanager
def _expressing(rule: TablesRule, tables: Mapping[str, Frame]) -> Iterator[None]:
    """Raise what narwhals cannot express on an engine as a `RuleError`: a rule is never passed over in silence."""
    try:
        yield
    except (NotImplementedError, nw.exceptions.NarwhalsError) as error:
        engine = next(iter(tables.values())).implementation
        raise RuleError(
            f"rule {rule.code} ({rule.title}) cannot be expressed on {engine}: {error}"
        ) from error


def _first(breaches: Frame, table: str, plain: Frame, most: int) -> Iterator[BrokenRow]:
    """Yield the first breaches by key, each with the number of the first row that has it, where rows are numbered."""
    key = TABLES[table].spec().key
    names = [f"key {number}" for number in range(len(key))]
    rows = numbered(plain)
    known = "row" in rows.collect_schema()
    rows = _keyed(table, rows.with_columns(nw.col("row").alias(_NUMBER)) if known else rows)
    named = (nw.col(column).alias(name) for column, name in zip(key, names, strict=True))
    keys = rows.select("row", *([_NUMBER] if known else []), *named)
    keys = keys.group_by("row", *names).agg(nw.col(_NUMBER).min()) if known else keys.unique()
    first = (
        breaches.join(keys, on="row", how="inner")
        .sort(*names, "value", "other", nulls_last=False)
        .head(most)
    )
    for row in rows_of(first).iter_rows(named=True):
        values = {row["column"]: row["value"]} | ({"other": row["other"]} if row["other"] else {})
        yield BrokenRow(tuple(row[name] for name in names), values, row.get(_NUMBER))
