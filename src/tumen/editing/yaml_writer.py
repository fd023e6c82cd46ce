"""Values as a curator writes them: text plain where YAML allows it and quoted where it must be, lists and maps on one line.

What is written is read back as the same text. In the dialect every scalar is text, so that `NO`, `012` and `2025-06-17` stay plain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tumen.records.yaml_parser import Node, Scalar, Sequence
from tumen.schemas.characters import STRAY

if TYPE_CHECKING:
    from collections.abc import Collection

_ESCAPED: Final = re.compile(f"{STRAY.pattern}|[\t\n]")
_NOT_PLAIN: Final = re.compile(r"""^[?:,\[\]{}#&*!|>'"%@`]|^-(?: |$)|^ | $|:(?: |$)| \#""")
_NOT_PLAIN_IN_FLOW: Final = re.compile(r"[,?\[\]{}]")
_LAST_OF_FOUR: Final = 0xFFFF
_SHORT: Final = {"\n": r"\n", "\t": r"\t"}


def scalar(text: str, *, flow: bool) -> str:
    """Return a scalar that is read back as `text`; `flow` tells that it stands within brackets or braces."""
    if _ESCAPED.search(text):
        return f'"{_ESCAPED.sub(_escape, _backslashed(text))}"'
    if text and not _NOT_PLAIN.search(text) and not (flow and _NOT_PLAIN_IN_FLOW.search(text)):
        return text
    if _backslashed(text) == text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def field(name: str, value: Node) -> str:
    """Return a field of a record on one line; nothing behind the colon for an empty value."""
    text = (
        flow(value)
        if not isinstance(value, Scalar)
        else scalar(value.text, flow=False)
        if value.text
        else ""
    )
    return f"{scalar(name, flow=False)}: {text}".rstrip()


def flow(node: Node, order: Collection[str] = ()) -> str:
    """Return a value within brackets or braces, on one line; the fields of a map in this order, then any others."""
    if isinstance(node, Scalar):
        return scalar(node.text, flow=True)
    if isinstance(node, Sequence):
        return f"[{', '.join(map(flow, node.items))}]"
    names = [
        *(name for name in order if name in node.items),
        *(name for name in node.items if name not in order),
    ]
    return f"{{{', '.join(f'{scalar(name, flow=True)}: {_member(node.items[name])}' for name in names)}}}"


def _member(node: Node) -> str:
    return "" if isinstance(node, Scalar) and not node.text else flow(node)


def _backslashed(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _SHORT.get(match[0]) or (f"\\u{code:04X}" if code <= _LAST_OF_FOUR else f"\\U{code:08X}")
