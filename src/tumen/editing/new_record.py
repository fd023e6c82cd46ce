"""A new record: the next free id, the file that it belongs in, and a template of it put there.

One process adds at a time, so that no id is given twice. What stands in the file stays: a file in canonical form stays in that
form, with the record in its order; to any other the record is appended.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumen._system import atomic, lock
from tumen.editing import document, yaml_writer
from tumen.editing.canonical_form import canonical
from tumen.editing.prefill import prefilled, row_of
from tumen.editing.template import template
from tumen.errors import DataError, TumenError, UnknownNameError
from tumen.records import reader, yaml_parser
from tumen.records.fields import written_columns, written_tables
from tumen.report import Place, Report
from tumen.schemas import TABLES
from tumen.schemas.citations import CITING

if TYPE_CHECKING:
    import datetime as dt

    from tumen.editing.prefill import Wish
    from tumen.records.reader import Dataset
    from tumen.report import Finding
    from tumen.schemas import Table

_HIDES_IDS: Final = ("E001", "E002", "E003", "E004", "E008")
_UNDATED: Final = "undated"
_BY_YEAR: Final = (*(table for table in CITING if table != "positions"), "sources")


def add(root: Path, wish: Wish, today: dt.date) -> Place:
    """Put a new record into the dataset at `root`, and return where.

    Raises `TumenError` where the wish cannot be met, `DataError` where a file is not valid that may hold an id or is to hold the
    record.
    """
    if not root.is_dir():
        raise TumenError(
            f"{root} is no folder of records; name the folder that holds meetings/, actors/ and the other tables."
        )
    model = TABLES[wish.table]
    with lock.exclusive_lock(root):
        dataset = reader.read(root)
        _refuse_unreadable(dataset, {wish.table, "retired", "sources", "set_aside"})
        given, remarks = prefilled(wish, dataset)
        path = _file(wish, dataset, today)
        before = path.read_bytes() if path.exists() else None
        record = template(model, given, remarks, bare=wish.bare or wish.like is not None)
        text = _joined(path, before or b"", record, dataset, model)
        try:
            path.parent.mkdir(exist_ok=True)
            atomic.replace_unchanged(path, before, text.encode())
        except OSError as error:
            raise TumenError(
                f"{path} cannot be written: {error.strerror}; nothing was changed."
            ) from error
    key = next(iter(written_columns(model)))
    return Place(str(path), _line(text, key, given[key]), 1)


def table_named(name: str) -> str:
    """Return the table that a name stands for, `meetings` or `meeting`; raises `UnknownNameError` for any other."""
    tables = {table: table for table in written_tables()}
    nouns = {
        TABLES[table].spec().key[0].removesuffix("_id"): table
        for table in tables
        if table not in ("retired", "set_aside")
    }
    if name not in tables | nouns:
        raise UnknownNameError("table", name, tables)
    return (tables | nouns)[name]


def _refuse_unreadable(dataset: Dataset, tables: set[str]) -> None:
    """Raise `DataError` where a file of these tables may hold ids and addresses that could not be read."""

    def hides(finding: Finding) -> bool:
        parts = Path(finding.place.file).relative_to(dataset.root).parts
        return finding.code in _HIDES_IDS and (
            not parts or parts[0].removesuffix(".yaml") in tables
        )

    hiding = [finding for finding in dataset.findings if hides(finding)]
    if hiding:
        raise DataError(Report(tuple(sorted(hiding)), dataset.records, len(dataset.files)))


def _file(wish: Wish, dataset: Dataset, today: dt.date) -> Path:
    """Return the file for the record: the one named, that of the record to copy, of the year, the newest, the only one."""
    table = wish.table
    folder, single = dataset.root / table, dataset.root / f"{table}.yaml"
    if wish.file is not None:
        if not re.fullmatch(r"\w[\w -]*(\.yaml)?", wish.file):
            raise TumenError(
                f"--file {wish.file!r} is not the name of a file in {folder}; write it as in --file people."
            )
        return folder / f"{wish.file.removesuffix('.yaml')}.yaml"
    if wish.like is not None and wish.date is None and table != "sources":
        return Path(row_of(table, wish.like, dataset).file)
    files = sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))
    year = re.search("[0-9]{4}", wish.date or "")
    of_year = folder / f"{year[0] if year else _UNDATED}.yaml"
    if of_year in files or (table in _BY_YEAR and year and not single.exists()):
        return of_year
    if single.exists():
        return single
    if table in _BY_YEAR:
        return max(
            (path for path in files if path.stem.isdigit()), default=folder / f"{today.year}.yaml"
        )
    if len(files) > 1:
        names = ", ".join(path.stem for path in files)
        raise TumenError(
            f"{folder} holds {names}: say which with --file, or name a record to stand beside with --like."
        )
    return files[0] if files else single


def _joined(path: Path, content: bytes, record: str, dataset: Dataset, model: type[Table]) -> str:
    """Return the text of a file of this content with a record put into it."""
    tree, faults = yaml_parser.parse(content)
    invalid = [
        finding
        for finding in dataset.findings
        if finding.place.file == str(path) and finding.code.startswith("E00")
    ]
    if faults or (tree is not None and any(finding.code == "E007" for finding in invalid)):
        raise DataError(Report(tuple(sorted(invalid)), dataset.records, 1))
    text = content.decode().replace("\r\n", "\n")
    added = yaml_parser.parse(record.encode())[0]
    if isinstance(tree, yaml_parser.Sequence) and isinstance(added, yaml_parser.Sequence):
        held = document.read(text, tree, model)
        if canonical(held, model) == text:
            return canonical(held.joined(document.read(record, added, model)), model)
    appended = f"{text.rstrip()}\n\n{record}".lstrip("\n")
    if len(_records(appended)) != len(_records(text)) + 1:
        raise TumenError(
            f"{path} cannot take a record at its end; put it in canonical form first: tumen fmt {path}"
        )
    return appended


def _records(text: str) -> list[yaml_parser.Node]:
    tree, faults = yaml_parser.parse(text.encode())
    return tree.items if isinstance(tree, yaml_parser.Sequence) and not faults else []


def _line(text: str, key: str, value: yaml_parser.Node) -> int:
    """Return the line of the record whose key has this value."""
    written = yaml_writer.field(key, value)
    nodes = (
        node
        for node in _records(text)
        if isinstance(node, yaml_parser.Mapping) and key in node.items
    )
    return next(node.line for node in nodes if yaml_writer.field(key, node.items[key]) == written)
