"""The messages of violations, which are the same for a record and for a row of a table.

The title of a rule, its remedy, and what it says about a value are with the rule. This module puts
them together: most messages are `value: title`, with what explains the value. Only the place of a
violation differs: a record has a line and a column, a row has its key.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from tumen._suggest import Spellings, did_you_mean
from tumen._text import format_value, shorten
from tumen.schemas import TABLES
from tumen.schemas.all_rules import ALL_RULES
from tumen.schemas.rules import RowRule, TablesRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import polars as pl

    from tumen.schemas.rules import Rule
    from tumen.validation.evaluate import Violation


class ReferenceNames:
    """The names of records, with which a message explains a reference to a missing record.

    They are fetched when the first such message is written.

    Args:
        fetch: Returns columns of a table, or None if the table is absent or too large.

    """

    def __init__(self, fetch: Callable[[str, Sequence[str]], pl.DataFrame | None]) -> None:
        self._fetch = fetch
        self._spellings: dict[tuple[str, ...], Spellings] = {}

    def suggest(self, tables: tuple[str, ...], name: str) -> str:
        """Return `; did you mean 'x'?` for the record of these tables with the nearest name."""
        if tables not in self._spellings:
            names = dict(pair for table in tables for pair in sorted(self._names_with_ids(table)))
            self._spellings[tables] = Spellings(names)
        return self._spellings[tables].suggestion(name)

    def _names_with_ids(self, table: str) -> Iterator[tuple[str, str]]:
        """Yield the id, name and aliases of every record, where the table has them, with its id."""
        id_column = TABLES[table].spec().key[0]
        named = [name for name in ("name", "aliases") if name in TABLES[table].columns()]
        rows = self._fetch(table, (id_column, *named))
        for row in () if rows is None else rows.drop_nulls(id_column).rows(named=True):
            for name in (row[id_column], row.get("name"), *(row.get("aliases") or ())):
                if name:
                    yield name, row[id_column]

    def successor(self, record_id: str) -> str | None:
        """Return the successor of a retired id, empty if it has none; None if it is not retired."""
        return self._retired.get(record_id)

    @cached_property
    def _retired(self) -> dict[str, str]:
        rows = self._fetch("retired", ("record_id", "successor_id"))
        return {} if rows is None else {name: new or "" for name, new in rows.rows() if name}


def describe_violation(
    violation: Violation, names: ReferenceNames, label: Callable[[str], str] = str
) -> str:
    """Return the message of a violation.

    Args:
        violation: The violation.
        names: The names of the records that references can lead to.
        label: Returns what the data call a column.

    Returns:
        Such as `'kilt': a code is not in the vocabulary; did you mean 'killed'?`.

    """
    rule, other = violation.rule, _format_other(violation)
    column, value = next(iter(violation.values.items()))
    if isinstance(rule, TablesRule) and rule.describe is not None:
        return rule.describe(violation.table, column, shorten(value), names)
    if len(violation.values) == 1 or (isinstance(rule, RowRule) and rule.each):
        excerpt = rule.excerpt(value) if rule.excerpt else value
        explanation = _explain_value(rule, violation.table, column, value)
        return f"{format_value(excerpt)}: {rule.title}{explanation}{other}"
    values = ", ".join(
        f"{label(column)}: {format_value(value)}" for column, value in violation.values.items()
    )
    return f"{rule.title} ({values}){other}"


def _format_other(violation: Violation) -> str:
    if violation.other is None:
        return ""
    is_place = isinstance(violation.rule, TablesRule) and violation.rule.other_is_row
    return f" (first at {violation.other})" if is_place else f" ({violation.other})"


def _explain_value(rule: Rule, table: str, column: str, value: Any) -> str:
    """Return what to add to the title of a rule about a value that violates it; may be empty."""
    if rule.code == "E103" and isinstance(value, str):
        return did_you_mean(shorten(value), tuple(TABLES[table].columns()[column].codes or ()))
    if rule.code == "E107":
        return f" ({_format_range(table, column)})"
    explain = ALL_RULES[rule.code].explain
    if explain is None or not isinstance(value, str | list):
        return ""
    explanation = explain(value)
    if isinstance(explanation, list):
        explanation = ", ".join(map(format_value, explanation))
    return f" ({explanation})" if explanation else ""


def _format_range(table: str, column: str) -> str:
    (check,) = TABLES[table].to_schema().columns[column].checks
    return f"{check.statistics['min_value']:,} to {check.statistics['max_value']:,}"
