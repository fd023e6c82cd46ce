"""The kinds of columns that a check knows, and which of them an Arrow type is.

A kind is text, number, date, boolean or list of texts, and does not depend on the engine that reads
the column. A dictionary has the kind of its values, and a list of any sort is a list. A type that
no table can have is given by its Arrow name.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = nw.dtypes.DType | type[nw.dtypes.DType] | str
TEXTS: Final = nw.List(nw.String())

_PLAIN: Final[Mapping[pa.DataType, Kind]] = {
    pa.null(): nw.Unknown(),
    pa.bool_(): nw.Boolean(),
    pa.date32(): nw.Date(),
    pa.date64(): nw.Date(),
    pa.float32(): nw.Float32(),
    pa.float64(): nw.Float64(),
    **{
        getattr(pa, name.lower())(): getattr(nw, name)()
        for name in ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")
    },
}


class UnsoundError(ValueError):
    """A file cannot be read; the text is the reason, which follows `FILE cannot be read: `."""


def column_kinds(schema: pa.Schema) -> dict[str, Kind]:
    """Return the kind of each column; raises `UnsoundError` if two have the same name."""
    refuse_duplicate_names(schema.names)
    return {field.name: _to_kind(field.type) for field in schema}


def refuse_duplicate_names(names: list[str]) -> None:
    """Raise `UnsoundError` if two columns have the same name."""
    duplicate = next((name for name, count in Counter(names).items() if count > 1), None)
    if duplicate is not None:
        raise UnsoundError(f"the column {duplicate!r} appears twice; keep one of them")


def _to_kind(arrow_type: Any) -> Kind:
    if pa.types.is_dictionary(arrow_type):
        return _to_kind(arrow_type.value_type)
    if is_text(arrow_type):
        return nw.String()
    if _is_list(arrow_type):
        items = arrow_type.value_type
        items = items.value_type if pa.types.is_dictionary(items) else items
        return TEXTS if is_text(items) else str(arrow_type)
    if pa.types.is_timestamp(arrow_type):
        unit: Any = "ms" if arrow_type.unit == "s" else arrow_type.unit  # narwhals has no seconds
        return nw.Datetime(unit, arrow_type.tz)
    if pa.types.is_decimal(arrow_type) and arrow_type.bit_width <= 128:  # noqa: PLR2004
        return nw.Decimal()
    return _PLAIN.get(arrow_type, str(arrow_type))


def _is_list(arrow_type: Any) -> bool:
    return bool(
        pa.types.is_list(arrow_type)
        or pa.types.is_large_list(arrow_type)
        or pa.types.is_fixed_size_list(arrow_type)
    )


def is_text(arrow_type: Any) -> bool:
    """Return whether an Arrow type is text, in any of its layouts."""
    return bool(
        pa.types.is_string(arrow_type)
        or pa.types.is_large_string(arrow_type)
        or pa.types.is_string_view(arrow_type)
    )
