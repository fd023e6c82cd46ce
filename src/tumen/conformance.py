"""Whether the file of a table is what its release says of it: columns, types, codes, days, figures.

Digests prove that a file is the one that was published, not that it fits its description. It is
compared when a process first reads it, so that no query meets what it cannot answer for.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen import catalog
from tumen.datapackage import enum_of
from tumen.errors import SchemaError
from tumen.resources import DESCRIPTION
from tumen.wording import brief

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NATIVE: Final[dict[str, Any]] = {
    "string": pl.String,
    "date": pl.Date,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "list": pl.List(pl.String),
}
"""The polars type of each type of Table Schema that a release uses."""

_MOST: Final = 5
_LONGEST: Final = 200


@catalog.OnceByFolder
def sound_file(release: Path, table: str) -> Path:
    """Return the Parquet file of a table of a release, compared with what the release says of it.

    Raises:
        SchemaError: The file is not the one that was published, or not what its release says.

    """
    path = catalog.proven(release, table)
    for fault in faults(path, catalog.resource(release, table)):
        raise SchemaError(f"{path}: {fault}; name another release, and tell who published this one.")
    return path


def faults(path: Path, resource: Mapping[str, Any]) -> Iterator[str]:
    """Return what in a Parquet file contradicts its description, rows and columns named."""
    try:
        frame = pl.read_parquet(path, glob=False, hive_partitioning=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        said = " ".join(str(error).split())[:_LONGEST]
        yield f"not Parquet that can be read: {said or type(error).__name__}"
        return
    wrong = list(_of_columns(frame, resource["schema"]["fields"]))
    yield from wrong
    if frame.height != resource["rows"]:
        yield f"{frame.height} rows where {DESCRIPTION} says {resource['rows']}"
    if not wrong:
        yield from _of_values(frame, resource["schema"])


def _of_columns(frame: pl.DataFrame, fields: list[dict[str, Any]]) -> Iterator[str]:
    described = {field["name"]: field["type"] for field in fields}
    for name, kind in described.items():
        if name not in frame.columns:
            yield f"has no column {name}, which its description names"
        elif frame.schema[name] != NATIVE[kind]:
            yield f"column {name} is of type {frame.schema[name]}, not {kind}, as its description says"
    for name in frame.columns:
        if name not in described:
            yield f"has a column {brief(repr(name))}, which its description does not name"


def _of_values(frame: pl.DataFrame, schema: Mapping[str, Any]) -> Iterator[str]:
    """Return the rows that break what the description says; one pass over the frame finds whether there are any."""
    breaches = {(field["name"], words): breach for field in schema["fields"] for words, breach in _breaches(field).items()}
    if key := schema.get("primaryKey"):
        breaches[", ".join(key), "the same as in another row"] = pl.struct(key).is_duplicated()
    found = frame.select(breach.any().alias(str(number)) for number, breach in enumerate(breaches.values()))
    for (name, words), breach, broken in zip(breaches, breaches.values(), found.row(0), strict=True):
        if broken:
            rows = frame.select(breach.fill_null(value=False).arg_true()).to_series()
            yield f"{_rows(rows)}: {name} is {words}"


def _breaches(field: Mapping[str, Any]) -> dict[str, pl.Expr]:
    """Return by its words what no cell of a column may be."""
    column = pl.col(field["name"])
    found = {}
    if field.get("constraints", {}).get("required"):
        found["missing"] = column.is_null()
    if (codes := enum_of(field)) is not None:
        found["none of its codes"] = ~column.is_in(codes)
    if field["type"] == "number":
        found["not a number"] = ~column.is_finite()
    if field["type"] == "date":
        found["a day outside the years 1 to 9999"] = ~column.is_between(pl.lit(dt.date.min), pl.lit(dt.date.max))
    if field["type"] == "list":
        found["a list with an item that is missing"] = column.list.drop_nulls().list.len() < column.list.len()
    if "codes" in field:
        found["a list with what is none of its codes"] = column.list.set_difference(field["codes"]).list.len() > 0
    return found


def _rows(rows: pl.Series) -> str:
    """Return the numbers of the first rows, counted from 1, and how many there are beside them."""
    numbers = ", ".join(str(row + 1) for row in rows.head(_MOST))
    more = f" and {len(rows) - _MOST} more" if len(rows) > _MOST else ""
    return f"row{'' if len(rows) == 1 else 's'} {numbers}{more}"
