"""Turn text into typed values: dates with their precision, numbers and booleans.

A `ValueError` says what is wrong with the text. Dates are ISO 8601, complete or reduced: 2025,
2025-06, 2025-06-17. `../2025-06-19` means that day or any day before it. This notation is Tumen's
own: in EDTF (ISO 8601-2) it is an interval with an open start, and a day or an earlier one is
`[..2025-06-19]`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import Final, NamedTuple

from tumen._text import shorten

_DATE: Final = re.compile(
    r"(?P<open>\.\./)?(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?"
)
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_MAX_DIGITS: Final = 15
COARSENESS: Final = ("day", "on_or_before", "month", "year")


class PartialDate(NamedTuple):
    """The first and last possible day of a date, and its precision.

    Where the start is open, both days are the one that is written.
    """

    first: dt.date
    last: dt.date
    precision: str


@lru_cache(maxsize=10_000)
def parse_date(text: str) -> PartialDate:
    """Parse a date that may lack its day, or its day and month.

    Args:
        text: A date such as `2025`, `2025-06`, `2025-06-17` or `../2025-06-17`.

    Returns:
        The first and last possible day, and the precision: `day`, `month`, `year` or
        `on_or_before`.

    Raises:
        ValueError: The text is not a date, or has an open start and no day.

    """
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(f"{shorten(text)!r} is not a date")
    year, month, day = (
        int(match[part]) if match[part] else None for part in ("year", "month", "day")
    )
    try:
        first = dt.date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError as error:
        raise ValueError(f"{shorten(text)!r} is not a date: {error}") from None
    if match["open"]:
        if day is None:
            raise ValueError(f"{shorten(text)!r} has an open start, which needs a day")
        return PartialDate(first, first, "on_or_before")
    if day is not None:
        return PartialDate(first, first, "day")
    if month is not None:
        last_day = calendar.monthrange(first.year, month)[1]
        return PartialDate(first, first.replace(day=last_day), "month")
    return PartialDate(first, dt.date(first.year, 12, 31), "year")


def parse_number(text: str) -> float:
    """Parse a number that is written in plain digits.

    Args:
        text: Digits, with a point before decimals and a minus sign where needed.

    Returns:
        The number.

    Raises:
        ValueError: The text has separators, an exponent or more than 15 digits, or is no number.

    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{shorten(text)!r} is not a number")
    if len(re.sub(r"[-.]", "", text)) > _MAX_DIGITS:
        raise ValueError(f"{text[:20] + '…'!r} has more than {_MAX_DIGITS} digits")
    return float(text) + 0.0  # -0 is 0


def parse_boolean(text: str) -> bool:
    """Parse a boolean.

    Args:
        text: `true` or `false`.

    Returns:
        The boolean.

    Raises:
        ValueError: The text is neither.

    """
    if text not in ("true", "false"):
        raise ValueError(f"{shorten(text)!r} is neither true nor false")
    return text == "true"
