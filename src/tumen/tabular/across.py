"""Tables held to the rules across them: of each rule how many rows break it, and the first that do.

The rules are those of `tumen.schemas.integrity`, joins over narwhals frames of which each row has a number. The number follows the
key, so that the later of two rows is the same one on every engine and in every order of the rows.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import narwhals as nw
import narwhals.exceptions

from tumen.errors import RuleError, TumenError
from tumen.schemas import TABLES
from tumen.schemas.integrity import INTEGRITY
from tumen.tabular.fitting import fitted
from tumen.tabular.judging import rows_of
from tumen.tabular.opening import telling
from tumen.tabular.reporting import Broken, BrokenRow

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from tumen.schemas.rules import TablesRule

Frame = nw.LazyFrame[Any]


def across(frames: Mapping[str, Frame], most: int, twice: Container[str] = ()) -> tuple[list[str], list[Broken]]:
    """Return the rules asked of these tables, and what breaks them; keys that stand twice are each table's own matter.

    `twice` names the tables with such keys, of which the other columns decide which row is the later one.
    Raises `TumenError` if the frames are of several engines, `RuleError` for a rule that an engine cannot express.
    """
    engines = sorted({str(frame.implementation) for frame in frames.values()})
    if len(engines) > 1:
        raise TumenError(f"tables of several engines ({', '.join(engines)}) cannot be held to the rules across them; use one.")
    tables = {name: _numbered(name, fitted(TABLES[name], frame).frame, ties=name in twice) for name, frame in frames.items()}
    asked = [rule for rule in INTEGRITY if rule.code != "E301" and all(name in tables for name in rule.needs)]
    return [rule.code for rule in asked], [one for rule in asked for one in _broken(rule, tables, most)]


def _numbered(name: str, frame: Frame, *, ties: bool) -> Frame:
    """Return the frame with `row`, numbers that rise with the key, and where keys may tie with the other columns."""
    key, schema = list(TABLES[name].spec().key), frame.collect_schema()
    order = [*key, *(one for one, kind in schema.items() if ties and one not in key and not isinstance(kind, nw.List))]
    if frame.implementation.is_polars():
        numbered: Frame = nw.from_native(frame.sort(*order, nulls_last=False).to_native().with_row_index("row"))
    elif frame.implementation.is_spark_like():
        from pyspark.sql import functions  # noqa: PLC0415

        ordered = frame.sort(*order, nulls_last=False).to_native()
        numbered = nw.from_native(ordered.withColumn("row", functions.monotonically_increasing_id()))
    else:
        numbered = frame.with_row_index("row", order_by=order)
    return numbered


def _broken(rule: TablesRule, tables: Mapping[str, Frame], most: int) -> Iterator[Broken]:
    found: dict[tuple[str, str], tuple[int, list[BrokenRow]]] = {}
    with telling(f"rule {rule.code}"), _expressing(rule, tables):
        for breach in rule.breaches(tables):
            for table, column, count in rows_of(breach.group_by("table", "column").agg(nw.len().alias("count"))).rows():
                before, rows = found.get((table, column), (0, []))
                first = _first(breach, table, tables[table], most - len(rows)) if len(rows) < most else []
                found[table, column] = (before + count, [*rows, *first])
    for (table, column), (count, rows) in found.items():
        yield Broken(table, rule.code, (column,), count, tuple(rows))


@contextmanager
def _expressing(rule: TablesRule, tables: Mapping[str, Frame]) -> Iterator[None]:
    """Raise what narwhals cannot express on an engine as a `RuleError`: a rule is never passed over in silence."""
    try:
        yield
    except (NotImplementedError, nw.exceptions.NarwhalsError) as error:
        engine = next(iter(tables.values())).implementation
        raise RuleError(f"rule {rule.code} ({rule.title}) cannot be expressed on {engine}: {error}") from error


def _first(breach: Frame, table: str, rows: Frame, most: int) -> list[BrokenRow]:
    key = TABLES[table].spec().key
    names = [f"key {number}" for number in range(len(key))]
    keyed = rows.select("row", *(nw.col(column).alias(name) for column, name in zip(key, names, strict=True)))
    joined = breach.join(keyed, on="row", how="inner").sort(*names, "value", "other", nulls_last=False).head(most)
    return [
        BrokenRow(
            tuple(row[name] for name in names), {row["column"]: row["value"]} | ({"other": row["other"]} if row["other"] else {})
        )
        for row in rows_of(joined).iter_rows(named=True)
    ]
