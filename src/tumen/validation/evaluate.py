"""One table held to its rules: one query that counts, and more only for what failed.

The first query is an aggregation over all rules of a row and, on Spark, over the distinct values of a key of one column; of texts
it asks one pattern for each column, and only where some match a second query asks the rules, of those rows. Where few rows broke
rules, one filter with a flag per rule fetches them; where many did, or on Spark, the first rows of each rule are fetched by a query
of its own, so that no more than is shown is held. The items of a column of lists are judged as rows of their own, by the same
queries. Keys that several rows have are found as `keys` says. No row passes through Python.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import polars as pl

from tumen.validation import column_rules
from tumen.validation.column_types import GIVEN, fitted
from tumen.validation.duplicate_keys import hashes, suspected
from tumen.validation.plain import plain_rows
from tumen.validation.table_report import Broken, BrokenRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tumen.schemas import Table
    from tumen.schemas.rules import RowRule

FEW: Final = 100_000
"""So many broken rows are fetched at once by polars and DuckDB."""

Frame = nw.LazyFrame[Any]


class Judged(NamedTuple):
    """How many rows a table has, which rules it was held to, and what breaks them."""

    rows: int
    rules: tuple[str, ...]
    broken: tuple[Broken, ...]


def judged(model: type[Table], frame: Frame, most: int) -> Judged:
    """Return what the rows of a frame break, of a frame whose columns fit; of each rule the first `most` rows."""
    fit = fitted(model, frame)
    rules = (
        *fit.uncoerced,
        *_unless_lost(fit.uncoerced, column_rules.row_rules(model, frame.implementation)),
    )
    key, asked = model.spec().key, column_rules.by_lists(rules)
    counts_keys = len(key) == 1 and not hashes(frame.implementation)
    totals, failed = column_rules.counted(
        fit.frame, asked.pop(None), _first, *_totals(key[0] if counts_keys else None)
    )
    broken = [*_first_rows(model, numbered(fit.frame), failed, most)]
    for column, of_items in asked.items():
        items = column_rules.items(numbered(fit.frame), str(column))
        broken += _first_rows(
            model, items, column_rules.counted(items, of_items, _first).failed, most
        )
    if not counts_keys or _keys_missing(totals):
        broken += _shared_keys(model, fit.frame, most)
    return Judged(
        int(totals["rows"]),
        tuple(dict.fromkeys(["E112", *(rule.code for rule in rules), "E301"])),
        tuple(broken),
    )


def rows_of(frame: Frame) -> pl.DataFrame:
    """Return what a query gives: from Spark as rows without pandas, from others as columns."""
    if frame.implementation.is_polars():
        collected: pl.DataFrame = frame.to_native().collect(engine="streaming")
        return collected
    if frame.implementation.is_spark_like():
        return _from_spark(frame)
    fetched: pl.DataFrame = frame.collect("polars").to_native()
    return fetched


def _from_spark(frame: Frame) -> pl.DataFrame:
    """Return the rows of a Spark frame; days as their numbers, since Python has no day beyond the year 9999."""
    kinds = frame.collect_schema()
    days = [name for name, kind in kinds.items() if kind == nw.Date]
    numbered = frame.to_native().selectExpr(
        *(f"unix_date(`{name}`) AS `{name}`" if name in days else f"`{name}`" for name in kinds)
    )
    schema = {
        name: kind.to_polars() if hasattr(kind, "to_polars") else None
        for name, kind in kinds.items()
    }
    rows = [row.asDict() for row in numbered.collect()]
    return pl.DataFrame(
        rows, schema=schema | dict.fromkeys(days, pl.Int32), infer_schema_length=None
    ).with_columns(pl.col(days).cast(pl.Date))


def _unless_lost(uncoerced: Iterable[RowRule], rules: tuple[RowRule, ...]) -> tuple[RowRule, ...]:
    """Return the rules with rows kept out whose types could not be had: of those, nothing is known."""
    lost = [~rule.holds for rule in uncoerced]
    return (
        tuple(
            replace(rule, holds=nw.any_horizontal(rule.holds, *lost, ignore_nulls=False))
            for rule in rules
        )
        if lost
        else rules
    )


def _totals(key: str | None) -> Iterator[nw.Expr]:
    yield nw.len().alias("rows")
    if key is not None:
        yield nw.col(key).n_unique().alias("keys")
        yield nw.col(key).null_count().alias("nulls")


def _keys_missing(totals: dict[str, Any]) -> bool:
    """Return whether there are fewer distinct keys than rows that have one; no row, no key is missing."""
    if not totals["rows"]:
        return False
    return bool(totals["keys"] - (totals["nulls"] > 0) < totals["rows"] - totals["nulls"])


def _first(query: Frame) -> dict[str, Any]:
    return rows_of(query).row(0, named=True)


def _first_rows(
    model: type[Table], frame: Frame, failed: tuple[tuple[RowRule, int], ...], most: int
) -> Iterator[Broken]:
    if not failed:
        return
    key = model.spec().key
    flags = {
        f"breaks {number}": column_rules.broken_by(rule) for number, (rule, _) in enumerate(failed)
    }
    few = sum(count for _, count in failed) <= FEW and not frame.implementation.is_spark_like()
    if few:
        columns = (*key, *(name for rule, _ in failed for name in rule.columns))
        marked = frame.with_columns(flag.alias(name) for name, flag in flags.items())
        fetched = rows_of(
            marked.filter(nw.any_horizontal(*flags, ignore_nulls=True)).select(
                *_shown(frame, columns), *flags
            )
        )
        frame, flags = nw.from_native(fetched.lazy()), {name: nw.col(name) for name in flags}
    for (rule, count), flag in zip(failed, flags.values(), strict=True):
        rows = frame.filter(flag).select(*_shown(frame, (*key, *rule.columns)))
        yield _broken(
            model, rule.code, rule.columns, count, rows_of(_top(rows, model, rule.columns, most))
        )


def _shared_keys(model: type[Table], frame: Frame, most: int) -> Iterator[Broken]:
    """Yield E301 for rows whose key another row has; a key that lacks a column which it needs is left to E111."""
    key, fields = model.spec().key, model.to_schema().columns
    whole = [nw.col(name) for name in key if not fields[name].nullable]
    keyed = suspected(numbered(frame).filter(~column.is_null() for column in whole), key)
    if keyed is None:
        return
    names = [f"key {number}" for number in range(len(key))]
    keyed = keyed.with_columns(
        nw.col(column).fill_null("").alias(name) for column, name in zip(key, names, strict=True)
    )
    shared = keyed.group_by(*names).agg(nw.len().alias("rows")).filter(nw.col("rows") > 1)
    total = rows_of(shared.select(nw.col("rows").sum())).item()
    if total:
        rows = keyed.join(shared.select(*names), on=names, how="semi").select(*_shown(keyed, key))
        yield _broken(model, "E301", key, int(total), rows_of(_top(rows, model, key, most)))


def numbered(frame: Frame) -> Frame:
    """Return the frame with `row`, a number from 0, where the engine keeps the order of what it was given.

    To files that DuckDB reads the number was given as they were opened.
    """
    if not frame.implementation.is_polars() or "row" in frame.collect_schema():
        return frame
    numbered: Frame = nw.from_native(frame.to_native().with_row_index("row"))
    return numbered


def _shown(frame: Frame, columns: tuple[str, ...]) -> list[str]:
    return [*dict.fromkeys(columns), *(["row"] if "row" in frame.collect_schema() else [])]


def _top(rows: Frame, model: type[Table], columns: tuple[str, ...], most: int) -> Frame:
    """Return the first rows by key, then by what the rule concerns, so that no engine's order matters."""
    schema = rows.collect_schema()
    order = [
        name
        for name in (*model.spec().key, *columns, "row")
        if name in schema and not isinstance(schema[name], nw.List)
    ]
    return rows.sort(*dict.fromkeys(order), nulls_last=False).head(most)


def _broken(
    model: type[Table], code: str, columns: tuple[str, ...], count: int, rows: pl.DataFrame
) -> Broken:
    key, named = model.spec().key, {name.removeprefix(GIVEN): name for name in columns}
    first = tuple(
        BrokenRow(
            tuple(row[name] for name in key),
            {name: row[column] for name, column in named.items()},
            row.get("row"),
        )
        for row in plain_rows(rows)
    )
    return Broken(model.spec().name, code, tuple(named), count, first)
