"""The records of a dataset: a folder of YAML to typed frames, in which each value is known by its place.

A table is a folder or a file under the root (`meetings/2025.yaml`, `places.yaml`). Every file is read to its end, and every breach
in it becomes a finding; what a file gives is read anew, or taken from a cache that knows it by its content.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tumen._suggest import Spellings, did_you_mean
from tumen.errors import TumenError
from tumen.records import cache as caches
from tumen.records import extract, parser
from tumen.records.fields import written_tables
from tumen.records.frames import column_types
from tumen.report import Finding, Place
from tumen.schemas import TABLES
from tumen.schemas.rules import FILE_RULES, VALUE_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tumen.records.cache import Cache
    from tumen.records.extract import Extract
    from tumen.records.rows import Row
    from tumen.records.yaml_parser import Fault

MAX_FOLDERS: Final = 16


class Rows:
    """The rows of a table, each with its places; a row is made when it is first asked for, and the same object from then on."""

    def __init__(self, table: str, dataset: Dataset) -> None:
        self._table = table
        self._dataset = dataset
        self._made: dict[int, Row] = {}

    def __len__(self) -> int:
        return self._dataset.frames[self._table].height

    def __getitem__(self, number: int) -> Row:
        if number not in self._made:
            told = self._dataset.frames[self._table].row(number, named=True)
            file, owner = told["_file"], told["_owner"]
            record = (
                None if owner is None else self._dataset.rows[self._dataset.tables[file]][owner]
            )
            self._made[number] = extract.row(self._table, told, self._dataset.files[file], record)
        return self._made[number]

    def __iter__(self) -> Iterator[Row]:
        return (self[number] for number in range(len(self)))


@dataclass(slots=True)
class Dataset:
    """The rows of all tables, as frames and one by one, in the order of the files, with what reading them found.

    Beside the columns of its model (and those of `extract.BESIDE`) a frame has `row`, the number of a row in `rows`, and `_file`,
    the number of its file in `files`, whose table is in `tables`. `broken` names the tables that lack records because a file
    could not be read.
    """

    root: Path
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    records: int = 0
    _spellings: dict[tuple[str, ...], Spellings] = field(default_factory=dict)

    def found(self, code: str, place: Place, message: str) -> None:
        """Add a finding of a rule of files or values."""
        rule = FILE_RULES.get(code) or VALUE_RULES[code]
        self.findings.append(Finding(place, code, message, rule.remedy, rule.severity))

    def took(self, file: str, table: str, faults: Iterable[Fault]) -> None:
        """Add a file of a table, with all that is wrong with it."""
        self.files.append(file)
        self.tables.append(table)
        for fault in faults:
            self.found(fault.code, Place(file, fault.line, fault.column), fault.message)

    def spellings(self, tables: tuple[str, ...]) -> Spellings:
        """Return the names by which rows of these tables may be meant, each with the key to write."""
        if tables not in self._spellings:
            names = {
                name: key for table in tables for name, key in _names(table, self.frames[table])
            }
            self._spellings[tables] = Spellings(names)
        return self._spellings[tables]

    def allowing(self) -> Iterator[Row]:
        """Yield the rows that allow a warning."""
        for table, frame in self.frames.items():
            for number in frame.filter(pl.col("_allowed").is_not_null())["row"].to_list():
                yield self.rows[table][number]


def read(root: Path, cache: Cache | None = None) -> Dataset:
    """Return all records under `root`, with the findings of all files; a path that is no folder raises `TumenError`.

    With a cache, a file that it knows is not read again, and what is read is put there.
    """
    if not root.is_dir():
        what = "is not a folder of records" if root.exists() else "does not exist"
        raise TumenError(
            f"{root} {what}; name the folder that holds meetings/, actors/ and the other tables."
        )
    dataset = Dataset(root)
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    for path in files(root, dataset):
        if (table := table_of(path, dataset)) and (
            content := content_of(path, table, dataset)
        ) is not None:
            _add(_extract(content, table, cache), str(path), table, dataset, parts)
    if cache is not None:
        cache.prune()
    dataset.frames = {name: _joined(name, frames) for name, frames in parts.items()}
    dataset.rows = {name: Rows(name, dataset) for name in TABLES}
    return dataset


def root_of(path: Path) -> Path:
    """Return the dataset that a folder or file stands in, however deep in the folder of its table.

    A folder outside that of any table is taken for a dataset itself.
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


def files(root: Path, dataset: Dataset) -> Iterator[Path]:
    """Yield the files under the root that are not hidden, in order; a folder that is not followed becomes a finding."""

    def unreadable(error: OSError) -> None:
        dataset.found(
            "E001", Place(str(error.filename), 1, 1), f"the folder cannot be read: {error.strerror}"
        )

    for folder, folders, names in os.walk(root, onerror=unreadable):
        folders.sort()
        if len(Path(folder).relative_to(root).parts) >= MAX_FOLDERS and folders:
            dataset.found(
                "E001",
                Place(str(Path(folder, folders[0])), 1, 1),
                f"folders are followed {MAX_FOLDERS} deep",
            )
            folders.clear()
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
    if path.suffix == ".yaml" and table in written_tables():
        return table
    message = f"{relative} is no .yaml file of a table{did_you_mean(table, written_tables())}"
    dataset.found("E011", Place(str(path), 1, 1), message)
    return None


def content_of(path: Path, table: str, dataset: Dataset) -> bytes | None:
    """Return the bytes of a file of this table; None, with a finding, where they cannot be had."""
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(
            dataset.root.resolve()
        ):
            why = "a link that leads out of the dataset is not followed"
        elif not path.is_file():
            why = "it is no file"
        else:
            return path.read_bytes()
    except (OSError, RuntimeError) as error:
        why = f"the file cannot be read: {getattr(error, 'strerror', error)}"
    dataset.broken.add(table)
    dataset.found("E001", Place(str(path), 1, 1), why)
    return None


def _extract(content: bytes, table: str, cache: Cache | None) -> Extract:
    if cache is None:
        return extract.of(parser.read(content, table))
    key = caches.key(table, content)
    kept = cache.get(key)
    if kept is not None:
        return extract.from_bytes(kept)
    made = extract.of(parser.read(content, table))
    cache.put(key, extract.to_bytes(made))
    return made


def _add(
    made: Extract, file: str, table: str, dataset: Dataset, parts: dict[str, list[pl.DataFrame]]
) -> None:
    owners = sum(part.height for part in parts[table])
    for name, frame in made.frames.items():
        number, owner = pl.lit(len(dataset.files), pl.UInt32), pl.col("_owner") + owners
        parts[name].append(frame.with_columns(owner, number.alias("_file")))
    dataset.took(file, table, made.faults)
    if made.broken:
        dataset.broken.add(table)
    dataset.records += made.records


def _joined(table: str, parts: list[pl.DataFrame]) -> pl.DataFrame:
    empty = pl.DataFrame(
        schema={**column_types(TABLES[table]), **extract.BESIDE, "_file": pl.UInt32}
    )
    return pl.concat([empty, *parts], rechunk=True).with_row_index("row")


def _names(table: str, frame: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the key, name and aliases of every row, where the table has them, with its key."""
    key = TABLES[table].spec().key[0]
    for told in frame.drop_nulls(key).select(key, pl.col("^(name|aliases)$")).rows(named=True):
        for name in (told[key], told.get("name"), *(told.get("aliases") or ())):
            if name:
                yield name, told[key]
