"""A value as a message shows it: on one line, and no longer than a reader needs to find it."""

from __future__ import annotations

import json
import math
from typing import Any, Final

_LONGEST: Final = 60
_LARGE: Final = 1e6


def brief(text: str) -> str:
    """Return the text, cut where it is longer than a message can use."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def shown(value: Any) -> str:
    """Return the value in quotes if it is text, cut where it is long; a number without decimals that say nothing."""
    if value is None:
        return "not given"
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < _LARGE or not math.isfinite(value) else f"{value:,.0f}".replace(",", "")
    text = value if isinstance(value, str) else str(value)
    return json.dumps(brief(text), ensure_ascii=False).replace('"', "'")
