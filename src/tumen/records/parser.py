"""The content of a file of records to typed rows that know where each value stands.

Nothing is guessed: every value is typed by the column that the model declares, and every breach becomes a fault; a row with a
breach is kept, marked unsound, so that others may refer to it. What the model nests (participants, sources) becomes rows of its
own table. What comes out depends on the table and the content alone, so that it can be kept.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unicodedata import normalize

from tumen._suggest import did_you_mean
from tumen._text import brief
from tumen.records import scalars, yaml_parser
from tumen.records.fields import ALLOW, LISTS, Form, form_of
from tumen.records.rows import Row
from tumen.records.yaml_parser import Fault
from tumen.schemas import TABLES, Column, Table
from tumen.schemas.characters import NULL_WORDS, STRAY, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tumen.records.rows import Position

_NULLS = ("", *NULL_WORDS)
_CONVERTED = {"date": "E101", "day": "E101", "number": "E102", "flag": "E105"}


@dataclass(slots=True)
class Reading:
    """What a file gives: rows by table, in the order written, and faults; `broken` says that records are missing."""

    rows: dict[str, list[Row]]
    faults: list[Fault] = field(default_factory=list)
    records: int = 0
    broken: bool = False

    def found(self, code: str, at: Position, message: str) -> None:
        """Add a breach of a rule of files or values."""
        self.faults.append(Fault(code, *at, message))


def read(content: bytes, table: str) -> Reading:
    """Return the rows of a file of this table, and all that is wrong with its text or values."""
    model = TABLES[table]
    tree, faults = listed(content)
    reading = Reading(
        {
            name: []
            for name in (table, *(nested.spec().name for nested in model.spec().nested.values()))
        },
        faults,
    )
    reading.broken = tree is None or any(fault.code == "E004" for fault in faults)
    for node in tree.items if tree else ():
        if isinstance(node, yaml_parser.Mapping):
            _read_record(node, model, reading)
    return reading


def listed(content: bytes) -> tuple[yaml_parser.Sequence | None, list[Fault]]:
    """Return the records of a file as a tree, or None where it is no list of them, with every breach of the dialect and of that."""
    tree, faults = yaml_parser.parse(content)
    if isinstance(tree, yaml_parser.Sequence):
        stray = (node for node in tree.items if not isinstance(node, yaml_parser.Mapping))
        what = "a record is fields and values, not a value or a list"
        return tree, [*faults, *(Fault("E007", *_at(node), what) for node in stray)]
    if not faults:
        what = "the file is empty" if tree is None else "the file is not a list of records"
        faults = [Fault("E007", *((1, 1) if tree is None else _at(tree)), what)]
    return None, faults


def _at(node: yaml_parser.Node) -> Position:
    return node.line, node.column


def _read_record(node: yaml_parser.Mapping, model: type[Table], reading: Reading) -> None:
    reading.records += 1
    row = _typed(node, model, Row(model.spec().name, node.line, node.column), reading)
    reading.rows[row.table].append(row)
    key = next(iter(model.columns()))
    for name, nested in model.spec().nested.items():
        for index, item in _nested_nodes(node, name, row, reading):
            owner = next(iter(nested.columns()))
            child = Row(nested.spec().name, item.line, item.column, f"{name}[{index}].", row)
            child.values[owner] = row.values.get(key)
            reading.rows[child.table].append(_typed(item, nested, child, reading))


def _nested_nodes(
    node: yaml_parser.Mapping, name: str, row: Row, reading: Reading
) -> Iterator[tuple[int, yaml_parser.Mapping]]:
    if name not in node.items:
        return
    value = node.items[name]
    row.places[name] = _at(value)
    if not isinstance(value, yaml_parser.Sequence):
        reading.found("E008", _at(value), f"{name}: a list of {{maps}} is asked for")
        return
    for index, item in enumerate(value.items):
        if isinstance(item, yaml_parser.Mapping):
            yield index, item
        else:
            reading.found("E008", _at(item), f"{name}[{index}]: a {{map}} is asked for")


def _typed(node: yaml_parser.Mapping, model: type[Table], row: Row, reading: Reading) -> Row:
    before = len(reading.faults)
    form = form_of(model)
    row.values = {**form.left_out, **row.values}
    for name, value in node.items.items():
        if name in form.fields:
            column_name, column = form.fields[name]
            row.places[column_name] = (value.line, value.column)
            _take(value, name, column_name, column, row, reading)
        elif name not in form.others or (name == ALLOW and row.owner):
            _unknown(node.keys[name], form, row, reading)
    for name, column_name, column in form.asked:
        if name not in node.items:
            if column.default in node.items:
                _take_default(node.items[column.default], column_name, column, row)
            else:
                reading.found("E010", row.at(), f"{row.prefix}{name}: the field is missing")
    if ALLOW in node.items and not row.owner:
        _take_allowances(node.items[ALLOW], row, reading)
    row.sound = len(reading.faults) == before
    return row


def _unknown(key: yaml_parser.Scalar, form: Form, row: Row, reading: Reading) -> None:
    known = [name for name in (*form.fields, *form.others) if name != ALLOW or not row.owner]
    name = brief(key.text)
    reading.found("E009", _at(key), f"{row.prefix}{name}: no such field{did_you_mean(name, known)}")


def _take_default(node: yaml_parser.Node, column_name: str, column: Column, row: Row) -> None:
    row.places[column_name] = _at(node)
    if isinstance(node, yaml_parser.Scalar):
        with suppress(ValueError):  # the field that it defaults to has the finding
            date = scalars.partial_date(node.text)
            row.values[column_name] = date.first if column.edge == "first" else date.last


def _take_allowances(node: yaml_parser.Node, row: Row, reading: Reading) -> None:
    if not isinstance(node, yaml_parser.Mapping):
        reading.found("E008", _at(node), f"{ALLOW}: a {{map}} of warnings to reasons is asked for")
        return
    for code, reason in node.items.items():
        if not (isinstance(reason, yaml_parser.Scalar) and reason.text.strip()):
            reading.found("E008", _at(reason), f"{ALLOW}.{brief(code)}: a reason is asked for")
        row.allowed[code] = _at(node.keys[code])


def _take(
    node: yaml_parser.Node, name: str, column_name: str, column: Column, row: Row, reading: Reading
) -> None:
    row.values[column_name] = None
    if column.kind in LISTS:
        row.values[column_name] = _items(node, f"{row.prefix}{name}", column_name, row, reading)
    elif not isinstance(node, yaml_parser.Scalar):
        reading.found("E008", _at(node), f"{row.prefix}{name}: a single value is asked for")
    elif node.text in _NULLS:
        reading.found(
            "E106",
            _at(node),
            f"{row.prefix}{name}: the value is {node.text or 'empty'}; leave the field out instead",
        )
    elif stray := STRAY.search(node.text):
        reading.found("E106", _at(node), f"{row.prefix}{name}: {named(stray)}")
    elif column.kind in _CONVERTED:
        _convert(node, f"{row.prefix}{name}", column_name, column, row, reading)
    else:
        row.values[column_name] = node.text


def _items(
    node: yaml_parser.Node, path: str, column_name: str, row: Row, reading: Reading
) -> list[str]:
    if not isinstance(node, yaml_parser.Sequence):
        reading.found("E008", _at(node), f"{path}: a [list] is asked for")
        return []
    texts: dict[str, str] = {}
    for index, item in enumerate(node.items):
        if not isinstance(item, yaml_parser.Scalar):
            reading.found("E008", _at(item), f"{path}[{index}]: a single value is asked for")
        elif item.text in _NULLS:
            reading.found(
                "E106",
                _at(item),
                f"{path}[{index}]: the value is {item.text or 'empty'}; take it out of the list",
            )
        elif stray := STRAY.search(item.text):
            reading.found("E106", _at(item), f"{path}[{index}]: {named(stray)}")
        elif normalize("NFC", item.text) in texts:
            reading.found("E113", _at(item), f"{path}[{index}]: {brief(item.text)!r} stands twice")
        else:
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
    code, text = _CONVERTED[column.kind], node.text
    try:
        if code == "E101":
            _date(scalars.partial_date(text), node, path, column_name, column, row, reading)
        else:
            row.values[column_name] = scalars.number(text) if code == "E102" else scalars.flag(text)
    except ValueError as error:
        reading.found(code, _at(node), f"{path}: {error}")


def _date(
    date: scalars.PartialDate,
    node: yaml_parser.Scalar,
    path: str,
    column_name: str,
    column: Column,
    row: Row,
    reading: Reading,
) -> None:
    if (column.kind == "day" and date.precision != "day") or (
        date.precision == "on_or_before" and not column.open_start
    ):
        reading.found(
            "E110",
            _at(node),
            f"{path}: {brief(node.text)!r} is less precise than this field allows",
        )
        return
    row.values[column_name] = date.first if column.edge == "first" else date.last
    if column.precision:
        known = row.values.get(column.precision)
        row.values[column.precision] = max(
            known or "day", date.precision, key=scalars.COARSENESS.index
        )
