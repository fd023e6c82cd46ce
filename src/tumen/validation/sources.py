"""Tables to check, from files or from a frame: their columns, and later a lazy frame of their rows.

Engines report errors in their own ways. `translate_errors` turns each into one sentence that names
the data.
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
from tumen.validation import engines, files, locations
from tumen.validation.arrow_types import UnsoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from tumen.validation.arrow_types import Kind
    from tumen.validation.copies import Part

_LONGEST: Final = 400
_NO_REASON: Final = (
    "its engine gives no reason, as when a Spark session was stopped; open the table again."
)
_ENGINE_PACKAGES: Final = frozenset(
    {"polars", "duckdb", "_duckdb", "pyspark", "py4j", "pyarrow", "ibis", "narwhals", "fsspec"}
)


class OpenTable(NamedTuple):
    """The rows of a table and, if they are from files, the parts of each file, in order."""

    frame: nw.LazyFrame[Any]
    name: str
    parts: tuple[Part, ...] = ()

    def locate_rows(self, rows: Collection[int]) -> dict[int | None, Place]:
        """Return the places of rows, by their numbers from 0.

        In a file it is the line of a row, or its number from 1. None stands for the table itself,
        whose place is the start of the first file.
        """
        if not self.parts:
            places: dict[int | None, Place] = {row: Place(self.name, row + 1, 1) for row in rows}
            return {None: Place(self.name, 1, 1), **places}
        places = {None: Place(self.parts[0].name, 1, 1)}
        rows_before = 0
        for part in self.parts:
            end = rows_before + part.rows
            rows_in_part = {row - rows_before for row in rows if rows_before <= row < end}
            places |= {
                row + rows_before: Place(part.name, line, 1)
                for row, line in part.find_lines(rows_in_part).items()
            }
            rows_before = end
        return places

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """Raise errors of an engine as a `TumenError` on the first file that cannot be read."""
        with translate_errors(self.name):
            try:
                yield
            except TumenError:
                raise
            except Exception:
                # An engine does not say which of several files is at fault: read each alone.
                for part in self.parts if len(self.parts) > 1 else ():
                    with translate_errors(part.name), pq.ParquetFile(part.path) as file:
                        for _ in file.iter_batches():
                            pass
                raise


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table that is not opened yet.

    `name` is its name in messages, `kinds` the type of each column, `open` opens the rows, and
    `parsed` are the columns of lists that are written as text.
    """

    name: str
    kinds: Mapping[str, Kind]
    open: Callable[[], OpenTable]
    parsed: frozenset[str] = frozenset()


def inspect_source(
    data: Any, table: str, engine: str | None, options: files.ReadOptions
) -> TableSource:
    """Return the columns of data: paths, a glob, or any frame that narwhals knows.

    Raises:
        TumenError: If there is no path, a file is missing or of no known format, or `data` is not a
            frame.
        UnknownNameError: If there is no such engine.

    """
    if engine is not None and engine not in engines.ENGINES:
        raise UnknownNameError("engine", engine, engines.ENGINES)
    if isinstance(data, str | Path) or (
        isinstance(data, list | tuple) and all(isinstance(item, str | Path) for item in data)
    ):
        paths = [str(path) for path in (data if isinstance(data, list | tuple) else [data])]
        if not paths:
            raise TumenError(f"{table}: the list of paths is empty; give one path or more.")
        return _inspect_files(paths, engine or "polars", options)
    if engine is not None:
        raise TumenError(
            f"{table}: engine={engine!r} is for files, and a frame is checked by its own engine;"
            " leave engine out."
        )
    return _inspect_frame(data, table)


def _inspect_files(paths: list[str], engine: str, options: files.ReadOptions) -> TableSource:
    form, found = files.detect_format(paths), locations.find_files(paths)
    name = paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
    urls = [path for path in found if locations.is_remote(path)]
    if urls and form == "parquet":
        if len(urls) < len(found):
            raise TumenError(
                f"{paths[0]}: local and remote Parquet files cannot be read as one table;"
                " check them separately."
            )
        return _inspect_urls(urls, engine, name)
    table_files = [file for path in found for file in _inspect_path(form, path, options)]
    kinds = files.merge_kinds(form, table_files)

    def open_files() -> OpenTable:
        parts = []
        for file in table_files:
            with translate_errors(file.name):
                parts.append(file.read())
        with translate_errors(name):
            frame = engines.open_parts(parts, engine, kinds, options.lists)
            return OpenTable(frame, name, tuple(parts))

    return TableSource(table_files[0].name, kinds, open_files, table_files[0].parsed)


def _inspect_path(form: str, path: str, options: files.ReadOptions) -> Iterator[files.TableFile]:
    """Yield the file, or the files that a URL matches, which are downloaded first."""
    if not locations.is_remote(path):
        with translate_errors(path):
            yield files.inspect_file(form, path, Path(path).absolute(), options)
        return
    with translate_errors(path), locations.explain_remote_errors([path], "polars"):
        folder = Path(tempfile.mkdtemp(dir=options.folder))
        downloaded = [*locations.download_files(path, form, folder)]
    for name, copy in downloaded:
        with translate_errors(name):
            yield files.inspect_file(form, name, copy, options)


def _inspect_urls(urls: list[str], engine: str, name: str) -> TableSource:
    with translate_errors(name), locations.explain_remote_errors(urls, engine):
        frame = engines.open_urls(urls, engine)
        return TableSource(name, dict(frame.collect_schema()), lambda: OpenTable(frame, name))


def _inspect_frame(data: Any, table: str) -> TableSource:
    try:
        wrapped: Any = nw.from_native(data)
    except TypeError:
        raise TumenError(
            f"{table}: a {type(data).__name__} is not a table; give a path, or a polars, pandas,"
            " Arrow, DuckDB, Ibis or Spark frame."
        ) from None
    with translate_errors(table):
        _refuse_other_backends(wrapped, table)
        is_pandas = wrapped.implementation.is_pandas_like()
        is_lazy = isinstance(wrapped, nw.LazyFrame)
        frame: nw.LazyFrame[Any] = wrapped if is_lazy else wrapped.lazy("polars")
        try:
            kinds: dict[str, Kind] = dict(frame.collect_schema())
        except (ValueError, NotImplementedError) as error:
            raise UnsoundError(
                f"it has a column of a type that no table can have: {error}"
            ) from error
    kinds = _timestamps_as_dates(kinds) if is_pandas else kinds
    return TableSource(table, kinds, lambda: OpenTable(frame, table))


def _timestamps_as_dates(kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return kinds with dates for timestamps, because pandas has no dates.

    A timestamp that is not at midnight is reported later, as a value that is not a date.
    """
    return {
        name: nw.Date() if isinstance(kind, nw.Datetime) and kind.time_zone is None else kind
        for name, kind in kinds.items()
    }


def _refuse_other_backends(frame: nw.LazyFrame[Any], table: str) -> None:
    """Refuse an Ibis table that is not on DuckDB: its patterns are not tested elsewhere."""
    if not frame.implementation.is_ibis():
        return
    backend = frame.to_native().get_backend().name
    if backend != "duckdb":
        raise TumenError(
            f"{table}: an Ibis table on {backend} cannot be checked;"
            " use one on DuckDB, or write Parquet."
        )


@contextmanager
def translate_errors(name: str) -> Iterator[None]:
    """Raise an error of an engine or the file system as a `TumenError` on the data of this name."""
    try:
        yield
    except TumenError:
        raise
    except UnsoundError as error:
        raise TumenError(f"{name} cannot be read: {error}.") from None
    except pl.exceptions.PanicException:
        raise TumenError(
            f"{name} cannot be read: it is probably corrupt; download or write it again."
        ) from None
    except Exception as error:
        package = type(error).__module__.partition(".")[0]
        if (
            package not in _ENGINE_PACKAGES
            and not isinstance(error, OSError | MemoryError)
            and not _was_raised_in_engine(error)
        ):
            raise
        first_paragraph = str(error).partition("\n\n")[0]
        reason = " ".join(first_paragraph.split())[:_LONGEST] or _NO_REASON
        raise TumenError(
            f"{name} cannot be read: {reason}{locations.credentials_hint(name)}"
        ) from error


def _was_raised_in_engine(error: BaseException) -> bool:
    """Return whether an engine's own Python raised the error, as after a Spark session stopped."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    module = str(trace.tb_frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] in _ENGINE_PACKAGES - {"narwhals"}
