"""The rows of a CSV file: RFC 4180 in UTF-8, with the names of the columns in the first line.

A byte order mark and blank lines are skipped. An empty cell is null, whether in quotes or not. A
list is written as a JSON array of texts, as in an export.

These are refused, with the line: a row with more or fewer cells than the header, a quote that is
not closed, and a line that ends in a carriage return alone.
"""

from __future__ import annotations

import csv
import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from tumen.validation.arrow_types import UnsoundError, refuse_duplicate_names
from tumen.validation.copies import LONGEST_TEXT, ROWS, Batch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

PARSED: Final = "parsed "
"""Prefix of a column with the lists that are written as text in the column of that name."""

_LONGEST_LINE: Final = 2**24
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read_header(path: Path) -> list[str]:
    """Return the names of the columns; raises `UnsoundError` if there are none, or duplicates."""
    with path.open("rb") as file:
        header = next((row for _, row in _read_rows(file)), None)
    if header is None:
        raise UnsoundError("it is empty; write the names of the columns in the first line")
    refuse_duplicate_names(header)
    return header


def copy_schema(
    header: Sequence[str], wanted: Collection[str], lists: Collection[str]
) -> pa.Schema:
    """Return the schema of a copy: the wanted columns as text, and columns of lists as lists."""
    texts = {name: pa.string() for name in header if name in wanted}
    parsed = {PARSED + name: pa.list_(pa.string()) for name in header if name in lists}
    return pa.schema(texts | parsed)


def read_batches(path: Path, schema: pa.Schema) -> Iterator[Batch]:
    """Yield the rows; raises `UnsoundError` for the first that is not valid CSV."""
    with path.open("rb") as file:
        rows = _read_rows(file)
        _, header = next(rows)
        while batch := list(islice(_check_width(rows, len(header)), ROWS)):
            cells = dict(zip(header, zip(*(row for _, row in batch), strict=True), strict=True))
            columns = [
                _build_column(name, field.type, cells)
                for name, field in zip(schema.names, schema, strict=True)
            ]
            lines = pa.array([line for line, _ in batch], pa.int64())
            yield Batch(pa.RecordBatch.from_arrays(columns, schema=schema), lines)


def _build_column(name: str, arrow_type: Any, cells: dict[str, tuple[str, ...]]) -> pa.Array:
    if pa.types.is_list(arrow_type):
        texts = cells[name.removeprefix(PARSED)]
        return pa.array([_parse_list(cell) for cell in texts], arrow_type)
    return pa.array([cell or None for cell in cells[name]], arrow_type)


def _parse_list(cell: str) -> list[str | None] | None:
    """Return the texts of a JSON array, or None if the cell is not such an array."""
    try:
        values = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return values if is_list_of_texts(values) else None


def is_list_of_texts(value: object) -> bool:
    """Return whether a JSON value is an array of texts that UTF-8 can encode.

    It may contain null, which a rule reports.
    """
    if not isinstance(value, list) or not {type(item) for item in value} <= {str, type(None)}:
        return False
    return not any(has_lone_surrogate(item) for item in value if item is not None)


def has_lone_surrogate(text: str) -> bool:
    r"""Return whether a text has half of a surrogate pair, as `"\ud800"` in JSON gives."""
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def _check_width(
    rows: Iterator[tuple[int, list[str]]], width: int
) -> Iterator[tuple[int, list[str]]]:
    for line, row in rows:
        if len(row) != width:
            raise UnsoundError(
                f"line {line} has {len(row)} cells, and the header {width};"
                " put a cell that contains a comma or a line end in quotes"
            )
        yield line, row


def _read_rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield each row, blank lines left out, with the line at which it begins."""
    reader = csv.reader(decode_lines(file), strict=True)
    # The limit belongs to the process, and another library may have raised it.
    is_unlimited = csv.field_size_limit() > LONGEST_TEXT
    line = 1
    try:
        for row in reader:
            if is_unlimited:
                _refuse_long_cells(row)
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnsoundError(_explain(str(error), line, reader.line_num)) from None


def _refuse_long_cells(row: list[str]) -> None:
    """Raise what the csv module raises for a cell over its own limit."""
    if any(len(cell) > LONGEST_TEXT for cell in row):
        raise csv.Error("field larger than field limit")


def _explain(error: str, line: int, last_line: int) -> str:
    """Return what an error of the csv module means, in a row from `line` to `last_line`."""
    if "unexpected end" in error:
        return f"a quote that opens in the row of line {line} is not closed"
    if "field limit" in error:
        return f"a cell in the row of line {line} is too long; is a quote not closed?"
    if "new-line" in error:
        return (
            f"line {last_line} contains a carriage return;"
            " end each line with a line feed, or with both"
        )
    if "expected after" in error:
        return (
            f"line {last_line} has text after the closing quote of a cell;"
            " write a quote within a cell twice"
        )
    return f"line {last_line}: {error}"


def decode_lines(file: BinaryIO) -> Iterator[str]:
    """Yield the lines of a text file; raises `UnsoundError` if one is too long or not UTF-8."""
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise UnsoundError(
                f"line {number} is longer than {_LONGEST_LINE:,} bytes;"
                " end each row with a line feed"
            )
        try:
            yield (line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line).decode()
        except UnicodeDecodeError as error:
            raise UnsoundError(
                f"line {number} is not UTF-8 at byte {error.start + 1}; save the file as UTF-8"
            ) from None
