"""Write values as YAML: plain text where YAML allows it, quoted otherwise, lists and maps inline.

What is written is read back as the same text. In the dialect every scalar is text, so that `NO`,
`012` and `2025-06-17` stay plain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tumen.records.yaml_parser import Node, Scalar, Sequence
from tumen.schemas.characters import STRAY

if TYPE_CHECKING:
    from collections.abc import Collection

_ESCAPED: Final = re.compile(f"{STRAY.pattern}|[\t\n]")
# Where YAML takes a text for something else: an indicator at its start, a dash before a space, a
# space at an end, a colon before a space or at the end, and ` #`, which starts a comment.
_NOT_PLAIN: Final = re.compile(r"""^[?:,\[\]{}#&*!|>'"%@`]|^-(?: |$)|^ | $|:(?: |$)| \#""")
_NOT_PLAIN_IN_FLOW: Final = re.compile(r"[,?\[\]{}]")
_LAST_OF_FOUR_DIGITS: Final = 0xFFFF
_SHORT_ESCAPES: Final = {"\n": r"\n", "\t": r"\t"}


def scalar(text: str, *, flow: bool) -> str:
    """Return a scalar that is read back as `text`.

    Args:
        text: The text.
        flow: Whether it is within brackets or braces, where fewer characters can be plain.

    Returns:
        The text, plain or in quotes.

    """
    if _ESCAPED.search(text):
        return f'"{_ESCAPED.sub(_escape, _backslashed(text))}"'
    if text and not _NOT_PLAIN.search(text) and not (flow and _NOT_PLAIN_IN_FLOW.search(text)):
        return text
    if _backslashed(text) == text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def field(name: str, value: Node) -> str:
    """Return a field of a record on one line.

    Args:
        name: The name of the field.
        value: Its value; an empty text leaves nothing after the colon.

    Returns:
        The line, not indented.

    """
    text = (
        (scalar(value.text, flow=False) if value.text else "")
        if isinstance(value, Scalar)
        else flow(value)
    )
    return f"{scalar(name, flow=False)}: {text}".rstrip()


def flow(node: Node, order: Collection[str] = ()) -> str:
    """Return a value on one line, lists in brackets and maps in braces.

    Args:
        node: The value.
        order: The fields of a map that come first, in this order.

    Returns:
        The text.

    """
    if isinstance(node, Scalar):
        return scalar(node.text, flow=True)
    if isinstance(node, Sequence):
        return f"[{', '.join(map(flow, node.items))}]"
    names = [
        *(name for name in order if name in node.items),
        *(name for name in node.items if name not in order),
    ]
    pairs = (f"{scalar(name, flow=True)}: {_map_value(node.items[name])}" for name in names)
    return f"{{{', '.join(pairs)}}}"


def _map_value(node: Node) -> str:
    return "" if isinstance(node, Scalar) and not node.text else flow(node)


def _backslashed(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escape(match: re.Match[str]) -> str:
    if match[0] in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[match[0]]
    code = ord(match[0])
    return f"\\u{code:04X}" if code <= _LAST_OF_FOUR_DIGITS else f"\\U{code:08X}"
