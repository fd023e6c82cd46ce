"""The canonical form of a file of records: the same records and comments in one order and shape.

Records are sorted by their first date, then by id, undated ones last, with a blank line between
them. Fields are in the order of the model, one per line. What the model nests (participants,
sources) has a map per line. Lists are in brackets; scalars are plain where YAML allows it. See
`document.py` for where comments go.
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
    from tumen.editing.document import Document, Line, Record
    from tumen.schemas import Table

_NUMBERED: Final = re.compile(r"([a-z]{3}-)([0-9]{4,})")
_OPEN: Final = "../"
_ID_DIGITS: Final = 12


def to_canonical_text(document: Document, model: type[Table]) -> str:
    """Return a document as text in canonical form.

    Args:
        document: A file of records.
        model: The model of its table.

    Returns:
        The text, which ends with a line feed.

    Raises:
        TumenError: The text would not mean the same as the document.

    """
    records = sorted(document.records, key=lambda record: _sort_key(record.node, model))
    blocks = [
        document.head,
        *([*_record_lines(record, model)] for record in records),
        [] if records else ["[]"],  # without it, a file of comments alone would mean nothing
        document.foot,
    ]
    text = "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
    # Formatting must never lose or change a value or a comment, so that the result is parsed and
    # compared. A text that is already in canonical form needs no comparison.
    if text != document.text:
        meaning = _meaning((record.node for record in records), document.comments)
        if _read_back(text) != meaning:
            raise TumenError(
                "the canonical form would not mean the same; nothing was changed. Shorten what is"
                " very long."
            )
    return text


@cache
def field_order(model: type[Table]) -> dict[str, int]:
    """Return the position of each field in a record: columns, then `allow`, then nested tables.

    Args:
        model: The model of the table.

    Returns:
        Positions by field, counted from 0.

    """
    fields = (*written_columns(model), ALLOW, *model.spec().nested)
    return {name: position for position, name in enumerate(fields)}


def _sort_key(node: yaml_parser.Mapping, model: type[Table]) -> tuple[bool, str, bool, str]:
    """Return what sorts a record: whether it is undated, its date, and its id.

    It works on the text, because a file with values that break a rule can be formatted too.
    """
    key, *_ = written_columns(model)
    date_fields = (
        name
        for name, (_, column, _) in written_columns(model).items()
        if column.kind in ("date", "day")
    )
    date = next((text for name in date_fields if (text := _scalar_text(node, name))), "")
    # As texts, dates sort by time, and a coarser one before the days in it: 2025-06, 2025-06-04.
    # `../2025-06-04` means that day or an earlier one, and thus comes right before 2025-06-04.
    is_undated, has_closed_start = not date, not date.startswith(_OPEN)
    # Zeros make ids of four and of five digits sort by number.
    identifier = _scalar_text(node, key)
    if numbered := _NUMBERED.fullmatch(identifier):
        identifier = numbered[1] + numbered[2].zfill(_ID_DIGITS)
    return is_undated, date.removeprefix(_OPEN), has_closed_start, identifier


def _scalar_text(node: yaml_parser.Mapping, name: str) -> str:
    value = node.items.get(name)
    return value.text if isinstance(value, yaml_parser.Scalar) else ""


def _record_lines(record: Record, model: type[Table]) -> Iterator[str]:
    """Yield the lines of a record with its comments."""
    order = field_order(model)
    yield from record.above
    if not record.fields:
        yield "- {}"
    # Unknown fields come last, in the order written: sorting keeps equal ones in order.
    fields = sorted(record.fields, key=lambda field: order.get(field.name, len(order)))
    for number, field in enumerate(fields):
        # The dash of the record is before its first field. Comments above that field are not
        # indented: they come before the dash.
        is_first = number == 0
        yield from _indented_line(field.line, "" if is_first else "  ", "- " if is_first else "")
        for item in field.items:
            yield from _indented_line(item, "    ", "- ")
        yield from (f"    {comment}" for comment in field.below)
    yield from (f"  {comment}" for comment in record.below)


def _indented_line(line: Line, indent: str, dash: str) -> Iterator[str]:
    yield from (f"{indent}{comment}" for comment in line.above)
    behind = f"  {line.behind}" if line.behind else ""
    yield f"{indent}{dash}{line.text}{behind}"


def _read_back(text: str) -> Counter[Any] | None:
    """Return what a text means, or None where it is no valid list of records."""
    tree, faults = yaml_parser.parse(text.encode())
    if faults or not isinstance(tree, yaml_parser.Sequence):
        return None
    return _meaning(tree.items, Layout(text).comments)


def _meaning(records: Iterable[yaml_parser.Node], comments: Iterable[Comment]) -> Counter[Any]:
    """Return what a file means, whatever the order of its records, their fields and the comments.

    It counts, so that a record or comment that is lost or doubled makes a difference.
    """
    return Counter([*map(_plain_value, records), *(comment.text for comment in comments)])


def _plain_value(node: yaml_parser.Node) -> Any:
    """Return a node without its place, as a value that can be counted."""
    if isinstance(node, yaml_parser.Scalar):
        return node.text
    if isinstance(node, yaml_parser.Sequence):
        return tuple(map(_plain_value, node.items))
    return frozenset((name, _plain_value(value)) for name, value in node.items.items())
