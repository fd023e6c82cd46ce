"""Citations as people write them in a footnote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tumen.citations.references import ENDINGS, UNDATED, remarks_on

if TYPE_CHECKING:
    from tumen.citations.references import Work


def rendered(works: list[Work]) -> str:
    """Return a line for each record, and one for each document that they rest on; or lines for the documents and the release."""
    records = [f"{_line(work, work.scope)}\n" for work in works if work.kind == "record"]
    if not records:
        return "".join(f"{_line(work, work.scope)}\n" for work in works)
    sources = [
        f"- {_line(work, remarks_on(works, work))}\n" for work in works if work.kind == "source"
    ]
    return "".join([*records, *(["Sources:\n"] if sources else []), *sources])


def _line(work: Work, said: str | None) -> str:
    year = str(work.published.first.year) if work.published else UNDATED
    remark = f" [{said}]" if said else ""
    if work.kind == "release":
        return f"{work.author} ({year}): {work.title}. Release {work.release}. Dataset.{work.terms}{remark}"
    if work.kind == "record":
        happened = f", {work.happened.said()}" if work.happened else ""
        place = f"Record {work.record_id}{happened}. In: {work.holder}, release {work.release}."
        return f"{work.author} ({year}): {_stopped(work.title)} {place}{remark}"
    date = work.published.said() if work.published else UNDATED
    return f"{work.author} ({date}): {_stopped(work.title)} {work.url}{remark}"


def _stopped(title: str) -> str:
    return title if title.endswith(ENDINGS) else f"{title}."
