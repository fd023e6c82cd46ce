"""A record to fill in: every field in the order of the model, with its codes, those that may be left out behind a `#`.

Taking a `#` away leaves the record in canonical form.
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

_MANY: Final = 100
_SIDES: Final = ("RU", "KP")


def template(
    model: type[Table],
    given: collections.abc.Mapping[str, Node],
    remarks: collections.abc.Mapping[str, str],
    *,
    bare: bool,
) -> str:
    """Return a record of a table with the fields of `given` filled in.

    `remarks` stand beside fields that are left empty, instead of their codes. A bare record has neither optional fields nor
    remarks.
    """
    lines = []
    for name, (column_name, column, nullable) in written_columns(model).items():
        remark = (
            "" if bare or name in given else remarks.get(name) or _codes(model, column_name, column)
        )
        empty = Sequence(0, 0) if column.kind in LISTS else Scalar(0, 0, "")
        line = yaml_writer.field(name, given.get(name, empty)) + (f"  # {remark}" if remark else "")
        if name in given or is_required(column, nullable=nullable):
            lines.append(line)
        elif not bare:
            lines.append(f"# {line}")
    for name, nested in model.spec().nested.items():
        lines += [
            f"{name}:",
            *(f"  - {item}" for item in _items(nested, given.get(name), bare=bare)),
        ]
    return "- " + "\n  ".join(lines) + "\n"


def _codes(model: type[Table], column_name: str, column: Column) -> str:
    """Return the codes of a column; of a standard with very many, what the column holds."""
    if len(column.codes or ()) > _MANY:
        return str(model.to_schema().columns[column_name].description)
    return " | ".join(column.codes or ())


def _items(nested: type[Table], given: Node | None, *, bare: bool) -> Iterator[str]:
    """Yield the items of a nested table, those given or empty ones: a citation, or a participant of each side."""
    fields = written_columns(nested)
    if isinstance(given, Sequence):
        yield from (yaml_writer.flow(item, tuple(fields)) for item in given.items)
        return
    asked = {
        name: ""
        for name, (_, column, nullable) in fields.items()
        if is_required(column, nullable=nullable)
    }
    for known in (
        [{"side": side, "principal": "true"} for side in _SIDES] if "side" in fields else [{}]
    ):
        filled = {name: Scalar(0, 0, text) for name, text in {**asked, **known}.items()}
        rest = ", ".join(name for name in fields if name not in filled)
        yield yaml_writer.flow(Mapping(0, 0, dict(filled)), tuple(fields)) + (
            f"  # also {rest}" if rest and not bare else ""
        )
