"""What somebody holds, as a narwhals lazy frame: files by an engine, frames as they are. Nothing but the columns is read yet.

CSV is read as text: it has no types, and what a value means is said by `coerce`. Engines report trouble in their own ways;
`telling` turns it into one sentence that names the data.
"""

from __future__ import annotations

import glob
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import narwhals as nw
import polars as pl

from tumen.errors import TumenError, UnknownNameError
from tumen.extras import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
_LONGEST: Final = 400
_SILENT: Final = "its engine gives no reason, as Spark does whose session was stopped; open the table anew."
_OF_ENGINES: Final = frozenset({"polars", "duckdb", "_duckdb", "pyspark", "py4j", "pyarrow", "ibis", "narwhals", "fsspec"})


class Held(NamedTuple):
    """A table as it is held: what to call it, and its frame."""

    name: str
    frame: nw.LazyFrame[Any]


def held(data: Any, table: str, engine: str | None) -> Held:
    """Return a frame of what is given: paths or a glob, or a frame of any kind that narwhals knows.

    Raises `TumenError` if there is no such file, its format is unknown, or `data` is no frame, `UnknownNameError` for an engine.
    """
    if engine is not None and engine not in _ENGINES:
        raise UnknownNameError("engine", engine, _ENGINES)
    if isinstance(data, str | Path) or (isinstance(data, list | tuple) and all(isinstance(one, str | Path) for one in data)):
        paths = [str(one) for one in (data if isinstance(data, list | tuple) else [data])]
        name = paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
        with telling(name):
            return Held(name, nw.from_native(_ENGINES[engine or "polars"](_format(paths), _existing(paths))))
    if engine is not None:
        raise TumenError(f"{table}: engine={engine!r} is for files; a frame is checked where it is. Leave it out.")
    try:
        frame: Any = nw.from_native(data)
    except TypeError:
        raise TumenError(
            f"{table}: a {type(data).__name__} is no table; give a path, or a polars, pandas, Arrow, DuckDB, Ibis or Spark frame."
        ) from None
    with telling(table):
        return Held(table, frame if isinstance(frame, nw.LazyFrame) else frame.lazy("polars"))


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Raise what an engine or the file system says of the data of this name as one sentence of a `TumenError`."""
    try:
        yield
    except TumenError:
        raise
    except pl.exceptions.PanicException:
        raise TumenError(f"{name} cannot be read: it broke its engine, as a damaged file does; get it anew.") from None
    except Exception as error:
        home = type(error).__module__.partition(".")[0]
        if home not in _OF_ENGINES and not isinstance(error, OSError) and not _raised_in_engine(error):
            raise
        said = " ".join(str(error).partition("\n\n")[0].split())
        raise TumenError(f"{name} cannot be read: {said[:_LONGEST] or _SILENT}") from error


def _raised_in_engine(error: BaseException) -> bool:
    """Return whether the error comes from within an engine's own Python, as where a Spark session was stopped."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0] in _OF_ENGINES - {"narwhals"}


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
        matches = [path] if "://" in path or Path(path).exists() else sorted(glob.glob(path, recursive=True))  # noqa: PTH207
        if not matches:
            raise TumenError(f"{path}: there is no such file, and no file that matches.")
        found += matches
    return found


def _by_polars(form: str, paths: list[str]) -> pl.LazyFrame:
    if form == "parquet":
        return pl.scan_parquet(paths)
    if form == "csv":
        return pl.scan_csv(paths, infer_schema=False)
    if form == "ipc":
        return pl.scan_ipc(paths)
    return pl.concat([pl.scan_ndjson(path, infer_schema_length=None) for path in paths], how="diagonal_relaxed")


def _by_duckdb(form: str, paths: list[str]) -> Any:
    require("sql", "engine='duckdb'")
    import duckdb  # noqa: PLC0415

    if form == "parquet":
        _one_schema(paths)
        return duckdb.read_parquet(paths)
    if form == "csv":
        return duckdb.read_csv(paths, header=True, sep=",", all_varchar=True)
    if form == "jsonl":
        return duckdb.read_json(paths, format="newline_delimited", sample_size=-1)
    from pyarrow import dataset  # noqa: PLC0415

    return duckdb.from_arrow(dataset.dataset(paths, format="ipc"))


def _one_schema(paths: list[str]) -> None:
    """Raise `TumenError` if local Parquet files differ in columns: polars sees it itself, other engines convert or fail late."""
    schemas = {path: pl.read_parquet_schema(path) for path in paths if "://" not in path}
    first = next(iter(schemas), "")
    for path, schema in schemas.items():
        differing = sorted(name for name, _ in {*schema.items()} ^ {*schemas[first].items()})
        if differing:
            raise TumenError(f"{path} cannot be read: its column {differing[0]!r} is not as in {first}; check them one by one.")


def _by_spark(form: str, paths: list[str]) -> Any:
    require("spark", "engine='spark'")
    from pyspark.sql import SparkSession  # noqa: PLC0415

    if form == "ipc":
        raise TumenError(f"{paths[0]}: Spark reads no Arrow IPC files; write Parquet, or take engine='polars'.")
    reader = SparkSession.builder.getOrCreate().read
    where = [path if "://" in path else str(Path(path).absolute()) for path in paths]
    if form == "parquet":
        _one_schema(paths)
        return reader.parquet(*where)
    return reader.csv(where, header=True, multiLine=True, escape='"', mode="FAILFAST") if form == "csv" else reader.json(where)


_ENGINES: Final[Mapping[str, Callable[[str, list[str]], Any]]] = {"polars": _by_polars, "duckdb": _by_duckdb, "spark": _by_spark}
