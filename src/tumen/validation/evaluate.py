"""The evaluation of rules, for records and tables alike: which rows violate which rule.

One aggregation over a frame counts the violations of all rules of a row. For texts it checks one
pattern per column, and only if some rows match does a second query check the rules, on these rows.
The items of a column of lists are checked as rows of their own, by the same queries.

If few rows violate rules, one filter with a boolean column for each rule fetches them. If many do,
or on Spark, a query for each rule fetches its first rows, so that memory holds no more rows than
are shown. Records have all their violations fetched; a table has the first by key.

Rules across tables are joins. Those of records are collected in one go. For tables, each takes one
query that counts, and one more for each column with violations. A row of a table is identified by
its key, so that the later of two rows is the same row on every engine and in any order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import polars as pl

from tumen.schemas import TABLES, expressions
from tumen.schemas.all_rules import ALL_RULES
from tumen.schemas.days import is_in_calendar
from tumen.validation.duplicate_keys import candidate_duplicates
from tumen.validation.query_results import Frame, collect_rows, number_rows, plain_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tumen.schemas.rules import RowRule, Rule, TablesRule

MOST_FETCHED_ROWS: Final = 100_000
"""How many rows that violate rules polars and DuckDB fetch at once."""

ORIGINAL: Final = "given "
"""Prefix of a column with the values that the column of that name had before coercion."""

_SEPARATOR: Final = "\x1f"
_NUMBER: Final = "row number"


class Violation(NamedTuple):
    """A row that violates a rule.

    Attributes:
        rule: The rule.
        table: The name of the table.
        columns: The columns that the rule is about. The first is the one to point to.
        row: The number of the row from 0, or None if the engine does not number rows.
        key: The values of the key, if the evaluation was given one.
        values: The values by column. For a rule on the items of a list, the item is the value.
        other: What the value conflicts with, as `TablesRule` defines it, or None.

    """

    rule: Rule
    table: str
    columns: tuple[str, ...]
    row: int | None
    key: tuple[Any, ...]
    values: Mapping[str, Any]
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Violations:
    """A rule that rows of a table violate: how many do, and those that were fetched."""

    rule: Rule
    table: str
    columns: tuple[str, ...]
    count: int
    rows: tuple[Violation, ...]


class Counts(NamedTuple):
    """The result of a query that counts: `totals`, and violated rules with the number of rows."""

    totals: dict[str, Any]
    failed: tuple[tuple[RowRule, int], ...]


class RowResult(NamedTuple):
    """The totals of a frame, and the rules that its rows violate."""

    totals: dict[str, Any]
    violations: tuple[Violations, ...]


def find_violations(table: str, frame: Frame, rules: Iterable[RowRule]) -> Iterator[Violation]:
    """Yield every violation, rule by rule; the frame needs a column `row` of row numbers."""
    for violations in evaluate_rows(table, frame, rules).violations:
        yield from violations.rows


def evaluate_rows(
    table: str,
    frame: Frame,
    rules: Iterable[RowRule],
    *,
    key: Sequence[str] = (),
    max_rows: int | None = None,
    totals: Iterable[nw.Expr] = (),
) -> RowResult:
    """Evaluate rules on single rows.

    A clean frame costs one aggregation, and one more for each column of lists.

    Args:
        table: The name of the table.
        frame: The rows.
        rules: The rules.
        key: The columns that identify a row.
        max_rows: How many rows to fetch that violate a rule, in the order of the key. None fetches
            all, in the order of the frame.
        totals: Other aggregations for the first query.

    Returns:
        The totals, and each violated rule with its rows.

    """
    groups = _group_by_list(rules)
    counts = count_violations(frame, groups.pop(None), *totals)
    fetch = _Fetch(table, tuple(key), max_rows)
    violations = [*fetch.violations(frame, counts.failed)]
    for column, item_rules in groups.items():
        items = _explode_items(number_rows(frame), str(column))
        violations += fetch.violations(items, count_violations(items, item_rules).failed)
    return RowResult(counts.totals, tuple(violations))


def _group_by_list(rules: Iterable[RowRule]) -> dict[str | None, tuple[RowRule, ...]]:
    """Return the rules by the column of lists whose items they check.

    The first are those of the row as a whole, under None.
    """
    groups: dict[str | None, tuple[RowRule, ...]] = {None: ()}
    for rule in rules:
        groups[rule.each] = (*groups.get(rule.each, ()), rule)
    return groups


def _explode_items(frame: Frame, column: str) -> Frame:
    """Return a frame with a row for each item of a column of lists, which then has the item."""
    return frame.filter(nw.col(column).list.len() > 0).explode(column)


def count_violations(frame: Frame, rules: Iterable[RowRule], *totals: nw.Expr) -> Counts:
    """Return how many rows violate each rule, in one aggregation.

    Rules may share a pattern: a cheap pattern, without which a text breaks none of them. The first
    query only counts the rows that match a pattern. If there are any, a second query checks the
    rules that share it, on these rows.

    Args:
        frame: The rows.
        rules: The rules.
        totals: Other aggregations for the first query.

    Returns:
        The first row of the first query, and the violated rules with the number of rows.

    """
    rules = tuple(rules)
    plain = [rule for rule in rules if not rule.suspect_pattern]
    patterns = list(dict.fromkeys(_suspect_pattern(rule) for rule in rules if rule.suspect_pattern))
    pattern_counts = [
        _matches(pattern).cast(nw.Int64).sum().alias(f"pattern {number}")
        for number, pattern in enumerate(patterns)
    ]
    counts: dict[str, Any] = {}
    if totals or rules:
        counts = _first_row(frame.select(*totals, *_violation_sums(plain), *pattern_counts))
    failed = _pair_with_counts(plain, counts)
    matched = [pattern for number, pattern in enumerate(patterns) if counts[f"pattern {number}"]]
    if matched:
        suspected = [
            rule for rule in rules if rule.suspect_pattern and _suspect_pattern(rule) in matched
        ]
        rows = frame.filter(nw.any_horizontal(*map(_matches, matched), ignore_nulls=True))
        failed += _pair_with_counts(suspected, _first_row(rows.select(*_violation_sums(suspected))))
    return Counts(counts, failed)


def _first_row(query: Frame) -> dict[str, Any]:
    return collect_rows(query).row(0, named=True)


def _suspect_pattern(rule: RowRule) -> tuple[str, str]:
    """Return the column of a rule, and its suspect pattern."""
    return rule.columns[0], rule.suspect_pattern or ""


def _matches(column_pattern: tuple[str, str]) -> nw.Expr:
    column, pattern = column_pattern
    return nw.col(column).str.contains(pattern)


def _violates(rule: RowRule) -> nw.Expr:
    """Return the expression that is true where a row violates a rule.

    The pattern comes first, so that an engine can skip a costly condition where it does not match.
    """
    violated = (
        _matches(_suspect_pattern(rule)) & ~rule.condition
        if rule.suspect_pattern
        else ~rule.condition
    )
    return violated.fill_null(value=False)


def _violation_sums(rules: Iterable[RowRule]) -> list[nw.Expr]:
    return [
        (~rule.condition).cast(nw.Int64).sum().alias(str(number))
        for number, rule in enumerate(rules)
    ]


def _pair_with_counts(
    rules: Iterable[RowRule], counts: dict[str, Any]
) -> tuple[tuple[RowRule, int], ...]:
    return tuple(
        (rule, int(count)) for number, rule in enumerate(rules) if (count := counts[str(number)])
    )


class _Fetch(NamedTuple):
    """Fetches the rows of a table that violate rules."""

    table: str
    key: tuple[str, ...]
    max_rows: int | None

    def violations(
        self, frame: Frame, failed: tuple[tuple[RowRule, int], ...]
    ) -> Iterator[Violations]:
        """Yield each rule that failed with its rows."""
        if not failed:
            return
        frame = number_rows(frame)
        marks = {f"violates {number}": _violates(rule) for number, (rule, _) in enumerate(failed)}
        total = sum(count for _, count in failed)
        if total <= MOST_FETCHED_ROWS and not frame.implementation.is_spark_like():
            columns = self.columns(frame, *(name for rule, _ in failed for name in rule.columns))
            marked = frame.with_columns(mark.alias(name) for name, mark in marks.items())
            violating = marked.filter(nw.any_horizontal(*marks, ignore_nulls=True))
            fetched = collect_rows(violating.select(*columns, *marks))
            frame, marks = nw.from_native(fetched.lazy()), {name: nw.col(name) for name in marks}
        for (rule, count), mark in zip(failed, marks.values(), strict=True):
            rows = frame.filter(mark).select(*self.columns(frame, *rule.columns))
            yield self.first(rule, rule.columns, count, rows)

    def columns(self, frame: Frame, *columns: str) -> list[str]:
        """Return the columns to fetch: key, these columns and, if rows are numbered, `row`."""
        row = ["row"] if "row" in frame.collect_schema() else []
        return [*dict.fromkeys((*self.key, *columns)), *row]

    def first(self, rule: Rule, columns: tuple[str, ...], count: int, rows: Frame) -> Violations:
        """Return the first rows by key and then by the columns of the rule, on any engine."""
        if self.max_rows is not None:
            schema = rows.collect_schema()
            order = [
                name
                for name in (*self.key, *columns, "row")
                if name in schema and not isinstance(schema[name], nw.List)
            ]
            rows = rows.sort(*dict.fromkeys(order), nulls_last=False).head(self.max_rows)
        sources = {name.removeprefix(ORIGINAL): name for name in columns}
        names = tuple(sources)
        violations = tuple(
            Violation(
                rule,
                self.table,
                names,
                row.get("row"),
                tuple(row[name] for name in self.key),
                {name: row[source] for name, source in sources.items()},
            )
            for row in plain_rows(collect_rows(rows))
        )
        return Violations(rule, self.table, names, count, violations)


def find_duplicate_keys(table: str, frame: Frame, max_rows: int) -> Iterator[Violations]:
    """Yield E301 for rows whose key another row has.

    Rows whose key lacks a required column are left out, because they violate E111.
    """
    model = TABLES[table]
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
    fetch = _Fetch(table, key, max_rows)
    rows = candidates.join(duplicates.select(*names), on=names, how="semi")
    rows = rows.select(*fetch.columns(candidates))
    yield fetch.first(ALL_RULES["E301"], key, int(total), rows)


def find_cross_table_violations(
    rules: Iterable[TablesRule], tables: Mapping[str, pl.LazyFrame]
) -> Iterator[Violation]:
    """Yield every violation of rules across tables, rule by rule.

    Args:
        rules: The rules.
        tables: Frames of polars with a column `row` of row numbers.

    """
    with expressions.use_polars():
        native: Any = tables
        queries: list[tuple[TablesRule, Any]] = [
            (rule, query) for rule in rules for query in rule.find_violations(native)
        ]
    # Two hundred small queries: starting the streaming engine would take longer than they do.
    results = pl.collect_all([query for _, query in queries], engine="in-memory")
    for (rule, _), rows in zip(queries, results, strict=True):
        for table, number, column, value, other in rows.sort("row", maintain_order=True).rows():
            yield Violation(rule, table, (column,), number, (), {column: value}, other)


def evaluate_cross_table(
    rule: TablesRule, frames: Mapping[str, Frame], max_rows: int
) -> Iterator[Violations]:
    """Evaluate one rule across tables, on any engine.

    Args:
        rule: The rule.
        frames: The rows of each table.
        max_rows: How many rows to fetch that violate the rule in a column, in the order of the key.

    Returns:
        The violations, by table and column.

    """
    keyed = {name: _add_key(name, frame) for name, frame in frames.items()}
    queries = [*rule.find_violations(keyed)]
    if not queries:
        return
    merged = nw.concat(queries)
    counts = collect_rows(merged.group_by("table", "column").agg(nw.len().alias("count")))
    for table, column, count in counts.select("table", "column", "count").rows():
        in_column = merged.filter(nw.col("table") == table, nw.col("column") == column)
        rows = tuple(
            Violation(rule, table, (column,), number, key, {column: value}, other)
            for key, number, value, other in _fetch_first(in_column, table, frames[table], max_rows)
        )
        yield Violations(rule, table, (column,), count, rows)


def _add_key(table: str, frame: Frame) -> Frame:
    """Return the frame with `row`, the key as one text, by which the rules identify rows.

    Dates outside the years 1 to 9999, each of which violates E101, become null, because not every
    engine can calculate with them.
    """
    dates = [name for name, kind in frame.collect_schema().items() if kind == nw.Date]
    frame = frame.with_columns(
        nw.when(is_in_calendar(nw.col(date))).then(nw.col(date)).alias(date) for date in dates
    )
    parts = [nw.col(column).fill_null("") for column in TABLES[table].spec().key]
    return frame.with_columns(
        (nw.concat_str(*parts, separator=_SEPARATOR) if len(parts) > 1 else parts[0]).alias("row")
    )


def _fetch_first(
    violations: Frame, table: str, frame: Frame, max_rows: int
) -> Iterator[tuple[tuple[Any, ...], int | None, str, str | None]]:
    """Yield key, row number, value and other of the first violations by key.

    If rows are numbered, it is the number of the first row with the key.
    """
    key = TABLES[table].spec().key
    names = [f"key {number}" for number in range(len(key))]
    key_columns = [nw.col(column).alias(name) for column, name in zip(key, names, strict=True)]
    rows = number_rows(frame)
    if "row" in rows.collect_schema():
        rows = _add_key(table, rows.with_columns(nw.col("row").alias(_NUMBER)))
        keys = rows.select("row", _NUMBER, *key_columns)
        keys = keys.group_by("row", *names).agg(nw.col(_NUMBER).min())
    else:
        keys = _add_key(table, rows).select("row", *key_columns).unique()
    first = (
        violations.join(keys, on="row", how="inner")
        .sort(*names, "value", "other", nulls_last=False)
        .head(max_rows)
    )
    for row in collect_rows(first).iter_rows(named=True):
        yield tuple(row[name] for name in names), row.get(_NUMBER), row["value"], row["other"]
