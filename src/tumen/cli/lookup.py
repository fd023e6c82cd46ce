"""Commands that look up one thing: a record, a name, a column, a document, a query."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

import tumen
from tumen.cli.exit import INTERRUPTED
from tumen.cli.options import (
    App,
    AsFrame,
    FrameFormat,
    KnownBy,
    Release,
    as_typed,
    console,
    print_frame,
    say,
)
from tumen.errors import UnknownNameError

app = App()

_QUERY_MEMORY: Final = 4 * 2**30
"""Bytes of memory that a query may take."""


class RecordFormat(StrEnum):
    """Formats of a record."""

    text = "text"
    json = "json"


@app.command()
def show(
    record_id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Id of a record, an actor, a place or a source, such as mtg-0005.",
        ),
    ],
    release: Release = None,
    known_by: KnownBy = None,
    form: Annotated[
        RecordFormat, typer.Option("--format", help="Output format.")
    ] = RecordFormat.text,
) -> None:
    """Print one record with its participants, sources and references to it.

    Example: `tumen show mtg-0005`
    """
    record = tumen.open(release=release, known_by=known_by).record(record_id)
    if form is RecordFormat.json:
        import json  # noqa: PLC0415

        say(json.dumps(record, ensure_ascii=False, indent=1, default=str))
    else:
        _print_record(record)


def _print_record(record: dict[str, Any]) -> None:
    from tumen import as_known_on  # noqa: PLC0415
    from tumen.cli.formats import cell  # noqa: PLC0415

    for name, value in as_known_on.with_formatted_dates(record["fields"]).items():
        if value not in (None, []):
            _print_line(name, cell(value))
    for person in record["participants"]:
        principal = ", principal" if person["principal"] else ""
        capacity = f": {person['capacity']}" if person["capacity"] else ""
        _print_line("participant", f"{person['name']} ({person['side']}{principal}){capacity}")
    for citation in record["citations"]:
        _print_citation(citation)
    for reference in record["referring"]:
        summary = f": {reference['summary']}" if reference["summary"] else ""
        _print_line("named by", f"{reference['record_id']} ({reference['field']}){summary}")


def _print_citation(citation: dict[str, Any]) -> None:
    from tumen import as_known_on  # noqa: PLC0415
    from tumen.cli.formats import cell  # noqa: PLC0415

    via = f", via {citation['via']}" if citation["via"] else ""
    published = as_known_on.format_date(citation["published"], citation["published_precision"])
    title = citation["title"] or citation["source_id"]
    _print_line("source", f"{citation['publisher']}{via}, {published or 'undated'}: {title}")
    _print_line("", citation["url"])
    if citation["topics"]:
        _print_line("", f"reports: {cell(citation['topics'])}")
    if not citation["agrees"] or citation["note"]:
        disagrees = "" if citation["agrees"] else "disagrees: "
        _print_line("", f"{disagrees}{citation['note'] or ''}")


def _print_line(label: str, text: str) -> None:
    say(f"{label:<18} {text}")


@app.command()
def find(
    text: Annotated[
        str,
        typer.Argument(
            help="A name in any script or spelling, such as Шойгу, or words of a record."
        ),
    ],
    limit: Annotated[int, typer.Option(help="Number of rows to print at most.", min=1)] = 20,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Find actors, places and records by any spelling.

    The best matches come first. Needs `tumen[find]`.

    Example: `tumen find Шойгу`
    """
    snapshot = tumen.open(release=release, known_by=known_by)
    print_frame(snapshot.find(as_typed(text), limit=limit), form)


@app.command()
def sql(
    query: Annotated[
        str, typer.Argument(help="One query in the dialect of DuckDB, over the tables and views.")
    ],
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print the rows of an SQL query over all tables and views.

    The query cannot change the data or read files, and may use 4 GiB of memory. Press Ctrl-C to
    end one that takes too long. Needs `tumen[sql]`.

    Example: `tumen sql "select stance, count(*) from statements group by all"`
    """
    from tumen._system.limits import limit_memory  # noqa: PLC0415

    try:
        with limit_memory(_QUERY_MEMORY):
            rows = tumen.open(release=release, known_by=known_by).sql(as_typed(query))
    except KeyboardInterrupt:
        # End at once: otherwise DuckDB first completes a step that it does not interrupt.
        os._exit(INTERRUPTED)
    print_frame(rows, form)


@app.command()
def codebook(
    table: Annotated[
        str | None,
        typer.Argument(
            help="Name of a table, such as estimates.", metavar="TABLE", show_default="all"
        ),
    ] = None,
    release: Release = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print what each column means, with its type, unit and codes.

    Example: `tumen codebook estimates`
    """
    print_frame(tumen.codebook(table, release=release), form)  # type: ignore[arg-type]


@app.command()
def yardsticks(form: AsFrame = FrameFormat.table) -> None:
    """Print what words of probability mean in the UK and the US.

    Example: `tumen yardsticks`
    """
    print_frame(tumen.yardsticks(), form)


@app.command()
def docs(
    name: Annotated[
        str | None,
        typer.Argument(metavar="PAGE", help="Page to print.", show_default="a list of pages"),
    ] = None,
) -> None:
    """Print a page of the documentation that the package contains.

    Example: `tumen docs quickstart`
    """
    pages = _pages()
    if name is None:
        for page, path in pages.items():
            say(f"{page:<28} {_title(path)}")
        return
    wanted = name.removesuffix(".md")
    if wanted not in pages:
        pages |= {page.rpartition("/")[2]: path for page, path in pages.items()}
    if wanted not in pages:
        raise UnknownNameError("page", name, pages)
    text = pages[wanted].read_text(encoding="utf-8")
    if sys.stdout.isatty():
        from rich.markdown import Markdown  # noqa: PLC0415

        console().print(Markdown(text, code_theme="ansi_dark"))
    else:
        say(text, nl=False)


def _pages() -> dict[str, Path]:
    """Return the pages by their paths among the documents, without the ending."""
    folder = Path(__file__).parents[1] / "documents"
    paths = sorted(folder.rglob("*.md"))
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in paths}


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().removeprefix("# ").strip()
