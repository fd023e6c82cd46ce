"""Rules on ids and references: ids are unique, references resolve, and records are cited."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from tumen.schemas import TABLES
from tumen.schemas import expressions as ex
from tumen.schemas.citations import CITING_TABLES
from tumen.schemas.cross_table.helpers import id_column, select_violations
from tumen.schemas.rules import Frame, Names, Tables, TablesRule

_NUMBERED: Final = re.compile("[a-z]{3}-[0-9]+")
_NAMED: Final = {"actors": "state", "places": "country", "sources": None}
"""The tables whose ids are slugs, each with the kind that stands for a nation in it."""


def find_repeated_keys(tables: Tables) -> Iterator[Frame]:
    """Yield the rows whose key an earlier row of the table has."""
    for name, frame in tables.items():
        key = TABLES[name].spec().key
        filled = frame.with_columns(ex.col(column).fill_null("") for column in key)
        first = filled.group_by(*key).agg(ex.col("row").min().alias("first"))
        repeated = filled.join(first, on=list(key), how="inner")
        repeated = repeated.filter(ex.col("row") > ex.col("first"))
        # In a key of several columns the first is the owner, which may have several rows.
        column = key[0] if len(key) == 1 else key[1]
        yield select_violations(repeated, name, column, ex.col(key[0]), ex.col("first"))


def find_dangling_references(tables: Tables) -> Iterator[Frame]:
    """Yield the references to ids that are in none of the tables they may refer to."""
    for name, frame in tables.items():
        for column, spec in TABLES[name].columns().items():
            if not spec.refers_to or any(target not in tables for target in spec.refers_to):
                continue
            ids = ex.concat(
                [
                    tables[target].select(ex.col(id_column(target)).alias("id"))
                    for target in spec.refers_to
                ]
            )
            values = frame.select("row", ex.col(column).alias("value"))
            if spec.kind == "references":
                values = values.explode("value")
            values = values.filter(~ex.col("value").is_null())
            dangling = values.join(ids, left_on="value", right_on="id", how="anti")
            yield select_violations(dangling, name, column, ex.col("value"))


def describe_dangling_reference(table: str, column: str, value: str, names: Names) -> str:
    """Return which record is missing, and which may be meant."""
    targets = TABLES[table].columns()[column].refers_to
    noun = id_column(targets[0]).removesuffix("_id") if len(targets) == 1 else "record"
    successor = names.successor(value)
    if successor is not None:
        return f"no {noun} {value!r}: it is retired{f', use {successor!r}' if successor else ''}"
    # Ids with numbers, such as mtg-0042, are all alike, so a similar one is no suggestion.
    suggestion = "" if _NUMBERED.fullmatch(value) else names.suggest(targets, value)
    return f"no {noun} {value!r}{suggestion}"


def find_uncited_records(tables: Tables) -> Iterator[Frame]:
    """Yield the events and claims without a citation."""
    for name in CITING_TABLES:
        if name in tables:
            key = id_column(name)
            uncited = tables[name].join(
                tables["citations"], left_on=key, right_on="record_id", how="anti"
            )
            yield select_violations(uncited, name, key, ex.col(key))


def find_unused_sources(tables: Tables) -> Iterator[Frame]:
    """Yield the sources that no record cites."""
    unused = tables["sources"].join(tables["citations"], on="source_id", how="anti")
    yield select_violations(unused, "sources", "source_id", ex.col("source_id"))


def find_retired_ids(tables: Tables) -> Iterator[Frame]:
    """Yield the records that have a retired id."""
    retired = tables["retired"].select("record_id")
    for name in tables:
        key = id_column(name)
        if name != "retired" and TABLES[name].columns()[key].kind == "id":
            reused = tables[name].join(retired, left_on=key, right_on="record_id", how="semi")
            yield select_violations(reused, name, key, ex.col(key))


def find_ids_in_two_tables(tables: Tables) -> Iterator[Frame]:
    """Yield the slugs that an earlier table has too.

    A state and its own territory may share one.
    """
    present = [name for name in _NAMED if name in tables]
    for earlier, later in combinations(present, 2):
        pairs = _select_slugs(tables, later).join(
            _select_slugs(tables, earlier), on="slug", how="inner", suffix="_2"
        )
        same_nation = (ex.col("nation") == ex.col("nation_2")).fill_null(value=False)
        clashes = pairs.filter(~same_nation)
        yield select_violations(clashes, later, id_column(later), ex.col("slug"), ex.lit(earlier))


def _select_slugs(tables: Tables, name: str) -> Frame:
    """Return the slugs of a table. `nation` is the country code of a state or its territory."""
    kind = _NAMED[name]
    nation = (
        ex.when(ex.col("kind") == kind).then(ex.col("country").cast(ex.String))
        if kind
        else ex.lit(None, ex.String)
    )
    return tables[name].select("row", ex.col(id_column(name)).alias("slug"), nation.alias("nation"))


RULES: Final = (
    TablesRule(
        "E301",
        "an id is used twice",
        "Give one of the two records another id, or merge them.",
        tables=(),
        find_violations=find_repeated_keys,
        other_is_row=True,
    ),
    TablesRule(
        "E302",
        "a referenced record does not exist",
        "Correct the id, or add the record it names.",
        tables=(),
        find_violations=find_dangling_references,
        describe=describe_dangling_reference,
    ),
    TablesRule(
        "E303",
        "a record cites no source",
        "List the documents that support it under sources:.",
        tables=("citations",),
        find_violations=find_uncited_records,
    ),
    TablesRule(
        "E304",
        "no record cites the source",
        "Cite it, or move it to set_aside.yaml with the reason.",
        tables=("sources", "citations"),
        find_violations=find_unused_sources,
    ),
    TablesRule(
        "E308",
        "a retired id is in use",
        "Use a new id, even if the record moved to another table: a retired id is never reused.",
        tables=("retired",),
        find_violations=find_retired_ids,
    ),
    TablesRule(
        "W268",
        "an id is used in two tables",
        "Give one of the two records another id, so that a look-up by id finds one record.",
        severity="warning",
        tables=(),
        find_violations=find_ids_in_two_tables,
    ),
)
