"""Ids and what refers to them: each id once, each reference to a record that is there, each record cited."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas import TABLES
from tumen.schemas.citations import CITING
from tumen.schemas.integrity.breach import breach, key_of
from tumen.schemas.rules import Frame, Tables

MAX_PARENTS: Final = 8


def keys_twice(tables: Tables) -> Iterator[Frame]:
    """Yield the rows whose key an earlier row of the table has."""
    for name, frame in tables.items():
        key = TABLES[name].spec().key
        filled = frame.with_columns(nw.col(column).fill_null("") for column in key)
        first = filled.group_by(*key).agg(nw.col("row").min().alias("first"))
        again = filled.join(first, on=list(key), how="inner").filter(nw.col("row") > nw.col("first"))
        yield breach(again, name, key[-1] if len(key) == 1 else key[1], nw.col(key[0]), nw.col("first"))


def dangling(tables: Tables) -> Iterator[Frame]:
    """Yield the references to ids that no table they may refer to has."""
    for name, frame in tables.items():
        for column, spec in TABLES[name].columns().items():
            targets = [tables[target] for target in spec.refers_to if target in tables]
            if not targets or len(targets) < len(spec.refers_to):
                continue
            known = nw.concat([tables[target].select(nw.col(key_of(target)).alias("known")) for target in spec.refers_to])
            values = frame.select("row", nw.col(column).alias("value"))
            if spec.kind == "references":
                values = values.explode("value")
            lost = values.filter(~nw.col("value").is_null()).join(known, left_on="value", right_on="known", how="anti")
            yield breach(lost, name, column, nw.col("value"))


def uncited(tables: Tables) -> Iterator[Frame]:
    """Yield the events and claims without a citation."""
    for name in CITING:
        if name in tables:
            lost = tables[name].join(tables["citations"], left_on=key_of(name), right_on="record_id", how="anti")
            yield breach(lost, name, key_of(name), nw.col(key_of(name)))


def unused_sources(tables: Tables) -> Iterator[Frame]:
    """Yield the sources that no record cites."""
    unused = tables["sources"].join(tables["citations"], on="source_id", how="anti")
    yield breach(unused, "sources", "source_id", nw.col("source_id"))


def retired_in_use(tables: Tables) -> Iterator[Frame]:
    """Yield the records that have a retired id."""
    for name in tables:
        if name != "retired" and TABLES[name].columns()[key_of(name)].kind == "id":
            back = tables[name].join(tables["retired"].select("record_id"), left_on=key_of(name), right_on="record_id", how="semi")
            yield breach(back, name, key_of(name), nw.col(key_of(name)))


def endless_parents(tables: Tables) -> Iterator[Frame]:
    """Yield the actors and places above which there are more than `MAX_PARENTS` others, as in a circle."""
    for name in ("actors", "places"):
        if name not in tables:
            continue
        key = key_of(name)
        links = tables[name].filter(~nw.col("parent_id").is_null())
        above = links.select(nw.col(key).alias("up"), nw.col("parent_id").alias("next"))
        walk = links.select("row", "parent_id", nw.col("parent_id").alias("up"))
        for _ in range(MAX_PARENTS):
            walk = walk.join(above, on="up", how="inner").select("row", "parent_id", nw.col("next").alias("up"))
        yield breach(walk.unique(subset=["row"]), name, "parent_id", nw.col("parent_id"))
