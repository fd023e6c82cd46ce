"""Frames to Parquet bytes that are the same wherever they are written.

Title, description and unit of each column stand in its field metadata, where pyarrow, polars and R's arrow find them, and once more
in the file's own metadata under `tumen.fields`, as JSON, for readers that see no others (DuckDB's `parquet_kv_metadata`).
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

_ARROW: Final = {
    "string": pa.string(),
    "date": pa.date32(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "list": pa.list_(pa.field("item", pa.string())),
}
_TOLD: Final = ("title", "description", "unit")


def arrow_schema(fields: Sequence[Mapping[str, Any]], **stamp: str) -> pa.Schema:
    """Return the Arrow schema of fields of a Table Schema; `stamp` goes into the file's metadata as `tumen.NAME`."""
    told = {
        field["name"]: {part: field[part] for part in _TOLD if field.get(part)} for field in fields
    }
    columns = [
        pa.field(
            field["name"],
            _ARROW[field["type"]],
            not field.get("constraints", {}).get("required", False),
            told[field["name"]],
        )
        for field in fields
    ]
    metadata = {**stamp, "fields": json.dumps(told, ensure_ascii=False, separators=(",", ":"))}
    return pa.schema(columns, {f"tumen.{key}": text for key, text in metadata.items()})


def declared(path: Path) -> pa.Schema:
    """Return the Arrow schema that a Parquet file of a release declares, in the types in which it was written."""
    read = pq.read_schema(path)
    fields = [
        field.with_type(_ARROW["list"]) if pa.types.is_list(field.type) else field for field in read
    ]
    return pa.schema(fields, read.metadata)


def encode(frame: pl.DataFrame, schema: pa.Schema, key: Sequence[str] = ()) -> bytes:
    """Return the bytes of a Parquet file: rows sorted by key, one row group, zstd."""
    ordered = frame.select(schema.names)
    if key:
        ordered = ordered.sort(key, nulls_last=False)
    table = pa.Table.from_pylist(ordered.to_dicts(), schema)
    sink = io.BytesIO()
    pq.write_table(
        table, sink, compression="zstd", row_group_size=max(1, table.num_rows), store_schema=True
    )
    return sink.getvalue()
