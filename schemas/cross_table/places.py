"""Places on the globe: coordinates against the country in whose internationally recognised territory they are said to lie.

`schemas/extents.csv` holds, by country, the half-degree cells that its land touches or neighbours, in runs from west to east;
`tools/natural_earth.py` made it from Natural Earth (public domain). A dozen small territories have no outline there and are not
judged.
"""

import csv
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, Final

import narwhals as nw
import polars as pl

from tumen.schemas.cross_table.helpers import breach, digits, lowered
from tumen.schemas.rules import Frame, Tables, TablesRule

_COLUMNS: Final = 720
_BLOCK: Final = 10
_BETWEEN_WORDS: Final = r"[ \-.'\x{2010}-\x{2015}\x{2018}\x{2019}]"


@cache
def extents() -> dict[str, list[Any]]:
    """Return the runs of cells as columns: country, row from the south pole, first and last column from the antimeridian."""
    text = files("tumen.schemas").joinpath("extents.csv").read_text(encoding="utf-8")
    runs = list(csv.DictReader(text.splitlines()))
    numbers = {name: [int(run[name]) for run in runs] for name in ("row", "first", "last")}
    return {"country": [run["country"] for run in runs], **numbers}


@cache
def surroundings() -> dict[str, list[Any]]:
    """Return the blocks of five degrees on and beside which a country has land, by country, row and column."""
    runs = zip(*extents().values(), strict=True)
    land = {
        (country, row // _BLOCK, column)
        for country, row, first, last in runs
        for column in range(first // _BLOCK, last // _BLOCK + 1)
    }
    around = {
        (country, row + north, (column + east) % (_COLUMNS // _BLOCK))
        for country, row, column in land
        for north, east in product((-1, 0, 1), repeat=2)
    }
    countries, rows, columns = zip(*sorted(around), strict=True)
    return {"country": [*countries], "block_row": [*rows], "block_column": [*columns]}


def outside_country(tables: Tables) -> Iterator[Frame]:
    """Yield the places whose coordinates lie outside their country: by more than a margin, areas far away.

    An area has no fixed border; five degrees and more from all land of a country it is not in it.
    """
    on_globe = nw.col("latitude").is_between(-90, 90) & nw.col("longitude").is_between(-180, 180)
    cells = (
        tables["places"]
        .filter(on_globe)
        .with_columns(
            ((nw.col("latitude") + 90) * 2).floor().cast(nw.Int64).alias("cell_row"),
            (((nw.col("longitude") + 180) * 2).floor().cast(nw.Int64) % _COLUMNS).alias(
                "cell_column"
            ),
        )
    )
    runs = _beside(
        tables["places"], extents(), "country: string, row: bigint, first: bigint, last: bigint"
    )
    judged = cells.join(runs.select("country"), on="country", how="semi")
    coordinates = nw.concat_str(
        digits(nw.col("latitude")), digits(nw.col("longitude")), separator=", "
    )
    is_area = nw.col("kind").is_in(["area"])
    places, areas = judged.filter(~is_area), judged.filter(is_area)
    for lost in (_outside(places, runs), _far_outside(areas)):
        yield breach(lost, "places", "latitude", coordinates, nw.col("country"))


def _outside(places: Frame, runs: Frame) -> Frame:
    inside = places.join(
        runs.rename({"row": "cell_row"}), on=["country", "cell_row"], how="inner"
    ).filter((nw.col("cell_column") >= nw.col("first")) & (nw.col("cell_column") <= nw.col("last")))
    return places.join(inside, on="row", how="anti")


def _far_outside(areas: Frame) -> Frame:
    blocks = areas.with_columns(
        (nw.col("cell_row") // _BLOCK).alias("block_row"),
        (nw.col("cell_column") // _BLOCK).alias("block_column"),
    )
    near = _beside(
        areas, surroundings(), "country: string, block_row: bigint, block_column: bigint"
    )
    return blocks.join(near, on=["country", "block_row", "block_column"], how="anti")


def same_place(tables: Tables) -> Iterator[Frame]:
    """Yield the places that share with an earlier one the name and country, or the kind and the very coordinates.

    Two of one name within different parents are two: as towns in two regions are.
    """
    places = tables["places"].with_columns(
        lowered(nw.col("name")).str.replace_all(_BETWEEN_WORDS, "").alias("folded"),
        nw.col("country").cast(nw.String).fill_null("").alias("nation"),
    )
    called = _with_first(places, "folded", "nation")
    other_parent = (nw.col("parent_id") != nw.col("parent_id_2")).fill_null(value=False)
    pairs = (
        called.filter(~other_parent),
        _with_first(places, "folded", "nation", "parent_id"),
        _with_first(places, "kind", "latitude", "longitude"),
    )
    twice = nw.concat([pair.select("row", "name", "place_id_2") for pair in pairs]).unique()
    yield breach(twice, "places", "name", nw.col("name"), nw.col("place_id_2"))


def _with_first(places: Frame, *alike: str) -> Frame:
    """Return the places beside the first that is like them in these columns: thousands of one name are no millions of pairs."""
    first = (
        places.filter(*(~nw.col(name).is_null() for name in alike))
        .group_by(*alike)
        .agg(nw.col("row").min().alias("row_2"))
    )
    earlier = places.select(
        nw.col("row").alias("row_2"),
        nw.col("place_id").alias("place_id_2"),
        nw.col("parent_id").alias("parent_id_2"),
    )
    later = places.join(first, on=list(alike), how="inner").filter(nw.col("row") > nw.col("row_2"))
    return later.join(earlier, on="row_2", how="inner")


def _beside(places: Frame, columns: dict[str, list[Any]], types: str) -> Frame:
    """Return columns as a frame of the same engine and connection, which can be joined with the places."""
    held = places.to_native()
    if places.implementation.is_spark_like():
        rows = json.dumps(
            [dict(zip(columns, run, strict=True)) for run in zip(*columns.values(), strict=True)]
        )
        kind = f"array<struct<{types}>>"
        runs = held.sparkSession.sql(f"select inline(from_json({rows!r}, {kind!r}))")
    elif places.implementation.is_duckdb():
        one_row = held.aggregate("count(*)")
        runs = one_row.project(
            ", ".join(f"unnest({values!r}) as {name}" for name, values in columns.items())
        )
    elif places.implementation.is_ibis():
        import ibis  # noqa: PLC0415

        runs = ibis.memtable(pl.DataFrame(columns).to_arrow())
    else:
        runs = pl.LazyFrame(columns)
    lazy: Frame = nw.from_native(runs)
    return lazy


RULES: Final = (
    TablesRule(
        "W210",
        "coordinates lie outside the country",
        "Check them for a swap, a sign and a digit, and check the country.",
        severity="warning",
        needs=("places",),
        breaches=outside_country,
    ),
    TablesRule(
        "W262",
        "two places look like one",
        "Join them, or tell them apart by name, parent or coordinates.",
        severity="warning",
        needs=("places",),
        breaches=same_place,
    ),
)
