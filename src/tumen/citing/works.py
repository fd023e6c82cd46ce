"""What a citation names: the record, the release and the documents, each a `Work`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from tumen.views.record import record

if TYPE_CHECKING:
    from tumen.snapshot import Snapshot

CURATORS: Final = "The Tumen curators"
UNDATED: Final = "n.d."
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SPAN: Final = ("start_date", "end_date", "date_precision")
_DAYS: Final = {
    "meetings": _SPAN,
    "deployments": _SPAN,
    "estimates": ("said_on", "said_on", "said_on_precision"),
    "statements": ("said_on", "said_on", "said_on_precision"),
    "agreements": ("signed", "signed", "signed_precision"),
    "transfers": _SPAN,
    "launches": ("launch_date", "launch_date", "date_precision"),
    "positions": _SPAN,
}


@dataclass(frozen=True, slots=True)
class When:
    """A date as precise as it is known: its day, month or year, or any day up to it; `last` ends a span of days."""

    first: dt.date
    precision: Literal["day", "month", "year", "on_or_before"]
    last: dt.date | None = None

    @property
    def parts(self) -> list[int]:
        """Year, month and day, as far as they are known."""
        known = {"year": 1, "month": 2}.get(self.precision, 3)
        return [self.first.year, self.first.month, self.first.day][:known]

    def said(self, month_first: bool = False) -> str:  # noqa: FBT001, FBT002
        """Return the date in English: 17 June 2025, June 2025, 2025, on or before 17 June 2025."""
        one = _in_english(self.first, len(self.parts), month_first=month_first)
        if self.precision == "on_or_before":
            return f"on or before {one}"
        return f"{one} to {_in_english(self.last, 3, month_first=month_first)}" if self.last else one


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that is cited; `happened` is when what a record tells took place, `published` when the work came out."""

    kind: Literal["record", "release", "source"]
    key: str
    author: str
    title: str
    published: When | None = None
    happened: When | None = None
    record_id: str | None = None
    holder: str | None = None
    release: str | None = None
    licence: str | None = None
    url: str | None = None
    language: str | None = None
    remark: str | None = None


def of(snapshot: Snapshot, record_id: str | None) -> list[Work]:
    """Return the record, the release and its documents, in this order; the release alone, if no record is named.

    Raises `UnknownNameError` for an id that the release does not hold.
    """
    whole = _release(snapshot)
    if record_id is None:
        return [whole]
    found = record(snapshot.tables, record_id)
    if found["table"] == "sources":
        return [_record_source(snapshot, found["fields"]), whole]
    return [_record(snapshot, whole, record_id, found), whole, *_sources(found["citations"])]


def _release(snapshot: Snapshot) -> Work:
    described = snapshot.description
    remark = f"as could be known by {When(snapshot.known_by, 'day').said()}" if snapshot.known_by else None
    return Work(
        kind="release",
        key=f"tumen-{snapshot.release}",
        author=CURATORS,
        title=described["title"],
        published=When(dt.date.fromisoformat(described["created"][:10]), "day"),
        release=snapshot.release,
        licence=described["licenses"][0]["name"],
        url=described.get("homepage"),
        language="en",
        remark=remark,
    )


def _record(snapshot: Snapshot, whole: Work, record_id: str, found: dict[str, Any]) -> Work:
    fields = found["fields"]
    title = fields.get("summary") or fields.get("name") or fields.get("title") or record_id
    return Work(
        kind="record",
        key=f"tumen-{snapshot.release}-{record_id}",
        author=CURATORS,
        title=title,
        published=whole.published,
        happened=_happened(found["table"], fields),
        record_id=record_id,
        holder=whole.title,
        release=snapshot.release,
        language="en",
        remark=whole.remark,
    )


def _happened(table: str, fields: dict[str, Any]) -> When | None:
    first, last, precision = _DAYS.get(table, (None, None, None))
    start, end = fields.get(first or ""), fields.get(last or "")
    if start is None:
        return _when(fields.get("announced_on"), "day")
    when = _when(start, fields.get(precision or ""))
    if when and when.precision == "day" and end and end != start:
        return When(start, "day", end)
    return When(end or start, "on_or_before") if when and when.precision == "on_or_before" else when


def _when(day: dt.date | None, precision: str | None) -> When | None:
    return None if day is None else When(day, precision or "day")  # type: ignore[arg-type]


def _record_source(snapshot: Snapshot, fields: dict[str, Any]) -> Work:
    actor = pl.col("actor_id") == fields["publisher_id"]
    publisher = snapshot.tables["actors"].filter(actor).select("name").collect().to_series().to_list()
    return _source(
        fields | {"publisher": publisher[0] if publisher else fields["publisher_id"], "via": None, "agrees": True, "note": None}
    )


def _sources(citations: list[dict[str, Any]]) -> list[Work]:
    """Return a work for each document; what several rows say of one is put together."""
    works: dict[str, Work] = {}
    for row in citations:
        work, before = _source(row), works.get(row["source_id"])
        if before:
            remarks = dict.fromkeys(remark for remark in (before.remark, work.remark) if remark)
            work = _source(row, "; ".join(remarks))
        works[work.key] = work
    return list(works.values())


def _source(row: dict[str, Any], remark: str | None = None) -> Work:
    via = f"via {row['via']}" if row["via"] else None
    against = None if row["agrees"] else f"contradicts the record{': ' + row['note'] if row['note'] else ''}"
    return Work(
        kind="source",
        key=row["source_id"],
        author=row["publisher"] or "[publisher unknown]",
        title=row["title"] or f"[{str(row['kind']).replace('_', ' ')}]",
        published=_when(row["published"], row["published_precision"]),
        url=row["url"],
        language=row["language"],
        remark=remark if remark is not None else "; ".join(filter(None, (via, against))) or None,
    )


def _in_english(day: dt.date | None, known: int, *, month_first: bool) -> str:
    if day is None or known == 1:
        return str(day.year) if day else UNDATED
    month = MONTHS[day.month - 1]
    if known == 2:  # noqa: PLR2004
        return f"{month} {day.year}"
    return f"{month} {day.day}, {day.year}" if month_first else f"{day.day} {month} {day.year}"
