"""Commands about releases: build, verify, withdraw, compare, fetch, list and sign them."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import tumen
from tumen import _extras
from tumen.cli.options import App, AsFrame, FrameFormat, as_typed, print_frame, say, today
from tumen.errors import TumenError
from tumen.release.index import INDEX

if TYPE_CHECKING:
    import polars as pl

app = App()

Releases = Annotated[Path, typer.Option(help="Folder of the releases.")]
Store = Annotated[
    str | None,
    typer.Option(
        help="Store: a folder, or a URL with https:// or s3://, such as https://example.org/tumen.",
        metavar="ADDRESS",
        envvar="TUMEN_STORE",
        show_envvar=True,
        show_default="none",
    ),
]


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
            help="Version to publish, such as 2026.11.0.", show_default="the next of this month"
        ),
    ] = None,
    dataset: Annotated[Path, typer.Option(help="Folder of the records.")] = Path("dataset"),
    releases: Releases = Path("releases"),
    changelog: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also insert the draft below `## Data` in this changelog, such as CHANGELOG.md.",
            show_default="print only",
        ),
    ] = None,
    *,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Refuse to build if there are warnings.", show_default="off"),
    ] = False,
) -> None:
    """Publish the records as a release, and draft its changelog entry.

    The release folder is written completely or not at all. A version is YYYY.MM of the date of the
    build (in UTC, or of SOURCE_DATE_EPOCH) and the next free number of that month.

    The build is refused if a released id is gone or means something else, or if the schema changed
    since the newest release but SCHEMA_VERSION did not. Warnings are printed, also those about
    dates after the date of the build.

    Example: `tumen build --changelog CHANGELOG.md`
    """
    _extras.require("check", "tumen build")
    from tumen.publishing import build as publishing_build  # noqa: PLC0415
    from tumen.publishing import changelog as publishing_changelog  # noqa: PLC0415

    if changelog is not None:  # fail before the build if the changelog has no place for the entry
        publishing_changelog.with_section(changelog, "")
    folder = publishing_build.build(dataset, releases, version, today(), strict=strict, warn=_warn)
    say(f"{folder}: {len(list(folder.iterdir()))} files\n")
    text = publishing_changelog.draft_section(folder)
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
        typer.Option(
            help="Also build this release again from its records, such as 2026.11.0.",
            metavar="YYYY.MM.N",
            show_default="none",
        ),
    ] = None,
    history: Annotated[
        str | None,
        typer.Option(
            help="Also compare with every commit up to this git revision, such as HEAD.",
            metavar="REV",
            show_default="none",
        ),
    ] = None,
    *,
    rows: Annotated[
        bool,
        typer.Option(
            "--rows", help="Also recompute the digest of each table's rows.", show_default="off"
        ),
    ] = False,
    schema: Annotated[
        bool,
        typer.Option(
            "--schema",
            help="Also compare the models and SCHEMA_VERSION with the newest release.",
            show_default="off",
        ),
    ] = False,
) -> None:
    """Verify every release against its datapackage and the index.

    Ids are compared with those of earlier releases. On request, releases are also compared with
    the git history, the records and the models. Exit status: 0 no faults, 1 faults.

    Example: `tumen verify --history HEAD --rebuild 2026.11.0`
    """
    if rows or schema or rebuild:
        _extras.require("check", "tumen verify with --rows, --schema or --rebuild")
    from tumen.publishing import index  # noqa: PLC0415
    from tumen.publishing import verify as publishing_verify  # noqa: PLC0415

    if not releases.is_dir():
        raise TumenError(f"{releases} is not a folder of releases.")
    faults = publishing_verify.verify(releases, rows=rows)
    if not _extras.is_installed("check"):
        _warn("ids were not compared between releases; run pip install 'tumen[check]' to do so.")
    if history is not None:
        from tumen.publishing.git_history import history_faults  # noqa: PLC0415

        faults += history_faults(releases, history)
    if schema and not faults:
        from tumen.publishing.build import schema_faults  # noqa: PLC0415

        faults += schema_faults(releases)
    if rebuild and not faults:
        from tumen.publishing.rebuild import rebuild as rebuild_release  # noqa: PLC0415

        rebuilt = rebuild_release(releases, rebuild)
        say(str(rebuilt))
        faults += rebuilt.faults
    for fault in faults:
        say(fault)
    say(f"{len(index.read(releases))} releases, {len(faults)} faults")
    raise typer.Exit(1 if faults else 0)


@app.command()
def withdraw(
    version: Annotated[
        str, typer.Argument(metavar="YYYY.MM.N", help="Release, such as 2026.11.0.")
    ],
    reason: Annotated[str, typer.Option(help="One sentence that says why not to use it.")],
    releases: Releases = Path("releases"),
) -> None:
    """Mark a release as withdrawn.

    Its files and its number stay. It still loads when it is named, with a warning.

    Example: `tumen withdraw 2026.11.0 --reason "Two meetings were dated a year late."`
    """
    _extras.require("check", "tumen withdraw")
    from tumen.publishing import index  # noqa: PLC0415

    index.withdraw(releases, version, as_typed(reason), today())
    say(f"{releases / INDEX}: {version} is withdrawn; commit it, and note it in the changelog")


@app.command()
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="Older release, such as 2026.11.0.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Newer release, such as 2026.11.1.")],
    table: Annotated[
        str | None,
        typer.Option(help="Name of one table to compare, such as estimates.", show_default="all"),
    ] = None,
    form: Annotated[
        DiffFormat,
        typer.Option(
            "--format",
            help="Output format: text for people, json or parquet for programs, md for changelogs.",
        ),
    ] = DiffFormat.text,
) -> None:
    """Print the differences between two releases, record by record.

    Example: `tumen diff 2026.11.0 2026.11.1 --table estimates`
    """
    from tumen.cli import formats  # noqa: PLC0415
    from tumen.publishing import changelog as publishing_changelog  # noqa: PLC0415

    changes = tumen.diff(a, b, table)  # type: ignore[arg-type]
    if form is DiffFormat.parquet:
        formats.write_parquet(changes, sys.stdout)
    elif form is DiffFormat.json:
        say(formats.as_json(changes), nl=False)
    elif form is DiffFormat.md:
        say("\n".join(publishing_changelog.summary(a, changes)))
        if not changes.is_empty():
            say("\n" + publishing_changelog.changed_records(b, a, changes), nl=False)
    else:
        _print_changes(changes)


def _print_changes(changes: pl.DataFrame) -> None:
    for change in changes.iter_rows(named=True):
        place = ".".join(filter(None, (change["table"], change["field"])))
        what = " ".join(filter(None, (change["kind"], change["record_id"], place)))
        old, new = (
            "nothing" if value is None else value for value in (change["old"], change["new"])
        )
        say(f"{what}: {old} → {new}")
    say(f"{changes.height:,} differences")


@app.command()
def fetch(
    versions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="VERSION", help="Releases to fetch, such as 2026.12.0.", show_default="none"
        ),
    ] = None,
    *,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Fetch all releases that are not withdrawn.", show_default="off"
        ),
    ] = False,
    store: Store = None,
) -> None:
    """Fetch releases from a store into the cache, and verify them.

    Releases that come with the package are not fetched. A file in the cache that is damaged is
    fetched again.

    Example: `tumen fetch 2026.12.0 --store https://example.org/tumen`
    """
    _extras.require("fetch", "tumen fetch")
    from tumen.release import catalog  # noqa: PLC0415
    from tumen.stores import fetch as stores_fetch  # noqa: PLC0415

    if bool(versions) == everything:
        raise TumenError(
            "name the releases to fetch, as in tumen fetch 2026.12.0,"
            " or fetch them all: tumen fetch --all"
        )
    if store is None:
        raise TumenError("name a store with --store ADDRESS, or set TUMEN_STORE.")
    bundled = {entry["version"]: entry for entry in catalog.index(catalog.folder())}
    if versions and bundled.keys() >= set(versions):
        entries = list(bundled.values())
    else:
        entries = list(stores_fetch.available(store, bundled))
    current = [entry["version"] for entry in entries if not entry.get("withdrawn")]
    for version in versions or current:
        if catalog.is_bundled(version):
            say(f"{version}: in the package")
        else:
            folder = stores_fetch.fetch(*stores_fetch.entry(version, store, bundled))
            say(f"{version}: {folder}")


@app.command(name="releases")
def list_releases(store: Store = None, form: AsFrame = FrameFormat.table) -> None:
    """List the releases of the package and of a store, oldest first.

    Example: `tumen releases --store https://example.org/tumen`
    """
    print_frame(tumen.releases(store=store), form)


@app.command()
def sign(
    key: Annotated[Path, typer.Argument(help="Your secret key, a file of `minisign -G`.")],
    releases: Releases = Path("releases"),
) -> None:
    """Sign the index of the releases for a store.

    Every release is verified first; nothing is signed if there is a fault.

    Example: `tumen sign ~/.minisign/minisign.key`
    """
    _extras.require("fetch", "tumen sign")
    _extras.require("check", "tumen sign")
    from tumen.publishing import verify as publishing_verify  # noqa: PLC0415
    from tumen.stores import signing  # noqa: PLC0415

    if not (releases / INDEX).is_file():
        raise TumenError(f"{releases} is not a folder of releases.")
    faults = publishing_verify.verify(releases)
    if faults:
        say("\n".join(faults))
        say(f"{len(faults)} faults; nothing was signed")
        raise typer.Exit(1)
    signature, public = signing.sign(
        releases, key, lambda: typer.prompt("Password", hide_input=True, err=True)
    )
    say(f"{signature}: signed; verify it with the public key\n{public}")
