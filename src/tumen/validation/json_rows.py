"""The rows of a JSON Lines file: one object on each line, in UTF-8.

A byte order mark and blank lines are skipped. A column has the type of its values, and nothing is
guessed: text that looks like a date is text. Numbers stay as they are written until they are
converted, as in CSV. A duplicate key, a nested object and a column of two types are refused, with
the line.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import pyarrow as pa

from tumen.validation.arrow_types import TEXTS, Kind, UnsoundError
from tumen.validation.copies import ROWS, Batch
from tumen.validation.csv_rows import decode_lines, has_lone_surrogate, is_list_of_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _Type(NamedTuple):
    """What messages call a type of JSON, and the kind of a column of such values."""

    name: str
    kind: Kind


class _Row(NamedTuple):
    line: int
    values: dict[str, Any]


_TYPES: Final[dict[type, _Type]] = {
    str: _Type("text", nw.String()),
    _Number: _Type("a number", nw.Float64()),
    bool: _Type("true or false", nw.Boolean()),
    list: _Type("a list", TEXTS),
}
_BOOLEANS: Final[dict[Any, str]] = {True: "true", False: "false"}


class Reader:
    """A reader of one file, which learns the columns and the type of each from the rows."""

    def __init__(self, wanted: Iterable[str], lists: Collection[str]) -> None:
        fields = {name: pa.list_(pa.string()) if name in lists else pa.string() for name in wanted}
        self.schema = pa.schema(fields)
        self._names: dict[str, None] = {}
        # By column, the type of the first value that is not null, and its line.
        self._first_values: dict[str, tuple[type, int]] = {}

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kind of each column read so far; it is unknown if all values are null."""
        kinds: dict[str, Kind] = dict.fromkeys(self._names, nw.Unknown())
        return kinds | {
            name: _TYPES[value_type].kind for name, (value_type, _) in self._first_values.items()
        }

    def read_batches(self, path: Path) -> Iterator[Batch]:
        """Yield the rows; raises `UnsoundError` for the first line that is not a valid row."""
        with path.open("rb") as file:
            rows = _read_rows(decode_lines(file))
            while batch := list(islice(rows, ROWS)):
                self._names |= dict.fromkeys(chain.from_iterable(row.values for row in batch))
                columns = [self._build_column(field, batch) for field in self.schema]
                lines = pa.array([row.line for row in batch], pa.int64())
                yield Batch(pa.RecordBatch.from_arrays(columns, schema=self.schema), lines)

    def _build_column(self, field: pa.Field, rows: list[_Row]) -> pa.Array:
        """Return a column of a copy.

        It is null if its values do not fit the type of the copy. The type is then reported, and the
        values are never looked at.
        """
        values = [row.values.get(field.name) for row in rows]
        types = set(map(type, values)) - {type(None)}
        first_type, _ = self._first_values.get(field.name, (None, 0))
        if not types <= {first_type} or list in types:
            self._refuse_mixed_types(field.name, rows)
        if types and (types == {list}) != pa.types.is_list(field.type):
            return pa.nulls(len(rows), field.type)
        if types == {bool}:
            values = [_BOOLEANS.get(value) for value in values]
        try:
            return pa.array(values, field.type)
        except UnicodeEncodeError:
            row = next(row for row in rows if has_lone_surrogate(str(row.values.get(field.name))))
            raise UnsoundError(
                f"line {row.line}: {field.name!r} has half of a surrogate pair,"
                " which is not a character"
            ) from None

    def _refuse_mixed_types(self, name: str, rows: list[_Row]) -> None:
        """Raise `UnsoundError` if a value differs in type from the first, or fits no column."""
        for line, values in rows:
            value = values.get(name)
            if value is None:
                continue
            if isinstance(value, dict) or (isinstance(value, list) and not is_list_of_texts(value)):
                raise UnsoundError(
                    f"line {line}: {name!r} is an object, or a list of values that are not text;"
                    " no column can have such a value"
                )
            first_type, first_line = self._first_values.setdefault(name, (type(value), line))
            if type(value) is not first_type:
                raise UnsoundError(
                    f"line {line}: {name!r} is {_TYPES[type(value)].name}, and"
                    f" {_TYPES[first_type].name} in line {first_line}; give a column one type"
                )


def _read_rows(lines: Iterator[str]) -> Iterator[_Row]:
    decoder = json.JSONDecoder(
        object_pairs_hook=_refuse_duplicate_keys,
        parse_float=_Number,
        parse_int=_Number,
        parse_constant=_Number,
    )
    for number, line in enumerate(lines, 1):
        if text := line.strip(" \t\r\n"):
            yield _Row(number, _decode(text, number, decoder))


def _decode(text: str, line: int, decoder: json.JSONDecoder) -> dict[str, Any]:
    try:
        row = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise UnsoundError(
            f"line {line} is not JSON at column {error.colno}: {error.msg};"
            " write one object on each line"
        ) from None
    except RecursionError:
        raise UnsoundError(
            f"line {line} is nested too deeply; a row has values and lists of texts"
        ) from None
    except UnsoundError as error:
        raise UnsoundError(f"line {line}: {error}") from None
    if not isinstance(row, dict):
        raise UnsoundError(f'line {line} is not an object; write a row as {{"column": value}}')
    return row


def _refuse_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        duplicate, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise UnsoundError(f"the key {duplicate!r} appears twice; keep one of them")
    return row
