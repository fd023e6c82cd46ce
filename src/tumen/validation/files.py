"""Files of tables: their formats, their columns, and how their rows are read.

The formats are Parquet, CSV, Arrow IPC and JSON Lines. What a file holds is the same on every
engine, as `docs/reference/files.md` defines it. Arrow describes the columns of Parquet and Arrow
IPC, and the readers of this library those of text. An engine gets text and Arrow IPC as a copy in
Parquet.

Files that are read together must have the same columns. A line of JSON Lines may leave keys out, so
there the only requirement is that no column has two types.
"""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import narwhals as nw

from tumen._system import limits
from tumen.errors import TumenError
from tumen.validation import arrow_rows, csv_rows, json_rows, parquet_metadata
from tumen.validation.arrow_types import Kind, UnsoundError, column_kinds
from tumen.validation.copies import Part, write_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_FORMATS: Final = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".arrow": "ipc",
    ".feather": "ipc",
    ".ipc": "ipc",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_PLAIN_PATH: Final = re.compile(r"/(?:.*/)?[^/_.][^/]*")
_SPECIAL_CHARACTER: Final = re.compile(r"[^\w./ -]")


class ReadOptions(NamedTuple):
    """What a check reads of a file.

    `columns` are those of its table, `lists` those of them that hold lists, and `folder` is where
    copies are written.
    """

    columns: tuple[str, ...]
    lists: frozenset[str]
    folder: Path


class TableFile(NamedTuple):
    """A file whose columns are known and whose rows are not read yet.

    `name` is the name in messages, `kinds` the type of each column, `parsed` the columns of lists
    that are written as text, and `read` reads the rows.
    """

    name: str
    kinds: Mapping[str, Kind]
    parsed: frozenset[str]
    read: Callable[[], Part]


def detect_format(paths: Sequence[str]) -> str:
    """Return the format that the extensions of paths name.

    Raises:
        TumenError: If an extension is not known, or the formats differ.

    """
    suffixes = {Path(path).suffix.lower() for path in paths}
    unknown = sorted(suffixes - _FORMATS.keys())
    if unknown == [""]:
        raise TumenError(
            f"{paths[0]}: a path without an extension names no format;"
            " name the files of a folder, as in folder/*.parquet."
        )
    if unknown:
        raise TumenError(
            f"{paths[0]}: files with the extension {unknown[0]!r} cannot be read as tables;"
            f" use one of {', '.join(_FORMATS)}."
        )
    formats = {_FORMATS[suffix] for suffix in suffixes}
    if len(formats) > 1:
        raise TumenError(
            f"{paths[0]}: files of several formats ({', '.join(sorted(formats))})"
            " cannot be read as one table; check them one by one."
        )
    return formats.pop()


def inspect_file(form: str, name: str, path: Path, options: ReadOptions) -> TableFile:
    """Return the columns of a file.

    Raises `UnsoundError` or an error of Arrow if the file is not one of its format.
    """
    inspectors = {"parquet": _parquet, "csv": _csv, "ipc": _ipc, "jsonl": _jsonl}
    return inspectors[form](name, path, options)


def _parquet(name: str, path: Path, options: ReadOptions) -> TableFile:
    def read() -> Part:
        readable = _readable_path(path, options.folder)
        return Part(name, readable, parquet_metadata.refuse_oversized(path, options.columns))

    kinds = column_kinds(parquet_metadata.read_schema(path))
    return TableFile(name, kinds, frozenset(), read)


def _csv(name: str, path: Path, options: ReadOptions) -> TableFile:
    header = csv_rows.read_header(path)
    schema = csv_rows.copy_schema(header, options.columns, options.lists)
    batches = csv_rows.read_batches(path, schema)
    read = partial(write_copy, name, batches, schema, _new_file(options.folder))
    return TableFile(name, dict.fromkeys(header, nw.String()), options.lists & {*header}, read)


def _ipc(name: str, path: Path, options: ReadOptions) -> TableFile:
    def read() -> Part:
        schema = arrow_rows.copy_schema(own_schema, options.columns)
        with _limited_memory():
            batches = arrow_rows.read_batches(path, schema)
            return write_copy(name, batches, schema, _new_file(options.folder))

    with _limited_memory():
        own_schema = arrow_rows.read_schema(path)
    return TableFile(name, column_kinds(own_schema), frozenset(), read)


def _jsonl(name: str, path: Path, options: ReadOptions) -> TableFile:
    # The types of the columns are known only after the last row, so the file is read at once.
    reader = json_rows.Reader(options.columns, options.lists)
    batches = reader.read_batches(path)
    part = write_copy(name, batches, reader.schema, _new_file(options.folder))
    return TableFile(name, reader.kinds, frozenset(), lambda: part)


@contextmanager
def _limited_memory() -> Iterator[None]:
    try:
        with limits.limit_memory(limits.available() // 2):
            yield
    except MemoryError:
        raise UnsoundError(
            "it needs more memory than there is; write it in smaller batches"
        ) from None


def _new_file(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder), "rows.parquet")


def _readable_path(path: Path, folder: Path) -> str:
    """Return a path that every engine takes literally.

    It is a link where the name has characters that an engine takes for a pattern.
    """
    absolute = str(path.absolute())
    if _PLAIN_PATH.fullmatch(absolute) and not _SPECIAL_CHARACTER.search(absolute):
        return absolute
    link = _new_file(folder)
    try:
        link.symlink_to(absolute)
    except OSError:  # On Windows, few users may create links.
        return absolute
    return str(link)


def merge_kinds(form: str, files: Sequence[TableFile]) -> dict[str, Kind]:
    """Return the type of each column in all files.

    Raises:
        TumenError: If the files differ in their columns, or in the types of these.

    """
    first = files[0]
    merged = dict(first.kinds)
    for file in files[1:]:
        differing = {
            name
            for name in file.kinds.keys() & merged.keys()
            if not _are_compatible(form, file.kinds[name], merged[name])
        }
        if form != "jsonl":
            differing |= file.kinds.keys() ^ merged.keys()
        if form == "csv" and not differing:  # Columns of CSV also have an order.
            differing = {
                name for name, other in zip(file.kinds, first.kinds, strict=True) if name != other
            }
        if differing:
            raise TumenError(
                f"{file.name} cannot be read: its column {min(differing)!r} is not as in"
                f" {first.name}; check the files one by one."
            )
        merged |= {
            name: kind
            for name, kind in file.kinds.items()
            if kind != nw.Unknown() or name not in merged
        }
    return merged


def _are_compatible(form: str, kind: Kind, other: Kind) -> bool:
    return kind == other or (form == "jsonl" and nw.Unknown() in (kind, other))
