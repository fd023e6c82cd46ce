"""The rows of a file as columns: compact enough to cache, and with the place of each value.

A frame per table has the columns of the model and what else a row knows: `_line` and `_column` of
the row, `_sound`, `_prefix`, `_owner` (the number of the record that a nested row is part of), and
as JSON `_places` and `_allowed`, which are only needed where there are findings. As bytes, an
extract is a line of JSON that describes what follows, and an Arrow IPC stream per table. Reading it
cannot run code.
"""

from __future__ import annotations

import io
import json
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen.records.parser import Row
from tumen.records.yaml_parser import Fault
from tumen.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tumen.records.parser import Reading

EXTRA_COLUMNS: Final[Mapping[str, Any]] = {
    "_line": pl.Int32,
    "_column": pl.Int32,
    "_sound": pl.Boolean,
    "_prefix": pl.String,
    "_owner": pl.UInt32,
    "_places": pl.String,
    "_allowed": pl.String,
}


@dataclass(frozen=True, slots=True)
class Extract:
    """The rows of a file by table, and its faults."""

    frames: dict[str, pl.DataFrame]
    faults: list[Fault]
    records: int
    broken: bool


def from_reading(reading: Reading) -> Extract:
    """Return the rows of a file as columns."""
    numbers = {id(row): number for rows in reading.rows.values() for number, row in enumerate(rows)}
    frames = {table: _make_frame(table, rows, numbers) for table, rows in reading.rows.items()}
    return Extract(frames, reading.faults, reading.records, reading.broken)


def _make_frame(table: str, rows: list[Row], numbers: dict[int, int]) -> pl.DataFrame:
    types = TABLES[table].polars_types()
    values = [row.values for row in rows]
    data = {column: [fields.get(column) for fields in values] for column in types} | {
        "_line": [row.line for row in rows],
        "_column": [row.column for row in rows],
        "_sound": [row.sound for row in rows],
        "_prefix": [row.prefix for row in rows],
        "_owner": [numbers[id(row.owner)] if row.owner else None for row in rows],
        "_places": [json.dumps(row.places) for row in rows],
        "_allowed": [json.dumps(row.allowed) if row.allowed else None for row in rows],
    }
    return pl.DataFrame(data, schema={**types, **EXTRA_COLUMNS})


def to_row(table: str, record: dict[str, Any], file: str, owner: Row | None) -> Row:
    """Return the row that a row of a frame was made of."""
    # JSON makes a list of the line and column of each value.
    allowed, places = (
        {
            name: (line, column)
            for name, (line, column) in json.loads(record[extra_column] or "{}").items()
        }
        for extra_column in ("_allowed", "_places")
    )
    return Row(
        table=table,
        line=record["_line"],
        column=record["_column"],
        prefix=record["_prefix"],
        owner=owner,
        sound=record["_sound"],
        allowed=allowed,
        values={column: record[column] for column in TABLES[table].polars_types()},
        places=places,
        file=file,
    )


def to_bytes(extract: Extract) -> bytes:
    """Return an extract as bytes, which `from_bytes` reads."""
    parts = {}
    for table, frame in extract.frames.items():
        part = io.BytesIO()
        frame.write_ipc_stream(part, compression="lz4")
        parts[table] = part.getvalue()
    header = {
        "faults": [astuple(fault) for fault in extract.faults],
        "records": extract.records,
        "broken": extract.broken,
        "parts": {table: len(part) for table, part in parts.items()},
    }
    return b"\n".join([json.dumps(header).encode(), b"".join(parts.values())])


def from_bytes(content: bytes) -> Extract:
    """Return the extract of which `to_bytes` made these bytes."""
    line, _, body = content.partition(b"\n")
    header = json.loads(line)
    frames, start = {}, 0
    for table, size in header["parts"].items():
        frames[table] = pl.read_ipc_stream(body[start : start + size])
        start += size
    faults = [Fault(*fault) for fault in header["faults"]]
    return Extract(frames, faults, header["records"], header["broken"])
