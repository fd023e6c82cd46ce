"""The rows of an Arrow IPC file.

Every batch is validated in full before an engine gets it: offsets, views and indices must lie
within their buffers, which DuckDB takes for granted.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pyarrow as pa
from pyarrow import ipc

from tumen.validation.arrow_types import TEXTS, UnsoundError, column_kinds
from tumen.validation.copies import (
    LONGEST_TEXT,
    ROWS,
    Batch,
    describe_long_text,
    measure_longest_text,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


def read_schema(path: Path) -> pa.Schema:
    """Return the schema of a file; raises an error of Arrow if it is not Arrow IPC."""
    with _open_file(path) as reader:
        return reader.schema


def copy_schema(schema: pa.Schema, wanted: Collection[str]) -> pa.Schema:
    """Return the schema of a copy: the wanted columns that a table can have, in plain types."""
    kinds = {
        name: kind
        for name, kind in column_kinds(schema).items()
        if name in wanted and not isinstance(kind, str)
    }
    return pa.schema(
        {name: _to_plain_type(schema.field(name).type, kind) for name, kind in kinds.items()}
    )


def _to_plain_type(arrow_type: Any, kind: object) -> Any:
    plain: dict[Any, Any] = {
        nw.String(): pa.string(),
        nw.Date(): pa.date32(),
        TEXTS: pa.list_(pa.string()),
    }
    if kind in plain:
        return plain[kind]
    return arrow_type.value_type if pa.types.is_dictionary(arrow_type) else arrow_type


def read_batches(path: Path, schema: pa.Schema) -> Iterator[Batch]:
    """Yield the rows; raises `UnsoundError` or an error of Arrow for a batch that is damaged."""
    with _open_file(path) as reader:
        places = [reader.schema.get_field_index(name) for name in schema.names]
    with _open_file(path, ipc.IpcReadOptions(included_fields=places)) as reader:
        for number in range(reader.num_record_batches):
            batch = reader.get_batch(number)
            batch.validate(full=True)
            yield from _split_batch(batch, schema)


def _split_batch(batch: pa.RecordBatch, schema: pa.Schema) -> Iterator[Batch]:
    for name in schema.names:
        if (longest := measure_longest_text(batch.column(name))) > LONGEST_TEXT:
            raise UnsoundError(describe_long_text(name, longest))
    for start in range(0, batch.num_rows, ROWS):
        rows = batch.slice(start, ROWS)
        columns = [rows.column(field.name).cast(field.type) for field in schema]
        yield Batch(pa.RecordBatch.from_arrays(columns, schema=schema), None)


@contextmanager
def _open_file(
    path: Path, options: ipc.IpcReadOptions | None = None
) -> Iterator[ipc.RecordBatchFileReader]:
    with pa.OSFile(str(path)) as file:
        yield ipc.open_file(file, options=options)
