"""Copies of files in Parquet, which all engines read alike.

CSV, JSON Lines and Arrow IPC are read once, by this library, so that no engine decides what they
mean. A copy has the columns that a check needs. A second file next to it has the line of each row.
Memory holds some ten thousand rows at a time.
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

LONGEST_TEXT: Final = 2**17
"""The most bytes that a text may have. Every rule on texts has a much lower limit."""

ROWS: Final = 10_000
"""How many rows a reader yields at a time."""

_GROUP_ROWS: Final = 100_000
_GROUP_BYTES: Final = LONGEST_TEXT * 2**9


class Batch(NamedTuple):
    """Rows of a file, and the line at which each begins; None if the file has no lines."""

    rows: pa.RecordBatch
    lines: pa.Array | None


class Part(NamedTuple):
    """A file as an engine reads it: its name in messages, its path, the number of its rows.

    `lines` is the path of a file with the line of each row, or None.
    """

    name: str
    path: str
    rows: int
    lines: Path | None = None

    def find_lines(self, rows: Collection[int]) -> dict[int, int]:
        """Return the line of each row by its number from 0; without lines, its number from 1."""
        if self.lines is None or not rows:
            return {row: row + 1 for row in rows}
        lines = (
            pl.scan_parquet(self.lines, glob=False)
            .with_row_index("row")
            .filter(pl.col("row").is_in(list(rows)))
        )
        return dict(lines.select("row", "line").collect().iter_rows())


def write_copy(name: str, batches: Iterable[Batch], schema: pa.Schema, path: Path) -> Part:
    """Write the batches of a file to `path`; raises `UnsoundError` if a text is too long."""
    lines_path = path.with_suffix(".lines")
    rows, has_lines = 0, False
    with ExitStack() as stack:
        copy = stack.enter_context(pq.ParquetWriter(path, schema, store_schema=False))
        lines = stack.enter_context(pq.ParquetWriter(lines_path, pa.schema({"line": pa.int64()})))
        for group in _group_batches(batches):
            copy.write_table(pa.Table.from_batches([batch.rows for batch in group], schema))
            group_lines = [batch.lines for batch in group if batch.lines is not None]
            lines.write_table(pa.table({"line": pa.chunked_array(group_lines, pa.int64())}))
            rows += sum(batch.rows.num_rows for batch in group)
            has_lines = has_lines or bool(group_lines)
    return Part(name, str(path), rows, lines_path if has_lines else None)


def _group_batches(batches: Iterable[Batch]) -> Iterator[list[Batch]]:
    """Yield the batches that make a row group of Parquet, whose texts are not too long."""
    group: list[Batch] = []
    for batch in batches:
        _refuse_long_texts(batch)
        group.append(batch)
        rows = sum(batch.rows.num_rows for batch in group)
        size = sum(batch.rows.nbytes for batch in group)
        if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
            yield group
            group = []
    if group:
        yield group


def _refuse_long_texts(batch: Batch) -> None:
    for name, column in zip(batch.rows.schema.names, batch.rows.columns, strict=True):
        if (longest := measure_longest_text(column)) <= LONGEST_TEXT:
            continue
        row = next(
            row
            for row in range(len(column))
            if measure_longest_text(column.slice(row, 1)) > LONGEST_TEXT
        )
        where = "" if batch.lines is None else f"line {batch.lines[row].as_py()}: "
        raise UnsoundError(f"{where}{describe_long_text(name, longest)}")


def describe_long_text(column: str, length: int) -> str:
    """Return the reason to refuse a column with a text of this many bytes."""
    return (
        f"the column {column!r} has a text of {length:,} bytes, and the limit is {LONGEST_TEXT:,};"
        " shorten it"
    )


def measure_longest_text(column: Any) -> int:
    """Return the bytes of the longest text in an Arrow array, its lists and its dictionary."""
    if pa.types.is_dictionary(column.type):
        return measure_longest_text(column.dictionary)
    if pa.types.is_string_view(column.type):  # Arrow cannot measure views.
        return int(pl.Series(column).str.len_bytes().max() or 0)  # type: ignore[arg-type]
    if is_text(column.type):
        return int(pc.max(pc.binary_length(column)).as_py() or 0)
    if pa.types.is_nested(column.type) and hasattr(column, "flatten"):
        return measure_longest_text(column.flatten())
    return 0
