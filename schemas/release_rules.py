"""The rules that compare records with earlier releases: an id is permanent.

A record keeps its identity as long as one of its identifying fields stays the same. Correcting some
of them is a correction; changing all at once makes it another record. A field that neither side
gives is not counted. If fewer than two remain (one for actors), no verdict is given.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tumen.schemas.rules import Rule

Values = Mapping[str, Any]

_MIN_FIELDS: Final = 2
_SHORT_WORD: Final = 3

_RULES: Final = (
    Rule(
        "E340",
        "a released id is missing",
        "Put the record back, or retire it: `tumen retire ID --reason REASON --successor ID`.",
    ),
    Rule(
        "E341",
        "a released id is reused for something else",
        "Give the new record a new id, and put the old record back or retire it:"
        " `tumen retire ID --reason REASON`.",
    ),
    Rule(
        "E342",
        "a retirement is undone",
        "Put the entry back in retired.yaml. A record that uses its id needs a new one.",
    ),
    Rule(
        "E343",
        "a retired id was never released",
        "Correct the id, or remove the entry: a record that was never released needs none.",
    ),
    Rule(
        "E344",
        "a retirement names a release that contains the record, or not the next one",
        "Write the version of the first release without the record: the one that is built next.",
    ),
    Rule(
        "W340",
        "a date is after the date of the build",
        "Correct the date. What is only expected is a statement until a document says that it took"
        " place.",
        severity="warning",
    ),
)
RELEASE_RULES: Final = {rule.code: rule for rule in _RULES}
"""The rules by code."""


@dataclass(frozen=True, slots=True)
class IdentifyingField:
    """A field that identifies a record.

    Attributes:
        columns: The columns that it consists of.
        changed: Whether it changed between two versions of a record; None if that is unknown.

    """

    columns: tuple[str, ...]
    changed: Callable[[Values, Values], bool | None]


def _compare_value(column: str) -> IdentifyingField:
    def changed(was: Values, now: Values) -> bool | None:
        return None if was[column] is now[column] is None else was[column] != now[column]

    return IdentifyingField((column,), changed)


def _compare_text(column: str) -> IdentifyingField:
    """Compare texts, which changed if no more than half of the longer words are in both."""

    def changed(was: Values, now: Values) -> bool | None:
        old, new = (_drop_short(_words(side, (column,))) for side in (was, now))
        if not (old and new):
            return bool(old or new) or None
        return 2 * len(old & new) <= min(len(old), len(new))

    return IdentifyingField((column,), changed)


def _drop_short(words: set[str]) -> set[str]:
    """Return the words longer than articles and prepositions; all words if there are none."""
    return {word for word in words if len(word) > _SHORT_WORD} or words


def _compare_ids(column: str) -> IdentifyingField:
    """Compare sets of ids, which changed if neither contains the other.

    One id more or less is a correction.
    """

    def changed(was: Values, now: Values) -> bool | None:
        old, new = set(was[column] or ()), set(now[column] or ())
        return not old <= new and not new <= old if old or new else None

    return IdentifyingField((column,), changed)


def _compare_names(*columns: str) -> IdentifyingField:
    """Compare names, which changed if no word is in both, regardless of case and accents."""

    def changed(was: Values, now: Values) -> bool:
        return not _words(was, columns) & _words(now, columns)

    return IdentifyingField(columns, changed)


def _words(values: Values, columns: tuple[str, ...]) -> set[str]:
    """Return the words in these columns, which are texts or lists of texts, without accents."""
    texts: list[str] = []
    for column in columns:
        value = values[column]
        texts += [value] if isinstance(value, str) else value or ()
    folded = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    without_accents = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return set(re.findall(r"\w+", without_accents))


def _compare_date(start: str, end: str, precision: str | None = None) -> IdentifyingField:
    """Compare dates, which changed if no day is possible for both.

    A date that only one side gives is no change.
    """
    columns = tuple(dict.fromkeys(filter(None, (start, end, precision))))

    def changed(was: Values, now: Values) -> bool | None:
        old, new = (
            _possible_days(side[start], side[end], side[precision] if precision else "day")
            for side in (was, now)
        )
        return old[1] < new[0] or new[1] < old[0] if old and new else None

    return IdentifyingField(columns, changed)


def _possible_days(
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


def _compare_position() -> IdentifyingField:
    """Compare the coordinates of places, which changed if they are more than a degree apart.

    Without coordinates, kind, country and parent are compared.
    """
    columns = ("latitude", "longitude", "kind", "country", "parent_id")

    def changed(was: Values, now: Values) -> bool:
        if None in (was["latitude"], now["latitude"], was["longitude"], now["longitude"]):
            return any(was[column] != now[column] for column in columns[2:])
        return any(abs(was[column] - now[column]) > 1 for column in columns[:2])

    return IdentifyingField(columns, changed)


IDENTIFYING_FIELDS: Final[Mapping[str, tuple[IdentifyingField, ...]]] = {
    "meetings": (_compare_ids("principals"), _compare_date("start_date", "end_date")),
    "deployments": (
        _compare_value("kind"),
        _compare_value("destination_id"),
        _compare_date("announced_on", "announced_on"),
        _compare_date("start_date", "end_date", "date_precision"),
    ),
    "estimates": (
        _compare_value("measure"),
        _compare_value("estimator_id"),
        _compare_value("subject_id"),
    ),
    "statements": (_compare_value("speaker_id"), _compare_text("about")),
    "agreements": (_compare_text("name"), _compare_date("signed", "signed", "signed_precision")),
    "transfers": (_compare_text("item"), _compare_date("start_date", "end_date", "date_precision")),
    "launches": (
        _compare_text("object"),
        _compare_date("launch_date", "launch_date", "date_precision"),
    ),
    "positions": (_compare_value("actor_id"), _compare_value("title")),
    "actors": (_compare_names("name", "aliases"),),
    "places": (_compare_names("name"), _compare_position()),
    "sources": (
        _compare_value("url"),
        _compare_text("title"),
        _compare_date("published", "published", "published_precision"),
    ),
}
"""The identifying fields of each table.

`principals` are the participants who lead a side, or all of them if none is marked.
"""

PAST_DATES: Final[Mapping[str, tuple[str, ...]]] = {
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
"""The dates of each table that are in the past, because records describe what took place.

A plan may be in the future: an entry into force, an end, a period.
"""


def has_new_identity(table: str, was: Values, now: Values) -> bool:
    """Return whether all identifying fields of a record changed at once.

    Its id then means another thing than before.
    """
    fields = IDENTIFYING_FIELDS[table]
    common_columns = was.keys() & now.keys()
    verdicts = [field.changed(was, now) for field in fields if common_columns >= set(field.columns)]
    known = [verdict for verdict in verdicts if verdict is not None]
    return len(known) >= min(_MIN_FIELDS, len(fields)) and all(known)
