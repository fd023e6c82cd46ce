"""The version of a new release: YYYY.MM of the build, and the next free number of that month.

Because the month is that of the build, a typing error cannot publish 2062.12.0 for 2026.12.0, after
which no lower number could follow. Where an older library did publish such a version, or the clock
was wrong, withdraw that release: versions only have to rise above those that are not withdrawn.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from tumen.errors import TumenError
from tumen.release.index import (
    VERSION,
    has_month_of_its_date,
    next_version,
    not_withdrawn,
    version_key,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_DAY: Final = dt.date(2026, 1, 1)
"""The project did not exist before this date, so a clock that shows an earlier one is wrong."""
LAST_DAY: Final = dt.date(2099, 12, 31)
"""The last date that a version can name."""


def refuse_day(day: dt.date) -> None:
    """Raise `TumenError` for a date before `FIRST_DAY` or after `LAST_DAY`."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise TumenError(
            f"the release would be dated {day}, outside {FIRST_DAY.year} to {LAST_DAY.year};"
            " correct the clock, or SOURCE_DATE_EPOCH."
        )


def accepted_version(entries: Sequence[dict[str, Any]], wanted: str | None, today: dt.date) -> str:
    """Return the version of a release that is built today.

    Args:
        entries: The entries of the index, oldest first.
        wanted: The requested version; None means the next free one.
        today: The date of the build.

    Raises:
        TumenError: The requested version is malformed, taken, of another month or lower than that
            of another release; or no version is possible. The message names the version to use, or
            what to do first.

    """
    refuse_day(today)
    following = next_version(entries, today)
    if wanted is not None and not VERSION.fullmatch(wanted):
        raise TumenError(f"{wanted!r} is not a version; write YYYY.MM.N, such as {following}.")
    _refuse_later(entries, following, today)
    fault = None if wanted is None else _fault(entries, wanted, following, today)
    if fault:
        raise TumenError(f"release {wanted} {fault}; use the next version, {following}.")
    return wanted or following


def _refuse_later(entries: Sequence[dict[str, Any]], following: str, today: dt.date) -> None:
    """Raise `TumenError` if a release has a later version than any that can be built today."""
    later = [
        entry
        for entry in not_withdrawn(entries)
        if version_key(entry["version"]) > version_key(following)
    ]
    if not later:
        return
    version, date = later[-1]["version"], later[-1].get("date")
    commands = [
        f'tumen withdraw {entry["version"]} --reason "Wrong version number."' for entry in later
    ]
    remedy = (
        f"withdraw it first: {' && '.join(commands)}; then the next version, {following}, is free."
    )
    if not has_month_of_its_date(later[-1]):
        raise TumenError(
            f"release {version} was built on {date}, in another month than its version names:"
            f" {remedy}"
        )
    raise TumenError(
        f"release {version} is dated {date}, later than this build ({today}): correct the clock, or"
        f" SOURCE_DATE_EPOCH; or if {version} was built with a wrong clock, {remedy}"
    )


def _fault(
    entries: Sequence[dict[str, Any]], wanted: str, following: str, today: dt.date
) -> str | None:
    """Return why a well-formed version cannot be that of a release built today, or None."""
    newest = next((entry["version"] for entry in reversed(not_withdrawn(entries))), None)
    if wanted in (entry["version"] for entry in entries):
        return "exists and never changes"
    if newest and version_key(wanted) < version_key(newest):
        return f"would be older than {newest}"
    if version_key(wanted)[:2] != (today.year, today.month):
        return f"does not name the month of its build, {today}"
    if version_key(wanted) < version_key(following):
        return "would be older than a withdrawn release"
    return None
