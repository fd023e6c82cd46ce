"""Commands that edit records: add one, retire released ones, and format files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tumen import _extras
from tumen.cli.options import App, as_typed, say, today

app = App()

Dataset = Annotated[Path, typer.Option(help="Folder of the records.")]


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
            help="URL of a source, name of an actor or place, or id of a retired record.",
            show_default="none",
        ),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            help="Date of the record, such as 2025-06-17; it also selects the file.",
            metavar="YYYY[-MM[-DD]]",
            show_default="left to fill in",
        ),
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(
            help="Copy the fields of this record, such as est-0003.",
            metavar="ID",
            show_default="none",
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            help="File in the folder of the table, such as people.",
            metavar="NAME",
            show_default="by the date or the table",
        ),
    ] = None,
    bare: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            "--bare", help="Leave out optional fields and lists of codes.", show_default="off"
        ),
    ] = False,
    dataset: Dataset = Path("dataset"),
) -> None:
    """Add a record to fill in, with the next free id.

    The place of the record is printed as `path:line`. Optional fields are commented out with `#`,
    and a comment lists the codes of a field.

    For a source, the publisher is found by its URL; language and kind are taken from other sources
    of that publisher. A URL that is already in the dataset is refused.

    Example: `tumen new meetings --date 2025-06-17`, `tumen new source https://tass.com/world/1`,
    `tumen new actor "Hong Gil Dong" --file people`, `tumen new estimate --like est-0003`
    """
    _extras.require("records", "tumen new")
    from tumen.editing import new_record  # noqa: PLC0415

    request = new_record.RecordRequest(
        new_record.resolve_table(table), what and as_typed(what), date, like, file, bare
    )
    place = new_record.add(dataset, request, today())
    say(f"{place.file}:{place.line}")


@app.command()
def retire(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID", help="Ids of released records, such as est-0002.")
    ],
    reason: Annotated[
        str,
        typer.Option(
            help="Reason: duplicate, erroneous, merged, moved (to another table) or split."
        ),
    ],
    successor: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Record to use instead, such as est-0001.", show_default="none"
        ),
    ] = None,
    dataset: Dataset = Path("dataset"),
    releases: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of the releases.",
            show_default="releases, next to the records",
        ),
    ] = None,
    *,
    with_sources: Annotated[
        bool,
        typer.Option(
            "--with-sources",
            help="Also remove sources that no other record cites.",
            show_default="off",
        ),
    ] = False,
) -> None:
    """Remove released records; their ids are never used again.

    The ids are listed in retired.yaml. References to a record are changed to its successor, which
    also cites the sources of a duplicate. Files that change are put in canonical form.

    Either all files change or none does. Nothing changes if a record without a successor is still
    referred to, or if the records would break a rule.

    Example: `tumen retire est-0002 --reason duplicate --successor est-0001`,
    `tumen retire stm-0042 --reason erroneous --with-sources`
    """
    _extras.require("records", "tumen retire")
    from tumen.editing import retirement  # noqa: PLC0415
    from tumen.validation import released_ids  # noqa: PLC0415

    request = retirement.Request(tuple(dict.fromkeys(ids)), reason, successor, with_sources)
    past = releases or released_ids.find_releases(dataset) or dataset.parent / "releases"
    result = retirement.retire(dataset, past, request, today())
    for path in result.files:
        say(str(path))
    verb = "is" if len(result.ids) == 1 else "are"
    say(f"{', '.join(result.ids)} {verb} retired as of release {result.release}", err=True)
    for place in result.mentions:
        say(f"{place} mentions a retired record in its text, which was not changed", err=True)


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
        typer.Option(
            "--check",
            help="Change nothing; print a unified diff, and exit with 1 if a file would change.",
            show_default="off",
        ),
    ] = False,
) -> None:
    """Put files of records in canonical form.

    The order of records and fields and the layout change; comments and meaning are kept.
    An invalid file is not changed, and its findings are printed.

    Example: `tumen fmt dataset/meetings/2025.yaml`, `tumen fmt --check dataset`
    """
    _extras.require("records", "tumen fmt")
    from tumen.editing import formatter  # noqa: PLC0415

    changed = files = refused = 0
    for path in paths or [Path("dataset")]:
        changes, report = formatter.find_changes(path) if check else formatter.format_files(path)
        for change in changes:
            say(change.diff() if check else str(change.path), nl=not check)
        for finding in report.findings:
            say(f"{finding}\n    {finding.remedy}", err=True)
        changed += len(changes)
        files += report.files
        refused += len(report.findings)
    verb = "would change" if check else "changed"
    say(f"{changed} of {files} files {verb}, {refused} findings", err=check)
    raise typer.Exit(1 if refused or (check and changed) else 0)
