"""Add a record: choose its id and its file, and put a record to fill in there.

One process adds at a time, so that no id is given twice. What the file has stays. In a file in
canonical form the record goes to its place in the order, and the file stays in that form. To any
other file the record is appended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumen._system import atomic, lock
from tumen.editing import document, record_ids, source_lookup, yaml_writer
from tumen.editing.canonical_form import to_canonical_text
from tumen.editing.template import template
from tumen.errors import TumenError, UnknownNameError
from tumen.records import reader, scalars, yaml_parser
from tumen.records.fields import ALLOW, written_columns, written_tables
from tumen.report import DataError, Place, Report
from tumen.schemas import TABLES
from tumen.schemas.citations import CITING_TABLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tumen.records.reader import Dataset
    from tumen.report import Finding
    from tumen.schemas import Table

_HIDES_IDS: Final = ("E001", "E002", "E003", "E004", "E008")
_UNDATED: Final = "undated"
_BY_YEAR: Final = (*(table for table in CITING_TABLES if table != "positions"), "sources")
_NEEDED: Final = {
    "actors": "a name, such as 'Kim Jong Un'",
    "places": "a name, such as 'Kursk Oblast'",
    "sources": "a URL, such as https://tass.com/world/1",
    "set_aside": "a URL, such as https://tass.com/world/1",
    "retired": "the id of the retired record, such as mtg-0042",
}
_NEVER_COPIED: Final = {
    "sources": ("url", "title", "published", "archive_url"),
    "set_aside": ("url", "published"),
    "actors": ("name", "aliases", "wikidata"),
    "places": ("name", "latitude", "longitude"),
}


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """The record that a curator wants to add.

    Attributes:
        table: The name of the table.
        what: The URL of a source, the name of an actor or place, the id of a retired record.
        date: The date of the record.
        like: The id of a record whose fields are copied.
        file: The name of a file in the folder of the table.
        bare: Leave out optional fields and lists of codes.

    """

    table: str
    what: str | None = None
    date: str | None = None
    like: str | None = None
    file: str | None = None
    bare: bool = False


def add(root: Path, request: RecordRequest, today: dt.date) -> Place:
    """Add a new record to a dataset.

    Args:
        root: The folder of the dataset.
        request: The table, and what the record has from the start.
        today: The current date, whose year names a new file.

    Returns:
        The place of the record.

    Raises:
        TumenError: The record cannot be added, for example because the dataset has it already.
        DataError: A file is not valid that may have an id, or that the record belongs in.

    """
    if not root.is_dir():
        raise TumenError(
            f"{root} is not a folder of records; name the folder that contains meetings/, actors/"
            " and the other tables."
        )
    model = TABLES[request.table]
    with lock.exclusive_lock(root):
        dataset = reader.read(root)
        _refuse_unreadable(dataset, {request.table, "retired", "sources", "set_aside"})
        fields, remarks = prefill(request, dataset)
        path = _choose_file(request, dataset, today)
        before = path.read_bytes() if path.exists() else None
        record = template(model, fields, remarks, bare=request.bare or request.like is not None)
        text = _insert(record, path, before or b"", dataset, model)
        try:
            path.parent.mkdir(exist_ok=True)
            atomic.replace_unchanged(path, before, text.encode())
        except OSError as error:
            raise TumenError(
                f"{path} cannot be written: {error.strerror}; nothing was changed."
            ) from error
    key = next(iter(written_columns(model)))
    return Place(str(path), _find_line(text, key, fields[key]), 1)


def resolve_table(name: str) -> str:
    """Return the table that a name means.

    Args:
        name: The name of a table, or of one of its records: `meetings` or `meeting`.

    Returns:
        The name of the table.

    Raises:
        UnknownNameError: No table has this name.

    """
    tables = {table: table for table in written_tables()}
    nouns = {
        TABLES[table].spec().key[0].removesuffix("_id"): table
        for table in tables
        if table not in ("retired", "set_aside")
    }
    if name not in tables | nouns:
        raise UnknownNameError("table", name, tables)
    return (tables | nouns)[name]


def prefill(
    request: RecordRequest, dataset: Dataset
) -> tuple[dict[str, yaml_parser.Node], dict[str, str]]:
    """Return the fields that are filled in from the start, and remarks on others.

    Raises `TumenError` where the dataset has the thing already, or no id can be made.
    """
    copied = _copy_fields(request.table, request.like, dataset) if request.like else {}
    date = _date_field(request.table, request.date) if request.date else {}
    known, remarks = _known_fields(request, dataset, copied)
    # A copied field wins over what the host of a URL tells, and --date over the copied date.
    texts = {**{name: text for name, text in known.items() if name not in copied}, **date}
    scalars_by_field = {name: yaml_parser.Scalar(0, 0, text) for name, text in texts.items()}
    return {**copied, **scalars_by_field}, remarks


def _copy_fields(table: str, like: str, dataset: Dataset) -> dict[str, yaml_parser.Node]:
    """Return the fields of a record as they are written, without those that only it can have."""
    row = record_ids.find_row(table, like, dataset)
    tree, _ = yaml_parser.parse(Path(row.file).read_bytes())
    nodes = tree.items if isinstance(tree, yaml_parser.Sequence) else []
    at_place = (node for node in nodes if (node.line, node.column) == (row.line, row.column))
    node = next(at_place, None)
    if not isinstance(node, yaml_parser.Mapping):
        raise TumenError(f"{row.file} was changed by another program meanwhile; run this again.")
    own = (next(iter(written_columns(TABLES[table]))), ALLOW, *_NEVER_COPIED.get(table, ()))
    return {name: value for name, value in node.items.items() if name not in own}


def _date_field(table: str, text: str) -> dict[str, str]:
    """Return the first date of the table that can be as imprecise as this text, with the text."""
    dates = {
        name: column
        for name, (_, column, _) in written_columns(TABLES[table]).items()
        if column.kind in ("date", "day")
    }
    if not dates:
        raise TumenError(f"records of {table} have no date; leave --date {text} out.")
    try:
        precision = scalars.parse_date(text).precision
    except ValueError as error:
        raise TumenError(f"--date: {error}; write 2025, 2025-06 or 2025-06-17.") from None
    for name, column in dates.items():
        takes_coarse = column.kind == "date" and precision != "on_or_before"
        if precision == "day" or column.open_start or takes_coarse:
            return {name: text}
    raise TumenError(
        f"--date: {text!r} is less precise than {' and '.join(dates)} of {table} allow;"
        " write a complete date, such as 2025-06-17."
    )


def _known_fields(
    request: RecordRequest, dataset: Dataset, copied: Mapping[str, yaml_parser.Node]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the id and what else is known of the record, and remarks on other fields."""
    table, what = request.table, request.what
    if table in record_ids.PREFIX_OF:
        if what is not None:
            raise TumenError(f"records of {table} have a number as id; leave {what!r} out.")
        return {"id": record_ids.next_number(table, dataset)}, {}
    if what is None:
        raise TumenError(f"a new record of {table} needs {_NEEDED[table]}.")
    if table in ("sources", "set_aside"):
        source_lookup.refuse_known(what, dataset)
        known, remarks = source_lookup.describe(what, dataset)
        if table == "sources":
            return _source_fields(request, known, copied.get("publisher"), dataset), remarks
        return _set_aside_fields(what, known, dataset), remarks
    if table == "retired":
        record_ids.refuse_taken(what, table, dataset)
        return {"id": what}, {}
    return {"id": record_ids.from_name(what, table, dataset), "name": what}, {}


def _source_fields(
    request: RecordRequest, known: dict[str, str], copied: yaml_parser.Node | None, dataset: Dataset
) -> dict[str, str]:
    """Return id and URL of a source, and what is known; `copied` is a publisher that is copied."""
    url = str(request.what)
    publisher = copied.text if isinstance(copied, yaml_parser.Scalar) else known.get("publisher")
    taken = record_ids.taken_ids("sources", dataset)
    return {"id": record_ids.from_url(url, publisher, request.date, taken), "url": url, **known}


def _set_aside_fields(url: str, known: dict[str, str], dataset: Dataset) -> dict[str, str]:
    """Return the URL, and the publisher by name, as documents that are set aside have it."""
    actors = dataset.rows["actors"]
    names = {row.values.get("actor_id"): str(row.values.get("name")) for row in actors}
    publisher = known.get("publisher")
    return {"url": url, **({"publisher": names[publisher]} if publisher in names else {})}


def _refuse_unreadable(dataset: Dataset, tables: set[str]) -> None:
    """Raise `DataError` where a file of these tables may have ids or URLs that were not read."""

    def hides_ids(finding: Finding) -> bool:
        parts = Path(finding.place.file).relative_to(dataset.root).parts
        is_of_tables = not parts or parts[0].removesuffix(".yaml") in tables
        return finding.code in _HIDES_IDS and is_of_tables

    hiding = [finding for finding in dataset.findings if hides_ids(finding)]
    if hiding:
        raise DataError(Report(tuple(sorted(hiding)), dataset.records, len(dataset.files)))


def _choose_file(request: RecordRequest, dataset: Dataset, today: dt.date) -> Path:
    """Return the file for the record, the first that applies.

    The file named, that of the record to copy, of the year, of the whole table, of the newest year,
    the only file of the folder.
    """
    table = request.table
    folder, single = dataset.root / table, dataset.root / f"{table}.yaml"
    if request.file is not None:
        if not re.fullmatch(r"\w[\w -]*(\.yaml)?", request.file):
            raise TumenError(
                f"--file {request.file!r} is not the name of a file in {folder}; write a name, such"
                " as --file people."
            )
        return folder / f"{request.file.removesuffix('.yaml')}.yaml"
    if request.like is not None and request.date is None and table != "sources":
        return Path(record_ids.find_row(table, request.like, dataset).file)
    files = sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))
    year = re.search("[0-9]{4}", request.date or "")
    of_year = folder / f"{year[0] if year else _UNDATED}.yaml"
    if of_year in files or (table in _BY_YEAR and year and not single.exists()):
        return of_year
    if single.exists():
        return single
    if table in _BY_YEAR:
        years = (path for path in files if path.stem.isdigit())
        return max(years, default=folder / f"{today.year}.yaml")
    if len(files) > 1:
        names = ", ".join(path.stem for path in files)
        raise TumenError(
            f"{folder} has several files, {names}: choose one with --file, or copy a record of one"
            " with --like."
        )
    return files[0] if files else single


def _insert(record: str, path: Path, content: bytes, dataset: Dataset, model: type[Table]) -> str:
    """Return the text of a file with a record added to it."""
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
        current = document.read(text, tree, model)
        if to_canonical_text(current, model) == text:
            return to_canonical_text(current.join(document.read(record, added, model)), model)
    appended = f"{text.rstrip()}\n\n{record}".lstrip("\n")
    # A list in brackets, or an indented one, cannot be continued at the end of the text.
    if len(_records(appended)) != len(_records(text)) + 1:
        raise TumenError(
            f"{path} is written so that no record can be appended; run `tumen fmt {path}` first."
        )
    return appended


def _records(text: str) -> list[yaml_parser.Node]:
    tree, faults = yaml_parser.parse(text.encode())
    return tree.items if isinstance(tree, yaml_parser.Sequence) and not faults else []


def _find_line(text: str, key: str, value: yaml_parser.Node) -> int:
    """Return the line of the record whose key has this value."""
    written = yaml_writer.field(key, value)
    return next(
        node.line
        for node in _records(text)
        if isinstance(node, yaml_parser.Mapping)
        and key in node.items
        and yaml_writer.field(key, node.items[key]) == written
    )
