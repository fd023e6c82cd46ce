"""Commands that check records or tables against the rules, and explain the rules.

During a long check, a person at a terminal sees a line with the step and the time. It is written to
standard error, appears after a second and a half, and is erased at the end.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Annotated, Final, TextIO

import typer

from tumen import _extras
from tumen.cli.options import App, console, say
from tumen.errors import TumenError
from tumen.validation import progress as validation_progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

DELAY: Final = 1.5
"""Seconds that pass before the line appears."""


@contextmanager
def show_progress(what: str) -> Iterator[None]:
    """Show `what` is checked, and the step of the check, while the body runs."""
    if not sys.stderr.isatty():
        yield
        return
    # A stream of its own, because what engines print to standard error may be held back.
    with os.fdopen(os.dup(sys.stderr.fileno()), "w") as terminal:
        line = _Line(what, terminal)
        timer = Timer(DELAY, line.show)
        timer.daemon = True
        timer.start()
        try:
            with validation_progress.listening(line.set_step):
                yield
        finally:
            timer.cancel()
            timer.join()
            line.erase()


class _Line:
    """The progress line; rich is imported only when it appears."""

    def __init__(self, what: str, terminal: TextIO) -> None:
        self.what = what
        self.terminal = terminal
        self.step = ""
        self.progress: Progress | None = None

    def show(self) -> None:
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
        )
        progress = Progress(*columns, console=Console(file=self.terminal), transient=True)
        progress.add_task(self._text())
        progress.start()
        self.progress = progress

    def set_step(self, step: str) -> None:
        self.step = step
        if self.progress is not None:
            self.progress.update(self.progress.task_ids[0], description=self._text())

    def erase(self) -> None:
        if self.progress is not None:
            self.progress.stop()

    def _text(self) -> str:
        return f"checking {self.what}{f': {self.step}' if self.step else ''}"


app = App()

_MAX_FINDINGS = 100
"""Rows shown per rule of a table, unless the option says otherwise."""


class ReportFormat(StrEnum):
    """Formats of a report."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"
    junit = "junit"


class EngineName(StrEnum):
    """Engines that read the files of a table."""

    polars = "polars"
    duckdb = "duckdb"
    spark = "spark"


@app.command()
def check(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Folder of records, or one file in it; with --table, files or a glob.",
            show_default="dataset",
        ),
    ] = None,
    form: Annotated[
        ReportFormat,
        typer.Option(
            "--format",
            help="Output format: text for people, json for programs, github for annotations,"
            " sarif for code scanning, junit for CI systems.",
        ),
    ] = ReportFormat.text,
    *,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Treat warnings as errors: exit with 1.", show_default="off"),
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="Report only this rule, such as E302, and unreadable files; may be repeated.",
            show_default="all rules",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="Leave out this rule, such as W205; may be repeated. A repository can forbid it"
            " in CI.",
            show_default="none",
        ),
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(
            metavar="REV",
            help="Check everything, but report only what concerns files changed since this git"
            " revision, such as origin/main.",
            show_default="report everything",
        ),
    ] = None,
    cache: Annotated[
        bool,
        typer.Option(
            "--cache/--no-cache",
            help="Reuse what was read from unchanged files. The cache is in TUMEN_CACHE, or in the"
            " user's cache folder.",
        ),
    ] = True,
    releases: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of the releases, whose ids must not change.",
            show_default="releases, next to the records",
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="TABLE",
            help="Check files against the rules of this table, such as estimates. Takes paths and"
            " URLs of Parquet, CSV, Arrow IPC and JSON Lines.",
            show_default="check records",
        ),
    ] = None,
    engine: Annotated[
        EngineName | None,
        typer.Option(
            help="Engine that reads the files; needs --table.", show_default=EngineName.polars
        ),
    ] = None,
    coerce: Annotated[
        bool,
        typer.Option(
            "--coerce",
            help="Convert text to dates, numbers, booleans and lists, and report invalid values;"
            " for CSV. Needs --table.",
            show_default="off",
        ),
    ] = False,
    max_findings: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Number of rows to report per rule at most; needs --table.",
            show_default=str(_MAX_FINDINGS),
        ),
    ] = None,
) -> None:
    """Check records, or a table of your own, against every rule.

    Each finding is printed as `path:line:column code message`.

    Example: `tumen check dataset/`

    In a pull request: `tumen check dataset/ --format github --strict --changed-since origin/main`

    Without the cache: `tumen check dataset/ --no-cache`

    A table of your own: `tumen check 'data/*.parquet' --table estimates --engine duckdb`,
    `tumen check mine.csv --table estimates --coerce --max-findings 10`.
    `line` is then the line of the file, or the number of the row if the file has no lines.

    Exit status: 0 clean, 1 findings, 2 could not run, for example because columns do not match
    the table, so that no row was checked.
    """
    _extras.require("records", "tumen check")
    from tumen.cli.exit import suppress_panic_output  # noqa: PLC0415
    from tumen.report_formats import text as report_formats_text  # noqa: PLC0415
    from tumen.validation import config  # noqa: PLC0415
    from tumen.validation import since as validation_since  # noqa: PLC0415
    from tumen.validation.records import check as run  # noqa: PLC0415

    sources = paths or ["dataset"]
    path = Path(sources[0])
    if table is None and (len(sources) > 1 or engine or coerce or max_findings is not None):
        raise TumenError(
            "several files, --engine, --coerce and --max-findings need --table,"
            " as in --table estimates."
        )
    if table is not None:
        _refuse_record_options(releases, changed_since)
    if ignore:
        config.refuse_ignore_in_ci(path)

    with show_progress(sources[0]), suppress_panic_output():
        if table is None:
            report = run(path, cache=cache, releases=releases)
        else:
            report = run(
                sources,
                table=table,
                engine=engine.value if engine else None,
                coerce=coerce,
                max_findings=_MAX_FINDINGS if max_findings is None else max_findings,
            )

    # Columns that do not match are reported whichever rules were selected: no row was checked.
    no_row_checked = table is not None and report.rules == ("E112",)
    if strict:
        report = report.strictly()
    if only and not no_row_checked:
        report = report.only(only)
    if ignore and not no_row_checked:
        report = report.without(ignore)
    if changed_since is not None:
        report = validation_since.findings_since(report, path, changed_since, releases)

    if form is ReportFormat.text and sys.stdout.isatty():
        report_formats_text.print_report(report, console())
    else:
        say(report_formats_text.FORMATS[form.value](report), nl=False)
    raise typer.Exit(2 if no_row_checked else 0 if report.ok else 1)


def _refuse_record_options(releases: Path | None, changed_since: str | None) -> None:
    if releases is not None:
        raise TumenError("--releases checks the ids of records; leave it out with --table.")
    if changed_since is not None:
        raise TumenError("--changed-since compares records with git; leave it out with --table.")


@app.command()
def explain(
    codes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CODE", help="Code of a rule, such as E104.", show_default="list all rules"
        ),
    ] = None,
) -> None:
    """Explain rules, or list them all.

    A page says what the rule requires and why, and shows a failing record and the corrected one.

    Example: `tumen explain E104`
    """
    _extras.require("records", "tumen explain")
    from rich.markdown import Markdown  # noqa: PLC0415

    from tumen.validation.explain import list_rules, read_page  # noqa: PLC0415

    text = "\n".join(read_page(code).to_markdown() for code in codes) if codes else list_rules()
    if codes and sys.stdout.isatty():
        console().print(Markdown(text, code_theme="ansi_dark"))
    else:
        say(text, nl=False)
