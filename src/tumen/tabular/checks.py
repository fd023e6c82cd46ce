"""The rules of a table, read out of its pandera model, and the rows of a frame that break them.

A column's `pa.Field` gives rules by what it says (nullable, isin, str_matches, ge, in_range); the row rules stand in the model.
All are narwhals expressions, evaluated in one aggregation that counts breaches per rule; only if something failed, a second
query fetches the rows, with a flag per rule. Null counts as passing, except where a value is needed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tumen.errors import RuleError
from tumen.schemas import Table, base
from tumen.schemas.rules import VALUE_RULES, RowRule
from tumen.tabular.patterns import written_for

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATTERN_CODES = {base.URL: "E108", base.SUMMARY: "E109", base.TEXT: "E106"}


@cache
def row_rules(model: type[Table], engine: nw.Implementation = nw.Implementation.POLARS) -> tuple[RowRule, ...]:
    """Return every rule that a single row of the table is held to, for an engine: those of its columns, then those of the row."""
    schema = model.to_schema()
    columns = tuple(rule for name, column in schema.columns.items() for rule in _column_rules(name, column, engine))
    return (*columns, *model.row_rules())


def _column_rules(name: str, column: Any, engine: nw.Implementation) -> Iterator[RowRule]:
    if not column.nullable:
        yield _rule("E111", name, ~nw.col(name).is_null())
    for check in column.checks:
        code, holds = _expression(name, check.name, check.statistics, engine)
        yield _rule(code, name, holds)


def _rule(code: str, column: str, holds: nw.Expr) -> RowRule:
    rule = VALUE_RULES[code]
    return RowRule(rule.code, rule.title, rule.remedy, rule.why, severity=rule.severity, columns=(column,), holds=holds)


def _expression(name: str, check: str, given: dict[str, Any], engine: nw.Implementation) -> tuple[str, nw.Expr]:
    value = nw.col(name)
    match check:
        case "isin":
            return "E103", value.is_in(list(given["allowed_values"]))
        case "str_matches":
            pattern = str(given["pattern"])
            return _PATTERN_CODES.get(pattern, "E104"), value.str.contains(written_for(pattern, engine))
        case "greater_than_or_equal_to":
            return "E107", value >= given["min_value"]
        case "in_range":
            return "E107", (value >= given["min_value"]) & (value <= given["max_value"])
        case _:
            raise RuleError(f"column {name!r} has the check {check!r}, which has no expression; add it to tumen.tabular.checks.")


def count_breaches(frame: nw.LazyFrame[Any], rules: tuple[RowRule, ...]) -> tuple[int, ...]:
    """Return how many rows break each rule, in one aggregation."""
    if not rules:
        return ()
    broken = [(~rule.holds).cast(nw.Int64).sum().alias(str(number)) for number, rule in enumerate(rules)]
    counts = frame.select(*broken).collect().row(0)
    return tuple(int(count or 0) for count in counts)


def breaches(frame: nw.LazyFrame[Any], rules: tuple[RowRule, ...]) -> Iterator[tuple[int, RowRule]]:
    """Yield the `row` and the rule of every breach, rule by rule; a clean frame costs the aggregation alone."""
    broken = [rule for rule, count in zip(rules, count_breaches(frame, rules), strict=True) if count]
    if not broken:
        return
    flags = [(~rule.holds).fill_null(value=False).alias(f"breaks {number}") for number, rule in enumerate(broken)]
    names = [f"breaks {number}" for number in range(len(broken))]
    rows = frame.select("row", *flags).filter(nw.any_horizontal(*names, ignore_nulls=True)).collect()
    for name, rule in zip(names, broken, strict=True):
        for number in rows.filter(nw.col(name))["row"].to_list():
            yield int(number), rule
