"""A value as a message shows it: on one line, and no longer than a reader needs to find it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

_LONGEST: Final = 60
_UNREADABLE: Final = 1e15


def brief(text: str) -> str:
    """Return the text, cut where it is longer than a message can use."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def figure(number: float) -> str:
    """Return a number in full, with commas between thousands, and no decimals where there are none: 27,000,000,000; 19.6."""
    if not abs(number) < _UNREADABLE:
        return str(number).removesuffix(".0")
    return f"{number:,.0f}" if number == int(number) else f"{Decimal(repr(number)):,f}"


def shown(value: Any) -> str:
    """Return the value in quotes, cut where it is long; a number plain, with every decimal that says something."""
    if value is None:
        return "not given"
    if isinstance(value, float):
        return figure(value).replace(",", "")
    return json.dumps(brief(str(value)), ensure_ascii=False).replace('"', "'")
