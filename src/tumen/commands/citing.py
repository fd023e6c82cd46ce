"""The command that says how to cite: see `tumen.citing`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tumen.commands.options import App, KnownBy, Release, say

app = App()


class Style(StrEnum):
    """Styles of a citation."""

    text = "text"
    bibtex = "bibtex"
    csl_json = "csl-json"
    chicago = "chicago"


@app.command()
def cite(
    record_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="Id of a record; the release itself, if none is named.")
    ] = None,
    style: Annotated[Style, typer.Option(help="How to set it: a footnote, BibTeX, CSL-JSON, Chicago.")] = Style.text,
    release: Release = None,
    known_by: KnownBy = None,
) -> None:
    """Print how to cite a record: the record, the release that holds it, and the documents that it rests on.

    Example: `tumen cite mtg-0005 --style bibtex`
    """
    import tumen  # noqa: PLC0415

    say(tumen.open(release=release, known_by=known_by).cite(record_id, style=style.value), nl=False)
