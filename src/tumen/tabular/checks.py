"""The rules of a table, read out of its pandera model, and the rows of a frame that break them.

A column's `pa.Field` gives rules by what it says (nullable, isin, str_matches, in_range); the row rules stand in the model.
All are narwhals expressions, evaluated in one aggregation that counts breaches per rule; only if something failed, a second
query fetches the rows, with a flag per rule. The items of a column of lists are rows of a query of their own. Null counts as
passing, except where a value is needed.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw

from tumen.errors import RuleError
from tumen.schemas import Table, base
from tumen.schemas.rules import RowRule, value_rule
from tumen.tabular.patterns import written_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OF_PATTERNS = {base.URL: "E108"}


@cache
def row_rules(model: type[Table], engine: nw.Implementation = nw.Implementation.POLARS) -> tuple[RowRule, ...]:
    """Return every rule that a single row of the table is held to, for an engine: those of its columns, then those of the row."""
    schema = model.to_schema()
    columns = tuple(rule for name, column in schema.columns.items() for rule in _column_rules(name, column, engine))
    return (*columns, *model.row_rules())


def _column_rules(name: str, column: Any, engine: nw.Implementation) -> Iterator[RowRule]:
    if not column.nullable:
        yield value_rule("E111", name, ~nw.col(name).is_null())
    for check in column.checks:
        code, holds = _expression(name, check.name, check.statistics, engine)
        yield value_rule(code, name, holds)


def _expression(name: str, check: str, given: dict[str, Any], engine: nw.Implementation) -> tuple[str, nw.Expr]:
    value = nw.col(name)
    match check:
        case "isin":
            return "E103", value.is_in(list(given["allowed_values"]))
        case "str_matches":
            pattern = str(given["pattern"])
            return _OF_PATTERNS.get(pattern, "E104"), value.str.contains(written_for(pattern, engine))
        case "in_range":
            least, most = given["min_value"], given["max_value"]
            return "E101" if isinstance(most, dt.date) else "E107", (value >= least) & (value <= most)
        case _:
            raise RuleError(f"column {name!r} has the check {check!r}, which has no expression; add it to tumen.tabular.checks.")


class Breach(NamedTuple):
    """The `row` that breaks a rule; with a rule of the items of a list, the item."""

    row: int
    rule: RowRule
    item: str | None = None


def items(frame: nw.LazyFrame[Any], column: str) -> nw.LazyFrame[Any]:
    """Return the frame with a row for each item of a column of lists, which then holds the item."""
    return frame.filter(nw.col(column).list.len() > 0).explode(column)


def by_lists(rules: Iterable[RowRule]) -> dict[str | None, tuple[RowRule, ...]]:
    """Return the rules by the column of lists of whose items they are asked; those of the row as a whole, under none, first."""
    found: dict[str | None, tuple[RowRule, ...]] = {None: ()}
    for rule in rules:
        found[rule.each] = (*found.get(rule.each, ()), rule)
    return found


def count_breaches(frame: nw.LazyFrame[Any], rules: tuple[RowRule, ...]) -> tuple[int, ...]:
    """Return how many rows break each rule, in one aggregation."""
    if not rules:
        return ()
    broken = [(~rule.holds).cast(nw.Int64).sum().alias(str(number)) for number, rule in enumerate(rules)]
    counts = frame.select(*broken).collect().row(0)
    return tuple(int(count or 0) for count in counts)


def breaches(frame: nw.LazyFrame[Any], rules: tuple[RowRule, ...]) -> Iterator[Breach]:
    """Yield every breach, rule by rule; a clean frame costs an aggregation, and one for each column of lists."""
    for column, asked in by_lists(rules).items():
        yield from _breaches(frame if column is None else items(frame, column), column, asked)


def _breaches(frame: nw.LazyFrame[Any], column: str | None, rules: tuple[RowRule, ...]) -> Iterator[Breach]:
    broken = [rule for rule, count in zip(rules, count_breaches(frame, rules), strict=True) if count]
    if not broken:
        return
    flags = [(~rule.holds).fill_null(value=False).alias(f"breaks {number}") for number, rule in enumerate(broken)]
    names = [f"breaks {number}" for number in range(len(broken))]
    item = nw.lit(None, nw.String) if column is None else nw.col(column)
    rows = frame.select("row", item.alias("item"), *flags).filter(nw.any_horizontal(*names, ignore_nulls=True)).collect()
    for name, rule in zip(names, broken, strict=True):
        for number, text in rows.filter(nw.col(name)).select("row", "item").rows():
            yield Breach(int(number), rule, text)
