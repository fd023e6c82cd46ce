"""The rules on single rows of a table, and the rows of a frame that violate them.

The rules are read from the pandera model of the table. The `pa.Field` of a column gives rules by
what it states (nullable, isin, str_matches, in_range). The model lists its other row rules.

All rules are narwhals expressions. One aggregation counts the violations of each. Only if there are
any, a second query fetches the rows, with a boolean column for each rule. The items of a column of
lists are rows of a query of their own. Null passes, except where a value is required.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw

from tumen.errors import RuleError
from tumen.schemas import Table, base
from tumen.schemas.days import is_in_calendar
from tumen.schemas.rules import RowRule, build_value_rule
from tumen.validation.regex_dialects import translate_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Frame = nw.LazyFrame[Any]

_PATTERN_CODES = {base.URL: "E108"}


@cache
def row_rules(
    model: type[Table], engine: nw.Implementation = nw.Implementation.POLARS
) -> tuple[RowRule, ...]:
    """Return every rule on a single row of a table.

    Args:
        model: The model of the table.
        engine: The engine that the rules run on, whose regular expressions they use.

    Returns:
        The rules of its columns, and then those of the row as a whole.

    Raises:
        RuleError: If a check of a column is not one that can be translated, or no pattern was
            tested on the engine.

    """
    schema = model.to_schema()
    columns = tuple(
        rule
        for name, column in schema.columns.items()
        for rule in _column_rules(name, column, engine)
    )
    return (*columns, *model.row_rules())


def _column_rules(name: str, column: Any, engine: nw.Implementation) -> Iterator[RowRule]:
    if not column.nullable:
        yield build_value_rule("E111", name, ~nw.col(name).is_null())
    for check in column.checks:
        code, condition = _translate_check(name, check.name, check.statistics, engine)
        yield build_value_rule(code, name, condition)


def _translate_check(
    name: str, check: str, arguments: dict[str, Any], engine: nw.Implementation
) -> tuple[str, nw.Expr]:
    """Return the code of a pandera check, and the expression that is true where it passes."""
    value = nw.col(name)
    match check:
        case "isin":
            return "E103", value.is_in(list(arguments["allowed_values"]))
        case "str_matches":
            pattern = str(arguments["pattern"])
            matches = value.str.contains(translate_pattern(pattern, engine))
            return _PATTERN_CODES.get(pattern, "E104"), matches
        case "in_range":
            least, most = arguments["min_value"], arguments["max_value"]
            if isinstance(most, dt.date):
                return "E101", is_in_calendar(value)
            return "E107", (value >= least) & (value <= most)
        case _:
            raise RuleError(
                f"column {name!r} has the check {check!r}, which cannot be translated to an"
                " expression; add it to tumen.validation.column_rules."
            )


class Violation(NamedTuple):
    """A row that violates a rule; if the rule is on the items of a list, with the item."""

    row: int
    rule: RowRule
    item: str | None = None


def explode_items(frame: Frame, column: str) -> Frame:
    """Return a frame with a row for each item of a column of lists, which then has the item."""
    return frame.filter(nw.col(column).list.len() > 0).explode(column)


def group_by_list(rules: Iterable[RowRule]) -> dict[str | None, tuple[RowRule, ...]]:
    """Return the rules by the column of lists whose items they check.

    The first are those of the row as a whole, under None.
    """
    groups: dict[str | None, tuple[RowRule, ...]] = {None: ()}
    for rule in rules:
        groups[rule.each] = (*groups.get(rule.each, ()), rule)
    return groups


class Counts(NamedTuple):
    """The result of a query that counts: `totals`, and violated rules with the number of rows."""

    totals: dict[str, Any]
    failed: tuple[tuple[RowRule, int], ...]


def count_violations(
    frame: Frame,
    rules: Iterable[RowRule],
    first_row: Callable[[Frame], dict[str, Any]],
    *totals: nw.Expr,
) -> Counts:
    """Return how many rows violate each rule, in one aggregation.

    Rules may share a pattern: a cheap pattern, without which a text breaks none of them. The first
    query only counts the rows that match a pattern. If there are any, a second query checks the
    rules that share it, on these rows.

    Args:
        frame: The rows.
        rules: The rules.
        first_row: Runs a query and returns its first row.
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
        counts = first_row(frame.select(*totals, *_violation_sums(plain), *pattern_counts))
    failed = _pair_with_counts(plain, counts)
    matched = [pattern for number, pattern in enumerate(patterns) if counts[f"pattern {number}"]]
    if matched:
        suspected = [
            rule for rule in rules if rule.suspect_pattern and _suspect_pattern(rule) in matched
        ]
        rows = frame.filter(nw.any_horizontal(*map(_matches, matched), ignore_nulls=True))
        failed += _pair_with_counts(suspected, first_row(rows.select(*_violation_sums(suspected))))
    return Counts(counts, failed)


def _suspect_pattern(rule: RowRule) -> tuple[str, str]:
    """Return the column of a rule, and its suspect pattern."""
    return rule.columns[0], rule.suspect_pattern or ""


def _matches(column_pattern: tuple[str, str]) -> nw.Expr:
    column, pattern = column_pattern
    return nw.col(column).str.contains(pattern)


def violates(rule: RowRule) -> nw.Expr:
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


def find_violations(frame: Frame, rules: tuple[RowRule, ...]) -> Iterator[Violation]:
    """Yield every violation, rule by rule.

    A clean frame costs one aggregation, and one more for each column of lists.

    Args:
        frame: The rows, with a column `row` of their numbers.
        rules: The rules.

    Returns:
        The number of each row that violates a rule, with the rule and the item of a list.

    """
    for column, group in group_by_list(rules).items():
        rows = frame if column is None else explode_items(frame, column)
        yield from _find_in_group(rows, column, group)


def _find_in_group(
    frame: Frame, column: str | None, rules: tuple[RowRule, ...]
) -> Iterator[Violation]:
    counts = count_violations(frame, rules, lambda query: query.collect().rows(named=True)[0])
    failed = [rule for rule, _ in counts.failed]
    if not failed:
        return
    marks = {f"violates {number}": violates(rule) for number, rule in enumerate(failed)}
    item = nw.lit(None, nw.String) if column is None else nw.col(column)
    marked = frame.select(
        "row", item.alias("item"), *(mark.alias(name) for name, mark in marks.items())
    )
    rows = marked.filter(nw.any_horizontal(*marks, ignore_nulls=True)).collect()
    for name, rule in zip(marks, failed, strict=True):
        for number, text in rows.filter(nw.col(name)).select("row", "item").rows():
            yield Violation(int(number), rule, text)
