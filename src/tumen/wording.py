"""A value as a message shows it: on one line, and no longer than a reader needs to find it."""

from __future__ import annotations

import json
from typing import Any, Final

_LONGEST: Final = 60


def brief(text: str) -> str:
    """Return the text, cut where it is longer than a message can use."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def shown(value: Any) -> str:
    """Return the value in quotes, cut where it is long; a number plain, with every decimal that says something."""
    if value is None:
        return "not given"
    if isinstance(value, float):
        return str(value).removesuffix(".0")
    return json.dumps(brief(str(value)), ensure_ascii=False).replace('"', "'")
