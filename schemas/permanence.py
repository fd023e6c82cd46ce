"""Ids are permanent: the rules that compare records with the releases before, and what makes a record the same one.

A record keeps its identity while one of its identifying fields does: to correct some of them is a correction, to change all at
once makes another thing of it. A field that neither side gives counts on no side. Where fewer than two are left (of actors: one),
nothing is said.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tumen.schemas.rules import Rule

Values = Mapping[str, Any]

_LEAST: Final = 2
_SHORT: Final = 3

_RULES: Final = (
    Rule(
        "E340",
        "a released id is gone",
        "Put the record back, or retire it: `tumen retire ID --reason REASON --successor ID`.",
    ),
    Rule(
        "E341",
        "a released id is given to something else",
        "Give the new record a new id, and put the old record back or retire it: `tumen retire ID --reason REASON`.",
    ),
    Rule(
        "E342",
        "a retirement is taken back",
        "Put the entry back in retired.yaml; a record that has its id takes a new one.",
    ),
    Rule(
        "E343",
        "a retired id was never released",
        "Correct the id, or take the entry out: what was never released needs none.",
    ),
    Rule(
        "E344",
        "a retirement names a release that has the record, or is not the next",
        "Write the version of the first release without the record: the one that is built next.",
    ),
    Rule(
        "W340",
        "a date lies after the day of the build",
        "Correct the date; what is expected is a statement until a document says that it took place.",
        severity="warning",
    ),
)
PERMANENCE: Final = {rule.code: rule for rule in _RULES}


@dataclass(frozen=True, slots=True)
class Mark:
    """An identifying field: its columns, and whether it changed from one record to another; None where that cannot be said."""

    columns: tuple[str, ...]
    changed: Callable[[Values, Values], bool | None]


def _value(column: str) -> Mark:
    def changed(was: Values, now: Values) -> bool | None:
        return None if was[column] is now[column] is None else was[column] != now[column]

    return Mark((column,), changed)


def _text(column: str) -> Mark:
    """Return the mark of a text, which is another if it keeps no more than half of its longer words."""

    def changed(was: Values, now: Values) -> bool | None:
        old, new = (_long(_words(side, (column,))) for side in (was, now))
        if not (old and new):
            return bool(old or new) or None
        return 2 * len(old & new) <= min(len(old), len(new))

    return Mark((column,), changed)


def _long(words: set[str]) -> set[str]:
    """Return the words that are not as short as an article or a preposition; all of them if there are no others."""
    return {word for word in words if len(word) > _SHORT} or words


def _group(column: str) -> Mark:
    """Return the mark of a set of ids, which is another if neither side holds the other: one more or less is a correction."""

    def changed(was: Values, now: Values) -> bool | None:
        old, new = set(was[column] or ()), set(now[column] or ())
        return not old <= new and not new <= old if old or new else None

    return Mark((column,), changed)


def _names(*columns: str) -> Mark:
    """Return the mark of names, which are others if no word of them is left, whatever its case and accents."""

    def changed(was: Values, now: Values) -> bool:
        return not _words(was, columns) & _words(now, columns)

    return Mark(columns, changed)


def _words(values: Values, columns: tuple[str, ...]) -> set[str]:
    given = (values[column] for column in columns)
    texts = [
        text for value in given for text in ([value] if isinstance(value, str) else value or ())
    ]
    folded = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    return set(
        re.findall(
            r"\w+", "".join(letter for letter in folded if not unicodedata.combining(letter))
        )
    )


def _day(start: str, end: str, precision: str | None = None) -> Mark:
    """Return the mark of a date, which is another if no day is possible for both; to give one is no change."""
    columns = tuple(dict.fromkeys(filter(None, (start, end, precision))))

    def changed(was: Values, now: Values) -> bool | None:
        old, new = (
            _possible(side[start], side[end], side[precision] if precision else "day")
            for side in (was, now)
        )
        return old[1] < new[0] or new[1] < old[0] if old and new else None

    return Mark(columns, changed)


def _possible(
    start: dt.date | None, end: dt.date | None, precision: str | None
) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day that a date can mean."""
    if start is None:
        return None
    last = max(start, end or start)
    match precision:
        case "on_or_before":
            return dt.date.min, last
        case "month":
            return start.replace(day=1), max(last, _last_of_month(start))
        case "year":
            return start.replace(month=1, day=1), max(last, start.replace(month=12, day=31))
        case _:
            return start, last


def _last_of_month(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def _position() -> Mark:
    """Return the mark of a place: its coordinates, another if a degree apart; without them its kind, country and parent."""
    columns = ("latitude", "longitude", "kind", "country", "parent_id")

    def changed(was: Values, now: Values) -> bool:
        if None in (was["latitude"], now["latitude"], was["longitude"], now["longitude"]):
            return any(was[column] != now[column] for column in columns[2:])
        return any(abs(was[column] - now[column]) > 1 for column in columns[:2])

    return Mark(columns, changed)


IDENTITY: Final[Mapping[str, tuple[Mark, ...]]] = {
    "meetings": (_group("principals"), _day("start_date", "end_date")),
    "deployments": (
        _value("kind"),
        _value("destination_id"),
        _day("announced_on", "announced_on"),
        _day("start_date", "end_date", "date_precision"),
    ),
    "estimates": (_value("measure"), _value("estimator_id"), _value("subject_id")),
    "statements": (_value("speaker_id"), _text("about")),
    "agreements": (_text("name"), _day("signed", "signed", "signed_precision")),
    "transfers": (_text("item"), _day("start_date", "end_date", "date_precision")),
    "launches": (_text("object"), _day("launch_date", "launch_date", "date_precision")),
    "positions": (_value("actor_id"), _value("title")),
    "actors": (_names("name", "aliases"),),
    "places": (_names("name"), _position()),
    "sources": (
        _value("url"),
        _text("title"),
        _day("published", "published", "published_precision"),
    ),
}
"""By table, the identifying fields; `principals` are the participants who lead a side or, where none is marked, all of them."""

OCCURRED: Final[Mapping[str, tuple[str, ...]]] = {
    "meetings": ("start_date",),
    "deployments": ("announced_on", "start_date"),
    "estimates": ("said_on",),
    "statements": ("said_on",),
    "agreements": ("signed", "ratified_ru", "ratified_kp"),
    "transfers": ("start_date",),
    "launches": ("launch_date",),
    "positions": ("start_date",),
    "sources": ("published",),
    "set_aside": ("published",),
}
"""By table, the dates of what has taken place if it is in the dataset; a plan (in force, an end, a period) may lie ahead."""


def is_something_else(table: str, was: Values, now: Values) -> bool:
    """Return whether all identifying fields of a record changed at once, so that its id now means another thing."""
    known = was.keys() & now.keys()
    judged = [mark.changed(was, now) for mark in IDENTITY[table] if known >= set(mark.columns)]
    said = [changed for changed in judged if changed is not None]
    return len(said) >= min(_LEAST, len(IDENTITY[table])) and all(said)
