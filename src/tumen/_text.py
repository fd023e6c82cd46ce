"""Text for a terminal: control characters and marks that turn its direction are shown as escapes, so that data give no orders.

A table, a store or a file name from elsewhere may hold them: ESC moves the cursor, sets titles, writes to the clipboard.
GitHub Actions takes orders, too: whatever a step prints, a line that begins with `::` or holds `##[` may be a workflow command.
"""

from __future__ import annotations

import re
from typing import Final

_ORDERS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_COMMANDS: Final = re.compile(r"(?:^|(?<=\r))(?P<before>\s*):(?=:)|#(?=#\[)", re.MULTILINE)


def visible(text: str) -> str:
    r"""Return the text with such characters written as `\x1b`; tabs and ends of lines stay."""
    return _ORDERS.sub(_escape, text)


def one_line(text: str) -> str:
    """Return the text with all that breaks a line, gives orders or cannot be seen written as escapes."""
    return (
        text
        if text.isprintable()
        else "".join(char if char.isprintable() else _escaped(char) for char in text)
    )


def without_commands(text: str, *, colon: str = r"\x3a", number_sign: str = r"\x23") -> str:
    """Return the text with what GitHub Actions takes for a workflow command broken by an escape, here that of Python."""
    return _COMMANDS.sub(
        lambda found: number_sign if found["before"] is None else found["before"] + colon, text
    )


def _escape(found: re.Match[str]) -> str:
    return _escaped(found[0])


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode()
