"""A record to fill in: every field in the order of the model, with the codes that it can have.

Optional fields are comments; removing the `#` leaves the record in canonical form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tumen.editing import yaml_writer
from tumen.records.fields import LISTS, is_required, written_columns
from tumen.records.yaml_parser import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    import collections.abc
    from collections.abc import Iterator

    from tumen.schemas import Column, Table

_MAX_CODES: Final = 100
_SIDES: Final = ("RU", "KP")


def template(
    model: type[Table],
    values: collections.abc.Mapping[str, Node],
    remarks: collections.abc.Mapping[str, str],
    *,
    bare: bool,
) -> str:
    """Return a record of a table to fill in, as the text of a file that has no other.

    `values` are the fields that are filled in. `remarks` follow fields that are left empty, instead
    of their codes. A bare record has neither optional fields nor remarks.
    """
    lines = []
    for name, (column_name, column, nullable) in written_columns(model).items():
        remark = ""
        if not bare and name not in values:
            remark = remarks.get(name) or _codes(model, column_name, column)
        empty = Sequence(0, 0) if column.kind in LISTS else Scalar(0, 0, "")
        line = yaml_writer.field(name, values.get(name, empty)) + (
            f"  # {remark}" if remark else ""
        )
        if name in values or is_required(column, nullable=nullable):
            lines.append(line)
        elif not bare:
            lines.append(f"# {line}")
    for name, nested in model.spec().nested.items():
        items = _nested_items(nested, values.get(name), bare=bare)
        lines += [f"{name}:", *(f"  - {item}" for item in items)]
    return "- " + "\n  ".join(lines) + "\n"


def _codes(model: type[Table], column_name: str, column: Column) -> str:
    """Return the codes of a column, or its description where a standard has very many."""
    if len(column.codes or ()) > _MAX_CODES:
        return str(model.to_schema().columns[column_name].description)
    return " | ".join(column.codes or ())


def _nested_items(nested: type[Table], items: Node | None, *, bare: bool) -> Iterator[str]:
    """Yield the items of a nested table: the given ones, or empty ones to fill in.

    The latter are a citation, or a participant of each side.
    """
    fields = written_columns(nested)
    if isinstance(items, Sequence):
        yield from (yaml_writer.flow(item, tuple(fields)) for item in items.items)
        return
    required = {
        name: ""
        for name, (_, column, nullable) in fields.items()
        if is_required(column, nullable=nullable)
    }
    has_sides = "side" in fields
    for known in [{"side": side, "principal": "true"} for side in _SIDES] if has_sides else [{}]:
        filled: dict[str, Node] = {
            name: Scalar(0, 0, text) for name, text in {**required, **known}.items()
        }
        others = ", ".join(name for name in fields if name not in filled)
        remark = f"  # also {others}" if others and not bare else ""
        yield yaml_writer.flow(Mapping(0, 0, filled), tuple(fields)) + remark
