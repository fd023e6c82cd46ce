"""The citation styles by name: those built in, and every other one through CSL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tumen.citations.bibtex import to_bibtex
from tumen.citations.csl_json import format_works, to_csl_json
from tumen.citations.references import remarks_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tumen.citations.references import Work

_UNDATED: Final = "n.d."
_ENDINGS: Final = (".", "?", "!", "…")
_QUOTED: Final = re.compile(r'"([^"]*)"')
_OPEN: Final = "\N{LEFT SINGLE QUOTATION MARK}"
_CLOSE: Final = "\N{RIGHT SINGLE QUOTATION MARK}"


def format_citation(works: Sequence[Work], style: str) -> str:
    """Return works in a citation style.

    Args:
        works: The works, in the order in which they are listed.
        style: A key of `STYLES`, the name of a CSL style, or the path of a .csl file.

    Raises:
        MissingExtraError: The style is a CSL style, and tumen[cite] is not installed.
        UnknownNameError: No style has this name.
        TumenError: The .csl file cannot be used.

    """
    built_in = STYLES.get(style)
    return built_in(works) if built_in else format_works(works, style, STYLES)


def to_text(works: Sequence[Work]) -> str:
    """Return works as people write them in a footnote.

    Records come first, each on a line, then the documents that they rest on. Without a record,
    there is a line for each document and the release.
    """
    records = [f"{_to_note(work, work.scope)}\n" for work in works if work.kind == "record"]
    if not records:
        return "".join(f"{_to_note(work, work.scope)}\n" for work in works)
    sources = [
        f"- {_to_note(work, remarks_on(works, work))}\n" for work in works if work.kind == "source"
    ]
    return "".join([*records, *(["Sources:\n"] if sources else []), *sources])


def _to_note(work: Work, remark: str | None) -> str:
    year = str(work.published.first.year) if work.published else _UNDATED
    added = f" [{remark}]" if remark else ""
    if work.kind == "release":
        release = f"{work.title}. Release {work.release}. Dataset.{work.terms}"
        return f"{work.author} ({year}): {release}{added}"
    if work.kind == "record":
        happened = f", {work.happened.in_english()}" if work.happened else ""
        place = f"Record {work.record_id}{happened}. In: {work.holder}, release {work.release}."
        return f"{work.author} ({year}): {_end_sentence(work.title)} {place}{added}"
    date = work.published.in_english() if work.published else _UNDATED
    return f"{work.author} ({date}): {_end_sentence(work.title)} {work.url}{added}"


def _end_sentence(title: str) -> str:
    return title if title.endswith(_ENDINGS) else f"{title}."


def to_chicago(works: Sequence[Work]) -> str:
    """Return works as a bibliography in Chicago style, with an entry per line.

    The style is "notes and bibliography" of the 17th edition, 14.205-14.210 and 14.257.
    """
    return "".join(f"{_to_entry(work, remarks_on(works, work) or work.scope)}\n" for work in works)


def _to_entry(work: Work, remark: str | None) -> str:
    date = _UNDATED
    if work.published:
        date = work.published.in_english(month_first=True)
        date = f"{date[0].upper()}{date[1:]}."
    added = f" {remark[0].upper()}{remark[1:].removesuffix('.')}." if remark else ""
    if work.kind == "release":
        release = f"{work.title}. Release {work.release}."
        return f"{work.author}. {release} {date}{work.terms}{added}"
    if work.kind == "record":
        happened = f" ({work.happened.in_english(month_first=True)})" if work.happened else ""
        place = f"Record {work.record_id}{happened} in {work.holder}, release {work.release}."
        return f"{work.author}. {_quote(work.title)} {place} {date}{added}"
    return f"{work.author}. {_quote(work.title)} {date} {work.url}.{added}"


def _quote(title: str) -> str:
    """Return a title in double quotation marks, those within it single, the full stop inside."""
    inner = _QUOTED.sub(f"{_OPEN}\\1{_CLOSE}", title).replace("“", _OPEN).replace("”", _CLOSE)
    return f"“{inner}”" if inner.endswith(_ENDINGS) else f"“{inner}.”"


STYLES: Final[dict[str, Callable[[Sequence[Work]], str]]] = {
    "text": to_text,
    "bibtex": to_bibtex,
    "csl-json": to_csl_json,
    "chicago": to_chicago,
}
"""The built-in styles, which need no other package."""
