"""The records of a dataset: a folder of YAML to typed rows that know where each value stands.

A table is a folder or a file under the root (`meetings/2025.yaml`, `places.yaml`). Nothing is guessed: every value is typed by the
column that the model declares, and every breach in every file becomes a finding; a row with a breach is kept, marked
unsound, so that others may refer to it. What the model nests (participants, sources) becomes rows of its own table.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tumen import dialect, values
from tumen.errors import TumenError
from tumen.findings import Finding, Place
from tumen.nearest import did_you_mean
from tumen.schemas import TABLES, Column, Table
from tumen.schemas.rules import FILE_RULES, VALUE_RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

ALLOW = "allow"
_LISTS = ("codes", "texts", "references")


@dataclass(slots=True)
class Row:
    """A typed row of one table.

    `places` maps columns (and items, `topics[2]`) to line and column of `file`; `owner` is the record that a nested row stands in;
    `allowed` are the warnings that the record's `allow:` excuses, with the place of each.
    """

    table: str
    file: str
    line: int
    column: int
    prefix: str = ""
    owner: Row | None = None
    sound: bool = True
    allowed: dict[str, tuple[int, int]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def place(self, column: str = "") -> Place:
        """Return where a column's value stands, or the record itself where the column is not written."""
        return Place(self.file, *self.places.get(column, (self.line, self.column)))


@dataclass(slots=True)
class Dataset:
    """Rows by table, in the order of the files, with what reading them found.

    `broken` names the tables that lack records because a file could not be read.
    """

    root: Path
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in TABLES})
    findings: list[Finding] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    records: int = 0

    def found(self, code: str, place: Place, message: str) -> None:
        """Add a finding of a rule of files or values."""
        rule = FILE_RULES.get(code) or VALUE_RULES[code]
        self.findings.append(Finding(place, code, message, rule.remedy, rule.severity))


def read(root: Path) -> Dataset:
    """Return all records under `root`, with the findings of all files; a path that is no folder raises `TumenError`."""
    if not root.is_dir():
        what = "is not a folder of records" if root.exists() else "does not exist"
        raise TumenError(f"{root} {what}; name the folder that holds meetings/, actors/ and the other tables.")
    dataset = Dataset(root)
    for path in files(root, dataset):
        if (table := table_of(path, dataset)) and (content := content_of(path, table, dataset)):
            for node in content[1].items:
                _read_record(node, TABLES[table], str(path), dataset)
    return dataset


def files(root: Path, dataset: Dataset) -> Iterator[Path]:
    """Yield the files under the root that are not hidden, in order; a folder that is not followed becomes a finding."""

    def unreadable(error: OSError) -> None:
        dataset.found("E001", Place(str(error.filename), 1, 1), f"the folder cannot be read: {error.strerror}")

    for folder, folders, names in os.walk(root, onerror=unreadable):
        folders.sort()
        for name in [*folders]:
            path = Path(folder, name)
            if name.startswith("."):
                folders.remove(name)
            elif path.is_symlink():
                dataset.found("E001", Place(str(path), 1, 1), "a linked folder is not followed")
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def table_of(path: Path, dataset: Dataset) -> str | None:
    """Return the table whose file this is, by its place under the root; None, with a finding, where it is of no table."""
    relative = path.relative_to(dataset.root)
    table = relative.parts[0] if len(relative.parts) > 1 else relative.stem
    if path.suffix == ".yaml" and table in _top_tables():
        return table
    message = f"{relative} is no .yaml file of a table{did_you_mean(table, _top_tables())}"
    dataset.found("E011", Place(str(path), 1, 1), message)
    return None


def content_of(path: Path, table: str, dataset: Dataset) -> tuple[bytes, dialect.Sequence] | None:
    """Return the bytes of a file and its list of records; None where they cannot be had. What is wrong with it becomes findings."""
    start = Place(str(path), 1, 1)
    try:
        content = path.read_bytes()
    except OSError as error:
        dataset.broken.add(table)
        dataset.found("E001", start, f"the file cannot be read: {error.strerror}")
        return None
    dataset.files.append(str(path))
    tree, faults = dialect.parse(content)
    if not isinstance(tree, dialect.Sequence) or any(fault.code == "E004" for fault in faults):
        dataset.broken.add(table)
    for fault in faults:
        dataset.found(fault.code, Place(str(path), fault.line, fault.column), fault.message)
    if isinstance(tree, dialect.Sequence):
        for node in tree.items:
            if not isinstance(node, dialect.Mapping):
                place = Place(str(path), node.line, node.column)
                dataset.found("E007", place, "a record is fields and values, not a value or a list")
        return content, tree
    if not faults:
        what = "the file is empty" if tree is None else "the file is not a list of records"
        place = start if tree is None else Place(str(path), tree.line, tree.column)
        dataset.found("E007", place, what)
    return None


def _read_record(node: dialect.Node, model: type[Table], file: str, dataset: Dataset) -> None:
    if not isinstance(node, dialect.Mapping):
        return
    dataset.records += 1
    row = _typed(node, model, Row(model.spec().name, file, node.line, node.column), dataset)
    dataset.rows[row.table].append(row)
    key = next(iter(model.columns()))
    for name, nested in model.spec().nested.items():
        for index, item in enumerate(_nested_nodes(node, name, row, dataset)):
            owner = next(iter(nested.columns()))
            child = Row(nested.spec().name, file, item.line, item.column, f"{name}[{index}].", row)
            child.values[owner] = row.values.get(key)
            dataset.rows[child.table].append(_typed(item, nested, child, dataset))


def _nested_nodes(node: dialect.Mapping, name: str, row: Row, dataset: Dataset) -> Iterator[dialect.Mapping]:
    if name not in node.items:
        return
    value = node.items[name]
    row.places[name] = (value.line, value.column)
    if not isinstance(value, dialect.Sequence):
        dataset.found("E008", row.place(name), f"{name}: a list of {{maps}} is asked for")
        return
    for item in value.items:
        if isinstance(item, dialect.Mapping):
            yield item
        else:
            dataset.found("E008", Place(row.file, item.line, item.column), f"{name}: a {{map}} is asked for")


def _typed(node: dialect.Mapping, model: type[Table], row: Row, dataset: Dataset) -> Row:
    before = len(dataset.findings)
    fields = written_columns(model)
    allowed = (*fields, *model.spec().nested, *(() if row.owner else (ALLOW,)))
    for name, key in node.keys.items():
        if name not in allowed:
            place = Place(row.file, key.line, key.column)
            dataset.found("E009", place, f"{row.prefix}{name}: no such field{did_you_mean(name, allowed)}")
    for name, (column_name, column, nullable) in fields.items():
        value = node.items.get(name)
        if value is None and column.default in node.items:
            _take_default(node.items[column.default], column_name, column, row)
        elif value is None:
            _absent(name, column_name, column, row, dataset, nullable=nullable)
        else:
            row.places[column_name] = (value.line, value.column)
            _take(value, name, column_name, column, row, dataset)
    if ALLOW in node.items and not row.owner:
        _take_allowances(node.items[ALLOW], row, dataset)
    row.sound = len(dataset.findings) == before
    return row


def _take_default(node: dialect.Node, column_name: str, column: Column, row: Row) -> None:
    row.values[column_name] = None
    row.places[column_name] = (node.line, node.column)
    if isinstance(node, dialect.Scalar):
        with suppress(ValueError):  # the field that it defaults to has the finding
            date = values.partial_date(node.text)
            row.values[column_name] = date.first if column.edge == "first" else date.last


def _take_allowances(node: dialect.Node, row: Row, dataset: Dataset) -> None:
    if not isinstance(node, dialect.Mapping):
        dataset.found("E008", Place(row.file, node.line, node.column), f"{ALLOW}: a {{map}} of warnings to reasons is asked for")
        return
    for code, reason in node.items.items():
        key = node.keys[code]
        if not (isinstance(reason, dialect.Scalar) and reason.text.strip()):
            dataset.found("E008", Place(row.file, reason.line, reason.column), f"{ALLOW}.{code}: a reason is asked for")
        row.allowed[code] = (key.line, key.column)


def _absent(name: str, column_name: str, column: Column, row: Row, dataset: Dataset, *, nullable: bool) -> None:
    row.values[column_name] = [] if column.kind in _LISTS and not nullable else None
    if column.kind == "flag" and column.default:
        row.values[column_name] = values.flag(column.default)
    elif column.kind == "references" or not (nullable or column.kind in _LISTS):
        dataset.found("E010", row.place(), f"{row.prefix}{name}: the field is missing")


def _take(node: dialect.Node, name: str, column_name: str, column: Column, row: Row, dataset: Dataset) -> None:
    row.values[column_name] = None
    path = f"{row.prefix}{name}"
    if column.kind in _LISTS:
        row.values[column_name] = _items(node, path, column_name, row, dataset)
    elif not isinstance(node, dialect.Scalar):
        dataset.found("E008", row.place(column_name), f"{path}: a single value is asked for")
    elif not node.text:
        dataset.found("E106", row.place(column_name), f"{path}: the value is empty; leave the field out instead")
    else:
        _convert(node.text, path, column_name, column, row, dataset)


def _items(node: dialect.Node, path: str, column_name: str, row: Row, dataset: Dataset) -> list[str]:
    if not isinstance(node, dialect.Sequence):
        dataset.found("E008", row.place(column_name), f"{path}: a [list] is asked for")
        return []
    texts: list[str] = []
    for index, item in enumerate(node.items):
        place = Place(row.file, item.line, item.column)
        if not isinstance(item, dialect.Scalar):
            dataset.found("E008", place, f"{path}[{index}]: a single value is asked for")
        elif not item.text:
            dataset.found("E106", place, f"{path}[{index}]: the value is empty")
        elif item.text in texts:
            dataset.found("E113", place, f"{path}[{index}]: {item.text!r} stands twice")
        else:
            row.places[f"{column_name}[{len(texts)}]"] = (item.line, item.column)
            texts.append(item.text)
    return texts


def _convert(text: str, path: str, column_name: str, column: Column, row: Row, dataset: Dataset) -> None:
    code = {"date": "E101", "day": "E101", "number": "E102", "flag": "E105"}.get(column.kind)
    try:
        if code == "E101":
            _date(values.partial_date(text), text, path, column_name, column, row, dataset)
        elif code:
            row.values[column_name] = values.number(text) if code == "E102" else values.flag(text)
        else:
            row.values[column_name] = text
    except ValueError as error:
        dataset.found(code or "E106", row.place(column_name), f"{path}: {error}")


def _date(date: values.PartialDate, text: str, path: str, column_name: str, column: Column, row: Row, dataset: Dataset) -> None:
    if (column.kind == "day" and date.precision != "day") or (date.precision == "on_or_before" and not column.open_start):
        dataset.found("E110", row.place(column_name), f"{path}: {text!r} is less precise than this field allows")
        return
    row.values[column_name] = date.first if column.edge == "first" else date.last
    if column.precision:
        known = row.values.get(column.precision)
        row.values[column.precision] = max(known or "day", date.precision, key=values.COARSENESS.index)


@cache
def written_columns(model: type[Table]) -> dict[str, tuple[str, Column, bool]]:
    """Return, by the name of the YAML field, the column that takes its value and whether it may be absent."""
    fields = model.to_schema().columns
    return {column.written: (name, column, fields[name].nullable) for name, column in model.columns().items() if column.written}


@cache
def _top_tables() -> tuple[str, ...]:
    nested = {child.spec().name for model in TABLES.values() for child in model.spec().nested.values()}
    return tuple(name for name in TABLES if name not in nested)
