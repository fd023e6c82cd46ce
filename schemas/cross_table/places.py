"""Rules on places: coordinates against the country, and places that look like one.

Coordinates are compared with the internationally recognised territory of the country. The file
`schemas/extents.csv` lists, by country, the half-degree cells that its land touches or neighbours,
in runs from west to east. `tools/natural_earth.py` makes it from Natural Earth (public domain). A
dozen small territories have no outline there and are not checked.
"""

import csv
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, Final

import polars as pl

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import format_number, select_violations, to_lower_case
from tumen.schemas.rules import Frame, Tables, TablesRule

_COLUMNS: Final = 720
"""Half-degree cells around the globe."""

_BLOCK: Final = 10
"""Cells along one side of a block, which spans five degrees."""

_BETWEEN_WORDS: Final = r"[ \-.'\x{2010}-\x{2015}\x{2018}\x{2019}]"


@cache
def read_extents() -> dict[str, list[Any]]:
    """Return the cells of all countries, in runs from west to east.

    Returns:
        The columns `country`, `row` (counted from the south pole), and `first` and `last` (the
        first and last column of the run, counted from the antimeridian).

    """
    text = files("tumen.schemas").joinpath("extents.csv").read_text(encoding="utf-8")
    runs = list(csv.DictReader(text.splitlines()))
    numbers = {name: [int(run[name]) for run in runs] for name in ("row", "first", "last")}
    return {"country": [run["country"] for run in runs], **numbers}


@cache
def _surroundings() -> dict[str, list[Any]]:
    """Return the blocks of five degrees in or next to which a country has land."""
    runs = zip(*read_extents().values(), strict=True)
    land = {
        (country, row // _BLOCK, column)
        for country, row, first, last in runs
        for column in range(first // _BLOCK, last // _BLOCK + 1)
    }
    blocks_around_globe = _COLUMNS // _BLOCK
    around = {
        (country, row + north, (column + east) % blocks_around_globe)
        for country, row, column in land
        for north, east in product((-1, 0, 1), repeat=2)
    }
    countries, rows, columns = zip(*sorted(around), strict=True)
    return {"country": [*countries], "block_row": [*rows], "block_column": [*columns]}


def find_places_outside_country(tables: Tables) -> Iterator[Frame]:
    """Yield the places whose coordinates lie outside their country by more than a margin.

    An area has no fixed border, so it is outside only if it is five degrees or more from all land
    of the country.
    """
    latitude, longitude = ex.col("latitude"), ex.col("longitude")
    on_globe = latitude.is_between(-90, 90) & longitude.is_between(-180, 180)
    # The cast rounds on some engines, so the cells are rounded down before it.
    cell_row = ((latitude + 90) * 2).floor().cast(ex.Int64)
    cell_column = ((longitude + 180) * 2).floor().cast(ex.Int64) % _COLUMNS
    places = tables["places"]
    cells = places.filter(on_globe).with_columns(
        cell_row.alias("cell_row"), cell_column.alias("cell_column")
    )
    runs = _frame_like(
        places, read_extents(), "country: string, row: bigint, first: bigint, last: bigint"
    )
    with_outline = cells.join(runs.select("country"), on="country", how="semi")
    is_area = ex.col("kind").is_in(["area"])
    outside = (
        _filter_outside(with_outline.filter(~is_area), runs),
        _filter_far_outside(with_outline.filter(is_area)),
    )
    coordinates = ex.concat_str(format_number(latitude), format_number(longitude), separator=", ")
    for frame in outside:
        yield select_violations(frame, "places", "latitude", coordinates, ex.col("country"))


def _filter_outside(places: Frame, runs: Frame) -> Frame:
    """Return the places whose cell is in no run of their country."""
    by_row = runs.rename({"row": "cell_row"})
    candidates = places.join(by_row, on=["country", "cell_row"], how="inner")
    inside = candidates.filter(
        ex.col("cell_column") >= ex.col("first"), ex.col("cell_column") <= ex.col("last")
    )
    return places.join(inside, on="row", how="anti")


def _filter_far_outside(areas: Frame) -> Frame:
    """Return the areas whose block is neither on nor next to land of their country."""
    blocks = areas.with_columns(
        (ex.col("cell_row") // _BLOCK).alias("block_row"),
        (ex.col("cell_column") // _BLOCK).alias("block_column"),
    )
    near = _frame_like(
        areas, _surroundings(), "country: string, block_row: bigint, block_column: bigint"
    )
    return blocks.join(near, on=["country", "block_row", "block_column"], how="anti")


def find_duplicate_places(tables: Tables) -> Iterator[Frame]:
    """Yield the places that share name and country, or kind and coordinates, with an earlier one.

    Two places of one name within different parents are two, such as towns in two regions.
    """
    name = to_lower_case(ex.col("name")).str.replace_all(_BETWEEN_WORDS, "")
    country = ex.col("country").cast(ex.String).fill_null("")
    places = tables["places"].with_columns(name.alias("folded"), country.alias("nation"))
    namesakes = _pair_with_first(places, "folded", "nation")
    other_parent = (ex.col("parent_id") != ex.col("parent_id_2")).fill_null(value=False)
    pairs = (
        namesakes.filter(~other_parent),
        # The first place of the name may have another parent, and hide an earlier one in this.
        _pair_with_first(places, "folded", "nation", "parent_id"),
        _pair_with_first(places, "kind", "latitude", "longitude"),
    )
    duplicates = ex.concat([pair.select("row", "name", "place_id_2") for pair in pairs]).unique()
    yield select_violations(duplicates, "places", "name", ex.col("name"), ex.col("place_id_2"))


def _pair_with_first(places: Frame, *columns: str) -> Frame:
    """Return each place with the first one (`_2`) that has the same values in these columns.

    Pairs of all with all would be millions for thousands of places of one name.
    """
    known = places.filter(*(~ex.col(column).is_null() for column in columns))
    first = known.group_by(*columns).agg(ex.col("row").min().alias("row_2"))
    earlier = places.select(
        ex.col("row").alias("row_2"),
        ex.col("place_id").alias("place_id_2"),
        ex.col("parent_id").alias("parent_id_2"),
    )
    with_first = places.join(first, on=list(columns), how="inner")
    later = with_first.filter(ex.col("row") > ex.col("row_2"))
    return later.join(earlier, on="row_2", how="inner")


def _frame_like(places: Frame, columns: dict[str, list[Any]], types: str) -> Frame:
    """Return columns as a frame of the engine and connection of `places`, to join with it.

    `types` are the types of the columns as Spark writes them.
    """
    if isinstance(places, pl.LazyFrame):
        return pl.LazyFrame(columns)
    native = places.to_native()
    frame: Any
    if places.implementation.is_spark_like():
        # The rows are part of the query, so that nothing but `sql` is needed of the session.
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        kind = f"array<struct<{types}>>"
        query = f"select inline(from_json({json.dumps(rows)!r}, {kind!r}))"
        frame = native.sparkSession.sql(query)
    elif places.implementation.is_duckdb():
        one_row = native.aggregate("count(*)")
        lists = (f"unnest({values!r}) as {name}" for name, values in columns.items())
        frame = one_row.project(", ".join(lists))
    elif places.implementation.is_ibis():
        import ibis  # noqa: PLC0415

        frame = ibis.memtable(pl.DataFrame(columns).to_arrow())
    else:
        frame = pl.LazyFrame(columns)
    lazy: Frame = ex.from_native(frame)
    return lazy


RULES: Final = (
    TablesRule(
        "W210",
        "coordinates lie outside the country",
        "Check them for swapped values, a wrong sign and a wrong digit, and check the country.",
        severity="warning",
        tables=("places",),
        find_violations=find_places_outside_country,
    ),
    TablesRule(
        "W262",
        "two places look like one",
        "Merge them, or distinguish them by name, parent or coordinates.",
        severity="warning",
        tables=("places",),
        find_violations=find_duplicate_places,
    ),
)
