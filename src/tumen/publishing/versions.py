"""The number of a new release: YYYY.MM of the day on which it is built, and the first N of that month that was never taken.

So no slip can publish 2062.12.0 for 2026.12.0, after which no number would be left. Where an older library published one, or the
clock was wrong, the way out is to withdraw that release: numbers rise over those that are not withdrawn.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from tumen.errors import TumenError
from tumen.release.index import VERSION, is_of_month, next_version, standing, version_key

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_DAY: Final = dt.date(2026, 1, 1)
"""Before this day there was no project, and so no release: a clock that says so is wrong."""
LAST_DAY: Final = dt.date(2099, 12, 31)


def refuse_day(day: dt.date) -> None:
    """Raise `TumenError` for a day before the project existed, or after the years that a version can name."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise TumenError(
            f"the day would be {day}, and no release is dated outside {FIRST_DAY.year} to {LAST_DAY.year};"
            " set the clock, or SOURCE_DATE_EPOCH, right."
        )


def accepted_version(entries: Sequence[dict[str, Any]], wanted: str | None, today: dt.date) -> str:
    """Return the version of a release that is built today: the one wanted, or the next.

    Raises `TumenError` where the wanted one is malformed, taken, of another month or older than another; it names the number to
    take, or what to do first where no number can be taken.
    """
    refuse_day(today)
    following = next_version(entries, today)
    if wanted is not None and not VERSION.fullmatch(wanted):
        raise TumenError(f"{wanted!r} is not a version; write YYYY.MM.N, such as {following}.")
    _refuse_blocked(entries, following, today)
    wrong = None if wanted is None else _fault(entries, wanted, following, today)
    if wrong:
        raise TumenError(f"release {wanted} {wrong}; take the next number, {following}.")
    return wanted or following


def _refuse_blocked(entries: Sequence[dict[str, Any]], following: str, today: dt.date) -> None:
    """Raise `TumenError` where a release that stands is numbered later than any that can be built today."""
    later = [
        entry
        for entry in standing(entries)
        if version_key(entry["version"]) > version_key(following)
    ]
    if not later:
        return
    version, date = later[-1]["version"], later[-1].get("date")
    commands = [
        f'tumen withdraw {entry["version"]} --reason "Its number is a slip."' for entry in later
    ]
    slip = (
        f"withdraw it first: {' && '.join(commands)}; then the next number, {following}, is free."
    )
    if not is_of_month(later[-1]):
        raise TumenError(
            f"release {version} was built on {date}, a day of another month than its number says: {slip}"
        )
    raise TumenError(
        f"release {version} is of {date}, and this build of {today}, before it: set the clock, or SOURCE_DATE_EPOCH, right;"
        f" or if {version} was built by a wrong clock, {slip}"
    )


def _fault(
    entries: Sequence[dict[str, Any]], wanted: str, following: str, today: dt.date
) -> str | None:
    """Return why a well-formed version is not the one of a release that is built today, or None."""
    newest = next((entry["version"] for entry in reversed(standing(entries))), None)
    if wanted in (entry["version"] for entry in entries):
        return "exists and never changes"
    if newest and version_key(wanted) < version_key(newest):
        return f"would be older than {newest}"
    if version_key(wanted)[:2] != (today.year, today.month):
        return f"is not numbered after the day of its build, {today}"
    if version_key(wanted) < version_key(following):
        return "would be older than one that was withdrawn"
    return None
