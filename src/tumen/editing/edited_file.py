"""A file of records in the course of an edit: values replaced, items and records taken out, items added, every other comment kept.

Values and items are known by where they stand, as a dataset has it. What comes out is in canonical form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tumen._system.atomic import Replacement
from tumen.editing import document, yaml_writer
from tumen.editing.canonical_form import canonical
from tumen.editing.document import Line
from tumen.errors import TumenError
from tumen.records import parser, yaml_parser
from tumen.records.fields import written_columns
from tumen.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tumen.records.yaml_parser import Position


class EditedFile:
    """A file of a table, as it was read and as it is to be."""

    def __init__(self, path: Path, table: str) -> None:
        """Read a file; one that is not there yet holds no records."""
        self.path = path
        self.table = table
        self.before = path.read_bytes() if path.exists() else None
        self._model = TABLES[table]
        tree, faults = parser.listed(self.before or b"[]\n")
        if tree is None or faults:
            raise TumenError(f"{path} is not valid; `tumen check` says what is wrong with it.")
        self._tree = tree
        self._nodes = {(node.line, node.column): node for node in _below(tree)}
        self._dropped: list[yaml_parser.Mapping] = []
        self._added_items: list[tuple[yaml_parser.Mapping, str, yaml_parser.Mapping]] = []
        self._added_records: list[str] = []

    def node_at(self, position: Position) -> yaml_parser.Node:
        """Return the value that stands at a position."""
        if position not in self._nodes:
            raise TumenError(
                f"{self.path} was changed by another program meanwhile; run this again."
            )
        return self._nodes[position]

    def record_at(self, position: Position) -> yaml_parser.Mapping:
        """Return the record, or the record within one, that stands at a position."""
        node = self.node_at(position)
        if not isinstance(node, yaml_parser.Mapping):
            raise TumenError(
                f"{self.path} was changed by another program meanwhile; run this again."
            )
        return node

    def replace(self, position: Position, text: str) -> None:
        """Give the value at a position another text."""
        node = self.node_at(position)
        if isinstance(node, yaml_parser.Scalar):
            node.text = text

    def take_item(self, position: Position) -> None:
        """Take an item out of the list that it stands in."""
        node = self.node_at(position)
        for held in self._nodes.values():
            if isinstance(held, yaml_parser.Sequence):
                held.items = [item for item in held.items if item is not node]

    def take_record(self, position: Position) -> None:
        """Take a record out, with its comments."""
        self._dropped.append(self.record_at(position))

    def add_item(self, position: Position, name: str, item: yaml_parser.Mapping) -> None:
        """Add an item at the end of a nested list of the record at a position."""
        self._added_items.append((self.record_at(position), name, item))

    def add_record(self, text: str) -> None:
        """Add a record that is written as a file of it alone would be."""
        self._added_records.append(text)

    def replacement(self) -> Replacement:
        """Return the edit of the file."""
        text = (self.before or b"[]\n").decode().replace("\r\n", "\n")
        made = document.read(text, self._tree, self._model)
        for node, name, item in self._added_items:
            _add_line(
                next(record for record in made.records if record.node is node),
                name,
                item,
                self._model.spec().nested[name],
            )
        made = made.without(self._dropped)
        for record in self._added_records:
            tree, _ = parser.listed(record.encode())
            if tree is not None:
                made = made.joined(document.read(record, tree, self._model))
        return Replacement(self.path, self.before, canonical(made, self._model).encode())


def _below(node: yaml_parser.Node) -> Iterator[yaml_parser.Node]:
    """Yield a node and all values within it."""
    yield node
    inner = (
        node.items
        if isinstance(node, yaml_parser.Sequence)
        else node.items.values()
        if isinstance(node, yaml_parser.Mapping)
        else ()
    )
    for item in inner:
        yield from _below(item)


def _add_line(record: document.Record, name: str, item: yaml_parser.Mapping, nested: type) -> None:
    field = next(field for field in record.fields if field.name == name)
    listed = record.node.items[name]
    if isinstance(listed, yaml_parser.Sequence):
        if not field.items:
            field.line.text = f"{yaml_writer.scalar(name, flow=False)}:"
        listed.items.append(item)
        field.items.append(
            Line(yaml_writer.flow(item, tuple(written_columns(nested))), field.ended, [])
        )
