"""How the records of a table are written: the column of each field, and values of absent fields."""

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
    """The fields that a record of a table can have.

    Attributes:
        fields: The column that each field fills, and its name, by field.
        other_fields: Fields that fill no column: nested tables, and `allow`.
        defaults: The value of each column whose field is absent.
        needed: Fields that have no value of their own where they are absent: the field, the name of
            its column, and the column. They are missing then, or take the value of the field that
            the column names as its default.

    """

    fields: dict[str, tuple[str, Column]]
    other_fields: tuple[str, ...]
    defaults: dict[str, Any]
    needed: tuple[tuple[str, str, Column], ...]


@cache
def written_tables() -> tuple[str, ...]:
    """List the tables that have files of their own.

    Returns:
        The names of all tables but those nested in the records of others.

    """
    nested = {
        child.spec().name for model in TABLES.values() for child in model.spec().nested.values()
    }
    return tuple(name for name in TABLES if name not in nested)


@cache
def record_form(model: type[Table]) -> Form:
    """Derive from its model how the records of a table are written.

    Args:
        model: The model of the table.

    Returns:
        The fields, and what holds where one is absent.

    """
    written = written_columns(model)
    return Form(
        {field: (name, column) for field, (name, column, _) in written.items()},
        (*model.spec().nested, ALLOW),
        {name: _default(column, nullable=nullable) for name, column, nullable in written.values()},
        tuple(
            (field, name, column)
            for field, (name, column, nullable) in written.items()
            if _is_needed(column, nullable=nullable)
        ),
    )


@cache
def written_columns(model: type[Table]) -> dict[str, tuple[str, Column, bool]]:
    """List the columns that take their values from a field of the record.

    Args:
        model: The model of the table.

    Returns:
        By the name of the YAML field: the name of the column, the column, and whether it may be
        null.

    """
    fields = model.to_schema().columns
    return {
        column.written: (name, column, fields[name].nullable)
        for name, column in model.columns().items()
        if column.written
    }


def is_required(column: Column, *, nullable: bool) -> bool:
    """Return whether every record must have a field.

    Args:
        column: The column that the field fills.
        nullable: Whether the column may be null.

    Returns:
        False where an absent field means null, an empty list or the value of another field.

    """
    return column.kind == "references" or not (
        nullable or column.kind in LISTS or column.default is not None
    )


def _default(column: Column, *, nullable: bool) -> Any:
    if column.kind == "flag" and column.default:
        return scalars.parse_boolean(column.default)
    return [] if column.kind in LISTS and not nullable else None


def _is_needed(column: Column, *, nullable: bool) -> bool:
    # The default of a boolean is a value. That of any other column is the name of a field.
    if column.kind == "flag" and column.default:
        return False
    return column.kind == "references" or not (nullable or column.kind in LISTS)
