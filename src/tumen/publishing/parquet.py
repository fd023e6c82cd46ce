"""The Parquet files of a release: written with the same bytes everywhere, read, and digested.

The field metadata of each column has its title, description and unit, where pyarrow, polars and R's
arrow find them. The metadata of the file repeats them under `tumen.fields`, as JSON, for readers
that see no other metadata (DuckDB's `parquet_kv_metadata`). This module needs pyarrow, but not the
models.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import rfc8785

from tumen.release.datapackage import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import polars as pl

_ARROW: Final = {
    "string": pa.string(),
    "date": pa.date32(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "list": pa.list_(pa.field("item", pa.string())),
}
_METADATA: Final = ("title", "description", "unit")


def arrow_schema(fields: Sequence[Mapping[str, Any]], **stamp: str) -> pa.Schema:
    """Return the Arrow schema for fields of a Table Schema.

    Args:
        fields: The fields, as a datapackage describes them.
        **stamp: Properties of the release; they go into the metadata of the file as `tumen.NAME`.

    """
    metadata_by_column = {
        field["name"]: {part: field[part] for part in _METADATA if field.get(part)}
        for field in fields
    }
    columns = [
        pa.field(
            field["name"],
            _ARROW[field["type"]],
            not field.get("constraints", {}).get("required", False),
            metadata_by_column[field["name"]],
        )
        for field in fields
    ]
    fields_json = json.dumps(metadata_by_column, ensure_ascii=False, separators=(",", ":"))
    metadata = {**stamp, "fields": fields_json}
    return pa.schema(columns, {f"tumen.{key}": text for key, text in metadata.items()})


def declared(path: Path) -> pa.Schema:
    """Return the Arrow schema of a Parquet file of a release, as it was written."""
    schema = pq.read_schema(path)
    fields = [
        field.with_type(_ARROW["list"]) if pa.types.is_list(field.type) else field
        for field in schema
    ]
    return pa.schema(fields, schema.metadata)


def encode(frame: pl.DataFrame, schema: pa.Schema, key: Sequence[str] = ()) -> bytes:
    """Return a frame as a Parquet file: rows sorted by key, one row group, zstd."""
    ordered = frame.select(schema.names)
    if key:
        ordered = ordered.sort(key, nulls_last=False)
    table = pa.Table.from_pylist(ordered.to_dicts(), schema)
    sink = io.BytesIO()
    pq.write_table(
        table, sink, compression="zstd", row_group_size=max(1, table.num_rows), store_schema=True
    )
    return sink.getvalue()


def read_rows(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of a Parquet file, with dates as ISO text.

    It starts no threads, so that none are left when the process ends.
    """
    table = pq.ParquetFile(io.BytesIO(content), pre_buffer=False).read(use_threads=False)
    return [
        {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in row.items()
        }
        for row in table.to_pylist()
    ]


def row_digest(rows: Iterable[dict[str, Any]]) -> str:
    """Return the digest of rows in canonical JSON (RFC 8785), one per line.

    It does not depend on the library that wrote the Parquet file.
    """
    return sha256(b"".join(rfc8785.dumps(row) + b"\n" for row in rows))
