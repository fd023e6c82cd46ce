"""What a rule is, and the codes of the rules that are not written beside a column or a row.

A rule is data: a code that never changes its meaning, a severity, a title, the reason for it, and a remedy. A rule of a row
adds `holds`, a narwhals expression that is true (or null: unknown counts as passing) for every good row; the same
expression runs on polars, DuckDB and Spark. A rule across tables adds `breaches`, see `cross_table`.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import narwhals as nw

Severity = Literal["error", "warning"]
Frame = nw.LazyFrame[Any]
Tables = Mapping[str, Frame]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named demand on the data: `code` and `title` identify it, `remedy` says what to do, `why` is its reason.

    `in_tables` is the remedy for a table that somebody holds, where another is needed than for a record.
    """

    code: str
    title: str
    remedy: str
    why: str = ""
    severity: Severity = field(default="error", kw_only=True)
    in_tables: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class RowRule(Rule):
    """A rule that one row can be held to: `holds` is true or null where it is kept; the first of `columns` is where to point.

    With `each`, a column of lists, it is asked of every item: `holds` then finds the item in that column. `signal` is a pattern
    that every text matches which breaks the rule, and few others: it is asked once for all rules that share it, before any of them.
    """

    columns: tuple[str, ...] = field(kw_only=True)
    holds: nw.Expr = field(kw_only=True)
    each: str | None = field(default=None, kw_only=True)
    signal: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class TablesRule(Rule):
    """A rule across rows or tables: `breaches` gives frames of table, row, column, value, other, one row a breach.

    `needs` names the tables without which the rule cannot be judged. `row` is what the table's own column `row` gives, by which
    rows are told apart and in order; `other` says in words what the value clashes with (or null).
    """

    needs: tuple[str, ...] = field(kw_only=True)
    breaches: Callable[[Tables], Iterable[Frame]] = field(kw_only=True)


def _rules(*rules: Rule) -> dict[str, Rule]:
    return {rule.code: rule for rule in rules}


FILE_RULES: Final = _rules(
    Rule("E001", "a file or folder cannot be read", "Mend its permissions or take the link away."),
    Rule(
        "E002",
        "a file is not plain UTF-8",
        "Save it as UTF-8 without a byte order mark or control characters.",
    ),
    Rule(
        "E003",
        "a file is not YAML",
        "Mend the line named; indent with spaces, quote text that holds ': ' or ' #'.",
    ),
    Rule(
        "E004",
        "a file holds more than one document",
        "Take the '---' lines away; a file is one list.",
    ),
    Rule("E005", "an anchor, alias, tag or merge key", "Write the value out in full."),
    Rule("E006", "a field stands twice in one record", "Keep one of them."),
    Rule(
        "E007",
        "a file is not a list of records",
        "Start each record with '- ' and write 'field: value' below it.",
    ),
    Rule(
        "E008",
        "a value has the wrong shape",
        "Write a single value, a [list] or a {map}, as the field asks.",
        in_tables='Write a list as JSON: ["treaty", "trade"].',
    ),
    Rule(
        "E009",
        "a field is unknown",
        "Correct its name or take it out; `tumen codebook TABLE` lists the fields.",
    ),
    Rule("E010", "a field is missing", "Add the field; `tumen codebook TABLE` says what it holds."),
    Rule("E011", "a file belongs to no table", "Put it under a folder that is named like a table."),
    Rule(
        "E012",
        "an exception that excuses nothing",
        "Take it out of allow:; only warnings (W...) of this record can be excused.",
    ),
)

VALUE_RULES: Final = _rules(
    Rule(
        "E101",
        "a date is not a date",
        "Write 2025, 2025-06 or 2025-06-17 (said or published by then: ../2025-06-17).",
        in_tables="Give a day of the years 1 to 9999, as 2025-06-17; of an imprecise date the first or last, as the column asks.",
    ),
    Rule(
        "E102",
        "a number is not a number",
        "Write digits alone, with a point for decimals: 6000, 19.6; at most 15 digits.",
    ),
    Rule(
        "E103",
        "a code is not in the vocabulary",
        "Take one of the codes; `tumen codebook TABLE` defines them.",
    ),
    Rule(
        "E104",
        "an id has the wrong form",
        "Write it as the codebook shows: mtg-0042 (no further zeros), sergei-shoigu.",
    ),
    Rule("E105", "a flag is neither true nor false", "Write true or false."),
    Rule(
        "E106",
        "a text is empty or has stray characters",
        "Type the text anew: one line, one plain space between words, none at its ends, in NFC; leave out what is empty.",
        in_tables="Type the text anew: one line, one plain space between words, none at its ends, in NFC. A cell without text is"
        " null; an item of a list never is.",
    ),
    Rule("E107", "a number is out of range", "Correct the number; the message names the range."),
    Rule(
        "E108",
        "an address is not one",
        "Write the whole address, from https:// on, without spaces.",
    ),
    Rule(
        "E109",
        "a summary is longer than 30 words",
        "Shorten it; what is left over belongs in a note or a record.",
    ),
    Rule(
        "E110",
        "a date is less precise than this field allows",
        "Give the day, or leave the field out.",
    ),
    Rule(
        "E111",
        "a value is null where one is needed",
        "Give the value, which `tumen codebook TABLE` describes, or take the row out.",
    ),
    Rule(
        "E112",
        "a column is missing, of another type, or one too many",
        "Give the table the columns and types that the codebook names: `tumen codebook TABLE`.",
    ),
    Rule("E113", "a value stands twice in a list", "Keep one of them."),
    Rule(
        "E114",
        "a summary is longer than 300 characters",
        "Shorten it; what is left over belongs in a note or a record.",
    ),
    Rule("E115", "a text has neither letter nor digit", "Say it in words, or leave the field out."),
    Rule(
        "W251",
        "a text has markup",
        "Write plain words: take out tags, entities, and the signs and addresses of Markdown.",
        severity="warning",
    ),
)


def value_rule(
    code: str, column: str, holds: nw.Expr, *, each: bool = False, signal: str | None = None
) -> RowRule:
    """Return a rule of values asked of a column, or of each item of a column of lists."""
    rule = VALUE_RULES[code]
    return RowRule(
        code,
        rule.title,
        rule.remedy,
        rule.why,
        severity=rule.severity,
        in_tables=rule.in_tables,
        columns=(column,),
        holds=holds,
        each=column if each else None,
        signal=signal,
    )


START_BEFORE_END: Final = RowRule(
    "E204",
    "a start lies after its end",
    "Correct one of the two dates.",
    columns=("start_date", "end_date"),
    holds=nw.col("start_date") <= nw.col("end_date"),
)

FOUNDING: Final = dt.date(1948, 9, 9)


def require_founded(
    day: str, precision: str | None = None, *, unless: str | None = None
) -> RowRule:
    """Return the rule that a day is none before the DPRK was founded; of a month or a year, that not all its days are.

    Without the column of its precision, the day is held to it as it is; not at all where `unless`, another day, is given.
    """
    first = nw.lit(FOUNDING)
    if precision:
        in_year = (
            nw.when(nw.col(precision) == "year")
            .then(nw.lit(FOUNDING.replace(month=1, day=1)))
            .otherwise(first)
        )
        first = (
            nw.when(nw.col(precision) == "month")
            .then(nw.lit(FOUNDING.replace(day=1)))
            .otherwise(in_year)
        )
    holds = nw.col(day) >= first
    return RowRule(
        "W214",
        "a day is before the DPRK was founded",
        "Correct the year: there are no relations before 9 September 1948.",
        severity="warning",
        columns=(day,),
        holds=holds if unless is None else holds | ~nw.col(unless).is_null(),
    )


SPAN_FOUNDED: Final = (
    require_founded("start_date", "date_precision"),
    require_founded("end_date", unless="start_date"),
)
