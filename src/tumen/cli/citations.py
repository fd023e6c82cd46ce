"""The command that says how to cite: see `tumen.citations`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003
from typing import Annotated

import typer

from tumen import _extras
from tumen.cli.options import App, KnownBy, Release, say
from tumen.errors import TumenError

app = App()


class Style(StrEnum):
    """Styles of a citation."""

    text = "text"
    bibtex = "bibtex"
    csl_json = "csl-json"
    chicago = "chicago"


@app.command()
def cite(
    record_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Ids of records; the release itself, if none is named."),
    ] = None,
    style: Annotated[
        Style | None,
        typer.Option(
            help="How to set it: a footnote, BibTeX, CSL-JSON, Chicago.", show_default=Style.text
        ),
    ] = None,
    append: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Add the entries to this BibTeX file, but for keys that it has (tumen[cite]).",
        ),
    ] = None,
    release: Release = None,
    known_by: KnownBy = None,
) -> None:
    """Print how to cite records: the records, the release that holds them, and the documents that they rest on, each once.

    Example: `tumen cite mtg-0005 est-0003 --style bibtex`

    A bibliography that grows: `tumen cite mtg-0005 --append references.bib`
    """
    if append is not None:
        _extras.require("cite", "tumen cite --append")
        if style not in (None, Style.bibtex):
            raise TumenError(
                f"--append writes BibTeX, and --style is {style}; leave --style out, or say bibtex."
            )
    import tumen  # noqa: PLC0415

    ds = tumen.open(release=release, known_by=known_by)
    if append is None:
        say(ds.cite(*(record_ids or ()), style=style or Style.text), nl=False)
        return
    from tumen.citations import bibliography, references  # noqa: PLC0415

    cited = references.of(ds, record_ids or ())
    added = bibliography.append_entries(append, cited)
    say(f"{append}: {added} added, {len(cited) - added} there already")
