"""Files of a table, read by an engine: Parquet, CSV, Arrow IPC and JSON Lines, by name, glob or address.

CSV is read as text: it has no types, and what a value means is said by `coerce`. Files that are read together must have the same
columns, and in JSON Lines, where a line may leave out what it has not, no column of two types; engines would join them as they can.
"""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import narwhals as nw
import polars as pl

from tumen.errors import TumenError
from tumen.extras import require
from tumen.tabular import remote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


def frame_of(paths: list[str], engine: str) -> nw.LazyFrame[Any]:
    """Return a frame of the rows of all files; raises `TumenError` if one is missing, or they are no one table."""
    form, found = _format(paths), _existing(paths)
    _one_schema(form, [path for path in found if not remote.is_remote(path)])
    with remote.asking(found, engine):
        frame: nw.LazyFrame[Any] = nw.from_native(ENGINES[engine](form, found))
        frame.collect_schema()
    return frame


def _format(paths: list[str]) -> str:
    suffixes = {Path(path).suffix.lower() for path in paths}
    unknown = sorted(suffixes - _FORMATS.keys())
    if unknown:
        wanted = "name the files of a folder, as in folder/*.parquet" if unknown == [""] else f"there are: {', '.join(_FORMATS)}"
        raise TumenError(f"{paths[0]}: the ending {unknown[0]!r} names no format of a table; {wanted}.")
    formats = {_FORMATS[suffix] for suffix in suffixes}
    if len(formats) > 1:
        raise TumenError(f"{paths[0]}: files of several formats ({', '.join(sorted(formats))}) are no one table.")
    return formats.pop()


def _existing(paths: list[str]) -> list[str]:
    found: list[str] = []
    for path in paths:
        matches = [path] if remote.is_remote(path) or Path(path).exists() else sorted(glob.glob(path, recursive=True))  # noqa: PTH207
        if not matches:
            raise TumenError(f"{path}: there is no such file, and no file that matches.")
        found += matches
    return found


def _one_schema(form: str, paths: list[str]) -> None:
    """Raise `TumenError` if files differ in columns, or in the types of columns."""
    schemas = {path: _schema(form, path) for path in paths} if len(paths) > 1 else {}
    first = next(iter(schemas), "")
    known = dict(schemas.get(first, {}))
    for path, schema in schemas.items():
        differing = {name for name in schema.keys() & known.keys() if schema[name] != known[name]}
        if form != "jsonl":
            differing |= schema.keys() ^ known.keys()
        if differing:
            raise TumenError(f"{path} cannot be read: its column {min(differing)!r} is not as in {first}; check them one by one.")
        known |= schema


def _schema(form: str, path: str) -> dict[str, object]:
    """Return what files that are read together must share: types by column, of CSV places, of JSON Lines what is known."""
    match form:
        case "parquet":
            return {**pl.read_parquet_schema(path)}
        case "ipc":
            return {**pl.read_ipc_schema(path)}
        case "csv":
            return {name: place for place, name in enumerate(pl.scan_csv(path, infer_schema=False).collect_schema())}
        case _:
            types = pl.scan_ndjson(path, infer_schema_length=None).collect_schema()
            return {name: "number" if kind.is_numeric() else kind for name, kind in types.items() if kind != pl.Null}


def _by_polars(form: str, paths: list[str]) -> pl.LazyFrame:
    options = remote.OPTIONS if any(map(remote.is_remote, paths)) else None
    if form == "parquet":
        return pl.scan_parquet(paths, storage_options=options)
    if form == "csv":
        return pl.scan_csv(paths, infer_schema=False, storage_options=options)
    if form == "ipc":
        return pl.scan_ipc(paths, storage_options=options)
    each = [pl.scan_ndjson(path, infer_schema_length=None, storage_options=options) for path in paths]
    return pl.concat(each, how="diagonal_relaxed")


def _by_duckdb(form: str, paths: list[str]) -> Any:
    require("sql", "engine='duckdb'")
    import duckdb  # noqa: PLC0415

    if form == "parquet":
        return duckdb.read_parquet(paths)
    if form == "csv":
        return duckdb.read_csv(paths, header=True, sep=",", all_varchar=True)
    if form == "jsonl":
        return duckdb.read_json(paths, format="newline_delimited", sample_size=-1)
    from pyarrow import dataset  # noqa: PLC0415

    return duckdb.from_arrow(dataset.dataset(paths, format="ipc"))


def _by_spark(form: str, paths: list[str]) -> Any:
    require("spark", "engine='spark'")
    from pyspark.sql import SparkSession  # noqa: PLC0415

    if form == "ipc":
        raise TumenError(f"{paths[0]}: Spark reads no Arrow IPC files; write Parquet, or take engine='polars'.")
    reader = SparkSession.builder.getOrCreate().read
    where = [path if remote.is_remote(path) else str(Path(path).absolute()) for path in paths]
    if form == "parquet":
        return reader.parquet(*where)
    return reader.csv(where, header=True, multiLine=True, escape='"', mode="FAILFAST") if form == "csv" else reader.json(where)


ENGINES: Final[Mapping[str, Callable[[str, list[str]], Any]]] = {"polars": _by_polars, "duckdb": _by_duckdb, "spark": _by_spark}
