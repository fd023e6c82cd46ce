"""Checks of a table's file against its datapackage: columns, types, codes, dates, numbers.

Digests show that a file is the one that was published, not that it matches its description. Each
file is compared the first time a process reads it, so that queries can rely on the description.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen._system.paths import polars_source
from tumen._text import shorten
from tumen.errors import SchemaError
from tumen.release import catalog
from tumen.release.datapackage import DESCRIPTION, enum_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

POLARS_TYPES: Final[dict[str, Any]] = {
    "string": pl.String,
    "date": pl.Date,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "list": pl.List(pl.String),
}
"""The polars type of each type of Table Schema that a release uses."""

_MOST_ROWS: Final = 5
_LONGEST_ERROR: Final = 200


@catalog.OncePerFolder
def verified_table(release: Path, table: str) -> Path:
    """Return the path of a table's Parquet file, checked against the datapackage once a process.

    Raises:
        SchemaError: The file is not the one that was published, or contradicts the datapackage.

    """
    path = catalog.verified_file(release, table)
    for fault in faults(path, catalog.resource(release, table)):
        raise SchemaError(
            f"{path}: {fault}; name another release, and report this to the publisher."
        )
    return path


def faults(path: Path, resource: Mapping[str, Any]) -> Iterator[str]:
    """Return where a Parquet file contradicts its description, with the rows and columns."""
    try:
        frame = pl.read_parquet(polars_source(path), glob=False, hive_partitioning=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:_LONGEST_ERROR]
        yield f"not a readable Parquet file: {reason or type(error).__name__}"
        return
    wrong = list(_column_faults(frame, resource["schema"]["fields"]))
    yield from wrong
    if frame.height != resource["rows"]:
        yield f"has {frame.height} rows, but {DESCRIPTION} says {resource['rows']}"
    if not wrong:
        yield from _value_faults(frame, resource["schema"])


def _column_faults(frame: pl.DataFrame, fields: list[dict[str, Any]]) -> Iterator[str]:
    described = {field["name"]: field["type"] for field in fields}
    for name, kind in described.items():
        if name not in frame.columns:
            yield f"has no column {name}, which {DESCRIPTION} names"
        elif frame.schema[name] != POLARS_TYPES[kind]:
            yield (
                f"column {name} is of type {frame.schema[name]}, not {kind} as {DESCRIPTION} says"
            )
    for name in frame.columns:
        if name not in described:
            yield f"has a column {shorten(repr(name))}, which {DESCRIPTION} does not name"


def _value_faults(frame: pl.DataFrame, schema: Mapping[str, Any]) -> Iterator[str]:
    """Return the rows whose values contradict the description."""
    violations = {
        (field["name"], problem): violation
        for field in schema["fields"]
        for problem, violation in _violations(field).items()
    }
    if key := schema.get("primaryKey"):
        violations[", ".join(key), "the same as in another row"] = pl.struct(key).is_duplicated()
    # One pass finds which rules are broken at all; rows are searched for those only.
    broken = frame.select(
        violation.any().alias(str(number)) for number, violation in enumerate(violations.values())
    ).row(0)
    for ((name, problem), violation), is_broken in zip(violations.items(), broken, strict=True):
        if is_broken:
            rows = frame.select(violation.fill_null(value=False).arg_true()).to_series()
            yield f"{_row_numbers(rows)}: {name} is {problem}"


def _violations(field: Mapping[str, Any]) -> dict[str, pl.Expr]:
    """Return what a cell of a column must not be: a text for the message, and its expression."""
    column = pl.col(field["name"])
    violations = {}
    if field.get("constraints", {}).get("required"):
        violations["missing"] = column.is_null()
    if (codes := enum_of(field)) is not None:
        violations["not one of its codes"] = ~column.is_in(codes)
    if field["type"] == "number":
        violations["not a number"] = ~column.is_finite()
    if field["type"] == "date":
        violations["outside the years 1 to 9999"] = ~column.is_between(
            pl.lit(dt.date.min), pl.lit(dt.date.max)
        )
    if field["type"] == "list":
        violations["a list with a missing item"] = (
            column.list.drop_nulls().list.len() < column.list.len()
        )
    if "codes" in field:
        violations["a list with an item that is not one of its codes"] = (
            column.list.set_difference(field["codes"]).list.len() > 0
        )
    return violations


def _row_numbers(rows: pl.Series) -> str:
    """Return the numbers of the first rows, counted from 1, and how many more there are."""
    numbers = ", ".join(str(row + 1) for row in rows.head(_MOST_ROWS))
    more = f" and {len(rows) - _MOST_ROWS} more" if len(rows) > _MOST_ROWS else ""
    return f"row{'' if len(rows) == 1 else 's'} {numbers}{more}"
