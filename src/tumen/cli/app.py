"""The `tumen` command, made of the groups of commands in the other modules of this package."""

from __future__ import annotations

import gc
import sys
import warnings
from typing import NoReturn, TextIO

import typer

from tumen._text import escape_controls
from tumen.cli import check, export, lookup, plot, query, records, releases
from tumen.cli import exit as cli_exit
from tumen.errors import StoreWarning, WithdrawnWarning

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Query, check and publish data on relations between North Korea and Russia.",
    epilog="Exit status: 0 clean, 1 findings, 2 could not run."
    " Set TUMEN_DEBUG=1 to see the traceback of an unexpected error.",
)


def main() -> NoReturn:
    """Run the command line. `tumen.cli.exit` describes the exit statuses."""
    # A command ends before a collection pays off, and collecting takes a quarter of the time
    # that it takes to import pandera.
    gc.disable()
    cli_exit.wrap_streams()
    warnings.showwarning = _show_warning
    sys.exit(cli_exit.exit_status(app))


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning of Tumen as a sentence, and any other warning as Python does."""
    is_ours = issubclass(category, WithdrawnWarning | StoreWarning)
    text = (
        f"tumen: {message}\n"
        if is_ours
        else warnings.formatwarning(message, category, filename, lineno, line)
    )
    stream = file or sys.stderr
    stream.write(escape_controls(text) if stream.isatty() else text)


for group in (check, records, lookup, query, export, releases):
    app.add_typer(group.app)
app.add_typer(plot.app, name="plot")
