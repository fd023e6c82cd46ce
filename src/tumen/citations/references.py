"""What a citation names: the records, the release and the documents, each a `Work` with a key of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from tumen.views.record import record
from tumen.views.timeline import DATE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tumen.snapshot import Snapshot

CURATORS: Final = "The Tumen curators"
UNDATED: Final = "n.d."
ENDINGS: Final = (".", "?", "!", "…")
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
_DAYS: Final = {**DATE_COLUMNS, "positions": ("start_date", "end_date", "date_precision")}


@dataclass(frozen=True, slots=True)
class When:
    """A date as precise as it is known: its day, month or year, or any day up to it; `last` is where a span ends, as precise."""

    first: dt.date
    precision: Literal["day", "month", "year", "on_or_before"]
    last: dt.date | None = None

    @property
    def parts(self) -> list[int]:
        """Year, month and day of the first day, as far as they are known."""
        return self._known(self.first)

    @property
    def last_parts(self) -> list[int]:
        """Those of the last day, where it is another year, month or day; else nothing."""
        last = self._known(self.last) if self.last else []
        return [] if last == self.parts else last

    def _known(self, day: dt.date) -> list[int]:
        return [day.year, day.month, day.day][: {"year": 1, "month": 2}.get(self.precision, 3)]

    def said(self, *, month_first: bool = False) -> str:
        """Return the date in English: 17 June 2025, June 2025 to August 2025, 2025, on or before 17 June 2025."""
        told = " to ".join(
            _in_english(parts, month_first=month_first)
            for parts in (self.parts, self.last_parts)
            if parts
        )
        return f"on or before {told}" if self.precision == "on_or_before" else told


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of a document as evidence for one record. It belongs to the record: another one may cite the same document."""

    record_id: str
    source_id: str
    via: str | None = None
    agrees: bool = True
    note: str | None = None

    def at_record(self) -> str:
        """Return it as it reads at the record."""
        via = f" via {self.via}" if self.via else ""
        if self.agrees:
            return f"{self.source_id}{via}"
        return f"contradicted by {self.source_id}{via}{self._detail}"

    def at_source(self) -> str:
        """Return it as it reads at the document."""
        via = f"via {self.via}" if self.via else ""
        if self.agrees:
            return f"{via} for {self.record_id}"
        against = f"contradicts {self.record_id}{self._detail}"
        return f"{via}; {against}" if via else against

    @property
    def _detail(self) -> str:
        return f": {self.note.removesuffix('.')}" if self.note else ""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that is cited; `happened` is when what a record tells took place, `published` when the work came out.

    Two works of one key are equal: `scope` is what the key says, the day of the view, and `evidence` stands at the record alone.
    """

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
    scope: str | None = None
    evidence: tuple[Remark, ...] = ()

    @property
    def note(self) -> str | None:
        """The scope, and what is said of the documents of the record."""
        return (
            "; ".join(
                [*filter(None, [self.scope]), *(remark.at_record() for remark in self.evidence)]
            )
            or None
        )

    @property
    def terms(self) -> str:
        """Licence and address of a release, a sentence each, with a space before it."""
        return "".join(f" {part}." for part in (self.licence, self.url) if part)


def of(snapshot: Snapshot, record_ids: Sequence[str]) -> list[Work]:
    """Return the records, the release and the documents that they rest on, each once, in this order; no ids: the release alone.

    Raises `UnknownNameError` for an id that the release does not hold.
    """
    whole = _release(snapshot)
    named: list[Work] = []
    documents: list[Work] = []
    for record_id in record_ids:
        found = record(snapshot.tables, record_id)
        if found["table"] == "sources":
            named.append(_record_source(snapshot, found["fields"]))
        else:
            named.append(_record(snapshot, whole, record_id, found))
            documents += map(_source, found["citations"])
    return list({work.key: work for work in (*named, whole, *documents)}.values())


def remarks_on(works: list[Work], source: Work) -> str | None:
    """Return what the records among the works say of a document."""
    said = (
        remark.at_source()
        for work in works
        for remark in work.evidence
        if remark.source_id == source.key
    )
    return "; ".join(said) or None


def _release(snapshot: Snapshot) -> Work:
    described = snapshot.description
    scope = (
        f"as could be known by {When(snapshot.known_by, 'day').said()}"
        if snapshot.known_by
        else None
    )
    return Work(
        kind="release",
        key=_key(snapshot),
        author=CURATORS,
        title=described["title"],
        published=When(dt.date.fromisoformat(described["created"][:10]), "day"),
        release=snapshot.release,
        licence=described["licenses"][0]["name"],
        url=described.get("homepage"),
        language="en",
        scope=scope,
    )


def _key(snapshot: Snapshot, *parts: str) -> str:
    """Return a key as permanent as the ids: of the release and what is within it, and of the day of the view, if there is one."""
    view = [f"known-by-{snapshot.known_by.isoformat()}"] if snapshot.known_by else []
    return "-".join(["tumen", snapshot.release, *parts, *view])


def _record(snapshot: Snapshot, whole: Work, record_id: str, found: dict[str, Any]) -> Work:
    fields = found["fields"]
    title = fields.get("summary") or fields.get("name") or fields.get("title") or record_id
    return Work(
        kind="record",
        key=_key(snapshot, record_id),
        author=CURATORS,
        title=title,
        published=whole.published,
        happened=_happened(found["table"], fields),
        record_id=record_id,
        holder=whole.title,
        release=snapshot.release,
        language="en",
        scope=whole.scope,
        evidence=_evidence(record_id, found["citations"]),
    )


def _evidence(record_id: str, citations: list[dict[str, Any]]) -> tuple[Remark, ...]:
    remarks = (
        Remark(
            record_id,
            row["source_id"],
            row["via"],
            row["agrees"],
            None if row["agrees"] else row["note"],
        )
        for row in citations
        if row["via"] or not row["agrees"]
    )
    return tuple(dict.fromkeys(remarks))


def _happened(table: str, fields: dict[str, Any]) -> When | None:
    if table not in _DAYS:
        return None
    first, last, precision = _DAYS[table]
    start, end = fields[first], fields[last] if last else None
    if start is None:
        return _when(fields.get("announced_on"), "day")
    return _when(start, fields[precision], end)


def _when(day: dt.date | None, precision: str | None, last: dt.date | None = None) -> When | None:
    return None if day is None else When(day, precision or "day", last)  # type: ignore[arg-type]


def _record_source(snapshot: Snapshot, fields: dict[str, Any]) -> Work:
    actor = pl.col("actor_id") == fields["publisher_id"]
    publisher = (
        snapshot.tables["actors"].filter(actor).select("name").collect().to_series().to_list()
    )
    return _source(fields | {"publisher": publisher[0] if publisher else None})


def _source(row: dict[str, Any]) -> Work:
    return Work(
        kind="source",
        key=row["source_id"],
        author=row["publisher"] or "[publisher unknown]",
        title=row["title"] or f"[{str(row['kind']).replace('_', ' ')}]",
        published=_when(row["published"], row["published_precision"]),
        url=row["url"],
        language=row["language"],
    )


def _in_english(parts: list[int], *, month_first: bool) -> str:
    year, *rest = parts
    if not rest:
        return str(year)
    month, day = MONTHS[rest[0] - 1], rest[1:]
    if day and month_first:
        return f"{month} {day[0]}, {year}"
    return " ".join(map(str, (*day, month, year)))
