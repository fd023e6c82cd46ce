"""What somebody holds, as a narwhals lazy frame: files by an engine, frames as they are. Nothing but the columns is read yet.

Engines report trouble in their own ways; `telling` turns it into one sentence that names the data.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import polars as pl

from tumen.errors import TumenError, UnknownNameError
from tumen.tabular import remote
from tumen.tabular.files import ENGINES, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST: Final = 400
_SILENT: Final = "its engine gives no reason, as Spark does whose session was stopped; open the table anew."
_OF_ENGINES: Final = frozenset({"polars", "duckdb", "_duckdb", "pyspark", "py4j", "pyarrow", "ibis", "narwhals", "fsspec"})


class Held(NamedTuple):
    """A table as it is held: what to call it, and its frame."""

    name: str
    frame: nw.LazyFrame[Any]


def held(data: Any, table: str, engine: str | None) -> Held:
    """Return a frame of what is given: paths or a glob, or a frame of any kind that narwhals knows.

    Raises `TumenError` if no file is named, one is not there or of no known format, or `data` is no frame, and `UnknownNameError`
    for an engine that there is not.
    """
    if engine is not None and engine not in ENGINES:
        raise UnknownNameError("engine", engine, ENGINES)
    if isinstance(data, str | Path) or (isinstance(data, list | tuple) and all(isinstance(one, str | Path) for one in data)):
        paths = [str(one) for one in (data if isinstance(data, list | tuple) else [data])]
        if not paths:
            raise TumenError(f"{table}: there is no path in the list; give one or more.")
        name = paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
        with telling(name):
            return Held(name, frame_of(paths, engine or "polars"))
    if engine is not None:
        raise TumenError(f"{table}: engine={engine!r} is for files; a frame is checked where it is. Leave it out.")
    try:
        frame: Any = nw.from_native(data)
    except TypeError:
        raise TumenError(
            f"{table}: a {type(data).__name__} is no table; give a path, or a polars, pandas, Arrow, DuckDB, Ibis or Spark frame."
        ) from None
    with telling(table):
        _refuse_other_backends(frame, table)
        return Held(table, frame if isinstance(frame, nw.LazyFrame) else frame.lazy("polars"))


def _refuse_other_backends(frame: nw.LazyFrame[Any], table: str) -> None:
    """Raise `TumenError` for an Ibis table that is not on DuckDB: what its patterns mean elsewhere nobody has tried."""
    if frame.implementation.is_ibis() and (backend := frame.to_native().get_backend().name) != "duckdb":
        raise TumenError(f"{table}: an Ibis table on {backend} cannot be checked there; take one on DuckDB, or write Parquet.")


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
        raise TumenError(f"{name} cannot be read: {said[:_LONGEST] or _SILENT}{remote.remedy(name)}") from error


def _raised_in_engine(error: BaseException) -> bool:
    """Return whether the error comes from within an engine's own Python, as where a Spark session was stopped."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0] in _OF_ENGINES - {"narwhals"}
