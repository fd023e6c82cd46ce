"""Citations as entries of a bibliography in Chicago style (notes and bibliography, 17th edition, 14.205-14.210, 14.257)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tumen.citations.references import ENDINGS, UNDATED, remarks_on

if TYPE_CHECKING:
    from tumen.citations.references import Work

_QUOTED: Final = re.compile(r'"([^"]*)"')
_OPEN: Final = "\N{LEFT SINGLE QUOTATION MARK}"
_CLOSE: Final = "\N{RIGHT SINGLE QUOTATION MARK}"


def rendered(works: list[Work]) -> str:
    """Return an entry a line."""
    return "".join(f"{_entry(work, remarks_on(works, work) or work.scope)}\n" for work in works)


def _entry(work: Work, said: str | None) -> str:
    date = work.published.said(month_first=True) if work.published else UNDATED
    dated = date if date.endswith(".") else f"{date}."
    dated = dated[0].upper() + dated[1:] if work.published else dated
    remark = f" {said[0].upper()}{said[1:].removesuffix('.')}." if said else ""
    if work.kind == "release":
        return f"{work.author}. {work.title}. Release {work.release}. {dated}{work.terms}{remark}"
    if work.kind == "record":
        happened = f" ({work.happened.said(month_first=True)})" if work.happened else ""
        place = f"Record {work.record_id}{happened} in {work.holder}, release {work.release}."
        return f"{work.author}. {_in_quotes(work.title)} {place} {dated}{remark}"
    return f"{work.author}. {_in_quotes(work.title)} {dated} {work.url}.{remark}"


def _in_quotes(title: str) -> str:
    """Return the title in double quotation marks, those within it single, the full stop inside."""
    inner = _QUOTED.sub(f"{_OPEN}\\1{_CLOSE}", title).replace("“", _OPEN).replace("”", _CLOSE)
    return f"“{inner}”" if inner.endswith(ENDINGS) else f"“{inner}.”"
