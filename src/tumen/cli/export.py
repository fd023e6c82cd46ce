"""The command that hands the data to other tools: see `tumen.exports`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003
from typing import Annotated

import typer

from tumen.cli.options import App, KnownBy, Overwrite, Release, say

app = App()


class Form(StrEnum):
    """Forms of an export."""

    sqlite = "sqlite"
    duckdb = "duckdb"
    csv = "csv"
    xlsx = "xlsx"
    jsonl = "jsonl"


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="File to write.", metavar="OUT")],
    form: Annotated[
        Form,
        typer.Option(
            "--to",
            help="SQLite, DuckDB, CSV files in a zip, an Excel workbook, or JSON Lines.",
            show_default=False,
        ),
    ],
    *,
    release: Release = None,
    known_by: KnownBy = None,
    overwrite: Overwrite = False,
) -> None:
    """Write all tables to one file for another tool, whole or not at all.

    Example: `tumen export --to sqlite tumen.db`, and then `datasette tumen.db --metadata tumen.metadata.json`
    """
    import tumen  # noqa: PLC0415
    from tumen.exports import export as exports_export  # noqa: PLC0415

    for path in exports_export.write(
        tumen.open(release=release, known_by=known_by), form.value, out, overwrite=overwrite
    ):
        say(f"{path}: {path.stat().st_size} bytes")
