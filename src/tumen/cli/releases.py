"""Commands that publish releases and prove them: build, verify, withdraw, diff."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tumen import _extras
from tumen.cli.options import App, as_typed, say, today
from tumen.errors import TumenError
from tumen.release.index import INDEX

if TYPE_CHECKING:
    import polars as pl

app = App()

Releases = Annotated[Path, typer.Option(help="Folder of the releases.")]
Changelog = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Put the draft first under `## Data` of this changelog, too."
    ),
]
Version = Annotated[str, typer.Argument(metavar="YYYY.MM.N", help="The release.")]


class DiffFormat(StrEnum):
    """Formats of a diff."""

    text = "text"
    json = "json"
    parquet = "parquet"
    md = "md"


@app.command()
def build(
    version: Annotated[
        str | None,
        typer.Argument(
            help="Version to publish: the next of this month, which is taken if none is named."
        ),
    ] = None,
    dataset: Annotated[Path, typer.Option(help="Folder of records.")] = Path("dataset"),
    releases: Releases = Path("releases"),
    changelog: Changelog = None,
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Let warnings refuse the build, too.")
    ] = False,
) -> None:
    """Publish the records as a release folder, whole or not at all, and print a draft of what the changelog says of it.

    The version is YYYY.MM of the day of the build (in UTC, or of SOURCE_DATE_EPOCH) and the next number of that month. A build
    is refused if an id that was released is gone or means something else, or if the schema changed since the newest release and
    SCHEMA_VERSION does not say so. Warnings are printed: also those of dates after the day of the build.

    Example: `tumen build --changelog CHANGELOG.md`
    """
    _extras.require("check", "tumen build")
    from tumen.publishing import build as publishing_build  # noqa: PLC0415
    from tumen.publishing import changelog as publishing_changelog  # noqa: PLC0415

    if changelog is not None:
        publishing_changelog.with_section(changelog, "")
    folder = publishing_build.build(dataset, releases, version, today(), strict=strict, warn=_warn)
    say(f"{folder}: {len(list(folder.iterdir()))} files\n")
    text = publishing_changelog.of_release(folder)
    say(text)
    if changelog is not None:
        publishing_changelog.insert(changelog, text)


def _warn(text: str) -> None:
    say(f"warning: {text}", err=True)


@app.command()
def verify(
    releases: Releases = Path("releases"),
    rebuild: Annotated[
        str | None,
        typer.Option(help="Also build this version again from its records.", metavar="YYYY.MM.N"),
    ] = None,
    history: Annotated[
        str | None,
        typer.Option(help="Also compare with every commit up to this git revision.", metavar="REV"),
    ] = None,
    *,
    rows: Annotated[
        bool, typer.Option("--rows", help="Also compute the digest of each table's rows again.")
    ] = False,
    schema: Annotated[
        bool,
        typer.Option(
            "--schema", help="Also compare the models, and SCHEMA_VERSION, with the newest release."
        ),
    ] = False,
) -> None:
    """Check every release against its datapackage, the index and the ids before it, on demand against history, records and models.

    Example: `tumen verify --history HEAD --rebuild 2026.11.0`
    """
    if rows or schema or rebuild:
        _extras.require("check", "tumen verify with --rows, --schema or --rebuild")
    from tumen.publishing import index  # noqa: PLC0415
    from tumen.publishing import verify as proof  # noqa: PLC0415

    if not releases.is_dir():
        raise TumenError(f"{releases} is not a folder of releases.")
    faults = proof.verify(releases, rows=rows)
    if not _extras.present("check"):
        _warn("ids were not compared from release to release; pip install 'tumen[check]' for that.")
    if history is not None:
        from tumen.publishing.git_history import against_history  # noqa: PLC0415

        faults += against_history(releases, history)
    if schema and not faults:
        from tumen.publishing.build import schema_fault  # noqa: PLC0415

        faults += schema_fault(releases)
    if rebuild and not faults:
        from tumen.publishing.rebuild import rebuild as again  # noqa: PLC0415

        rebuilt = again(releases, rebuild)
        say(str(rebuilt))
        faults += rebuilt.faults
    for fault in faults:
        say(fault)
    say(f"{len(index.read(releases))} releases, {len(faults)} faults")
    raise typer.Exit(1 if faults else 0)


@app.command()
def withdraw(
    version: Version,
    reason: Annotated[str, typer.Option(help="Why nobody should use it, in a sentence.")],
    releases: Releases = Path("releases"),
) -> None:
    """Mark a release as withdrawn: it stays and loads when named, with a warning, and its number stays taken.

    Example: `tumen withdraw 2026.11.0 --reason "Two meetings were dated a year late."`
    """
    _extras.require("check", "tumen withdraw")
    from tumen.publishing import index  # noqa: PLC0415

    index.withdraw(releases, version, as_typed(reason), today())
    say(f"{releases / INDEX}: {version} is withdrawn; commit it, and say so in the changelog")


@app.command()
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="The older release.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The newer release.")],
    table: Annotated[str | None, typer.Option(help="What differs in this table alone.")] = None,
    form: Annotated[
        DiffFormat,
        typer.Option(
            "--format",
            help="Lines for people, rows for programs, or md: a summary for a changelog.",
        ),
    ] = DiffFormat.text,
) -> None:
    """Print what differs from one release to another, record by record.

    Example: `tumen diff 2026.11.0 2026.11.1 --table estimates`
    """
    import tumen  # noqa: PLC0415
    from tumen.cli import formats  # noqa: PLC0415
    from tumen.publishing import changelog as publishing_changelog  # noqa: PLC0415

    changes = tumen.diff(a, b, table)  # type: ignore[arg-type]
    if form is DiffFormat.parquet:
        formats.write_parquet(changes, sys.stdout)
    elif form is DiffFormat.json:
        say(formats.as_json(changes), nl=False)
    elif form is DiffFormat.md:
        say("\n".join(publishing_changelog.summary(a, changes)))
    else:
        _show(changes)


def _show(changes: pl.DataFrame) -> None:
    for line in changes.iter_rows(named=True):
        place = ".".join(filter(None, (line["table"], line["field"])))
        what = " ".join(filter(None, (line["kind"], line["record_id"], place)))
        values = " → ".join(
            side if side is not None else "nothing" for side in (line["old"], line["new"])
        )
        say(f"{what}: {values}")
    say(f"{changes.height:,} differences")
