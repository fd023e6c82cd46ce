"""The check of one table against its rules: one query that counts, and more only where rules fail.

The first query is an aggregation over all rules of a row. On Spark it also counts the distinct
values of a key of one column. For texts it checks one pattern per column, and only if some rows
match does a second query check the rules, on these rows.

If few rows violate rules, one filter with a boolean column for each rule fetches them. If many do,
or on Spark, a query for each rule fetches its first rows, so that memory holds no more rows than
are shown. The items of a column of lists are checked as rows of their own, by the same queries.
`duplicate_keys` finds the keys that several rows have. No row passes through Python.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw

from tumen.validation import column_rules
from tumen.validation.column_types import ORIGINAL, coerce_columns
from tumen.validation.duplicate_keys import candidate_duplicates, uses_hashes
from tumen.validation.query_results import Frame, collect_rows, number_rows, plain_rows
from tumen.validation.table_report import Broken, BrokenRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from tumen.schemas import Table
    from tumen.schemas.rules import RowRule

MOST_FETCHED_ROWS: Final = 100_000
"""How many rows that violate rules polars and DuckDB fetch at once."""


class TableResult(NamedTuple):
    """The number of rows of a table, the codes of its rules, and the rules that rows violate."""

    rows: int
    rules: tuple[str, ...]
    broken: tuple[Broken, ...]


def evaluate_table(model: type[Table], frame: Frame, max_rows: int) -> TableResult:
    """Check the rows of a frame whose columns fit its table.

    Args:
        model: The model of the table.
        frame: The rows.
        max_rows: How many rows to fetch that violate a rule.

    Returns:
        The number of rows, the codes of the rules, and each violated rule with its first rows.

    """
    coerced, uncoerced = coerce_columns(model, frame)
    row_rules = column_rules.row_rules(model, frame.implementation)
    rules = (*uncoerced, *_skip_uncoerced(uncoerced, row_rules))
    key, groups = model.spec().key, column_rules.group_by_list(rules)
    counts_keys = len(key) == 1 and not uses_hashes(frame.implementation)
    totals, failed = column_rules.count_violations(
        coerced, groups.pop(None), _first_row, *_totals(key[0] if counts_keys else None)
    )
    broken = [*_fetch_violations(model, number_rows(coerced), failed, max_rows)]
    for column, item_rules in groups.items():
        items = column_rules.explode_items(number_rows(coerced), str(column))
        failed = column_rules.count_violations(items, item_rules, _first_row).failed
        broken += _fetch_violations(model, items, failed, max_rows)
    if not counts_keys or _has_duplicate_keys(totals):
        broken += _fetch_duplicate_keys(model, coerced, max_rows)
    codes = tuple(dict.fromkeys(["E112", *(rule.code for rule in rules), "E301"]))
    return TableResult(int(totals["rows"]), codes, tuple(broken))


def _skip_uncoerced(
    uncoerced: Iterable[RowRule], rules: tuple[RowRule, ...]
) -> tuple[RowRule, ...]:
    """Return rules that pass for rows with a value that was not coerced."""
    failures = [~rule.condition for rule in uncoerced]
    if not failures:
        return rules
    return tuple(
        replace(rule, condition=nw.any_horizontal(rule.condition, *failures, ignore_nulls=False))
        for rule in rules
    )


def _totals(key: str | None) -> Iterator[nw.Expr]:
    yield nw.len().alias("rows")
    if key is not None:
        yield nw.col(key).n_unique().alias("keys")
        yield nw.col(key).null_count().alias("nulls")


def _has_duplicate_keys(totals: dict[str, Any]) -> bool:
    """Return whether there are fewer distinct keys than rows with a key."""
    if not totals["rows"]:
        return False
    distinct_keys = totals["keys"] - (totals["nulls"] > 0)
    return bool(distinct_keys < totals["rows"] - totals["nulls"])


def _first_row(query: Frame) -> dict[str, Any]:
    return collect_rows(query).row(0, named=True)


def _fetch_violations(
    model: type[Table], frame: Frame, failed: tuple[tuple[RowRule, int], ...], max_rows: int
) -> Iterator[Broken]:
    if not failed:
        return
    key = model.spec().key
    marks = {
        f"violates {number}": column_rules.violates(rule) for number, (rule, _) in enumerate(failed)
    }
    total = sum(count for _, count in failed)
    if total <= MOST_FETCHED_ROWS and not frame.implementation.is_spark_like():
        columns = (*key, *(name for rule, _ in failed for name in rule.columns))
        marked = frame.with_columns(mark.alias(name) for name, mark in marks.items())
        violating = marked.filter(nw.any_horizontal(*marks, ignore_nulls=True))
        fetched = collect_rows(violating.select(*_with_row(frame, columns), *marks))
        frame, marks = nw.from_native(fetched.lazy()), {name: nw.col(name) for name in marks}
    for (rule, count), mark in zip(failed, marks.values(), strict=True):
        rows = frame.filter(mark).select(*_with_row(frame, (*key, *rule.columns)))
        first_rows = collect_rows(_first_rows(rows, model, rule.columns, max_rows))
        yield _to_broken(model, rule.code, rule.columns, count, first_rows)


def _fetch_duplicate_keys(model: type[Table], frame: Frame, max_rows: int) -> Iterator[Broken]:
    """Yield E301 for rows whose key another row has.

    Rows whose key lacks a required column are left out, because they violate E111.
    """
    key, fields = model.spec().key, model.to_schema().columns
    required = [nw.col(name) for name in key if not fields[name].nullable]
    keyed = number_rows(frame).filter(~column.is_null() for column in required)
    candidates = candidate_duplicates(keyed, key)
    if candidates is None:
        return
    names = [f"key {number}" for number in range(len(key))]
    candidates = candidates.with_columns(
        nw.col(column).fill_null("").alias(name) for column, name in zip(key, names, strict=True)
    )
    counts = candidates.group_by(*names).agg(nw.len().alias("rows"))
    duplicates = counts.filter(nw.col("rows") > 1)
    total = collect_rows(duplicates.select(nw.col("rows").sum())).item()
    if not total:
        return
    rows = candidates.join(duplicates.select(*names), on=names, how="semi")
    rows = rows.select(*_with_row(candidates, key))
    first_rows = collect_rows(_first_rows(rows, model, key, max_rows))
    yield _to_broken(model, "E301", key, int(total), first_rows)


def _with_row(frame: Frame, columns: tuple[str, ...]) -> list[str]:
    return [*dict.fromkeys(columns), *(["row"] if "row" in frame.collect_schema() else [])]


def _first_rows(rows: Frame, model: type[Table], columns: tuple[str, ...], max_rows: int) -> Frame:
    """Return the first rows by key and then by the columns of the rule, on any engine."""
    schema = rows.collect_schema()
    order = [
        name
        for name in (*model.spec().key, *columns, "row")
        if name in schema and not isinstance(schema[name], nw.List)
    ]
    return rows.sort(*dict.fromkeys(order), nulls_last=False).head(max_rows)


def _to_broken(
    model: type[Table], code: str, columns: tuple[str, ...], count: int, rows: pl.DataFrame
) -> Broken:
    key = model.spec().key
    sources = {name.removeprefix(ORIGINAL): name for name in columns}
    first = tuple(
        BrokenRow(
            tuple(row[name] for name in key),
            {name: row[source] for name, source in sources.items()},
            row.get("row"),
        )
        for row in plain_rows(rows)
    )
    return Broken(model.spec().name, code, tuple(sources), count, first)
