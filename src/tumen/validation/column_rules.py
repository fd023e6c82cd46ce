"""The rules of a table, read out of its pandera model, and the rows of a frame that break them.

A column's `pa.Field` gives rules by what it says (nullable, isin, str_matches, in_range); the row rules stand in the model.
All are narwhals expressions, evaluated in one aggregation that counts breaches per rule; only if something failed, another query
fetches the rows, with a flag per rule. The items of a column of lists are rows of a query of their own. Null counts as
passing, except where a value is needed.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw

from tumen.errors import RuleError
from tumen.schemas import Table, base
from tumen.schemas.days import is_day
from tumen.schemas.rules import RowRule, value_rule
from tumen.validation.regex_dialects import written_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Frame = nw.LazyFrame[Any]

_OF_PATTERNS = {base.URL: "E108"}


@cache
def row_rules(
    model: type[Table], engine: nw.Implementation = nw.Implementation.POLARS
) -> tuple[RowRule, ...]:
    """Return every rule that a single row of the table is held to, for an engine: those of its columns, then those of the row."""
    schema = model.to_schema()
    columns = tuple(
        rule
        for name, column in schema.columns.items()
        for rule in _column_rules(name, column, engine)
    )
    return (*columns, *model.row_rules())


def _column_rules(name: str, column: Any, engine: nw.Implementation) -> Iterator[RowRule]:
    if not column.nullable:
        yield value_rule("E111", name, ~nw.col(name).is_null())
    for check in column.checks:
        code, holds = _expression(name, check.name, check.statistics, engine)
        yield value_rule(code, name, holds)


def _expression(
    name: str, check: str, given: dict[str, Any], engine: nw.Implementation
) -> tuple[str, nw.Expr]:
    value = nw.col(name)
    match check:
        case "isin":
            return "E103", value.is_in(list(given["allowed_values"]))
        case "str_matches":
            pattern = str(given["pattern"])
            return _OF_PATTERNS.get(pattern, "E104"), value.str.contains(
                written_for(pattern, engine)
            )
        case "in_range":
            least, most = given["min_value"], given["max_value"]
            if isinstance(most, dt.date):
                return "E101", is_day(value)
            return "E107", (value >= least) & (value <= most)
        case _:
            raise RuleError(
                f"column {name!r} has the check {check!r}, which has no expression; add it to tumen.validation.column_rules."
            )


class Breach(NamedTuple):
    """The `row` that breaks a rule; with a rule of the items of a list, the item."""

    row: int
    rule: RowRule
    item: str | None = None


def items(frame: Frame, column: str) -> Frame:
    """Return the frame with a row for each item of a column of lists, which then holds the item."""
    return frame.filter(nw.col(column).list.len() > 0).explode(column)


def by_lists(rules: Iterable[RowRule]) -> dict[str | None, tuple[RowRule, ...]]:
    """Return the rules by the column of lists of whose items they are asked; those of the row as a whole, under none, first."""
    found: dict[str | None, tuple[RowRule, ...]] = {None: ()}
    for rule in rules:
        found[rule.each] = (*found.get(rule.each, ()), rule)
    return found


class Counted(NamedTuple):
    """What the first query counts beside rules, and the rules that rows break, each with how many."""

    totals: dict[str, Any]
    failed: tuple[tuple[RowRule, int], ...]


def counted(
    frame: Frame,
    rules: Iterable[RowRule],
    first: Callable[[Frame], dict[str, Any]],
    *totals: nw.Expr,
) -> Counted:
    """Return how many rows break each rule, in one aggregation; `first` gives the first row of a query.

    Of rules that share a signal, that alone is counted, and only where there is one a second query asks the rules, of the rows that
    give it.
    """
    rules = tuple(rules)
    plain, signals = (
        [rule for rule in rules if not rule.signal],
        list(dict.fromkeys(signal_of(rule) for rule in rules if rule.signal)),
    )
    heard = [
        gives(signal).cast(nw.Int64).sum().alias(f"signal {number}")
        for number, signal in enumerate(signals)
    ]
    counts = first(frame.select(*totals, *_breaking(plain), *heard)) if totals or rules else {}
    failed = _with_counts(plain, counts)
    if given := [signal for number, signal in enumerate(signals) if counts[f"signal {number}"]]:
        asked = [rule for rule in rules if rule.signal and signal_of(rule) in given]
        signalling = frame.filter(nw.any_horizontal(*map(gives, given), ignore_nulls=True))
        failed += _with_counts(asked, first(signalling.select(*_breaking(asked))))
    return Counted(counts, failed)


def signal_of(rule: RowRule) -> tuple[str, str]:
    """Return the column of the rule's signal and its pattern."""
    return rule.columns[0], rule.signal or ""


def gives(signal: tuple[str, str]) -> nw.Expr:
    """Return whether a row gives the signal."""
    column, pattern = signal
    return nw.col(column).str.contains(pattern)


def broken_by(rule: RowRule) -> nw.Expr:
    """Return whether a row breaks the rule; what is costly to ask only where there is a signal, on engines that stop there."""
    broken = gives(signal_of(rule)) & ~rule.holds if rule.signal else ~rule.holds
    return broken.fill_null(value=False)


def _breaking(rules: Iterable[RowRule]) -> list[nw.Expr]:
    return [
        (~rule.holds).cast(nw.Int64).sum().alias(str(number)) for number, rule in enumerate(rules)
    ]


def _with_counts(
    rules: Iterable[RowRule], counts: dict[str, Any]
) -> tuple[tuple[RowRule, int], ...]:
    return tuple(
        (rule, int(count)) for number, rule in enumerate(rules) if (count := counts[str(number)])
    )


def breaches(frame: Frame, rules: tuple[RowRule, ...]) -> Iterator[Breach]:
    """Yield every breach, rule by rule; a clean frame costs an aggregation, and one for each column of lists."""
    for column, asked in by_lists(rules).items():
        yield from _breaches(frame if column is None else items(frame, column), column, asked)


def _breaches(frame: Frame, column: str | None, rules: tuple[RowRule, ...]) -> Iterator[Breach]:
    broken = [
        rule
        for rule, _ in counted(
            frame, rules, lambda query: query.collect().rows(named=True)[0]
        ).failed
    ]
    if not broken:
        return
    flags = {f"breaks {number}": broken_by(rule) for number, rule in enumerate(broken)}
    item = nw.lit(None, nw.String) if column is None else nw.col(column)
    marked = frame.select(
        "row", item.alias("item"), *(flag.alias(name) for name, flag in flags.items())
    )
    rows = marked.filter(nw.any_horizontal(*flags, ignore_nulls=True)).collect()
    for name, rule in zip(flags, broken, strict=True):
        for number, text in rows.filter(nw.col(name)).select("row", "item").rows():
            yield Breach(int(number), rule, text)
