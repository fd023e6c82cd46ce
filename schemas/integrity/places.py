"""Places on the globe: coordinates against the country in whose internationally recognised territory they are said to lie.

`schemas/extents.csv` holds, by country, the half-degree cells that its land touches or neighbours, in runs from west to east;
`docs/extents.py` made it from Natural Earth (public domain). A dozen small territories have no outline there and are not judged.
"""

import csv
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final

import narwhals as nw
import polars as pl

from tumen.schemas.integrity.breach import breach, digits
from tumen.schemas.rules import Frame, Tables, TablesRule


@cache
def extents() -> dict[str, list[Any]]:
    """Return the runs of cells as columns: country, row from the south pole, first and last column from the antimeridian."""
    text = files("tumen.schemas").joinpath("extents.csv").read_text(encoding="utf-8")
    runs = list(csv.DictReader(text.splitlines()))
    numbers = {name: [int(run[name]) for run in runs] for name in ("row", "first", "last")}
    return {"country": [run["country"] for run in runs], **numbers}


def outside_country(tables: Tables) -> Iterator[Frame]:
    """Yield the places whose coordinates lie more than a margin outside their country; areas have no fixed border."""
    on_globe = nw.col("latitude").is_between(-90, 90) & nw.col("longitude").is_between(-180, 180)
    places = tables["places"].filter((nw.col("kind") != "area") & on_globe)
    cells = places.with_columns(
        ((nw.col("latitude") + 90) * 2).floor().cast(nw.Int64).alias("cell_row"),
        (((nw.col("longitude") + 180) * 2).floor().cast(nw.Int64) % 720).alias("cell_column"),
    )
    runs = _beside(places).rename({"row": "cell_row"})
    inside = cells.join(runs, on=["country", "cell_row"], how="inner").filter(
        (nw.col("cell_column") >= nw.col("first")) & (nw.col("cell_column") <= nw.col("last"))
    )
    judged = cells.join(runs.select("country"), on="country", how="semi")
    coordinates = nw.concat_str(digits(nw.col("latitude")), digits(nw.col("longitude")), separator=", ")
    yield breach(judged.join(inside, on="row", how="anti"), "places", "latitude", coordinates, nw.col("country"))


def _beside(places: Frame) -> Frame:
    """Return the extents as a frame of the same engine and connection, which can be joined with the places."""
    columns, held = extents(), places.to_native()
    if places.implementation.is_spark_like():
        rows = json.dumps([dict(zip(columns, run, strict=True)) for run in zip(*columns.values(), strict=True)])
        kind = "array<struct<country: string, row: bigint, first: bigint, last: bigint>>"
        runs = held.sparkSession.sql(f"select inline(from_json({rows!r}, {kind!r}))")
    elif places.implementation.is_duckdb():
        one_row = held.aggregate("count(*)")
        runs = one_row.project(", ".join(f"unnest({values!r}) as {name}" for name, values in columns.items()))
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
)
