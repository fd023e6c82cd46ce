"""Read a dataset: a folder of YAML files becomes typed frames that know the place of each value.

A table is a folder or a file under the root (`meetings/2025.yaml`, `places.yaml`). Every file is
read to its end, and everything that breaks a rule in it becomes a finding. The result of reading a
file may come from a cache that knows the file by its content.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tumen._suggest import did_you_mean
from tumen.errors import TumenError
from tumen.records import cache as caches
from tumen.records import extract, parser
from tumen.records.fields import written_tables
from tumen.report import Finding, Place
from tumen.schemas import TABLES
from tumen.schemas.rules import FILE_RULES, VALUE_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tumen.records.cache import Cache
    from tumen.records.extract import Extract
    from tumen.records.parser import Row
    from tumen.records.yaml_parser import Fault

MAX_FOLDERS: Final = 16


class Rows:
    """The rows of a table by number, each with the places of its values.

    A row is created when it is first used. Later uses return the same object, so that rows can be
    compared with `is`.
    """

    def __init__(self, table: str, dataset: Dataset) -> None:
        self._table = table
        self._dataset = dataset
        self._rows: dict[int, Row] = {}

    def __len__(self) -> int:
        return self._dataset.frames[self._table].height

    def __getitem__(self, number: int) -> Row:
        if number not in self._rows:
            record = self._dataset.frames[self._table].row(number, named=True)
            file, owner_number = record["_file"], record["_owner"]
            owner = None
            if owner_number is not None:
                owner = self._dataset.rows[self._dataset.tables[file]][owner_number]
            path = self._dataset.files[file]
            self._rows[number] = extract.to_row(self._table, record, path, owner)
        return self._rows[number]

    def __iter__(self) -> Iterator[Row]:
        return (self[number] for number in range(len(self)))


@dataclass(slots=True)
class Dataset:
    """The rows of all tables in the order of the files, and the findings of reading them.

    Attributes:
        root: The folder of the dataset.
        frames: A frame per table. It has the columns of the model, those of
            `extract.EXTRA_COLUMNS`, and two more: `row`, the number of the row in `rows`, and
            `_file`, the number of its file in `files`.
        rows: The same rows one by one, per table.
        findings: Everything that breaks a rule of files or values.
        files: The paths of all files that were read.
        tables: The table of each file in `files`.
        broken: The tables that lack records because a file could not be read.
        records: The number of records.

    """

    root: Path
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    records: int = 0

    def add_finding(self, code: str, place: Place, message: str) -> None:
        """Add a finding of a rule of files or values.

        Args:
            code: The code of the rule.
            place: Where the rule is broken.
            message: What is wrong there.

        """
        rule = FILE_RULES.get(code) or VALUE_RULES[code]
        self.findings.append(Finding(place, code, message, rule.remedy, rule.severity))

    def add_file(self, file: str, table: str, faults: Iterable[Fault]) -> None:
        """Add a file with everything that is wrong with it.

        Args:
            file: The path of the file.
            table: The table that it belongs to.
            faults: The rules that it breaks.

        """
        self.files.append(file)
        self.tables.append(table)
        for fault in faults:
            self.add_finding(fault.code, Place(file, fault.line, fault.column), fault.message)

    def rows_with_allow(self) -> Iterator[Row]:
        """Yield the rows whose record allows a warning.

        Yields:
            Rows with a non-empty `allowed`.

        """
        for table, frame in self.frames.items():
            for number in frame.filter(pl.col("_allowed").is_not_null())["row"].to_list():
                yield self.rows[table][number]


def read(root: Path, cache: Cache | None = None) -> Dataset:
    """Read all records of a dataset.

    Args:
        root: The folder of the dataset.
        cache: Where results of earlier runs are looked up, and new ones are stored. Without it,
            every file is read.

    Returns:
        The dataset, with the findings of all files.

    Raises:
        TumenError: The path is not a folder.

    """
    if not root.is_dir():
        reason = "is not a folder of records" if root.exists() else "does not exist"
        raise TumenError(
            f"{root} {reason}; name the folder that contains meetings/, actors/ and the other"
            " tables."
        )
    dataset = Dataset(root)
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    for path in find_files(root, dataset):
        table = find_table(path, dataset)
        content = read_content(path, table, dataset) if table else None
        if table is not None and content is not None:
            _add(_extract(content, table, cache), str(path), table, dataset, parts)
    if cache is not None:
        cache.prune()
    dataset.frames = {name: _join(name, frames) for name, frames in parts.items()}
    dataset.rows = {name: Rows(name, dataset) for name in TABLES}
    return dataset


def root_of(path: Path) -> Path:
    """Return the dataset that a folder or file is part of.

    Args:
        path: The dataset itself, or a folder or file at any depth in the folder of a table.

    Returns:
        The folder of the dataset. A folder outside that of any table counts as a dataset itself.

    """
    folder = path if path.is_dir() else path.parent
    for above in (folder, *folder.parents):
        if above.name in written_tables():
            return above.parent
        if any(
            (above / table).is_dir() or (above / f"{table}.yaml").is_file()
            for table in written_tables()
        ):
            return above
    return folder


def find_files(root: Path, dataset: Dataset) -> Iterator[Path]:
    """Yield the files of a dataset in order, but hidden ones.

    Args:
        root: The folder of the dataset.
        dataset: Takes a finding for each folder that is not read.

    Yields:
        Paths of files, of whatever kind.

    """

    def report_unreadable(error: OSError) -> None:
        message = f"the folder cannot be read: {error.strerror}"
        dataset.add_finding("E001", Place(str(error.filename), 1, 1), message)

    # `os.walk` descends into what is left in `folders`, in that order, and follows no links.
    for folder, folders, names in os.walk(root, onerror=report_unreadable):
        folders.sort()
        if len(Path(folder).relative_to(root).parts) >= MAX_FOLDERS and folders:
            place = Place(str(Path(folder, folders[0])), 1, 1)
            dataset.add_finding("E001", place, f"folders are read {MAX_FOLDERS} levels deep")
            folders.clear()
        for name in [*folders]:
            path = Path(folder, name)
            if name.startswith("."):
                folders.remove(name)
            elif path.is_symlink():
                place = Place(str(path), 1, 1)
                dataset.add_finding("E001", place, "a linked folder is not followed")
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def find_table(path: Path, dataset: Dataset) -> str | None:
    """Return the table that a file belongs to, by its place under the root.

    Args:
        path: A file of the dataset.
        dataset: Takes a finding where the file belongs to no table.

    Returns:
        The name of the table, or None.

    """
    relative = path.relative_to(dataset.root)
    table = relative.parts[0] if len(relative.parts) > 1 else relative.stem
    if path.suffix == ".yaml" and table in written_tables():
        return table
    suggestion = did_you_mean(table, written_tables())
    message = f"{relative} is not a .yaml file of a table{suggestion}"
    dataset.add_finding("E011", Place(str(path), 1, 1), message)
    return None


def read_content(path: Path, table: str, dataset: Dataset) -> bytes | None:
    """Return the content of a file.

    Args:
        path: A file of the dataset.
        table: The table that it belongs to.
        dataset: Takes a finding where the file cannot be read.

    Returns:
        The bytes of the file, or None.

    """
    try:
        is_link = path.is_symlink()
        if is_link and not path.resolve(strict=True).is_relative_to(dataset.root.resolve()):
            reason = "a link that leads out of the dataset is not followed"
        elif not path.is_file():
            reason = "it is not a file"
        else:
            return path.read_bytes()
    except (OSError, RuntimeError) as error:
        reason = f"the file cannot be read: {getattr(error, 'strerror', error)}"
    dataset.broken.add(table)
    dataset.add_finding("E001", Place(str(path), 1, 1), reason)
    return None


def _extract(content: bytes, table: str, cache: Cache | None) -> Extract:
    """Return what a file gives, from the cache where it is there."""
    if cache is None:
        return extract.from_reading(parser.read(content, table))
    key = caches.key(table, content)
    cached = cache.get(key)
    if cached is not None:
        return extract.from_bytes(cached)
    result = extract.from_reading(parser.read(content, table))
    cache.put(key, extract.to_bytes(result))
    return result


def _add(
    result: Extract, file: str, table: str, dataset: Dataset, parts: dict[str, list[pl.DataFrame]]
) -> None:
    """Add what a file gives to the dataset, and its frames to the parts of each table."""
    # Within its file a record is numbered from 0; in the dataset, after those of earlier files.
    records_before = sum(part.height for part in parts[table])
    file_number = pl.lit(len(dataset.files), pl.UInt32).alias("_file")
    for name, frame in result.frames.items():
        parts[name].append(frame.with_columns(pl.col("_owner") + records_before, file_number))
    dataset.add_file(file, table, result.faults)
    if result.broken:
        dataset.broken.add(table)
    dataset.records += result.records


def _join(table: str, parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the rows of all files as one frame, which has its columns even where it is empty."""
    types = TABLES[table].polars_types()
    empty = pl.DataFrame(schema={**types, **extract.EXTRA_COLUMNS, "_file": pl.UInt32})
    return pl.concat([empty, *parts], rechunk=True).with_row_index("row")
