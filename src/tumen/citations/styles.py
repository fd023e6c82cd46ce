"""The styles by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tumen.citations import bibtex, chicago, csl_json, references, text
from tumen.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tumen.citations.references import Work
    from tumen.snapshot import Snapshot

STYLES: Final[dict[str, Callable[[list[Work]], str]]] = {
    "text": text.rendered,
    "bibtex": bibtex.rendered,
    "csl-json": csl_json.rendered,
    "chicago": chicago.rendered,
}


def cite(snapshot: Snapshot, record_ids: Sequence[str], style: str) -> str:
    """Return the citation of records, or of the release if none is named, in a style; each key stands in it once."""
    if style not in STYLES:
        raise UnknownNameError("style", style, STYLES)
    return STYLES[style](references.of(snapshot, record_ids))
