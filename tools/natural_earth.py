"""Write `schemas/extents.csv`, the half-degree cells in which a place of each country may lie.

    python tools/natural_earth.py node_modules/world-atlas/countries-10m.json

The outlines are those of Natural Earth 4.1.0 (public domain, 1:10 million), from the npm package
`world-atlas` 2.0.2. A cell belongs to a country if its land touches the cell or a neighbour of it.
That is a margin of at least half a degree for coasts, islands and coarse outlines. Natural Earth
draws who controls an area; this script corrects what differs from internationally recognised
territory.

The script needs geopandas and pycountry, which nothing else in the repository uses.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import geopandas
import pycountry
from shapely import box, prepare
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

TARGET = Path(__file__).parent.parent / "schemas" / "extents.csv"
CELLS_PER_DEGREE = 2
ROWS, COLUMNS = 180 * CELLS_PER_DEGREE, 360 * CELLS_PER_DEGREE
PART_OF = {
    "Akrotiri": "CY",
    "Baikonur": "KZ",
    "Cyprus U.N. Buffer Zone": "CY",
    "Dhekelia": "CY",
    "Kosovo": "RS",
    "N. Cyprus": "CY",
    "Somaliland": "SO",
    "USNB Guantanamo Bay": "CU",
}
CRIMEA = Point(34.1, 44.95)


def outlines(path: Path) -> dict[str, list[BaseGeometry]]:
    """Return the polygons of each country by its ISO 3166-1 alpha-2 code."""
    polygons = defaultdict(list)
    parts = geopandas.read_file(path, layer="countries").explode()
    for row in parts[~parts.geometry.is_empty].itertuples():
        country = pycountry.countries.get(numeric=str(row.id)) if isinstance(row.id, str) else None
        code = country.alpha_2 if country else PART_OF.get(row.name)
        if code:
            polygons["UA" if row.geometry.contains(CRIMEA) else code].append(row.geometry)
    return dict(sorted(polygons.items()))


def touched(polygon: BaseGeometry) -> Iterator[tuple[int, int]]:
    """Yield row and column of each cell that a polygon touches.

    They count from the south pole and from the antimeridian.
    """
    west, south, east, north = (int(bound * CELLS_PER_DEGREE // 1) for bound in polygon.bounds)
    prepare(polygon)
    for row in range(south, north + 1):
        for column in range(west, east + 1):
            edges = (column, row, column + 1, row + 1)
            cell = box(*(edge / CELLS_PER_DEGREE for edge in edges))
            if polygon.intersects(cell):
                yield row + ROWS // 2, column + COLUMNS // 2


def with_neighbours(cells: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the cells and their eight neighbours."""
    near = (-1, 0, 1)
    around = (
        (row + up, (column + right) % COLUMNS)
        for row, column in cells
        for up in near
        for right in near
    )
    return {(row, column) for row, column in around if 0 <= row < ROWS}


def runs(cells: set[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield row, first and last column of each run of cells."""
    first = last = (-1, -1)
    for cell in sorted(cells):
        if cell != (last[0], last[1] + 1):
            if last[0] >= 0:
                yield (*first, last[1])
            first = cell
        last = cell
    yield (*first, last[1])


def main() -> None:
    """Read the outlines and write the table."""
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("country", "row", "first", "last"))
        for code, polygons in outlines(Path(sys.argv[1])).items():
            cells = with_neighbours({cell for polygon in polygons for cell in touched(polygon)})
            table.writerows((code, *run) for run in runs(cells))


if __name__ == "__main__":
    main()
