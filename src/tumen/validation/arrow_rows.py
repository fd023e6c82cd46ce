"""The rows of an Arrow IPC file, each batch proven whole before any engine sees it.

Offsets, views and indices lie within their buffers, which DuckDB takes for granted.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pyarrow as pa
from pyarrow import ipc

from tumen.validation.arrow_types import TEXTS, UnsoundError, kinds_of
from tumen.validation.copies import LONGEST, ROWS, Batch, longest_text, too_long

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


def read_schema(path: Path) -> pa.Schema:
    """Return the schema of a file; raises `UnsoundError` where it is none."""
    with _opened(path) as reader:
        return reader.schema


def schema_of(schema: pa.Schema, wanted: Collection[str]) -> pa.Schema:
    """Return the columns of a copy: those wanted that a table can have, each in its plainest type."""
    kinds = {
        name: kind
        for name, kind in kinds_of(schema).items()
        if name in wanted and not isinstance(kind, str)
    }
    return pa.schema({name: _plain(schema.field(name).type, kind) for name, kind in kinds.items()})


def _plain(given: Any, kind: object) -> Any:
    plain: dict[Any, Any] = {
        nw.String(): pa.string(),
        nw.Date(): pa.date32(),
        TEXTS: pa.list_(pa.string()),
    }
    return plain.get(kind, given.value_type if pa.types.is_dictionary(given) else given)


def read_batches(path: Path, schema: pa.Schema) -> Iterator[Batch]:
    """Yield the rows; raises `UnsoundError` or an error of Arrow for a batch that is damaged."""
    with _opened(path) as reader:
        places = [reader.schema.get_field_index(name) for name in schema.names]
    with _opened(path, ipc.IpcReadOptions(included_fields=places)) as reader:
        for number in range(reader.num_record_batches):
            batch = reader.get_batch(number)
            batch.validate(full=True)
            yield from _parts(batch, schema)


def _parts(batch: pa.RecordBatch, schema: pa.Schema) -> Iterator[Batch]:
    for name in schema.names:
        if (longest := longest_text(batch.column(name))) > LONGEST:
            raise UnsoundError(too_long(name, longest))
    for start in range(0, batch.num_rows, ROWS):
        part = batch.slice(start, ROWS)
        columns = [part.column(field.name).cast(field.type) for field in schema]
        yield Batch(pa.RecordBatch.from_arrays(columns, schema=schema), None)


@contextmanager
def _opened(
    path: Path, options: ipc.IpcReadOptions | None = None
) -> Iterator[ipc.RecordBatchFileReader]:
    with pa.OSFile(str(path)) as file:
        yield ipc.open_file(file, options=options)
