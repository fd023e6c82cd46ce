"""Files of a table: Parquet, CSV, Arrow IPC and JSON Lines, by name, glob or address, and a frame of their rows by an engine.

What a file holds is the same to every engine (`docs/reference/files.md`): its columns are told by what Arrow says of Parquet and
IPC, and by the readers of this library; text and IPC reach an engine as a copy in Parquet. Files that are read together must have
the same columns, and in JSON Lines, where a line may leave out what it has not, no column of two types.
"""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import narwhals as nw
import polars as pl

from tumen._extras import require
from tumen._system import limits
from tumen.errors import TumenError
from tumen.validation import arrow_rows, csv_rows, json_rows, parquet_metadata, remote
from tumen.validation.arrow_types import TEXTS, Kind, UnsoundError, kinds_of
from tumen.validation.copies import Part, write_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

EngineName = Literal["polars", "duckdb", "spark"]

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
_PLAIN_TYPES: Final[Mapping[Any, Any]] = {
    nw.String(): pl.String,
    nw.Date(): pl.Date,
    TEXTS: pl.List(pl.String),
}
_PLAIN_PATH: Final = re.compile(r"/(?:.*/)?[^/_.][^/]*")
_ODD: Final = re.compile(r"[^\w./ -]")


class Asked(NamedTuple):
    """What the check asks of a file: the columns of its table, those of them that are lists, and a folder to write copies in."""

    columns: tuple[str, ...]
    lists: frozenset[str]
    folder: Path


class File(NamedTuple):
    """A file at first sight: what it is called, what its columns hold, which lists of them are written as text, how to read it."""

    name: str
    kinds: Mapping[str, Kind]
    parsed: frozenset[str]
    part: Callable[[], Part]


def format_of(paths: Sequence[str]) -> str:
    """Return the format that the endings name; raises `TumenError` if they name none, or several."""
    suffixes = {Path(path).suffix.lower() for path in paths}
    unknown = sorted(suffixes - _FORMATS.keys())
    if unknown:
        wanted = (
            "name the files of a folder, as in folder/*.parquet"
            if unknown == [""]
            else f"there are: {', '.join(_FORMATS)}"
        )
        raise TumenError(
            f"{paths[0]}: the ending {unknown[0]!r} names no format of a table; {wanted}."
        )
    formats = {_FORMATS[suffix] for suffix in suffixes}
    if len(formats) > 1:
        raise TumenError(
            f"{paths[0]}: files of several formats ({', '.join(sorted(formats))}) are no one table."
        )
    return formats.pop()


def look_at(form: str, name: str, path: Path, asked: Asked) -> File:
    """Return what a file is at first sight; raises `UnsoundError` or an error of Arrow where it is none of its format."""
    return {"parquet": _parquet, "csv": _csv, "ipc": _ipc, "jsonl": _jsonl}[form](name, path, asked)


def _parquet(name: str, path: Path, asked: Asked) -> File:
    def part() -> Part:
        return Part(
            name,
            _as_engines_read(path, asked.folder),
            parquet_metadata.refuse_claims(path, asked.columns),
        )

    return File(name, kinds_of(parquet_metadata.read_schema(path)), frozenset(), part)


def _csv(name: str, path: Path, asked: Asked) -> File:
    header = csv_rows.read_header(path)
    schema = csv_rows.schema_of(header, asked.columns, asked.lists)
    copy = partial(
        write_copy, name, csv_rows.read_batches(path, schema), schema, _new_file(asked.folder)
    )
    return File(name, dict.fromkeys(header, nw.String()), asked.lists & {*header}, copy)


def _ipc(name: str, path: Path, asked: Asked) -> File:
    def part() -> Part:
        schema = arrow_rows.schema_of(given, asked.columns)
        with _bounded():
            return write_copy(
                name, arrow_rows.read_batches(path, schema), schema, _new_file(asked.folder)
            )

    with _bounded():
        given = arrow_rows.read_schema(path)
    return File(name, kinds_of(given), frozenset(), part)


def _jsonl(name: str, path: Path, asked: Asked) -> File:
    reader = json_rows.Reader(asked.columns, asked.lists)
    part = write_copy(name, reader.read_batches(path), reader.schema, _new_file(asked.folder))
    return File(name, reader.kinds, frozenset(), lambda: part)


@contextmanager
def _bounded() -> Iterator[None]:
    try:
        with limits.bounded(limits.available() // 2):
            yield
    except MemoryError:
        raise UnsoundError(
            "it asks for more memory than there is; write it in smaller batches"
        ) from None


def _new_file(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder), "rows.parquet")


def _as_engines_read(path: Path, folder: Path) -> str:
    """Return a path that every engine takes as it is: where the name has letters that one of them reads as more, a link's."""
    whole = str(path.absolute())
    if _PLAIN_PATH.fullmatch(whole) and not _ODD.search(whole):
        return whole
    link = _new_file(folder)
    try:
        link.symlink_to(whole)
    except OSError:  # as on Windows, where few may make links
        return whole
    return str(link)


def one_schema(form: str, files: Sequence[File]) -> dict[str, Kind]:
    """Return what the columns of files hold; raises `TumenError` if they differ in columns, or in what those hold."""
    first = files[0]
    known = dict(first.kinds)
    for file in files[1:]:
        differing = {
            name
            for name in file.kinds.keys() & known.keys()
            if not _agree(form, file.kinds[name], known[name])
        }
        if form != "jsonl":
            differing |= file.kinds.keys() ^ known.keys()
        if form == "csv" and not differing:
            differing = {
                name for name, other in zip(file.kinds, first.kinds, strict=True) if name != other
            }
        if differing:
            said = (
                f"its column {min(differing)!r} is not as in {first.name}; check them one by one."
            )
            raise TumenError(f"{file.name} cannot be read: {said}")
        known |= {
            name: kind
            for name, kind in file.kinds.items()
            if kind != nw.Unknown() or name not in known
        }
    return known


def _agree(form: str, one: Kind, other: Kind) -> bool:
    return one == other or (form == "jsonl" and nw.Unknown() in (one, other))


def frame_of(
    parts: Sequence[Part], engine: str, kinds: Mapping[str, Kind], lists: Collection[str]
) -> nw.LazyFrame[Any]:
    """Return a frame of the rows of all parts in order; a column of nulls is of text, or of lists where those are asked for."""
    frame: nw.LazyFrame[Any] = nw.from_native(ENGINES[engine](parts, kinds))
    nulls = [
        name
        for name, kind in kinds.items()
        if kind == nw.Unknown() and name in frame.collect_schema()
    ]
    return frame.with_columns(
        nw.lit(None, TEXTS if name in lists else nw.String()).alias(name) for name in nulls
    )


def _by_polars(parts: Sequence[Part], kinds: Mapping[str, Kind]) -> pl.LazyFrame:
    scans = [pl.scan_parquet(part.path, glob=False, hive_partitioning=False) for part in parts]
    if len({frozenset(scan.collect_schema().items()) for scan in scans}) == 1:
        return pl.scan_parquet([part.path for part in parts], glob=False, hive_partitioning=False)
    plain: dict[Any, Any] = {
        name: _PLAIN_TYPES[kind] for name, kind in kinds.items() if kind in _PLAIN_TYPES
    }
    return pl.concat([scan.select(*kinds).cast(plain) for scan in scans])


def _by_duckdb(parts: Sequence[Part], _: Mapping[str, Kind]) -> Any:
    require("sql", "engine='duckdb'")
    import duckdb  # noqa: PLC0415

    before = [sum(part.rows for part in parts[:place]) for place in range(len(parts))]
    return duckdb.sql(
        'SELECT *, (?::BIGINT[])[file_index::BIGINT + 1] + file_row_number AS "row" FROM read_parquet(?, hive_partitioning=false)',
        params=[before, [part.path for part in parts]],
    )


def _by_spark(parts: Sequence[Part], _: Mapping[str, Kind]) -> Any:
    return _spark().read.parquet(*(part.path for part in parts))


def _spark() -> Any:
    require("spark", "engine='spark'")
    from pyspark.sql import SparkSession  # noqa: PLC0415

    return SparkSession.builder.getOrCreate()


ENGINES: Final[Mapping[str, Callable[[Sequence[Part], Mapping[str, Kind]], Any]]] = {
    "polars": _by_polars,
    "duckdb": _by_duckdb,
    "spark": _by_spark,
}


def frame_at(addresses: list[str], engine: str) -> nw.LazyFrame[Any]:
    """Return a frame of Parquet files behind addresses, which the engine reads there."""
    native: Any
    if engine == "polars":
        native = pl.scan_parquet(addresses, storage_options=remote.OPTIONS, hive_partitioning=False)
    elif engine == "duckdb":
        require("sql", "engine='duckdb'")
        import duckdb  # noqa: PLC0415

        native = duckdb.read_parquet(addresses, hive_partitioning=False)
    else:
        native = _spark().read.parquet(*addresses)
    frame: nw.LazyFrame[Any] = nw.from_native(native)
    return frame
