"""The rows of a CSV file: RFC 4180 in UTF-8, of which the first line names the columns.

A byte order mark is skipped, and so are blank lines; an empty cell is null, in quotes or not. A list is written as a JSON array of
texts, as the export does. A row that has more or fewer cells than the header, a quote that is not closed and a line that ends in a
carriage return alone are refused, with the line.
"""

from __future__ import annotations

import csv
import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from tumen.tabular.column_types import UnsoundError, refuse_twice
from tumen.tabular.copies import LONGEST, ROWS, Batch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

PARSED: Final = "parsed "
"""What stands before a column's name where the column holds the lists that are written as text in the column of that name."""

_LONGEST_LINE: Final = 2**24
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read_header(path: Path) -> list[str]:
    """Return the names of the columns; raises `UnsoundError` if there are none, or two are the same."""
    with path.open("rb") as file:
        header = next((row for _, row in _read_rows(file)), None)
    if header is None:
        raise UnsoundError("it is empty; its first line names the columns")
    refuse_twice(header)
    return header


def schema_of(header: Sequence[str], wanted: Collection[str], lists: Collection[str]) -> pa.Schema:
    """Return the columns of a copy: those wanted, as text, and beside those of lists the lists."""
    texts = {name: pa.string() for name in header if name in wanted}
    return pa.schema(texts | {PARSED + name: pa.list_(pa.string()) for name in header if name in lists})


def read_batches(path: Path, schema: pa.Schema) -> Iterator[Batch]:
    """Yield the rows; raises `UnsoundError` for the first that is none."""
    with path.open("rb") as file:
        rows = _read_rows(file)
        _, header = next(rows)
        while some := list(islice(_checked(rows, len(header)), ROWS)):
            cells = dict(zip(header, zip(*(row for _, row in some), strict=True), strict=True))
            columns = [_column(name, field.type, cells) for name, field in zip(schema.names, schema, strict=True)]
            yield Batch(pa.RecordBatch.from_arrays(columns, schema=schema), pa.array([line for line, _ in some], pa.int64()))


def _column(name: str, kind: Any, cells: dict[str, tuple[str, ...]]) -> pa.Array:
    if pa.types.is_list(kind):
        return pa.array([parse_texts(cell) for cell in cells[name.removeprefix(PARSED)]], kind)
    return pa.array([cell or None for cell in cells[name]], kind)


def parse_texts(cell: str) -> list[str | None] | None:
    """Return the texts of a JSON array, null where the cell holds none."""
    try:
        values = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return values if is_list_of_texts(values) else None


def is_list_of_texts(value: object) -> bool:
    """Return whether a value of JSON is an array of texts that UTF-8 can hold; a null in it is left to the rules."""
    if not isinstance(value, list) or not {type(item) for item in value} <= {str, type(None)}:
        return False
    return not any(has_half_a_pair(item) for item in value if item is not None)


def has_half_a_pair(text: str) -> bool:
    r"""Return whether a text has one half of a surrogate pair, as `"\ud800"` in JSON gives."""
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


def _checked(rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, list[str]]]:
    for line, row in rows:
        if len(row) != width:
            raise UnsoundError(
                f"line {line} has {len(row)} cells, and the header {width}; put a cell that holds a comma or a line end in quotes"
            )
        yield line, row


def _read_rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line that it begins at; blank lines are none."""
    reader, line = csv.reader(decode_lines(file), strict=True), 1
    unlimited = csv.field_size_limit() > LONGEST  # which belongs to the process, and another library may have raised
    try:
        for row in reader:
            if unlimited:
                _refuse_long(row)
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnsoundError(_reason(str(error), line, reader.line_num)) from None


def _refuse_long(row: list[str]) -> None:
    if any(len(cell) > LONGEST for cell in row):
        raise csv.Error("field larger than field limit")


def _reason(said: str, line: int, last: int) -> str:
    if "unexpected end" in said:
        return f"a quote that opens in the row of line {line} is not closed"
    if "field limit" in said:
        return f"a cell in the row of line {line} is longer than is read; is a quote not closed?"
    if "new-line" in said:
        return f"line {last} has a carriage return within; end each line with a line feed, or with both"
    if "expected after" in said:
        return f"line {last}: a cell goes on after its closing quote; write a quote within a cell twice"
    return f"line {last}: {said}"


def decode_lines(file: BinaryIO) -> Iterator[str]:
    """Yield the lines of a text file; raises `UnsoundError` for one that is too long or not UTF-8."""
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise UnsoundError(f"line {number} is longer than {_LONGEST_LINE:,} bytes; end each row with a line feed")
        try:
            yield (line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line).decode()
        except UnicodeDecodeError as error:
            raise UnsoundError(f"line {number} is not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from None
