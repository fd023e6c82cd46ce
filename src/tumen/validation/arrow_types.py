"""What a column of an Arrow schema is to the check, whichever engine reads it: text, number, day, flag or list of texts.

A dictionary is what its values are, and a list of any kind a list. What no table can have is named as Arrow names it.
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
        kind(): getattr(nw, name)()
        for name in ("Int8", "Int16", "Int32", "Int64")
        for kind in [getattr(pa, name.lower())]
    },
    **{
        kind(): getattr(nw, name)()
        for name in ("UInt8", "UInt16", "UInt32", "UInt64")
        for kind in [getattr(pa, name.lower())]
    },
}


class UnsoundError(ValueError):
    """What makes a file unreadable, in words that go after its name."""


def kinds_of(schema: pa.Schema) -> dict[str, Kind]:
    """Return what each column is; raises `UnsoundError` where two have one name."""
    refuse_twice(schema.names)
    return {field.name: _kind_of(field.type) for field in schema}


def refuse_twice(names: list[str]) -> None:
    """Raise `UnsoundError` where a column stands twice."""
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise UnsoundError(f"the column {twice!r} stands twice; keep one of them")


def _kind_of(kind: Any) -> Kind:
    if pa.types.is_dictionary(kind):
        return _kind_of(kind.value_type)
    if is_text(kind):
        return nw.String()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        inner = (
            kind.value_type.value_type
            if pa.types.is_dictionary(kind.value_type)
            else kind.value_type
        )
        return TEXTS if is_text(inner) else str(kind)
    if pa.types.is_timestamp(kind):
        return nw.Datetime(kind.unit, kind.tz) if kind.unit != "s" else nw.Datetime("ms", kind.tz)
    if pa.types.is_decimal(kind) and kind.bit_width <= 128:  # noqa: PLR2004
        return nw.Decimal()
    return _PLAIN.get(kind, str(kind))


def is_text(kind: Any) -> bool:
    """Return whether an Arrow type is text, however it is laid out."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )
