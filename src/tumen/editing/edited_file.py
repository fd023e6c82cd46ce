"""Edit a file of records: replace values, remove and add items and records, keep other comments.

Values and items are known by their place, as a dataset has it. The result is in canonical form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tumen._system.atomic import Replacement
from tumen.editing import document, yaml_writer
from tumen.editing.canonical_form import to_canonical_text
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
    """A file of a table with its edits, which `replacement` applies."""

    def __init__(self, path: Path, table: str) -> None:
        """Read a file; one that does not exist yet has no records."""
        self.path = path
        self.table = table
        self.before = path.read_bytes() if path.exists() else None
        self._model = TABLES[table]
        tree, faults = parser.parse_records(self.before or b"[]\n")
        if tree is None or faults:
            raise TumenError(
                f"{path} is not valid; run `tumen check` to see what is wrong with it."
            )
        self._tree = tree
        self._nodes = {(node.line, node.column): node for node in _walk(tree)}
        self._removed_records: list[yaml_parser.Mapping] = []
        self._added_items: list[tuple[yaml_parser.Mapping, str, yaml_parser.Mapping]] = []
        self._added_records: list[str] = []

    def node_at(self, position: Position) -> yaml_parser.Node:
        """Return the value at a position."""
        if position not in self._nodes:
            raise self._changed_meanwhile()
        return self._nodes[position]

    def record_at(self, position: Position) -> yaml_parser.Mapping:
        """Return the record at a position, or the map nested in one."""
        node = self.node_at(position)
        if not isinstance(node, yaml_parser.Mapping):
            raise self._changed_meanwhile()
        return node

    def _changed_meanwhile(self) -> TumenError:
        return TumenError(f"{self.path} was changed by another program meanwhile; run this again.")

    def replace_value(self, position: Position, text: str) -> None:
        """Replace the text of the value at a position."""
        node = self.node_at(position)
        if isinstance(node, yaml_parser.Scalar):
            node.text = text

    def remove_item(self, position: Position) -> None:
        """Remove the item at a position from its list."""
        node = self.node_at(position)
        for other in self._nodes.values():
            if isinstance(other, yaml_parser.Sequence):
                other.items = [item for item in other.items if item is not node]

    def remove_record(self, position: Position) -> None:
        """Remove the record at a position, with its comments."""
        self._removed_records.append(self.record_at(position))

    def add_item(self, position: Position, name: str, item: yaml_parser.Mapping) -> None:
        """Add an item at the end of a nested list of the record at a position."""
        self._added_items.append((self.record_at(position), name, item))

    def add_record(self, text: str) -> None:
        """Add a record, given as the text of a file that has no other."""
        self._added_records.append(text)

    def replacement(self) -> Replacement:
        """Return the content of the file before and after the edits."""
        text = (self.before or b"[]\n").decode().replace("\r\n", "\n")
        # Edits of values are in the tree already: what is written comes from there, and the text is
        # read only for its comments.
        edited = document.read(text, self._tree, self._model)
        for node, name, item in self._added_items:
            record = next(record for record in edited.records if record.node is node)
            _add_item(record, name, item, self._model.spec().nested[name])
        edited = edited.without(self._removed_records)
        for added in self._added_records:
            tree, _ = parser.parse_records(added.encode())
            if tree is not None:
                edited = edited.join(document.read(added, tree, self._model))
        return Replacement(self.path, self.before, to_canonical_text(edited, self._model).encode())


def _walk(node: yaml_parser.Node) -> Iterator[yaml_parser.Node]:
    """Yield a node and all values within it."""
    yield node
    if isinstance(node, yaml_parser.Scalar):
        return
    inner = node.items if isinstance(node, yaml_parser.Sequence) else node.items.values()
    for item in inner:
        yield from _walk(item)


def _add_item(record: document.Record, name: str, item: yaml_parser.Mapping, nested: type) -> None:
    """Add an item to a nested list of a record: to its tree, and as a line."""
    field = next(field for field in record.fields if field.name == name)
    nodes = record.node.items[name]
    if isinstance(nodes, yaml_parser.Sequence):
        if not field.items:
            # An empty list is written as `sources: []`; with items, nothing follows the colon.
            field.line.text = f"{yaml_writer.scalar(name, flow=False)}:"
        nodes.items.append(item)
        text = yaml_writer.flow(item, tuple(written_columns(nested)))
        field.items.append(Line(text, field.end_line, []))
