"""Text for terminals and messages: control characters escaped, long values cut, numbers formatted.

A table, a store or a file name from elsewhere may contain control characters: ESC moves the cursor,
sets the title of the window or writes to the clipboard. Other characters turn the direction of the
text. They are shown as escapes, so that data cannot control the terminal. GitHub Actions also takes
orders from output: a printed line that starts with `::` or contains `##[` may be a workflow
command.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final

_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_COMMANDS: Final = re.compile(r"(?:^|(?<=\r))(?P<before>\s*):(?=:)|#(?=#\[)", re.MULTILINE)
_LONGEST: Final = 60
# From here on a number in full is harder to read than one with an exponent.
_EXPONENT_FROM: Final = 1e15


def escape_controls(text: str) -> str:
    r"""Write control characters and marks of text direction as `\x1b`; keep tabs and newlines."""
    return _CONTROLS.sub(lambda match: _escape(match[0]), text)


def escape_line(text: str) -> str:
    """Write characters that break a line, control a terminal or are invisible as escapes."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def escape_workflow_commands(text: str, *, colon: str = r"\x3a", number_sign: str = r"\x23") -> str:
    """Break the workflow commands of GitHub Actions in a text by escapes.

    Args:
        text: The text to print.
        colon: What to write for the first colon of `::`; by default the escape of Python.
        number_sign: What to write for the first number sign of `##[`.

    """
    return _COMMANDS.sub(
        lambda match: number_sign if match["before"] is None else match["before"] + colon, text
    )


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode()


def shorten(text: str) -> str:
    """Cut a text that is too long for a message."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def format_number(number: float) -> str:
    """Format a number in full: 27,000,000,000 or 19.6, without trailing zeros."""
    if not abs(number) < _EXPONENT_FROM:
        return str(number).removesuffix(".0")
    return f"{number:,.0f}" if number == int(number) else f"{Decimal(repr(number)):,f}"


def format_value(value: Any) -> str:
    """Format a value for a message: a number without commas, anything else quoted and cut."""
    if value is None:
        return "not given"
    if isinstance(value, float):
        return format_number(value).replace(",", "")
    return json.dumps(shorten(str(value)), ensure_ascii=False).replace('"', "'")
