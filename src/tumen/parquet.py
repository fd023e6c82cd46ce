"""Frames to Parquet bytes that are the same wherever they are written, and back to rows for the digest."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import rfc8785

from tumen import frames
from tumen.schemas import SCHEMA_VERSION, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

_ARROW = {"String": pa.string(), "Date": pa.date32(), "Float64": pa.float64(), "Boolean": pa.bool_()}


def arrow_schema(model: type[Table], release: str) -> pa.Schema:
    """Return the table's Arrow schema: title, description and unit in the field metadata, versions in the schema's."""
    fields = []
    columns = model.to_schema().columns
    for name, native in frames.column_types(model).items():
        kind = pa.list_(pa.field("item", pa.string())) if str(native).startswith("List") else _ARROW[str(native)]
        column = columns[name]
        metadata = {"title": column.title, "description": column.description, "unit": column.metadata["unit"]}
        fields.append(pa.field(name, kind, column.nullable, {key: text for key, text in metadata.items() if text}))
    stamp = {"schema_version": SCHEMA_VERSION, "release": release, "table": model.spec().name}
    return pa.schema(fields, {f"tumen.{key}": text for key, text in stamp.items()})


def encode(frame: pl.DataFrame, model: type[Table], release: str) -> bytes:
    """Return the bytes of a Parquet file: rows sorted by key, one row group, zstd."""
    schema = arrow_schema(model, release)
    ordered = frame.select(schema.names).sort(model.spec().key, nulls_last=False)
    table = pa.Table.from_pylist(ordered.to_dicts(), schema)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", row_group_size=max(1, table.num_rows), store_schema=True)
    return sink.getvalue()


def rows(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of a Parquet file, dates as ISO text."""
    table = pq.read_table(io.BytesIO(content), use_threads=False)
    return [
        {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row.items()}
        for row in table.to_pylist()
    ]


def row_digest(records: Iterable[dict[str, Any]]) -> str:
    """Return the SHA-256 over the rows in canonical JSON (RFC 8785), a line each: the same whatever wrote the Parquet."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(rfc8785.dumps(record) + b"\n")
    return digest.hexdigest()
