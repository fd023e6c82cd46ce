"""What a file gave, as columns: small enough to keep, whole enough to say where each value stands.

A frame per table holds the columns of the model and beside them what else a row knows: `_line` and `_column` of the row, `_sound`,
`_prefix`, `_owner` (the number of the record that a nested row stands in), and as JSON `_places` and `_allowed`, which are
needed only where something is found. In bytes, an extract is a line of JSON, which says what follows it, and an Arrow IPC
stream per table; nothing in it can run.
"""

from __future__ import annotations

import io
import json
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen.records.frames import column_types
from tumen.records.rows import Row
from tumen.records.yaml_parser import Fault
from tumen.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tumen.records.parser import Reading

BESIDE: Final[Mapping[str, Any]] = {
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


def of(reading: Reading) -> Extract:
    """Return what a file gave as columns."""
    numbers = {id(row): number for rows in reading.rows.values() for number, row in enumerate(rows)}
    frames = {table: _frame(table, rows, numbers) for table, rows in reading.rows.items()}
    return Extract(frames, reading.faults, reading.records, reading.broken)


def _frame(table: str, rows: list[Row], numbers: dict[int, int]) -> pl.DataFrame:
    types = column_types(TABLES[table])
    held = [row.values for row in rows]
    data = {column: [values.get(column) for values in held] for column in types} | {
        "_line": [row.line for row in rows],
        "_column": [row.column for row in rows],
        "_sound": [row.sound for row in rows],
        "_prefix": [row.prefix for row in rows],
        "_owner": [numbers[id(row.owner)] if row.owner else None for row in rows],
        "_places": [json.dumps(row.places) for row in rows],
        "_allowed": [json.dumps(row.allowed) if row.allowed else None for row in rows],
    }
    return pl.DataFrame(data, schema={**types, **BESIDE})


def row(table: str, told: dict[str, Any], file: str, owner: Row | None) -> Row:
    """Return the row that a line of a frame tells of."""
    allowed, places = (
        {name: (line, column) for name, (line, column) in json.loads(told[beside] or "{}").items()}
        for beside in ("_allowed", "_places")
    )
    values = {column: told[column] for column in column_types(TABLES[table])}
    return Row(
        table,
        told["_line"],
        told["_column"],
        told["_prefix"],
        owner,
        told["_sound"],
        allowed,
        values,
        places,
        file,
    )


def to_bytes(kept: Extract) -> bytes:
    """Return an extract as bytes, from which `from_bytes` makes it again."""
    parts = {}
    for table, frame in kept.frames.items():
        part = io.BytesIO()
        frame.write_ipc_stream(part, compression="lz4")
        parts[table] = part.getvalue()
    told = {
        "faults": [astuple(fault) for fault in kept.faults],
        "records": kept.records,
        "broken": kept.broken,
        "parts": {table: len(part) for table, part in parts.items()},
    }
    return b"\n".join([json.dumps(told).encode(), b"".join(parts.values())])


def from_bytes(content: bytes) -> Extract:
    """Return the extract that `to_bytes` made bytes of."""
    line, _, rest = content.partition(b"\n")
    told = json.loads(line)
    frames, start = {}, 0
    for table, size in told["parts"].items():
        frames[table] = pl.read_ipc_stream(rest[start : start + size])
        start += size
    return Extract(
        frames, [Fault(*fault) for fault in told["faults"]], told["records"], told["broken"]
    )
