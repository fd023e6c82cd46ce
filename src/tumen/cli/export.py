"""Commands that write the data for other tools: citations, a database or a workbook, a web site."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003
from typing import Annotated

import typer

import tumen
from tumen import _extras
from tumen.cli.options import App, KnownBy, Overwrite, Release, say
from tumen.errors import TumenError

app = App()


class ExportFormat(StrEnum):
    """Formats of an export."""

    sqlite = "sqlite"
    duckdb = "duckdb"
    csv = "csv"
    xlsx = "xlsx"
    jsonl = "jsonl"


@app.command()
def cite(
    record_ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID", help="Ids of records, such as mtg-0005.", show_default="the release"
        ),
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(
            metavar="STYLE",
            help="Citation style: text (a footnote), bibtex, csl-json or chicago. With tumen[cite]"
            " also any CSL style, such as apa, or the path of a .csl file.",
            show_default="text",
        ),
    ] = None,
    append: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Add the entries whose keys are new to this BibTeX file, such as references.bib;"
            " needs tumen[cite].",
            show_default="print",
        ),
    ] = None,
    release: Release = None,
    known_by: KnownBy = None,
) -> None:
    """Print citations of records, of their release and of their sources.

    Each work is cited once.

    Example: `tumen cite mtg-0005 est-0003 --style bibtex`

    To extend a bibliography: `tumen cite mtg-0005 --append references.bib`
    """
    if append is not None:
        _extras.require("cite", "tumen cite --append")
        if style not in (None, "bibtex"):
            raise TumenError(
                f"--append writes BibTeX, but --style is {style};"
                " leave out --style, or use --style bibtex."
            )
    snapshot = tumen.open(release=release, known_by=known_by)
    if append is None:
        say(snapshot.cite(*(record_ids or ()), style=style or "text"), nl=False)
        return
    from tumen.citations.bibtex import append_entries  # noqa: PLC0415

    works = snapshot._works(record_ids or ())  # noqa: SLF001
    added = append_entries(append, works)
    say(f"{append}: {added} added, {len(works) - added} already there")


@app.command()
def site(
    out: Annotated[
        Path, typer.Argument(help="Folder to write, new or empty, such as explorer.", metavar="OUT")
    ],
    release: Release = None,
    *,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace a site in this folder.", show_default="off"),
    ] = False,
) -> None:
    """Build a static web site of a release.

    It has an overview, a timeline, estimates, disagreements, a network, a map and all records.
    It needs no server: open OUT/index.html in a browser, or copy OUT to any web host.
    Needs `tumen[site]`.

    Example: `tumen site explorer`
    """
    _extras.require("site", "tumen site")
    from tumen.site.build import build  # noqa: PLC0415

    folder = build(tumen.open(release=release), out, overwrite=overwrite)
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    say(f"{folder / 'index.html'}: {len(sizes)} files, {sum(sizes)} bytes")


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="File to write, such as tumen.db.", metavar="OUT")],
    form: Annotated[
        ExportFormat,
        typer.Option(
            "--to",
            help="Output format: SQLite, DuckDB, CSV files in a zip, an Excel workbook, or JSON"
            " Lines.",
            show_default=False,
        ),
    ],
    *,
    release: Release = None,
    known_by: KnownBy = None,
    overwrite: Overwrite = False,
) -> None:
    """Write all tables to one file for another tool.

    The file is written completely or not at all. DuckDB and Excel need `tumen[export]`.

    Example: `tumen export --to sqlite tumen.db`,
    then `datasette tumen.db --metadata tumen.metadata.json`
    """
    from tumen.exports import export as exports_export  # noqa: PLC0415

    snapshot = tumen.open(release=release, known_by=known_by)
    for path in exports_export.write(snapshot, form.value, out, overwrite=overwrite):
        say(f"{path}: {path.stat().st_size} bytes")
