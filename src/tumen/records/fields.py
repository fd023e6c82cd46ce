"""How a record of a table is written: which field fills which column, and what holds where a field is left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tumen.records import scalars
from tumen.schemas import TABLES

if TYPE_CHECKING:
    from tumen.schemas import Column, Table

ALLOW: Final = "allow"
LISTS: Final = ("codes", "texts", "references")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a table's records: `fields` to columns, and `others` beside them.

    `left_out` are the values of absent fields by column; `asked` are the fields that must be there, or take another's value.
    """

    fields: dict[str, tuple[str, Column]]
    others: tuple[str, ...]
    left_out: dict[str, Any]
    asked: tuple[tuple[str, str, Column], ...]


@cache
def written_tables() -> tuple[str, ...]:
    """Return the names of the tables that have files of their own: all but those nested in the records of others."""
    nested = {
        child.spec().name for model in TABLES.values() for child in model.spec().nested.values()
    }
    return tuple(name for name in TABLES if name not in nested)


@cache
def form_of(model: type[Table]) -> Form:
    """Return the form of a table's records, as its model has it."""
    written = written_columns(model)
    return Form(
        {field: (name, column) for field, (name, column, _) in written.items()},
        (*model.spec().nested, ALLOW),
        {name: _absent(column, nullable=nullable) for name, column, nullable in written.values()},
        tuple(
            (field, name, column)
            for field, (name, column, nullable) in written.items()
            if _is_asked(column, nullable=nullable)
        ),
    )


@cache
def written_columns(model: type[Table]) -> dict[str, tuple[str, Column, bool]]:
    """Return, by the name of the YAML field, the column that takes its value and whether it may be absent."""
    fields = model.to_schema().columns
    return {
        column.written: (name, column, fields[name].nullable)
        for name, column in model.columns().items()
        if column.written
    }


def is_required(column: Column, *, nullable: bool) -> bool:
    """Return whether every record must write a field: nothing holds where it is left out."""
    return column.kind == "references" or not (
        nullable or column.kind in LISTS or column.default is not None
    )


def _absent(column: Column, *, nullable: bool) -> Any:
    if column.kind == "flag" and column.default:
        return scalars.flag(column.default)
    return [] if column.kind in LISTS and not nullable else None


def _is_asked(column: Column, *, nullable: bool) -> bool:
    if column.kind == "flag" and column.default:
        return False
    return column.kind == "references" or not (nullable or column.kind in LISTS)
