"""The types of a rule, and the rules that belong to no single column or table.

A rule is data: a code that never changes its meaning, a severity, a title and a remedy. Its page,
with the reason and an example, is `examples/CODE.md`. Messages are made of the title and the value
that breaks the rule, the same for records and tables; see `tumen.validation.messages`.

A `RowRule` adds `condition`, a narwhals expression that is true for every good row. Null counts as
passing, because it means unknown. The same expression runs on polars, DuckDB and Spark. A
`TablesRule` adds `find_violations`, a function over several tables; see `cross_table`.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

import narwhals as nw

from tumen.schemas.characters import MARKUP, describe_fault

Severity = Literal["error", "warning"]
Frame = nw.LazyFrame[Any]
Tables = Mapping[str, Frame]


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement on the data.

    Attributes:
        code: Identifies the rule for good, such as `E201`.
        title: What is wrong where the rule is broken, in lower case, as messages print it.
        remedy: What to do about it in a record.
        severity: Whether a finding is an error or a warning.
        table_remedy: What to do about it in a table, where that differs from a record.
        excerpt: Returns the part of a value that a message shows; without it, the whole value.
        explain: Returns what a message adds to the title about a value: a text, or values that
            the message quotes. Nothing is added where it returns nothing.

    """

    code: str
    title: str
    remedy: str
    severity: Severity = field(default="error", kw_only=True)
    table_remedy: str = field(default="", kw_only=True)
    excerpt: Callable[[str], str] | None = field(default=None, kw_only=True)
    explain: Callable[[Any], str | list[str] | None] | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class RowRule(Rule):
    """A rule that is evaluated on one row at a time.

    Attributes:
        columns: The columns that the rule reads; a finding points to the first of them.
        condition: True or null where the row follows the rule.
        each: A column of lists. The rule is then evaluated for every item of a list, and
            `condition` finds the item in this column.
        suspect_pattern: A pattern that matches every text that breaks the rule, and few others.
            Rules that share it are evaluated only where it matches, because it is faster.

    """

    columns: tuple[str, ...] = field(kw_only=True)
    condition: nw.Expr = field(kw_only=True)
    each: str | None = field(default=None, kw_only=True)
    suspect_pattern: str | None = field(default=None, kw_only=True)


class Names(Protocol):
    """The ids and names that a message may suggest."""

    def successor(self, record_id: str) -> str | None:
        """Return the successor of a retired id, empty if it has none; None if it is not retired."""

    def suggest(self, tables: tuple[str, ...], name: str) -> str:
        """Return `; did you mean 'x'?` for the nearest id in some tables, or an empty text."""


@dataclass(frozen=True, slots=True)
class TablesRule(Rule):
    """A rule across rows or tables.

    Attributes:
        tables: The tables without which the rule cannot be evaluated.
        find_violations: Returns frames with a row for each violation and the columns `table`,
            `row`, `column`, `value` and `other`. `row` is the value of the table's own column
            `row`, which identifies rows and orders them. `other` says in words what the value
            conflicts with, or is null.
        other_is_row: Whether `other` is instead the `row` of an earlier row of the same table,
            whose place the message gives.
        describe: Returns the whole message about a value, from table, column, value and names,
            where the value and the title do not say enough.

    """

    tables: tuple[str, ...] = field(kw_only=True)
    find_violations: Callable[[Tables], Iterable[Frame]] = field(kw_only=True)
    other_is_row: bool = field(default=False, kw_only=True)
    describe: Callable[[str, str, str, Names], str] | None = field(default=None, kw_only=True)


def _count_words(text: str) -> str:
    return f"{len(text.split())} words"


def _count_characters(text: str) -> str:
    return f"{len(text):,} characters"


def _find_markup(text: str) -> list[str] | None:
    match = re.search(MARKUP, text)
    return [match[0]] if match else None


def _list_duplicates(items: list[Any]) -> list[str]:
    return [item for item, count in Counter(items).items() if count > 1]


def _by_code(*rules: Rule) -> dict[str, Rule]:
    return {rule.code: rule for rule in rules}


FILE_RULES: Final = _by_code(
    Rule("E001", "a file or folder cannot be read", "Fix its permissions, or remove the link."),
    Rule(
        "E002",
        "a file is not plain UTF-8",
        "Save it as UTF-8 without a byte order mark or control characters.",
    ),
    Rule(
        "E003",
        "a file is not YAML",
        "Fix the line that is named: indent with spaces, and quote text that contains ': ' or"
        " ' #'.",
    ),
    Rule(
        "E004",
        "a file contains more than one document",
        "Remove the '---' lines; a file is one list.",
    ),
    Rule("E005", "an anchor, alias, tag or merge key", "Write the value out in full."),
    Rule("E006", "a field occurs twice in one record", "Keep one of them."),
    Rule(
        "E007",
        "a file is not a list of records",
        "Start each record with '- ' and write 'field: value' below it.",
    ),
    Rule(
        "E008",
        "a value has the wrong shape",
        "Write a single value, a [list] or a {map}, as the field requires.",
        table_remedy='Write a list as JSON: ["treaty", "trade"].',
    ),
    Rule(
        "E009",
        "a field is unknown",
        "Correct its name or remove it; `tumen codebook TABLE` lists the fields.",
    ),
    Rule(
        "E010",
        "a field is missing",
        "Add the field; `tumen codebook TABLE` describes what it contains.",
    ),
    Rule("E011", "a file belongs to no table", "Move it to a folder that is named like a table."),
    Rule(
        "E012",
        "unused allow: entry",
        "Remove it from allow:; only warnings (W...) of this record can be allowed.",
    ),
)

VALUE_RULES: Final = _by_code(
    Rule(
        "E101",
        "invalid date",
        "Write 2025, 2025-06 or 2025-06-17; if it was said or published by then, ../2025-06-17.",
        table_remedy="Give a date in the years 1 to 9999, such as 2025-06-17. For an imprecise"
        " date, give its first or last day, as the column requires.",
    ),
    Rule(
        "E102",
        "invalid number",
        "Write digits only, with a point for decimals: 6000, 19.6; at most 15 digits.",
    ),
    Rule(
        "E103",
        "a code is not in the vocabulary",
        "Use one of the codes; `tumen codebook TABLE` defines them.",
    ),
    Rule(
        "E104",
        "an id has the wrong form",
        "Write it as the codebook shows: mtg-0042 (no further zeros), sergei-shoigu.",
    ),
    Rule("E105", "a boolean is neither true nor false", "Write true or false."),
    Rule(
        "E106",
        "a text is empty or has stray characters",
        "Type the text again: one line, one plain space between words, none at its ends, in NFC."
        " Leave out a field without text.",
        table_remedy="Type the text again: one line, one plain space between words, none at its"
        " ends, in NFC. A cell without text is null; an item of a list never is.",
        explain=describe_fault,
    ),
    Rule("E107", "a number is out of range", "Correct the number; the message gives the range."),
    Rule("E108", "invalid URL", "Write the whole URL, starting with https://, without spaces."),
    Rule(
        "E109",
        "a summary is longer than 30 words",
        "Shorten it; move the rest to a note or to a record of its own.",
        explain=_count_words,
    ),
    Rule(
        "E110",
        "a date is less precise than this field allows",
        "Give the day, or leave the field out.",
    ),
    Rule(
        "E111",
        "a required value is null",
        "Give the value, which `tumen codebook TABLE` describes, or remove the row.",
    ),
    Rule(
        "E112",
        "a column is missing, unexpected or of the wrong type",
        "Give the table the columns and types that `tumen codebook TABLE` lists.",
    ),
    Rule(
        "E113",
        "a value occurs twice in a list",
        "Keep one of them.",
        explain=_list_duplicates,
    ),
    Rule(
        "E114",
        "a summary is longer than 300 characters",
        "Shorten it; move the rest to a note or to a record of its own.",
        explain=_count_characters,
    ),
    Rule(
        "E115",
        "a text has neither letters nor digits",
        "Say it in words, or leave the field out.",
    ),
    Rule(
        "W251",
        "a text contains markup",
        "Write plain words: remove tags, entities, and the signs and links of Markdown.",
        severity="warning",
        explain=_find_markup,
    ),
)


def build_value_rule(
    code: str,
    column: str,
    condition: nw.Expr,
    *,
    each: bool = False,
    suspect_pattern: str | None = None,
) -> RowRule:
    """Build the rule of this code for the values of a column.

    Args:
        code: A code of `VALUE_RULES`.
        column: The column that the rule reads.
        condition: True or null where a value follows the rule.
        each: Whether the column contains lists, and the rule applies to each of their items.
        suspect_pattern: See `RowRule`.

    Returns:
        The rule, with title, remedy and severity from `VALUE_RULES`.

    """
    rule = VALUE_RULES[code]
    return RowRule(
        code,
        rule.title,
        rule.remedy,
        severity=rule.severity,
        table_remedy=rule.table_remedy,
        columns=(column,),
        condition=condition,
        each=column if each else None,
        suspect_pattern=suspect_pattern,
    )


START_BEFORE_END: Final = RowRule(
    "E204",
    "a start is after its end",
    "Correct one of the two dates.",
    columns=("start_date", "end_date"),
    condition=nw.col("start_date") <= nw.col("end_date"),
)

FOUNDING: Final = dt.date(1948, 9, 9)
"""The date on which the DPRK was founded."""


def require_founded(
    day: str, precision: str | None = None, *, unless: str | None = None
) -> RowRule:
    """Build the rule that a date is not before the founding of the DPRK.

    A month or a year breaks it only if all its days are before the founding.

    Args:
        day: The column of the date.
        precision: The column of its precision. Without one, the date is compared as it is.
        unless: Another column of dates. The rule does not apply where it has a value.

    """
    earliest = nw.lit(FOUNDING)
    if precision:
        in_year = (
            nw.when(nw.col(precision) == "year")
            .then(nw.lit(FOUNDING.replace(month=1, day=1)))
            .otherwise(earliest)
        )
        earliest = (
            nw.when(nw.col(precision) == "month")
            .then(nw.lit(FOUNDING.replace(day=1)))
            .otherwise(in_year)
        )
    condition = nw.col(day) >= earliest
    return RowRule(
        "W214",
        "a date is before the DPRK was founded",
        "Correct the year: there are no relations before 9 September 1948.",
        severity="warning",
        columns=(day,),
        condition=condition if unless is None else condition | ~nw.col(unless).is_null(),
    )


SPAN_FOUNDED: Final = (
    require_founded("start_date", "date_precision"),
    require_founded("end_date", unless="start_date"),
)
"""The rule of `require_founded` for a start and an end; the end only where there is no start."""
