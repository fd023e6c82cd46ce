"""Places on the globe: coordinates against the country in whose internationally recognised territory they are said to lie.

`schemas/extents.csv` holds, by country, the half-degree cells that its land touches or neighbours, in runs from west to east;
`docs/extents.py` made it from Natural Earth (public domain). A dozen small territories have no outline there and are not judged.
"""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import narwhals as nw

from tumen.schemas.integrity.breach import breach
from tumen.schemas.rules import Frame, Tables


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
    coordinates = nw.concat_str(nw.col("latitude").cast(nw.String), nw.col("longitude").cast(nw.String), separator=", ")
    yield breach(judged.join(inside, on="row", how="anti"), "places", "latitude", coordinates, nw.col("country"))


def _beside(places: Frame) -> Frame:
    """Return the extents as a frame of the same engine, which can be joined with the places."""
    if places.implementation.is_spark_like():
        columns = extents()
        rows = list(zip(*columns.values(), strict=True))
        runs: Frame = nw.from_native(places.to_native().sparkSession.createDataFrame(rows, list(columns)))
        return runs
    return nw.from_dict(extents(), backend="polars").lazy(places.implementation)
