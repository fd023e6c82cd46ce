"""The codebook of a release as a frame, read from the release's own datapackage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen.release import catalog

if TYPE_CHECKING:
    from pathlib import Path


def codebook_frame(folder: Path, table: str | None = None) -> pl.DataFrame:
    """Return the codebook of the release in a folder; see `tumen.codebook` for the columns.

    Args:
        folder: The folder of the release.
        table: A table; None for all tables.

    """
    rows = [
        {
            "table": name,
            "column": field["name"],
            "type": field["type"],
            "title": field["title"],
            "description": field["description"],
            "unit": field.get("unit"),
            "nullable": not field.get("constraints", {}).get("required", False),
            "codes": field.get("constraints", {}).get("enum") or field.get("codes") or [],
        }
        for name in (catalog.tables(folder) if table is None else [table])
        for field in catalog.fields(folder, name)
    ]
    text = dict.fromkeys(("table", "column", "type", "title", "description", "unit"), pl.String)
    return pl.DataFrame(rows, schema={**text, "nullable": pl.Boolean, "codes": pl.List(pl.String)})
