"""Commands for who curates records, or holds others to the rules: check, add, retire, put in form, explain."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tumen import _extras
from tumen.cli.options import App, as_typed, console, say, today
from tumen.cli.progress import shown_to_waiting
from tumen.errors import TumenError

app = App()


class ReportFormat(StrEnum):
    """Formats of a report."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"
    junit = "junit"


class EngineName(StrEnum):
    """Engines that read files of a table."""

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
            help="How to print the findings: for people, programs, GitHub, code scanning, CI systems.",
        ),
    ] = ReportFormat.text,
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Let warnings count: exit with 1 if there are any.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="Show what this rule found; may be repeated. Unread files show, too.",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="Leave this rule out; may be repeated. A repository can refuse it in its CI.",
        ),
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(
            metavar="REV",
            help="Check all, and show what concerns files changed since this git revision.",
        ),
    ] = None,
    cache: Annotated[
        bool,
        typer.Option(
            "--cache/--no-cache",
            help="Read again only what was edited; what was read is kept under TUMEN_CACHE, or else in the user's cache folder.",
        ),
    ] = True,
    releases: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Releases whose ids must not change.",
            show_default="releases beside the records",
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="TABLE",
            help="Hold files to the rules of this table: Parquet, CSV, Arrow IPC, JSON Lines; a path or a URL.",
        ),
    ] = None,
    engine: Annotated[
        EngineName | None,
        typer.Option(help="What reads the files of --table.", show_default=EngineName.polars),
    ] = None,
    coerce: Annotated[
        bool,
        typer.Option(
            "--coerce",
            help="Make days, numbers, flags and lists of text, and report what is none: for CSV, with --table.",
        ),
    ] = False,
    max_findings: Annotated[
        int | None,
        typer.Option(
            min=0, help="Show so many rows of each rule, with --table.", show_default="100"
        ),
    ] = None,
) -> None:
    """Check records against every rule, and print each finding as `path:line:column code message`.

    Example: `tumen check dataset/`

    In a pull request: `tumen check dataset/ --format github --strict --changed-since origin/main`

    Reading all anew: `tumen check dataset/ --no-cache`

    A table of your own, where `line` is the line of the file or, where it has none, the number of the row:
    `tumen check 'data/*.parquet' --table estimates --engine duckdb`,
    `tumen check mine.csv --table estimates --coerce --max-findings 10`

    Exit status: 0 clean, 1 findings, 2 could not run, as where columns do not fit and no row is read.
    """
    _extras.require("check", "tumen check")
    from tumen._system import panics  # noqa: PLC0415
    from tumen.report_formats import text as report_formats_text  # noqa: PLC0415
    from tumen.validation import config  # noqa: PLC0415
    from tumen.validation import since as validation_since  # noqa: PLC0415
    from tumen.validation.records import check as run  # noqa: PLC0415

    given = paths or ["dataset"]
    path = Path(given[0])
    if table is None and (len(given) > 1 or engine or coerce or max_findings is not None):
        raise TumenError(
            "several files, --engine, --coerce and --max-findings are for tables: name one, as in --table estimates."
        )
    if table is not None and releases is not None:
        raise TumenError(
            "--releases is for records, whose ids it holds; leave it out with --table."
        )
    if table is not None and changed_since is not None:
        raise TumenError(
            "--changed-since is for records, of which git keeps the lines; leave it out with --table."
        )
    if ignore:
        config.refuse_ignoring(path)
    with shown_to_waiting(given[0]), panics.suppress_panic_output():
        if table is None:
            report = run(path, cache=cache, releases=releases)
        else:
            most = 100 if max_findings is None else max_findings
            report = run(
                given,
                table=table,
                engine=engine.value if engine else None,
                coerce=coerce,
                max_findings=most,
            )
    unread = table is not None and report.rules == ("E112",)
    report = report.strictly() if strict else report
    report = report.only(only) if only and not unread else report
    report = report.without(ignore) if ignore and not unread else report
    report = (
        report
        if changed_since is None
        else validation_since.since(report, path, changed_since, releases)
    )
    if form is ReportFormat.text and sys.stdout.isatty():
        report_formats_text.on_terminal(report, console())
    else:
        say(report_formats_text.FORMATS[form.value](report), nl=False)
    raise typer.Exit(2 if unread else 0 if report.ok else 1)


@app.command()
def new(
    table: Annotated[
        str,
        typer.Argument(metavar="TABLE", help="Table of the record, such as meetings or source."),
    ],
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="WHAT",
            help="Address of a source, name of an actor or place, id of a record that is retired.",
        ),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            help="Date of the record, which also chooses its file.", metavar="YYYY[-MM[-DD]]"
        ),
    ] = None,
    like: Annotated[
        str | None, typer.Option(help="Copy the fields of this record.", metavar="ID")
    ] = None,
    file: Annotated[
        str | None, typer.Option(help="File of the table's folder, such as people.", metavar="NAME")
    ] = None,
    bare: Annotated[  # noqa: FBT002
        bool, typer.Option("--bare", help="Leave out optional fields and lists of codes.")
    ] = False,
    dataset: Annotated[Path, typer.Option(help="Folder of records.")] = Path("dataset"),
) -> None:
    """Add a record to fill in, with the next free id, and print its place as `path:line`.

    Optional fields stand behind a `#`, the codes of a field behind it. Of a source, the publisher is known by its
    address, and language and kind by the publisher's other sources; an address that is in the dataset is refused.

    Example: `tumen new meetings --date 2025-06-17`, `tumen new source https://tass.com/world/1`,
    `tumen new actor "Hong Gil Dong" --file people`, `tumen new estimate --like est-0003`
    """
    _extras.require("check", "tumen new")
    from tumen.editing import new_record  # noqa: PLC0415
    from tumen.editing.new_record import Wish  # noqa: PLC0415

    wish = Wish(new_record.table_named(table), what and as_typed(what), date, like, file, bare)
    place = new_record.add(dataset, wish, today())
    say(f"{place.file}:{place.line}")


@app.command()
def retire(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Released records to take out.")],
    reason: Annotated[
        str,
        typer.Option(help="Why: duplicate, erroneous, merged, moved (to another table) or split."),
    ],
    successor: Annotated[
        str | None, typer.Option(metavar="ID", help="The record to use instead.")
    ] = None,
    dataset: Annotated[Path, typer.Option(help="Folder of records.")] = Path("dataset"),
    releases: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of the releases.",
            show_default="releases beside the records",
        ),
    ] = None,
    *,
    with_sources: Annotated[
        bool,
        typer.Option("--with-sources", help="Also take out documents that no other record cites."),
    ] = False,
) -> None:
    """Take released records out: their ids go to retired.yaml and are never used again.

    What refers to a record refers to its successor afterwards, which also cites the documents of a duplicate. All files change,
    or none does: none where something refers to a record without a successor, or where the records would break a rule. Files
    that change are put in canonical form.

    Example: `tumen retire est-0002 --reason duplicate --successor est-0001`,
    `tumen retire stm-0042 --reason erroneous --with-sources`
    """
    _extras.require("check", "tumen retire")
    from tumen.editing import retirement  # noqa: PLC0415
    from tumen.validation import permanence  # noqa: PLC0415

    request = retirement.Request(tuple(dict.fromkeys(ids)), reason, successor, with_sources)
    known = releases or permanence.folder_beside(dataset) or dataset.parent / "releases"
    done = retirement.retire(dataset, known, request, today())
    for path in done.files:
        say(str(path))
    say(
        f"{', '.join(done.ids)} {'is' if len(done.ids) == 1 else 'are'} retired from release {done.release} on",
        err=True,
    )
    for place in done.mentions:
        say(f"{place} names a retired record in its text, which stays as it is", err=True)


@app.command()
def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH", help="Folders of records, or files in them.", show_default="dataset"
        ),
    ] = None,
    check: Annotated[  # noqa: FBT002
        bool,
        typer.Option("--check", help="Change nothing: print what would change, and exit with 1."),
    ] = False,
) -> None:
    """Put files of records in canonical form: order of records and fields, one shape, comments kept, meaning unchanged.

    A file that is not valid is left as it is, and what is wrong with it is printed. `--check` prints a unified diff.

    Example: `tumen fmt dataset/meetings/2025.yaml`, `tumen fmt --check dataset`
    """
    _extras.require("check", "tumen fmt")
    from tumen.editing import formatter  # noqa: PLC0415

    changed = files = refused = 0
    for path in paths or [Path("dataset")]:
        changes, report = formatter.changes(path) if check else formatter.write(path)
        for change in changes:
            say(change.diff() if check else str(change.path), nl=not check)
        for finding in report.findings:
            say(f"{finding}\n    {finding.remedy}", err=True)
        changed, files, refused = (
            changed + len(changes),
            files + report.files,
            refused + len(report.findings),
        )
    say(
        f"{changed} of {files} files {'would change' if check else 'changed'}, {refused} findings",
        err=check,
    )
    raise typer.Exit(1 if refused or (check and changed) else 0)


@app.command()
def explain(
    codes: Annotated[
        list[str] | None,
        typer.Argument(metavar="CODE", help="Codes of rules; none lists all rules."),
    ] = None,
) -> None:
    """Explain rules: what each asks, why, a failing record and the mended one; without a code, list all rules.

    Example: `tumen explain E104`
    """
    _extras.require("check", "tumen explain")
    from rich.markdown import Markdown  # noqa: PLC0415

    from tumen.validation.explain import listing, page  # noqa: PLC0415

    text = "\n".join(page(code).markdown() for code in codes) if codes else listing()
    if codes and sys.stdout.isatty():
        console().print(Markdown(text, code_theme="ansi_dark"))
    else:
        say(text, nl=False)
