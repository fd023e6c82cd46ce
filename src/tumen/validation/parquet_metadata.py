"""What a Parquet file states about itself, and which files are refused for it before they are read.

A small file can claim to hold more than any machine has memory for: row groups that unpack to more
than there is, or one long text that a dictionary repeats in every row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from pyarrow import parquet as pq

from tumen._system import limits
from tumen.validation.arrow_types import UnsoundError
from tumen.validation.copies import LONGEST_TEXT, describe_long_text, measure_longest_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


_PAGE_OVERHEAD: Final = 2**16
"""The bytes of a column that its pages need for themselves."""


def read_schema(path: Path) -> pa.Schema:
    """Return the schema of a file as Arrow gives it."""
    return pq.read_schema(path)


def refuse_oversized(path: Path, wanted: Collection[str]) -> int:
    """Return the number of rows that a file states.

    Raises `UnsoundError` if its columns unpack to more than can be read.
    """
    metadata, memory = pq.read_metadata(path), limits.available()
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        size = sum(
            group.column(place).total_uncompressed_size for place in range(group.num_columns)
        )
        if size > memory:
            raise UnsoundError(
                f"its row group {number + 1} unpacks to {size:,} bytes, and {memory:,} bytes of"
                " memory are left; write it in smaller row groups"
            )
    for _, leaf, chunk in _text_chunks(metadata, wanted):
        size = chunk.total_uncompressed_size
        if size > _PAGE_OVERHEAD + LONGEST_TEXT * chunk.num_values:
            name, mean = leaf.partition(".")[0], size // max(1, chunk.num_values)
            raise UnsoundError(
                f"the texts of {name!r} have {mean:,} bytes on average, and the limit of a text is"
                f" {LONGEST_TEXT:,}; shorten them"
            )
    with limits.limit_memory(memory // 2):
        _refuse_dictionaries(path, metadata, wanted, memory // 4)
    return int(metadata.num_rows)


def _refuse_dictionaries(
    path: Path, metadata: pq.FileMetaData, wanted: Collection[str], most: int
) -> None:
    """Raise `UnsoundError` if a text in a dictionary is too long, or copied for too many rows."""
    types = {field.name: field.type for field in pq.read_schema(path)}
    chunks = [*_suspicious_chunks(metadata, wanted, most)]
    with pq.ParquetFile(path, read_dictionary=[*{leaf for _, leaf, _ in chunks}]) as file:
        for group, leaf, values in chunks:
            name = leaf.partition(".")[0]
            first = next(file.iter_batches(batch_size=1, row_groups=[group], columns=[leaf]), None)
            longest = measure_longest_text(first.column(0)) if first is not None else 0
            if longest > LONGEST_TEXT:
                raise UnsoundError(describe_long_text(name, longest))
            if longest * values > most and _is_copied(types[name]):
                raise UnsoundError(
                    f"the dictionary of {name!r} may unpack to {longest * values:,} bytes;"
                    " write the column as text"
                )


def _is_copied(arrow_type: Any) -> bool:
    """Return whether a column is a dictionary, or lists of one, which engines unpack."""
    items = getattr(arrow_type, "value_type", arrow_type)
    return bool(pa.types.is_dictionary(items) or pa.types.is_dictionary(arrow_type))


def _suspicious_chunks(
    metadata: pq.FileMetaData, wanted: Collection[str], most: int
) -> Iterator[tuple[int, str, int]]:
    """Yield group, leaf and number of values where a dictionary may unpack to too much."""
    for group, leaf, chunk in _text_chunks(metadata, wanted):
        size, values = chunk.total_uncompressed_size, chunk.num_values
        if chunk.has_dictionary_page and (size > LONGEST_TEXT or size * values > most):
            yield group, leaf, values


def _text_chunks(
    metadata: pq.FileMetaData, wanted: Collection[str]
) -> Iterator[tuple[int, str, pq.ColumnChunkMetaData]]:
    """Yield group, leaf and metadata of each leaf of text in the wanted columns."""
    for group in range(metadata.num_row_groups):
        group_metadata = metadata.row_group(group)
        for chunk in map(group_metadata.column, range(group_metadata.num_columns)):
            leaf = chunk.path_in_schema
            if leaf.partition(".")[0] in wanted and chunk.physical_type == "BYTE_ARRAY":
                yield group, leaf, chunk
