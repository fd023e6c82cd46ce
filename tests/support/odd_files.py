"""Odd files of a table, drawn at random from a seed, as other tools and careless users write."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import generated_tables
import polars as pl
import pyarrow as pa
from pyarrow import parquet as pq

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

TABLES: Final = ("places", "meetings", "citations", "deployments")
FORMATS: Final = (".csv", ".jsonl", ".parquet", ".arrow")
_TEXTS: Final = (
    "",
    " ",
    " a",
    "a b",
    "a,b",
    'a "b" c',
    "a\nb",
    "a\r\nb",
    "북한",
    "2025-06-17",
    "0",
    "true",
    "é\u0301",
    "[]",
    "null",
    "a\u200bb",
)
_DAYS: Final = (
    "2025-06-17",
    "2025-6-7",
    "2025-06-17T00:00:00Z",
    "0000-01-01",
    "2025-02-29",
    " 2025-06-17",
    "9999-12-31",
    "",
)
_NUMBERS: Final = (
    "1",
    "-0",
    "+5",
    "1e5",
    "1e400",
    "nan",
    "inf",
    "91",
    "12345678901234567",
    "0.30000000000000004",
    "1,5",
    "1.",
    ".5",
    "0x1",
)
_LISTS: Final = (
    '["treaty"]',
    '["treaty", "treaty"]',
    "[]",
    '[""]',
    "[null]",
    "treaty",
    "[1]",
    '[["a"]]',
    '["a"',
    '{"a": 1}',
    "",
)
_JSON: Final = (
    "null",
    "1",
    "1.5",
    "NaN",
    "-Infinity",
    "1e400",
    "12345678901234567",
    '"x"',
    '"2025-06-17"',
    "true",
    "[]",
    '["a"]',
    "[1]",
    "{}",
    '"\\ud800"',
)
_LINE_ENDS: Final = ("\n", "\n", "\n", "\r\n", "\r\n", "\r")


def write_odd_file(drawn: Random, folder: Path) -> tuple[str, Path]:
    """Write a file of some table; return the table and the path."""
    table = drawn.choice(TABLES)
    path = (
        folder
        / f"{drawn.choice(('a', '[a]', 'a?', 'x=1', '~a', 'a b', 'é'))}{drawn.choice(FORMATS)}"
    )
    frame = generated_tables.tables()[table]
    frame = frame[drawn.randrange(frame.height) :].head(drawn.randint(1, 4))
    {".csv": _write_csv, ".jsonl": _write_jsonl, ".parquet": _write_arrow, ".arrow": _write_arrow}[
        path.suffix
    ](frame, path, drawn)
    return table, path


def _written(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in row.items()
        }
        for row in frame.to_dicts()
    ]


def _odd_cell(kind: pl.DataType, drawn: Random) -> str:
    pools = {
        pl.Date: _DAYS,
        pl.Float64: _NUMBERS,
        pl.List: _LISTS,
        pl.Boolean: ("true", "True", "1", ""),
    }
    return drawn.choice(pools.get(kind.base_type(), _TEXTS))


def _write_csv(frame: pl.DataFrame, path: Path, drawn: Random) -> None:
    rows = [{name: _cell(value) for name, value in row.items()} for row in _written(frame)]
    for _ in range(drawn.choice((0, 0, 1, 2))):
        name = drawn.choice(frame.columns)
        drawn.choice(rows)[name] = _odd_cell(frame.schema[name], drawn)
    end = drawn.choice(_LINE_ENDS)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(
        text,
        frame.columns,
        lineterminator=end,
        quoting=drawn.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    )
    writer.writeheader()
    writer.writerows(rows)
    content = drawn.choice((_as_it_is,) * 6 + _CSV_FAULTS)(text.getvalue(), end, drawn)
    path.write_bytes(
        drawn.choice((b"", b"", b"\xef\xbb\xbf"))
        + content.encode(drawn.choice(("utf-8",) * 9 + ("utf-16",)))
    )


def _cell(value: object) -> str:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _as_it_is(text: str, end: str, drawn: Random) -> str:
    return text


def _with_blank_lines(text: str, end: str, drawn: Random) -> str:
    header, _, rest = text.partition(end)
    return drawn.choice((end, "")) + header + end * 2 + rest + end * drawn.choice((0, 3))


def _without_last_end(text: str, end: str, drawn: Random) -> str:
    return text.removesuffix(end)


def _with_one_more_cell(text: str, end: str, drawn: Random) -> str:
    return text.removesuffix(end) + ",x" + end


def _with_one_cell_less(text: str, end: str, drawn: Random) -> str:
    return text.removesuffix(end).rpartition(",")[0] + end


def _with_an_open_quote(text: str, end: str, drawn: Random) -> str:
    place = text.rindex(",")
    return f'{text[:place]},"{text[place + 1 :]}'


def _with_a_quote_within(text: str, end: str, drawn: Random) -> str:
    place = text.rindex(",")
    return f'{text[:place]},a"b{text[place + 1 :]}'


def _with_spaces_in_the_header(text: str, end: str, drawn: Random) -> str:
    header, _, rest = text.partition(end)
    return header.replace(",", ", ") + end + rest


def _with_the_header_twice(text: str, end: str, drawn: Random) -> str:
    return text.partition(end)[0] + end + text


def _with_semicolons(text: str, end: str, drawn: Random) -> str:
    return text.replace(",", ";")


_CSV_FAULTS: Final = (
    _with_blank_lines,
    _without_last_end,
    _with_one_more_cell,
    _with_one_cell_less,
    _with_an_open_quote,
    _with_a_quote_within,
    _with_spaces_in_the_header,
    _with_the_header_twice,
    _with_semicolons,
)


def _write_jsonl(frame: pl.DataFrame, path: Path, drawn: Random) -> None:
    lines = []
    for row in _written(frame):
        items = {
            name: json.dumps(value, ensure_ascii=drawn.random() < 0.5)
            for name, value in row.items()
        }
        if drawn.random() < 0.3:
            items[drawn.choice(frame.columns)] = drawn.choice(_JSON)
        if drawn.random() < 0.1:
            del items[drawn.choice(list(items))]
        pairs = [f"{json.dumps(name)}: {value}" for name, value in items.items()]
        if drawn.random() < 0.1:
            pairs.append(
                f"{json.dumps(drawn.choice((*frame.columns, 'another')))}: {drawn.choice(_JSON)}"
            )
        if drawn.random() < 0.2:
            drawn.shuffle(pairs)
        lines.append("{" + ", ".join(pairs) + "}" + drawn.choice(("", "", "", "\r", " ", "\n")))
    cut = drawn.choice((0,) * 9 + (1, 5))
    content = "\n".join(lines) + drawn.choice(("\n", "", "\n\n"))
    path.write_bytes(
        drawn.choice((b"", b"", b"\xef\xbb\xbf")) + content[: len(content) - cut].encode()
    )


def _write_arrow(frame: pl.DataFrame, path: Path, drawn: Random) -> None:
    table = frame.to_arrow().cast(
        pa.schema(
            [(name, _plain(kind)) for name, kind in zip(frame.columns, frame.dtypes, strict=True)]
        )
    )
    for _ in range(drawn.choice((0, 1, 1, 2))):
        place = drawn.randrange(table.num_columns)
        name = table.column_names[place]
        column = drawn.choice(_columns_for(frame.dtypes[place], frame[name].to_list(), drawn))
        if path.suffix == ".parquet" and pa.types.is_list_view(column.type):
            continue
        table = table.set_column(place, name, column)
    if drawn.random() < 0.1:
        table = table.append_column(
            drawn.choice(("another", "row", table.column_names[0])), table.column(0)
        )
    if path.suffix == ".parquet":
        pq.write_table(
            table,
            path,
            row_group_size=drawn.choice((1, 2, 100)),
            use_dictionary=drawn.random() < 0.5,
        )
    else:
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table, max_chunksize=drawn.choice((1, 2, 100)))


def _plain(kind: pl.DataType) -> pa.DataType:
    plain = {
        pl.Date: pa.date32(),
        pl.Float64: pa.float64(),
        pl.Boolean: pa.bool_(),
        pl.List: pa.list_(pa.string()),
    }
    return plain.get(kind.base_type(), pa.string())


def _columns_for(kind: pl.DataType, values: list[Any], drawn: Random) -> list[pa.Array]:
    """Return the values of a column in other types, and other values in its type."""
    rows = len(values)
    of_nulls = pa.nulls(rows)
    if kind == pl.Date:
        moments = [
            None
            if day is None
            else dt.datetime(day.year, day.month, day.day, drawn.choice((0, 0, 9)), tzinfo=dt.UTC)
            for day in values
        ]
        far = pa.array([drawn.choice((0, -719_163, 2_932_896))] * rows, pa.int32()).cast(
            pa.date32()
        )
        zones = [
            pa.array(moments, pa.timestamp(unit, zone))
            for unit in ("ms", "us", "ns")
            for zone in (None, "UTC", "Asia/Seoul")
        ]
        return [
            of_nulls,
            far,
            *zones,
            pa.array(values, pa.date64()),
            pa.array([_odd_cell(kind, drawn)] * rows),
        ]
    if kind == pl.Float64:
        numbers = [
            drawn.choice((None, 1, 10**15, -(10**15) + 1, 12345678901234567)) for _ in range(rows)
        ]
        exact = [
            drawn.choice((None, Decimal("0.5"), Decimal("1.23456789012345678")))
            for _ in range(rows)
        ]
        floats = pa.array(
            [drawn.choice((0.5, -0.0, 91.0, 1e300)) for _ in range(rows)],
            drawn.choice((pa.float32(), pa.float64())),
        )
        odd = [
            pa.array(exact, pa.decimal128(38, 20)),
            pa.array(exact, pa.decimal256(50, 20)),
            pa.array([_odd_cell(kind, drawn)] * rows),
        ]
        return [
            of_nulls,
            pa.array(numbers, pa.int64()),
            floats,
            pa.array([drawn.randrange(99)] * rows, pa.uint8()),
            *odd,
        ]
    if kind == pl.Boolean:
        return [
            of_nulls,
            pa.array(["true"] * rows),
            pa.array([1] * rows),
            pa.array([_odd_cell(kind, drawn)] * rows),
        ]
    if isinstance(kind, pl.List):
        dictionary = pa.list_(pa.dictionary(pa.int32(), pa.string()))
        fixed = pa.array(
            [["treaty", drawn.choice(("treaty", "trade"))]] * rows, pa.list_(pa.string(), 2)
        )
        numbers = pa.array([[1]] * rows, pa.list_(pa.int64()))
        return [
            of_nulls,
            fixed,
            numbers,
            pa.array(values, dictionary),
            pa.array(values, pa.large_list(pa.large_string())),
            pa.array(['["a"]'] * rows),
        ]
    texts = pa.array(
        [_odd_cell(kind, drawn) if drawn.random() < 0.5 else value for value in values], pa.string()
    )
    return [
        of_nulls,
        texts,
        texts.dictionary_encode(),
        texts.cast(pa.large_string()),
        texts.cast(pa.binary()),
        pa.array([1] * rows),
    ]
