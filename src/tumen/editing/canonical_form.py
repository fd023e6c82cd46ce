"""The canonical form of a file of records: the same records and comments, in one order and one shape.

Records stand by their first date, then id, undated ones last, a blank line between them. Fields stand in the order of the model, a
field a line; what the model nests (participants, sources) a map a line; lists in brackets; scalars plain where YAML allows it.
`sheet.py` says where comments go.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tumen.editing.comments import Layout
from tumen.errors import TumenError
from tumen.records import yaml_parser
from tumen.records.fields import ALLOW, written_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tumen.editing.comments import Comment
    from tumen.editing.document import Line, Record, Sheet
    from tumen.schemas import Table

_NUMBERED: Final = re.compile(r"([a-z]{3}-)([0-9]{4,})")
_OPEN: Final = "../"


def canonical(sheet: Sheet, model: type[Table]) -> str:
    """Return the text of a sheet in canonical form.

    Raises `TumenError` rather than give back anything that means something else.
    """
    records = sorted(sheet.records, key=lambda record: _order(record.node, model))
    blocks = [
        sheet.head,
        *([*_lines(record, model)] for record in records),
        [] if records else ["[]"],
        sheet.foot,
    ]
    text = "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
    if text != sheet.text and _read_back(text) != _meaning(
        (record.node for record in records), sheet.comments
    ):
        raise TumenError(
            "the canonical form would not mean the same; nothing was changed. Shorten what is very long."
        )
    return text


@cache
def field_order(model: type[Table]) -> dict[str, int]:
    """Return the place of each field in a record: columns, allowed warnings, nested tables."""
    return {
        name: place
        for place, name in enumerate((*written_columns(model), ALLOW, *model.spec().nested))
    }


def _order(node: yaml_parser.Mapping, model: type[Table]) -> tuple[bool, str, bool, str]:
    """Return what sorts a record: undated last; 2025-06, then ../2025-06-04, then 2025-06-04; ids by their number."""
    key, *_ = written_columns(model)
    dates = (
        name
        for name, (_, column, _) in written_columns(model).items()
        if column.kind in ("date", "day")
    )
    date = next((text for name in dates if (text := _text(node, name))), "")
    number = _NUMBERED.fullmatch(_text(node, key))
    identifier = f"{number[1]}{number[2]:0>12}" if number else _text(node, key)
    return not date, date.removeprefix(_OPEN), not date.startswith(_OPEN), identifier


def _text(node: yaml_parser.Mapping, name: str) -> str:
    value = node.items.get(name)
    return value.text if isinstance(value, yaml_parser.Scalar) else ""


def _lines(record: Record, model: type[Table]) -> Iterator[str]:
    order = field_order(model)
    yield from record.above
    if not record.fields:
        yield "- {}"
    for number, field in enumerate(
        sorted(record.fields, key=lambda one: order.get(one.name, len(order)))
    ):
        yield from _line(field.line, "  " if number else "", "" if number else "- ")
        for item in field.items:
            yield from _line(item, "    ", "- ")
        yield from (f"    {comment}" for comment in field.below)
    yield from (f"  {comment}" for comment in record.below)


def _line(line: Line, indent: str, dash: str) -> Iterator[str]:
    yield from (f"{indent}{comment}" for comment in line.above)
    yield f"{indent}{dash}{line.text}{f'  {line.beside}' if line.beside else ''}"


def _read_back(text: str) -> Counter[Any] | None:
    tree, faults = yaml_parser.parse(text.encode())
    return (
        _meaning(tree.items, Layout(text).comments)
        if isinstance(tree, yaml_parser.Sequence) and not faults
        else None
    )


def _meaning(records: Iterable[yaml_parser.Node], comments: Iterable[Comment]) -> Counter[Any]:
    """Return what a file holds, whatever the order of its records, their fields and the comments."""
    return Counter([*map(_plain, records), *(comment.text for comment in comments)])


def _plain(node: yaml_parser.Node) -> Any:
    if isinstance(node, yaml_parser.Scalar):
        return node.text
    if isinstance(node, yaml_parser.Sequence):
        return tuple(map(_plain, node.items))
    return frozenset((name, _plain(value)) for name, value in node.items.items())
