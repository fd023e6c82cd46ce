"""Ids and what refers to them: each id once, each reference to a record that is there, each record cited."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

import narwhals as nw

from tumen.schemas import TABLES
from tumen.schemas.citations import CITING
from tumen.schemas.cross_table.helpers import breach, key_of
from tumen.schemas.rules import Frame, Tables, TablesRule

_NAMED: Final = {"actors": "state", "places": "country", "sources": None}
"""The tables of slugs, and the kind of a nation in each."""


def keys_twice(tables: Tables) -> Iterator[Frame]:
    """Yield the rows whose key an earlier row of the table has."""
    for name, frame in tables.items():
        key = TABLES[name].spec().key
        filled = frame.with_columns(nw.col(column).fill_null("") for column in key)
        first = filled.group_by(*key).agg(nw.col("row").min().alias("first"))
        again = filled.join(first, on=list(key), how="inner").filter(
            nw.col("row") > nw.col("first")
        )
        yield breach(
            again, name, key[-1] if len(key) == 1 else key[1], nw.col(key[0]), nw.col("first")
        )


def dangling(tables: Tables) -> Iterator[Frame]:
    """Yield the references to ids that no table they may refer to has."""
    for name, frame in tables.items():
        for column, spec in TABLES[name].columns().items():
            targets = [tables[target] for target in spec.refers_to if target in tables]
            if not targets or len(targets) < len(spec.refers_to):
                continue
            known = nw.concat(
                [
                    tables[target].select(nw.col(key_of(target)).alias("known"))
                    for target in spec.refers_to
                ]
            )
            values = frame.select("row", nw.col(column).alias("value"))
            if spec.kind == "references":
                values = values.explode("value")
            lost = values.filter(~nw.col("value").is_null()).join(
                known, left_on="value", right_on="known", how="anti"
            )
            yield breach(lost, name, column, nw.col("value"))


def uncited(tables: Tables) -> Iterator[Frame]:
    """Yield the events and claims without a citation."""
    for name in CITING:
        if name in tables:
            lost = tables[name].join(
                tables["citations"], left_on=key_of(name), right_on="record_id", how="anti"
            )
            yield breach(lost, name, key_of(name), nw.col(key_of(name)))


def unused_sources(tables: Tables) -> Iterator[Frame]:
    """Yield the sources that no record cites."""
    unused = tables["sources"].join(tables["citations"], on="source_id", how="anti")
    yield breach(unused, "sources", "source_id", nw.col("source_id"))


def retired_in_use(tables: Tables) -> Iterator[Frame]:
    """Yield the records that have a retired id."""
    for name in tables:
        if name != "retired" and TABLES[name].columns()[key_of(name)].kind == "id":
            back = tables[name].join(
                tables["retired"].select("record_id"),
                left_on=key_of(name),
                right_on="record_id",
                how="semi",
            )
            yield breach(back, name, key_of(name), nw.col(key_of(name)))


def ids_in_two_tables(tables: Tables) -> Iterator[Frame]:
    """Yield the slugs that an earlier table has too; a state and its own territory go by one."""
    named = [name for name in _NAMED if name in tables]
    for earlier, later in combinations(named, 2):
        pairs = _slugs(tables, later).join(
            _slugs(tables, earlier), on="slug", how="inner", suffix="_2"
        )
        clashes = pairs.filter(~(nw.col("state") == nw.col("state_2")).fill_null(value=False))
        yield breach(clashes, later, key_of(later), nw.col("slug"), nw.lit(earlier))


def _slugs(tables: Tables, name: str) -> Frame:
    """Return the slugs of a table; `state` is the country code of a state or of its territory."""
    nation = _NAMED[name]
    state = (
        nw.when(nw.col("kind") == nation).then(nw.col("country").cast(nw.String))
        if nation
        else nw.lit(None, nw.String)
    )
    return tables[name].select("row", nw.col(key_of(name)).alias("slug"), state.alias("state"))


RULES: Final = (
    TablesRule(
        "E301",
        "an id is used twice",
        "Give one of the two records another id, or join them.",
        needs=(),
        breaches=keys_twice,
    ),
    TablesRule(
        "E302",
        "a reference leads nowhere",
        "Correct the id, or add the record it names.",
        needs=(),
        breaches=dangling,
    ),
    TablesRule(
        "E303",
        "a record cites nothing",
        "Name under sources: the documents that support it.",
        needs=("citations",),
        breaches=uncited,
    ),
    TablesRule(
        "E304",
        "a source is cited by no record",
        "Cite it, or move it to set_aside.yaml with the reason.",
        needs=("sources", "citations"),
        breaches=unused_sources,
    ),
    TablesRule(
        "E308",
        "a retired id is in use",
        "Take a new id, also for a record that moved to another table: a retired one is never used again.",
        needs=("retired",),
        breaches=retired_in_use,
    ),
    TablesRule(
        "W268",
        "an id stands in two tables",
        "Give one of the two another id, so that it can be looked up by it.",
        severity="warning",
        needs=(),
        breaches=ids_in_two_tables,
    ),
)
