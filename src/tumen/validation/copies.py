"""A copy of a file in Parquet, which all engines read alike: the columns that are asked for, and beside it the lines of the rows.

CSV, JSON Lines and Arrow IPC are read by this library, once, so that no engine has a say in what they mean. Memory holds some
ten thousand rows at a time.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet as pq

from tumen.validation.arrow_types import UnsoundError, is_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

LONGEST: Final = 2**17
"""So many bytes a text may have; every rule of a text stops far below."""

ROWS: Final = 10_000
"""So many rows a reader gives at a time."""

_GROUP: Final = 100_000


class Batch(NamedTuple):
    """Rows of a file, and where each begins: its line, or its number where there are no lines."""

    rows: pa.RecordBatch
    lines: pa.Array | None


class Part(NamedTuple):
    """A file as engines are given it: what it is called, where it is read, how many rows it has, and where their lines stand."""

    name: str
    path: str
    rows: int
    lines: Path | None = None

    def lines_of(self, rows: Collection[int]) -> dict[int, int]:
        """Return the lines of rows, by their numbers from 0; without lines, the rows count from 1."""
        if self.lines is None or not rows:
            return {row: row + 1 for row in rows}
        found = (
            pl.scan_parquet(self.lines, glob=False)
            .with_row_index("row")
            .filter(pl.col("row").is_in(list(rows)))
        )
        return dict(found.select("row", "line").collect().iter_rows())


def write_copy(name: str, batches: Iterable[Batch], schema: pa.Schema, path: Path) -> Part:
    """Write what a reader gives of the file of this name; raises `UnsoundError` for a text that is too long."""
    beside = path.with_suffix(".lines")
    rows, lined = 0, False
    with ExitStack() as stack:
        copy = stack.enter_context(pq.ParquetWriter(path, schema, store_schema=False))
        lines = stack.enter_context(pq.ParquetWriter(beside, pa.schema({"line": pa.int64()})))
        for group in _grouped(batches):
            copy.write_table(pa.Table.from_batches([batch.rows for batch in group], schema))
            known = [batch.lines for batch in group if batch.lines is not None]
            lines.write_table(pa.table({"line": pa.chunked_array(known, pa.int64())}))
            rows, lined = rows + sum(batch.rows.num_rows for batch in group), lined or bool(known)
    return Part(name, str(path), rows, beside if lined else None)


def _grouped(batches: Iterable[Batch]) -> Iterator[list[Batch]]:
    """Yield batches together that make a group of rows in Parquet, after a look at the length of their texts."""
    group: list[Batch] = []
    for batch in batches:
        _refuse_long_texts(batch)
        group.append(batch)
        full = (
            sum(one.rows.num_rows for one in group) >= _GROUP
            or sum(one.rows.nbytes for one in group) >= LONGEST * 2**9
        )
        if full:
            yield group
            group = []
    if group:
        yield group


def _refuse_long_texts(batch: Batch) -> None:
    for name, column in zip(batch.rows.schema.names, batch.rows.columns, strict=True):
        if (longest := longest_text(column)) <= LONGEST:
            continue
        row = next(
            row for row in range(len(column)) if longest_text(column.slice(row, 1)) > LONGEST
        )
        where = "" if batch.lines is None else f"line {batch.lines[row].as_py()}: "
        raise UnsoundError(f"{where}{too_long(name, longest)}")


def too_long(column: str, length: int) -> str:
    """Return what is said of a text of this length."""
    return f"the column {column!r} holds a text of {length:,} bytes, and {LONGEST:,} are the most that is read; shorten it"


def longest_text(column: Any) -> int:
    """Return the bytes of the longest text in an Arrow array, those in lists and dictionaries included."""
    if pa.types.is_dictionary(column.type):
        return longest_text(column.dictionary)
    if pa.types.is_string_view(column.type):  # Arrow measures no views
        return int(pl.Series(column).str.len_bytes().max() or 0)  # type: ignore[arg-type]
    if is_text(column.type):
        return int(pc.max(pc.binary_length(column)).as_py() or 0)
    return (
        longest_text(column.flatten())
        if pa.types.is_nested(column.type) and hasattr(column, "flatten")
        else 0
    )
