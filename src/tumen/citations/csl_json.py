"""Citations as CSL-JSON (schema of CSL 1.0.2), for Zotero, pandoc, and every processor of citation styles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tumen.citations.references import When, Work

_TYPES: Final = {"record": "entry", "release": "dataset", "source": "webpage"}


def rendered(works: list[Work]) -> str:
    """Return a JSON array of items; what has no date has no `issued`, for which a style prints n.d."""
    return json.dumps([_item(work) for work in works], ensure_ascii=False, indent=1) + "\n"


def _item(work: Work) -> dict[str, Any]:
    item = {
        "id": work.key,
        "type": _TYPES[work.kind],
        "author": [{"literal": work.author}],
        "title": work.title,
        "issued": _date(work.published),
        "event-date": _date(work.happened),
        "container-title": work.holder,
        "number": work.record_id,
        "version": work.release,
        "URL": work.url,
        "language": work.language,
        "note": work.note,
    }
    return {name: value for name, value in item.items() if value is not None}


def _date(when: When | None) -> dict[str, Any] | None:
    if when is None:
        return None
    if when.precision == "on_or_before":
        return {"literal": when.said()}
    return {"date-parts": [parts for parts in (when.parts, when.last_parts) if parts]}
