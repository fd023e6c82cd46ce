"""The command line: the words of the library. Exit status 0 clean, 1 findings, 2 could not run."""

from __future__ import annotations

import gc
import sys
import warnings
from typing import NoReturn, TextIO

import typer

from tumen._text import visible
from tumen.cli import citations, docs, export, plot, query, records, releases, show, site, stores
from tumen.cli import exit as cli_exit
from tumen.errors import StoreWarning, WithdrawnWarning

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Relations between the DPRK and Russia, as data: check records, publish releases, read them.",
    epilog="Exit status: 0 clean, 1 findings, 2 could not run. TUMEN_DEBUG=1 shows the trace of an error that should not happen.",
)


def main() -> NoReturn:
    """Run the command line; see `ending` for how it ends."""
    gc.disable()  # a command ends before collecting would pay: it takes a quarter of the time to import pandera
    cli_exit.ready()
    warnings.showwarning = _show_warning
    sys.exit(cli_exit.status(app))


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning of ours as a sentence, and any other as Python does."""
    ours = issubclass(category, WithdrawnWarning | StoreWarning)
    text = (
        f"tumen: {message}\n"
        if ours
        else warnings.formatwarning(message, category, filename, lineno, line)
    )
    stream = file or sys.stderr
    stream.write(visible(text) if stream.isatty() else text)


for group in (records, show, query, citations, site, export, releases, stores, docs):
    app.add_typer(group.app)
app.add_typer(plot.app, name="plot")
