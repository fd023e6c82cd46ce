"""Citations as people write them in a footnote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tumen.citing.works import ENDINGS, UNDATED

if TYPE_CHECKING:
    from tumen.citing.works import Work


def rendered(works: list[Work]) -> str:
    """Return a line for the record or release, and one for each document that it rests on."""
    first, *others = works
    if first.kind != "record":
        return "".join(f"{_line(work)}\n" for work in works)
    sources = [f"- {_line(work)}\n" for work in others if work.kind == "source"]
    return f"{_line(first)}\n" + (f"Sources:\n{''.join(sources)}" if sources else "")


def _line(work: Work) -> str:
    year = str(work.published.first.year) if work.published else UNDATED
    remark = f" [{work.remark}]" if work.remark else ""
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
