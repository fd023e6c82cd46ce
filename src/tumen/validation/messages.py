"""The words of a violation, which are the same for a record and for a row of a table.

The title of a rule, its remedy and what it says about a value are with the rule. This module puts
them together. Only the place differs: a record has a line and a column, a row has its key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tumen._suggest import Spellings, did_you_mean
from tumen._text import format_value, shorten
from tumen.schemas import TABLES
from tumen.schemas.registry import ALL_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl

    from tumen.schemas.rules import Rule, TablesRule

NAME_COLUMNS: Final = ("name", "aliases")
"""The columns with names by which a text may mean a row, where a table has them."""


class KnownNames:
    """The ids and names of tables, read when a message first needs them.

    Args:
        read: Returns some columns of a table, or None if the table is missing or too long.

    """

    def __init__(self, read: Callable[[str, tuple[str, ...]], pl.DataFrame | None]) -> None:
        self._read = read
        self._spellings: dict[tuple[str, ...], Spellings] = {}
        self._successors: dict[str, str] | None = None

    def successor(self, record_id: str) -> str | None:
        """Return the successor of a retired id, empty if it has none; None if it is not retired."""
        if self._successors is None:
            retired = self._read("retired", ("record_id", "successor_id"))
            entries = [] if retired is None else retired.rows()
            self._successors = {name: successor or "" for name, successor in entries if name}
        return self._successors.get(record_id)

    def suggest(self, tables: tuple[str, ...], name: str) -> str:
        """Return `; did you mean 'x'?` for the nearest id in some tables, or an empty text."""
        if tables not in self._spellings:
            names = (pair for table in tables for pair in self._names_with_keys(table))
            self._spellings[tables] = Spellings(dict(names))
        return self._spellings[tables].suggestion(name)

    def _names_with_keys(self, table: str) -> Iterator[tuple[str, str]]:
        """Yield the key, name and aliases of every row, each with the key."""
        key = TABLES[table].spec().key[0]
        columns = (key, *(name for name in NAME_COLUMNS if name in TABLES[table].columns()))
        frame = self._read(table, columns)
        if frame is None:
            return
        for row in frame.drop_nulls(key).rows(named=True):
            for name in (row[key], row.get("name"), *(row.get("aliases") or ())):
                if name:
                    yield name, row[key]


def describe_row(
    rule: Rule, table: str, values: Mapping[str, Any], labels: Mapping[str, str] | None = None
) -> str:
    """Return what is wrong with a row.

    Args:
        rule: The rule that it violates.
        table: The name of its table.
        values: The values that the rule is about, by column.
        labels: The names of columns to print, where they differ.

    """
    if len(values) == 1:
        ((column, value),) = values.items()
        return f"{format_value(value)}: {rule.title}{_explain(rule, table, column, value)}"
    labels = labels or {}
    listed = (f"{labels.get(name, name)}: {format_value(value)}" for name, value in values.items())
    return f"{rule.title} ({', '.join(listed)})" if values else rule.title


def describe_cross_table(
    rule: TablesRule,
    table: str,
    column: str,
    value: str | None,
    other: str | None,
    names: KnownNames,
) -> str:
    """Return what is wrong with a value of a row that conflicts with other rows.

    Args:
        rule: The rule that it violates.
        table: The name of its table.
        column: The column of the value.
        value: The value.
        other: What it conflicts with, in words, or None.
        names: The ids and names that the message may suggest.

    """
    if rule.describe is not None:
        return rule.describe(table, column, shorten(value or ""), names)
    shown = rule.excerpt(value or "") if rule.excerpt else value
    conflict = f" ({other})" if other is not None else ""
    return f"{format_value(shown)}: {rule.title}{_explain(rule, table, column, value)}{conflict}"


def _explain(rule: Rule, table: str, column: str, value: Any) -> str:
    """Return what to add to the title about a value; it may be empty."""
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
