"""What a Parquet file says of itself before a page of it is unpacked, and what of that is refused.

A small file can claim to hold more than any machine has: groups of rows that unpack to more than there is memory, and one long text
that a dictionary repeats in every row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from pyarrow import parquet as pq

from tumen._system import limits
from tumen.validation.arrow_types import UnsoundError
from tumen.validation.copies import LONGEST, longest_text, too_long

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


_PAGES: Final = 2**16
"""So many bytes the pages of a column take for themselves."""


def read_schema(path: Path) -> pa.Schema:
    """Return the schema of a file as Arrow has it."""
    return pq.read_schema(path)


def refuse_claims(path: Path, wanted: Collection[str]) -> int:
    """Return how many rows a file says it has; raises `UnsoundError` where its columns unpack to more than can be read."""
    metadata, there = pq.read_metadata(path), limits.available()
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        size = sum(
            group.column(place).total_uncompressed_size for place in range(group.num_columns)
        )
        if size > there:
            said = f"its group of rows {number + 1} unpacks to {size:,} bytes, and {there:,} of memory are left"
            raise UnsoundError(f"{said}; write it in smaller groups of rows")
    for _, leaf, chunk in _texts(metadata, wanted):
        if chunk.total_uncompressed_size > _PAGES + LONGEST * chunk.num_values:
            name, mean = (
                leaf.partition(".")[0],
                chunk.total_uncompressed_size // max(1, chunk.num_values),
            )
            raise UnsoundError(
                f"the texts of {name!r} have {mean:,} bytes on average, and {LONGEST:,} is the most of one; shorten them"
            )
    with limits.limit_memory(there // 2):
        _refuse_dictionaries(path, metadata, wanted, there // 4)
    return int(metadata.num_rows)


def _refuse_dictionaries(
    path: Path, metadata: pq.FileMetaData, wanted: Collection[str], most: int
) -> None:
    """Raise `UnsoundError` where a dictionary holds a text that is too long, or one of which too many rows get a copy."""
    given = {field.name: field.type for field in pq.read_schema(path)}
    chunks = [*_suspects(metadata, wanted, most)]
    with pq.ParquetFile(path, read_dictionary=[*{leaf for _, leaf, _ in chunks}]) as file:
        for group, leaf, values in chunks:
            name = leaf.partition(".")[0]
            first = next(file.iter_batches(batch_size=1, row_groups=[group], columns=[leaf]), None)
            longest = longest_text(first.column(0)) if first is not None else 0
            if longest > LONGEST:
                raise UnsoundError(too_long(name, longest))
            if longest * values > most and _is_copied(given[name]):
                raise UnsoundError(
                    f"the dictionary of {name!r} may unpack to {longest * values:,} bytes; write the column as text"
                )


def _is_copied(kind: Any) -> bool:
    return bool(
        pa.types.is_dictionary(getattr(kind, "value_type", kind)) or pa.types.is_dictionary(kind)
    )


def _suspects(
    metadata: pq.FileMetaData, wanted: Collection[str], most: int
) -> Iterator[tuple[int, str, int]]:
    """Yield group, leaf and number of values where a dictionary may hold a long text, or may be copied for too many rows."""
    for group, leaf, chunk in _texts(metadata, wanted):
        size, values = chunk.total_uncompressed_size, chunk.num_values
        if chunk.has_dictionary_page and (size > LONGEST or size * values > most):
            yield group, leaf, values


def _texts(
    metadata: pq.FileMetaData, wanted: Collection[str]
) -> Iterator[tuple[int, str, pq.ColumnChunkMetaData]]:
    """Yield group, leaf and what is said of it, for each leaf of text in the columns wanted."""
    for group in range(metadata.num_row_groups):
        of_group = metadata.row_group(group)
        for chunk in map(of_group.column, range(of_group.num_columns)):
            leaf = chunk.path_in_schema
            if leaf.partition(".")[0] in wanted and chunk.physical_type == "BYTE_ARRAY":
                yield group, leaf, chunk
