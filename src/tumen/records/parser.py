"""Turn the content of a file of records into typed rows that know the place of each value.

Nothing is guessed: the column that the model declares gives each value its type, and everything
that breaks a rule becomes a fault. A row that breaks a rule is kept, marked as unsound, so that
other rows can refer to it. What the model nests (participants, sources) becomes rows of its own
table. The result depends on the table and the content alone, so that it can be cached.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from tumen._suggest import did_you_mean
from tumen._text import shorten
from tumen.records import scalars, yaml_parser
from tumen.records.fields import ALLOW, LISTS, Form, record_form
from tumen.records.yaml_parser import Fault
from tumen.report import Place
from tumen.schemas import TABLES, Column, Table
from tumen.schemas.characters import NULL_WORDS, STRAY, describe_stray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tumen.records.yaml_parser import Position

_NULLS = ("", *NULL_WORDS)
_CONVERTED = {"date": "E101", "day": "E101", "number": "E102", "flag": "E105"}


@dataclass(slots=True)
class Row:
    """A typed row of one table.

    Attributes:
        table: The name of the table.
        line: The line on which the row starts, counted from 1.
        column: The column in which it starts, counted from 1.
        prefix: The path of a nested row within its record, such as `participants[0].`.
        owner: The record that a nested row is part of.
        sound: Whether the row breaks no rule of files or values.
        allowed: The warnings that `allow:` of the record excuses, with the place of each.
        values: The values by column.
        places: Line and column of each column's value, and of each item of a list (`topics[2]`).
        file: The path of the file; empty until the row is part of a dataset.

    """

    table: str
    line: int
    column: int
    prefix: str = ""
    owner: Row | None = None
    sound: bool = True
    allowed: dict[str, Position] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Position] = field(default_factory=dict)
    file: str = ""

    def at(self, column: str = "") -> Position:
        """Return line and column of a value; those of the row where the record has no such field.

        Args:
            column: The name of a column, or of an item in it (`topics[2]`). Without it, the place
                of the row itself is returned.

        Returns:
            Line and column, counted from 1.

        """
        return self.places.get(column, (self.line, self.column))

    def place(self, column: str = "") -> Place:
        """Return the same as `at`, with the file.

        Args:
            column: The name of a column, or of an item in it (`topics[2]`).

        Returns:
            File, line and column.

        """
        return Place(self.file, *self.at(column))


@dataclass(slots=True)
class Reading:
    """The rows of a file by table, in the order written, and its faults.

    `records` counts the records. `broken` says that the rows lack some, because a part of the file
    could not be read.
    """

    rows: dict[str, list[Row]]
    faults: list[Fault] = field(default_factory=list)
    records: int = 0
    broken: bool = False

    def add_fault(self, code: str, at: Position, message: str) -> None:
        """Add a breach of a rule of files or values."""
        self.faults.append(Fault(code, *at, message))


def read(content: bytes, table: str) -> Reading:
    """Read the content of a file of records.

    Args:
        content: The bytes of the file.
        table: The table that the file belongs to.

    Returns:
        The rows of the table and of those nested in it, and all faults of the text and the values.

    """
    model = TABLES[table]
    tree, faults = parse_records(content)
    tables = (table, *(nested.spec().name for nested in model.spec().nested.values()))
    reading = Reading({name: [] for name in tables}, faults)
    reading.broken = tree is None or any(fault.code == "E004" for fault in faults)
    for node in tree.items if tree else ():
        if isinstance(node, yaml_parser.Mapping):
            _read_record(node, model, reading)
    return reading


def parse_records(content: bytes) -> tuple[yaml_parser.Sequence | None, list[Fault]]:
    """Parse the content of a file that must be a list of records.

    Args:
        content: The bytes of the file.

    Returns:
        The tree, or None where the file is not a list, and everything that breaks the dialect or
        that rule. Items of the list that are no records are reported, and stay in the tree.

    """
    tree, faults = yaml_parser.parse(content)
    if isinstance(tree, yaml_parser.Sequence):
        not_records = [item for item in tree.items if not isinstance(item, yaml_parser.Mapping)]
        message = "a record is fields and values, not a value or a list"
        return tree, [*faults, *(Fault("E007", *_at(node), message) for node in not_records)]
    if not faults:
        message = "the file is empty" if tree is None else "the file is not a list of records"
        faults = [Fault("E007", *((1, 1) if tree is None else _at(tree)), message)]
    return None, faults


def _at(node: yaml_parser.Node) -> Position:
    return node.line, node.column


def _read_record(node: yaml_parser.Mapping, model: type[Table], reading: Reading) -> None:
    reading.records += 1
    row = _read_fields(node, model, Row(model.spec().name, node.line, node.column), reading)
    reading.rows[row.table].append(row)
    key = next(iter(model.columns()))
    for name, nested in model.spec().nested.items():
        for index, item in _nested_nodes(node, name, row, reading):
            # The first column of a nested table names the record that the row is part of.
            owner = next(iter(nested.columns()))
            child = Row(nested.spec().name, item.line, item.column, f"{name}[{index}].", row)
            child.values[owner] = row.values.get(key)
            reading.rows[child.table].append(_read_fields(item, nested, child, reading))


def _nested_nodes(
    node: yaml_parser.Mapping, name: str, row: Row, reading: Reading
) -> Iterator[tuple[int, yaml_parser.Mapping]]:
    """Yield the maps of a nested list with their index; what is no map is reported."""
    if name not in node.items:
        return
    value = node.items[name]
    row.places[name] = _at(value)
    if not isinstance(value, yaml_parser.Sequence):
        reading.add_fault("E008", _at(value), f"{name}: expected a list of {{maps}}")
        return
    for index, item in enumerate(value.items):
        if isinstance(item, yaml_parser.Mapping):
            yield index, item
        else:
            reading.add_fault("E008", _at(item), f"{name}[{index}]: expected a {{map}}")


def _read_fields(node: yaml_parser.Mapping, model: type[Table], row: Row, reading: Reading) -> Row:
    """Fill a row with the fields of its map, and return it."""
    faults_before = len(reading.faults)
    form = record_form(model)
    row.values = {**form.defaults, **row.values}
    for name, value in node.items.items():
        if name in form.fields:
            column_name, column = form.fields[name]
            row.places[column_name] = (value.line, value.column)
            _read_value(value, name, column_name, column, row, reading)
        elif name not in form.other_fields or (name == ALLOW and row.owner):
            _report_unknown_field(node.keys[name], form, row, reading)
    for name, column_name, column in form.needed:
        if name not in node.items:
            if column.default in node.items:
                _copy_date(node.items[column.default], column_name, column, row)
            else:
                reading.add_fault("E010", row.at(), f"{row.prefix}{name}: the field is missing")
    if ALLOW in node.items and not row.owner:
        _read_allow(node.items[ALLOW], row, reading)
    row.sound = len(reading.faults) == faults_before
    return row


def _report_unknown_field(key: yaml_parser.Scalar, form: Form, row: Row, reading: Reading) -> None:
    known = [name for name in (*form.fields, *form.other_fields) if name != ALLOW or not row.owner]
    name = shorten(key.text)
    message = f"{row.prefix}{name}: no such field{did_you_mean(name, known)}"
    reading.add_fault("E009", _at(key), message)


def _copy_date(node: yaml_parser.Node, column_name: str, column: Column, row: Row) -> None:
    """Take the date of another field for one that is left out, such as `start` for `end`."""
    row.places[column_name] = _at(node)
    if isinstance(node, yaml_parser.Scalar):
        with suppress(ValueError):  # the other field has the fault already
            date = scalars.parse_date(node.text)
            row.values[column_name] = date.first if column.edge == "first" else date.last


def _read_allow(node: yaml_parser.Node, row: Row, reading: Reading) -> None:
    """Read the warnings that a record allows, each with its reason."""
    if not isinstance(node, yaml_parser.Mapping):
        message = f"{ALLOW}: expected a {{map}} of warnings to reasons"
        reading.add_fault("E008", _at(node), message)
        return
    for code, reason in node.items.items():
        if not (isinstance(reason, yaml_parser.Scalar) and reason.text.strip()):
            message = f"{ALLOW}.{shorten(code)}: expected a reason"
            reading.add_fault("E008", _at(reason), message)
        row.allowed[code] = _at(node.keys[code])


def _read_value(
    node: yaml_parser.Node, name: str, column_name: str, column: Column, row: Row, reading: Reading
) -> None:
    """Set a column to the typed value of its field, or to null where the value breaks a rule."""
    row.values[column_name] = None
    path = f"{row.prefix}{name}"
    if column.kind in LISTS:
        row.values[column_name] = _read_list(node, path, column_name, row, reading)
    elif not isinstance(node, yaml_parser.Scalar):
        reading.add_fault("E008", _at(node), f"{path}: expected a single value")
    elif node.text in _NULLS:
        message = f"{path}: the value is {node.text or 'empty'}; leave the field out instead"
        reading.add_fault("E106", _at(node), message)
    elif stray := STRAY.search(node.text):
        reading.add_fault("E106", _at(node), f"{path}: {describe_stray(stray)}")
    elif column.kind in _CONVERTED:
        _convert(node, path, column_name, column, row, reading)
    else:
        row.values[column_name] = node.text


def _read_list(
    node: yaml_parser.Node, path: str, column_name: str, row: Row, reading: Reading
) -> list[str]:
    """Return the sound items of a list as they are written, each once."""
    if not isinstance(node, yaml_parser.Sequence):
        reading.add_fault("E008", _at(node), f"{path}: expected a [list]")
        return []
    # By normal form: two items that look alike but are encoded differently are the same.
    texts: dict[str, str] = {}
    for index, item in enumerate(node.items):
        item_path = f"{path}[{index}]"
        if not isinstance(item, yaml_parser.Scalar):
            reading.add_fault("E008", _at(item), f"{item_path}: expected a single value")
        elif item.text in _NULLS:
            message = f"{item_path}: the value is {item.text or 'empty'}; remove it from the list"
            reading.add_fault("E106", _at(item), message)
        elif stray := STRAY.search(item.text):
            reading.add_fault("E106", _at(item), f"{item_path}: {describe_stray(stray)}")
        elif normalize("NFC", item.text) in texts:
            message = f"{item_path}: {shorten(item.text)!r} is listed twice"
            reading.add_fault("E113", _at(item), message)
        else:
            # Places count the items of the column, which lacks those with a fault.
            row.places[f"{column_name}[{len(texts)}]"] = _at(item)
            texts[normalize("NFC", item.text)] = item.text
    return list(texts.values())


def _convert(
    node: yaml_parser.Scalar,
    path: str,
    column_name: str,
    column: Column,
    row: Row,
    reading: Reading,
) -> None:
    """Set a column to the date, number or boolean that a text gives."""
    code, text = _CONVERTED[column.kind], node.text
    try:
        if code == "E101":
            date = scalars.parse_date(text)
            _store_date(date, node, path, column_name, column, row, reading)
        else:
            row.values[column_name] = (
                scalars.parse_number(text) if code == "E102" else scalars.parse_boolean(text)
            )
    except ValueError as error:
        reading.add_fault(code, _at(node), f"{path}: {error}")


def _store_date(
    date: scalars.PartialDate,
    node: yaml_parser.Scalar,
    path: str,
    column_name: str,
    column: Column,
    row: Row,
    reading: Reading,
) -> None:
    """Set a column to the first or last day that a date can mean, and its precision."""
    needs_day = column.kind == "day" and date.precision != "day"
    has_unwanted_open_start = date.precision == "on_or_before" and not column.open_start
    if needs_day or has_unwanted_open_start:
        message = f"{path}: {shorten(node.text)!r} is less precise than this field allows"
        reading.add_fault("E110", _at(node), message)
        return
    row.values[column_name] = date.first if column.edge == "first" else date.last
    if column.precision:
        # Start and end may share one column of precision: it says that of the coarser date.
        known = row.values.get(column.precision)
        row.values[column.precision] = max(
            known or "day", date.precision, key=scalars.COARSENESS.index
        )
