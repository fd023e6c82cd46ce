"""What a Parquet file holds, whoever wrote it: its rows, and their digest; needs pyarrow alone, none of the models."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import rfc8785

from tumen.release.resources import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable


def rows(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of a Parquet file, dates as ISO text; no thread is started, so that none is left when a process ends."""
    table = pq.ParquetFile(io.BytesIO(content), pre_buffer=False).read(use_threads=False)
    return [
        {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in row.items()
        }
        for row in table.to_pylist()
    ]


def row_digest(records: Iterable[dict[str, Any]]) -> str:
    """Return the digest of the rows in canonical JSON (RFC 8785), a line each: the same whatever wrote the Parquet."""
    return sha256(b"".join(rfc8785.dumps(record) + b"\n" for record in records))
