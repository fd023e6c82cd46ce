"""Look-ups that the views share: names of ids, parts of a place or body, and unknown ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen.errors import UnknownNameError
from tumen.table_names import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping


def with_actor_name(
    frame: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame], column: str, name: str
) -> pl.LazyFrame:
    """Add a column `name` with the name of the actor in `column`."""
    names = tables["actors"].select(pl.col("actor_id").alias(column), pl.col("name").alias(name))
    return frame.join(names, on=column, how="left")


def ids_within(tables: Mapping[str, pl.LazyFrame], table: str, top: str) -> list[str]:
    """Return an id with the ids of all that lies within it, in `places` or `actors`.

    What lies within is found by following `parent_id` downwards.
    """
    links = tables[table].select(pl.col(KEYS[table]).alias("id"), "parent_id").collect()
    inside, edge = {top}, {top}
    while edge:
        edge = set(links.filter(pl.col("parent_id").is_in(list(edge)))["id"]) - inside
        inside |= edge
    return sorted(inside)


def require_id(tables: Mapping[str, pl.LazyFrame], what: str, name: str | None, table: str) -> None:
    """Raise `UnknownNameError` unless `name` is None or an id of the table."""
    if name is None:
        return
    known = tables[table].select(KEYS[table]).collect().to_series()
    if name not in known:
        raise UnknownNameError(what, name, known.to_list())


def require_code(
    tables: Mapping[str, pl.LazyFrame], table: str, column: str, code: str | None
) -> None:
    """Raise `UnknownNameError` unless `code` is None or one of the codes of the column."""
    if code is None:
        return
    dtype = tables[table].collect_schema()[column]
    codes = (
        list(dtype.categories)
        if isinstance(dtype, pl.Enum)
        else tables[table].select(column).collect().to_series().to_list()
    )
    if code not in codes:
        raise UnknownNameError(column, code, codes)
