"""What somebody holds, looked at: the columns of files or of a frame, and, once those fit, a narwhals lazy frame of the rows.

Engines report trouble in their own ways; `telling` turns it into one sentence that names the data.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import polars as pl
from pyarrow import parquet as pq

from tumen.errors import TumenError, UnknownNameError
from tumen.report import Place
from tumen.validation import files, remote
from tumen.validation.arrow_types import UnsoundError
from tumen.validation.paths import find_files

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from tumen.validation.arrow_types import Kind
    from tumen.validation.copies import Part

_LONGEST: Final = 400
_SILENT: Final = (
    "its engine gives no reason, as Spark does whose session was stopped; open the table anew."
)
_OF_ENGINES: Final = frozenset(
    {"polars", "duckdb", "_duckdb", "pyspark", "py4j", "pyarrow", "ibis", "narwhals", "fsspec"}
)


class Opened(NamedTuple):
    """The rows of a table, and of files the parts that they come from, in order."""

    frame: nw.LazyFrame[Any]
    name: str
    parts: tuple[Part, ...] = ()

    def places(self, rows: Collection[int]) -> dict[int | None, Place]:
        """Return where rows stand, by their numbers from 0: in a file its line, or its row from 1; by none the first file."""
        if not self.parts:
            return {
                None: Place(self.name, 1, 1),
                **{row: Place(self.name, row + 1, 1) for row in rows},
            }
        found: dict[int | None, Place] = {None: Place(self.parts[0].name, 1, 1)}
        before = 0
        for part in self.parts:
            here = {row - before for row in rows if before <= row < before + part.rows}
            found |= {
                row + before: Place(part.name, line, 1) for row, line in part.lines_of(here).items()
            }
            before += part.rows
        return found

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Raise what an engine says of the rows as one sentence of a `TumenError`, of the first file that cannot be read."""
        with telling(self.name):
            try:
                yield
            except TumenError:
                raise
            except Exception:
                for part in self.parts if len(self.parts) > 1 else ():
                    with telling(part.name), pq.ParquetFile(part.path) as file:
                        for _ in file.iter_batches():
                            pass
                raise


@dataclass(frozen=True, slots=True)
class Held:
    """A table as it is held: what to call it, what its columns hold, which lists are written as text, and how its rows are had."""

    name: str
    kinds: Mapping[str, Kind]
    open: Callable[[], Opened]
    parsed: frozenset[str] = frozenset()


def held(data: Any, table: str, engine: str | None, asked: files.Asked) -> Held:
    """Return what is given as it looks: paths or a glob, or a frame of any kind that narwhals knows.

    Raises `TumenError` if no file is named, one is not there or of no known format, or `data` is no frame, and `UnknownNameError`
    for an engine that there is not.
    """
    if engine is not None and engine not in files.ENGINES:
        raise UnknownNameError("engine", engine, files.ENGINES)
    if isinstance(data, str | Path) or (
        isinstance(data, list | tuple) and all(isinstance(one, str | Path) for one in data)
    ):
        paths = [str(one) for one in (data if isinstance(data, list | tuple) else [data])]
        if not paths:
            raise TumenError(f"{table}: there is no path in the list; give one or more.")
        return _files(paths, engine or "polars", asked)
    if engine is not None:
        raise TumenError(
            f"{table}: engine={engine!r} is for files; a frame is checked where it is. Leave it out."
        )
    return _frame(data, table)


def _files(paths: list[str], engine: str, asked: files.Asked) -> Held:
    form, found = files.format_of(paths), find_files(paths)
    name = paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
    addresses = [path for path in found if remote.is_remote(path)]
    if addresses and form == "parquet":
        if len(addresses) < len(found):
            raise TumenError(
                f"{paths[0]}: files of Parquet behind addresses and beside them are not read as one; check them by themselves."
            )
        return _addresses(addresses, engine, name)
    looked = [one for path in found for one in _look_at(form, path, asked)]
    kinds = files.one_schema(form, looked)

    def open_files() -> Opened:
        parts = []
        for file in looked:
            with telling(file.name):
                parts.append(file.part())
        with telling(name):
            return Opened(files.frame_of(parts, engine, kinds, asked.lists), name, tuple(parts))

    return Held(looked[0].name, kinds, open_files, looked[0].parsed)


def _look_at(form: str, path: str, asked: files.Asked) -> Iterator[files.File]:
    """Yield a file at first sight; of an address, those that match it, which are fetched before."""
    if not remote.is_remote(path):
        with telling(path):
            yield files.look_at(form, path, Path(path).absolute(), asked)
        return
    with telling(path), remote.asking([path], "polars"):
        fetched = [*remote.fetch(path, form, Path(tempfile.mkdtemp(dir=asked.folder)))]
    for name, copy in fetched:
        with telling(name):
            yield files.look_at(form, name, copy, asked)


def _addresses(addresses: list[str], engine: str, name: str) -> Held:
    with telling(name), remote.asking(addresses, engine):
        frame = files.frame_at(addresses, engine)
        return Held(name, dict(frame.collect_schema()), lambda: Opened(frame, name))


def _frame(data: Any, table: str) -> Held:
    try:
        given: Any = nw.from_native(data)
    except TypeError:
        raise TumenError(
            f"{table}: a {type(data).__name__} is no table; give a path, or a polars, pandas, Arrow, DuckDB, Ibis or Spark frame."
        ) from None
    with telling(table):
        _refuse_other_backends(given, table)
        pandas = given.implementation.is_pandas_like()
        frame: nw.LazyFrame[Any] = (
            given if isinstance(given, nw.LazyFrame) else given.lazy("polars")
        )
        try:
            kinds: dict[str, Kind] = dict(frame.collect_schema())
        except (ValueError, NotImplementedError) as error:
            raise UnsoundError(f"it has a column of a type that no table has: {error}") from error
    return Held(table, _days_for_times(kinds) if pandas else kinds, lambda: Opened(frame, table))


def _days_for_times(kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return kinds with days for points of time, since pandas has no days; a time within the day is found later."""
    return {
        name: nw.Date() if isinstance(kind, nw.Datetime) and kind.time_zone is None else kind
        for name, kind in kinds.items()
    }


def _refuse_other_backends(frame: nw.LazyFrame[Any], table: str) -> None:
    """Raise `TumenError` for an Ibis table that is not on DuckDB: what its patterns mean elsewhere nobody has tried."""
    if (
        frame.implementation.is_ibis()
        and (backend := frame.to_native().get_backend().name) != "duckdb"
    ):
        raise TumenError(
            f"{table}: an Ibis table on {backend} cannot be checked there; take one on DuckDB, or write Parquet."
        )


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Raise what an engine or the file system says of the data of this name as one sentence of a `TumenError`."""
    try:
        yield
    except TumenError:
        raise
    except UnsoundError as error:
        raise TumenError(f"{name} cannot be read: {error}.") from None
    except pl.exceptions.PanicException:
        raise TumenError(
            f"{name} cannot be read: it broke its engine, as a damaged file does; get it anew."
        ) from None
    except Exception as error:
        home = type(error).__module__.partition(".")[0]
        if (
            home not in _OF_ENGINES
            and not isinstance(error, OSError | MemoryError)
            and not _raised_in_engine(error)
        ):
            raise
        said = " ".join(str(error).partition("\n\n")[0].split())
        raise TumenError(
            f"{name} cannot be read: {said[:_LONGEST] or _SILENT}{remote.remedy(name)}"
        ) from error


def _raised_in_engine(error: BaseException) -> bool:
    """Return whether the error comes from within an engine's own Python, as where a Spark session was stopped."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[
        0
    ] in _OF_ENGINES - {"narwhals"}
