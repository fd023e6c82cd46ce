"""The works that a citation names: records, their release and their documents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import polars as pl

from tumen.views.record import record
from tumen.views.timeline import DATE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CURATORS: Final = "The Tumen curators"
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
_EVENT_DATES: Final = {**DATE_COLUMNS, "positions": ("start_date", "end_date", "date_precision")}


@dataclass(frozen=True, slots=True)
class When:
    """A date or a span of time, as precise as it is known.

    Attributes:
        first: The first possible day.
        precision: What is known of it: its day, month or year, or that it was on or before a day.
        last: The end of a span, as precise as the start.

    """

    first: dt.date
    precision: Literal["day", "month", "year", "on_or_before"]
    last: dt.date | None = None

    @property
    def parts(self) -> list[int]:
        """Year, month and day of the first day, as far as they are known."""
        return self._known_parts(self.first)

    @property
    def last_parts(self) -> list[int]:
        """The same of the last day; empty if it is the same year, month or day as the first."""
        last = self._known_parts(self.last) if self.last else []
        return [] if last == self.parts else last

    def _known_parts(self, day: dt.date) -> list[int]:
        count = {"year": 1, "month": 2}.get(self.precision, 3)
        return [day.year, day.month, day.day][:count]

    def in_english(self, *, month_first: bool = False) -> str:
        """Return the date in words.

        Args:
            month_first: Write June 17, 2025, as in Chicago style.

        Returns:
            Such as 17 June 2025, June 2025 to August 2025, 2025, or on or before 17 June 2025.

        """
        ends = (
            _format_parts(parts, month_first=month_first)
            for parts in (self.parts, self.last_parts)
            if parts
        )
        span = " to ".join(ends)
        return f"on or before {span}" if self.precision == "on_or_before" else span


@dataclass(frozen=True, slots=True)
class Remark:
    """How a document supports a record, or contradicts it.

    It belongs to the record, because another record may cite the same document.

    Attributes:
        record_id: The record.
        source_id: The document.
        via: The name of whoever the document passes on.
        agrees: Whether the document agrees with the record.
        note: What the document says instead.

    """

    record_id: str
    source_id: str
    via: str | None = None
    agrees: bool = True
    note: str | None = None

    def at_record(self) -> str:
        """Return the remark as it reads in the citation of the record."""
        via = f" via {self.via}" if self.via else ""
        if self.agrees:
            return f"{self.source_id}{via}"
        return f"contradicted by {self.source_id}{via}{self._detail}"

    def at_source(self) -> str:
        """Return the remark as it reads in the citation of the document."""
        via = f"via {self.via}" if self.via else ""
        if self.agrees:
            return f"{via} for {self.record_id}"
        contradiction = f"contradicts {self.record_id}{self._detail}"
        return f"{via}; {contradiction}" if via else contradiction

    @property
    def _detail(self) -> str:
        return f": {self.note.removesuffix('.')}" if self.note else ""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that is cited. Two works with one key are equal.

    Attributes:
        kind: A record, a release or a document.
        key: Identifies the work in a bibliography.
        author: Who made it.
        title: Its title, or for a record what it says.
        published: When the work came out.
        happened: When the event of a record took place.
        record_id: The id of a record.
        holder: The title of the dataset that has a record.
        release: The version of the release.
        licence: The licence of the release.
        url: Where to find it.
        language: The language of a document.
        scope: The date of the view, if it is not the release as published.
        evidence: How the documents of a record support it.

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
        """The date of the view, and the remarks on the documents."""
        remarks = (remark.at_record() for remark in self.evidence)
        return "; ".join([*filter(None, [self.scope]), *remarks]) or None

    @property
    def terms(self) -> str:
        """Licence and URL of a release, each as a sentence with a space before it."""
        return "".join(f" {part}." for part in (self.licence, self.url) if part)


class Edition(NamedTuple):
    """What a citation needs of a snapshot.

    Attributes:
        tables: The tables, as published or as known on a date.
        release: The version of the release.
        known_by: The date of the view, or None for the release as published.
        description: The datapackage of the release.

    """

    tables: Mapping[str, pl.LazyFrame]
    release: str
    known_by: dt.date | None
    description: Mapping[str, Any]

    def key(self, *parts: str) -> str:
        """Return a key as permanent as the ids: the release, what is in it, and the date."""
        view = [f"known-by-{self.known_by.isoformat()}"] if self.known_by else []
        return "-".join(["tumen", self.release, *parts, *view])


def list_works(edition: Edition, record_ids: Sequence[str]) -> list[Work]:
    """List the records, their release and their documents, each once and in this order.

    Args:
        edition: The release to cite from.
        record_ids: Ids of records, sources, actors or places. Without one, the release alone.

    Raises:
        UnknownNameError: The release has no record with an id.

    """
    release = _release_work(edition)
    records: list[Work] = []
    documents: list[Work] = []
    for record_id in record_ids:
        result = record(edition.tables, record_id)
        if result["table"] == "sources":
            records.append(_publisher_and_source(edition, result["fields"]))
        else:
            records.append(_record_work(edition, release, record_id, result))
            documents += map(_source_work, result["citations"])
    return list({work.key: work for work in (*records, release, *documents)}.values())


def remarks_on(works: Sequence[Work], source: Work) -> str | None:
    """Return how a document supports the records among some works, or None without a remark."""
    remarks = (
        remark.at_source()
        for work in works
        for remark in work.evidence
        if remark.source_id == source.key
    )
    return "; ".join(remarks) or None


def _release_work(edition: Edition) -> Work:
    known_by = edition.known_by
    scope = f"as could be known by {When(known_by, 'day').in_english()}" if known_by else None
    return Work(
        kind="release",
        key=edition.key(),
        author=CURATORS,
        title=edition.description["title"],
        published=When(dt.date.fromisoformat(edition.description["created"][:10]), "day"),
        release=edition.release,
        licence=edition.description["licenses"][0]["name"],
        url=edition.description.get("homepage"),
        language="en",
        scope=scope,
    )


def _record_work(edition: Edition, release: Work, record_id: str, result: dict[str, Any]) -> Work:
    fields = result["fields"]
    title = fields.get("summary") or fields.get("name") or fields.get("title") or record_id
    return Work(
        kind="record",
        key=edition.key(record_id),
        author=CURATORS,
        title=title,
        published=release.published,
        happened=_event_date(result["table"], fields),
        record_id=record_id,
        holder=release.title,
        release=edition.release,
        language="en",
        scope=release.scope,
        evidence=_list_remarks(record_id, result["citations"]),
    )


def _list_remarks(record_id: str, citations: list[dict[str, Any]]) -> tuple[Remark, ...]:
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


def _event_date(table: str, fields: dict[str, Any]) -> When | None:
    if table not in _EVENT_DATES:
        return None
    first, last, precision = _EVENT_DATES[table]
    start, end = fields[first], fields[last] if last else None
    if start is None:
        return _when(fields.get("announced_on"), "day")
    return _when(start, fields[precision], end)


def _when(day: dt.date | None, precision: str | None, last: dt.date | None = None) -> When | None:
    return None if day is None else When(day, precision or "day", last)  # type: ignore[arg-type]


def _publisher_and_source(edition: Edition, fields: dict[str, Any]) -> Work:
    actors = edition.tables["actors"].filter(pl.col("actor_id") == fields["publisher_id"])
    names = actors.select("name").collect().to_series().to_list()
    return _source_work(fields | {"publisher": names[0] if names else None})


def _source_work(row: dict[str, Any]) -> Work:
    return Work(
        kind="source",
        key=row["source_id"],
        author=row["publisher"] or "[publisher unknown]",
        title=row["title"] or f"[{str(row['kind']).replace('_', ' ')}]",
        published=_when(row["published"], row["published_precision"]),
        url=row["url"],
        language=row["language"],
    )


def _format_parts(parts: list[int], *, month_first: bool) -> str:
    year, *rest = parts
    if not rest:
        return str(year)
    month, day = MONTHS[rest[0] - 1], rest[1:]
    if day and month_first:
        return f"{month} {day[0]}, {year}"
    return " ".join(map(str, (*day, month, year)))
