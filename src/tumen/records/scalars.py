"""Text to typed values: dates with their precision, numbers, flags. A `ValueError` says what is wrong with the text.

Dates are ISO 8601, complete or reduced (2025, 2025-06, 2025-06-17), and `../2025-06-19`: that day or any before it. This is a
notation of our own: in EDTF (ISO 8601-2) it is an interval with an open start, and that day or an earlier one is `[..2025-06-19]`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import Final, NamedTuple

from tumen._text import brief

_DATE: Final = re.compile(
    r"(?P<open>\.\./)?(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?"
)
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_MAX_DIGITS: Final = 15
COARSENESS: Final = ("day", "on_or_before", "month", "year")


class PartialDate(NamedTuple):
    """A date as precise as it is known: its first and last possible day; `first` is the day itself where the start is open."""

    first: dt.date
    last: dt.date
    precision: str


@lru_cache(maxsize=10_000)
def partial_date(text: str) -> PartialDate:
    """Return the first and last possible day of a date and its precision (day, month, year, on_or_before)."""
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(f"{brief(text)!r} is not a date")
    year, month, day = (
        int(match[part]) if match[part] else None for part in ("year", "month", "day")
    )
    try:
        first = dt.date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError as error:
        raise ValueError(f"{brief(text)!r} is not a date: {error}") from None
    if match["open"]:
        if day is None:
            raise ValueError(f"{brief(text)!r} is open to the past and needs a day")
        return PartialDate(first, first, "on_or_before")
    if day is not None:
        return PartialDate(first, first, "day")
    if month is not None:
        return PartialDate(
            first, first.replace(day=calendar.monthrange(first.year, month)[1]), "month"
        )
    return PartialDate(first, dt.date(first.year, 12, 31), "year")


def number(text: str) -> float:
    """Return the number that plain digits give; separators, exponents and more than 15 digits are refused."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{brief(text)!r} is not a number")
    if len(re.sub(r"[-.]", "", text)) > _MAX_DIGITS:
        raise ValueError(f"{text[:20] + '…'!r} has more than {_MAX_DIGITS} digits")
    return float(text) + 0.0  # -0 is 0


def flag(text: str) -> bool:
    """Return the truth that `true` or `false` gives."""
    if text not in ("true", "false"):
        raise ValueError(f"{brief(text)!r} is neither true nor false")
    return text == "true"
