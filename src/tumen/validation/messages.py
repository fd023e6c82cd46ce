"""The messages of violations: the value, the title of the rule, and what explains them.

A violation has the same message in a record and in a table. Only its place differs. Most messages
are `value: title`. `_EXPLANATIONS` adds to a value what is wrong with it, such as the character at
fault. `_DESCRIPTIONS` has the rules whose messages differ from the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from tumen._suggest import Spellings, did_you_mean
from tumen._text import format_value, shorten
from tumen.schemas import TABLES
from tumen.schemas.addresses import encode_host
from tumen.schemas.base import MARKUP
from tumen.schemas.characters import describe_fault
from tumen.schemas.cross_table.scripts import find_mixed_word
from tumen.schemas.rules import RowRule, TablesRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl

    from tumen.validation.evaluate import Violation

_NUMBERED_ID: Final = re.compile(r"...-\d+")


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

    @cached_property
    def retired(self) -> dict[str, str | None]:
        """Each retired id with the id of its successor, if it has one."""
        rows = self._fetch("retired", ("record_id", "successor_id"))
        return {} if rows is None else {name: new for name, new in rows.rows() if name}


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
    if rule.code in _DESCRIPTIONS:
        return _DESCRIPTIONS[rule.code](violation, names)
    if len(violation.values) == 1 or (isinstance(rule, RowRule) and rule.each):
        column, value = _subject(violation)
        explanation = _explain_value(rule.code, violation.table, column, value)
        return f"{format_value(value)}: {rule.title}{explanation}{other}"
    values = ", ".join(
        f"{label(column)}: {format_value(value)}" for column, value in violation.values.items()
    )
    return f"{rule.title} ({values}){other}"


def _subject(violation: Violation) -> tuple[str, Any]:
    """Return the column that a violation points to, and its value."""
    return next(iter(violation.values.items()))


def _format_other(violation: Violation) -> str:
    if violation.other is None:
        return ""
    is_place = isinstance(violation.rule, TablesRule) and violation.rule.other_is_row
    return f", first at {violation.other}" if is_place else f" ({violation.other})"


def _describe_lost_reference(violation: Violation, names: ReferenceNames) -> str:
    column, value = _subject(violation)
    tables = TABLES[violation.table].columns()[column].refers_to
    noun = TABLES[tables[0]].spec().key[0].removesuffix("_id") if len(tables) == 1 else "record"
    message = f"no {noun} {shorten(value)!r}"
    if value in names.retired:
        successor = names.retired[value]
        return f"{message}: it is retired{f', use {successor!r}' if successor else ''}"
    # Ids with numbers, such as mtg-0042, are all alike, so a similar one is no suggestion.
    is_numbered = _NUMBERED_ID.fullmatch(value)
    return message if is_numbered else message + names.suggest(tables, shorten(value))


def _describe_mixed_word(violation: Violation, _: ReferenceNames) -> str:
    word, character = find_mixed_word(_subject(violation)[1])
    return f"{format_value(word)}: {violation.rule.title} ({character})"


_DESCRIPTIONS: Final[Mapping[str, Callable[[Violation, ReferenceNames], str]]] = {
    "E302": _describe_lost_reference,
    "W211": _describe_mixed_word,
}


def _explain_value(code: str, table: str, column: str, value: Any) -> str:
    """Return what to add to the title of a rule about a value that violates it; may be empty."""
    if code == "E103" and isinstance(value, str):
        return did_you_mean(shorten(value), tuple(TABLES[table].columns()[column].codes or ()))
    if code == "E107":
        return f" ({_format_range(table, column)})"
    if code not in _EXPLANATIONS or not isinstance(value, str | list):
        return ""
    explanation = _EXPLANATIONS[code](value)
    return f" ({explanation})" if explanation else ""


def _find_markup(text: str) -> str | None:
    match = re.search(MARKUP, text)
    return format_value(match[0]) if match else None


def _format_range(table: str, column: str) -> str:
    (check,) = TABLES[table].to_schema().columns[column].checks
    return f"{check.statistics['min_value']:,} to {check.statistics['max_value']:,}"


def _list_duplicates(items: Sequence[Any]) -> str:
    return ", ".join(format_value(item) for item, count in Counter(items).items() if count > 1)


_EXPLANATIONS: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "E106": describe_fault,
    "E109": lambda text: f"{len(text.split())} words",
    "E113": _list_duplicates,
    "E236": encode_host,
    "E114": lambda text: f"{len(text):,} characters",
    "W251": _find_markup,
}
