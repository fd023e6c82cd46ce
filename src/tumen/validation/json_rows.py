"""The rows of a JSON Lines file: an object a line, in UTF-8; a byte order mark and blank lines are skipped.

A column is of one type, which its values have and nobody guesses: a text that looks like a day is a text. Numbers are kept as they
are written until they are made numbers, as those of CSV are. A key that stands twice, an object within and a column of two types
are refused, with the line.
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
from tumen.validation.csv_rows import decode_lines, has_half_a_pair, is_list_of_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _Type(NamedTuple):
    """What a value of JSON is called, and what a column of such values is to the check."""

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
_FLAGS: Final[dict[Any, str]] = {True: "true", False: "false"}


class Reader:
    """What has been seen of a file: its columns, and where each first had a value."""

    def __init__(self, wanted: Iterable[str], lists: Collection[str]) -> None:
        fields = {name: pa.list_(pa.string()) if name in lists else pa.string() for name in wanted}
        self.schema = pa.schema(fields)
        self._names: dict[str, None] = {}
        self._first: dict[str, tuple[type, int]] = {}

    @property
    def kinds(self) -> dict[str, Kind]:
        """What each column seen so far holds; of one of nulls alone, nothing is known."""
        return {
            name: _TYPES[self._first[name][0]].kind if name in self._first else nw.Unknown()
            for name in self._names
        }

    def read_batches(self, path: Path) -> Iterator[Batch]:
        """Yield the rows; raises `UnsoundError` for the first line that is no row."""
        with path.open("rb") as file:
            rows = _read_rows(decode_lines(file))
            while some := list(islice(rows, ROWS)):
                self._names |= dict.fromkeys(chain.from_iterable(row.values for row in some))
                columns = [self._column(field, some) for field in self.schema]
                lines = pa.array([row.line for row in some], pa.int64())
                yield Batch(pa.RecordBatch.from_arrays(columns, schema=self.schema), lines)

    def _column(self, field: pa.Field, rows: list[_Row]) -> pa.Array:
        """Return a column of a copy; of nulls where the type does not fit, as is told before it is looked at."""
        values = [row.values.get(field.name) for row in rows]
        types = set(map(type, values)) - {type(None)}
        if (
            not types <= {self._first[field.name][0] if field.name in self._first else None}
            or list in types
        ):
            self._refuse_mixed(field.name, rows)
        if types and (types == {list}) != pa.types.is_list(field.type):
            return pa.nulls(len(rows), field.type)
        try:
            return pa.array(
                [_FLAGS.get(value) for value in values] if types == {bool} else values, field.type
            )
        except UnicodeEncodeError:
            row = next(row for row in rows if has_half_a_pair(str(row.values.get(field.name))))
            raise UnsoundError(
                f"line {row.line}: {field.name!r} holds half of a surrogate pair, which is no letter"
            ) from None

    def _refuse_mixed(self, name: str, rows: list[_Row]) -> None:
        """Raise `UnsoundError` where a value is of another type than the first, or of none that a column can have."""
        for line, values in rows:
            value = values.get(name)
            if value is None:
                continue
            if isinstance(value, dict) or (isinstance(value, list) and not is_list_of_texts(value)):
                raise UnsoundError(
                    f"line {line}: {name!r} is an object, or a list of what is not text; no column holds such"
                )
            first, before = self._first.setdefault(name, (type(value), line))
            if type(value) is not first:
                said = f"{_TYPES[type(value)].name}, and {_TYPES[first].name} in line {before}"
                raise UnsoundError(f"line {line}: {name!r} is {said}; a column is of one type")


def _read_rows(lines: Iterator[str]) -> Iterator[_Row]:
    decoder = json.JSONDecoder(
        object_pairs_hook=_once, parse_float=_Number, parse_int=_Number, parse_constant=_Number
    )
    for number, line in enumerate(lines, 1):
        if text := line.strip(" \t\r\n"):
            yield _Row(number, _decode(text, number, decoder))


def _decode(text: str, line: int, decoder: json.JSONDecoder) -> dict[str, Any]:
    try:
        row = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise UnsoundError(
            f"line {line} is not JSON at column {error.colno}: {error.msg}; write an object a line"
        ) from None
    except RecursionError:
        raise UnsoundError(
            f"line {line} is nested too deep; a row holds values and lists of texts"
        ) from None
    except UnsoundError as error:
        raise UnsoundError(f"line {line}: {error}") from None
    if not isinstance(row, dict):
        raise UnsoundError(
            f"line {line} is no object; write a row as {{'column': value}}, in double quotes"
        )
    return row


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise UnsoundError(f"the key {twice!r} stands twice; keep one of them")
    return row
