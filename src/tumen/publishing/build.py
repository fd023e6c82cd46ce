"""Releases: written whole or not at all, never changed again.

    releases/index.json             every version: day, schema version, digest of its datapackage.json (`index.py`)
    releases/2026.11.0/
        <table>.parquet             every table
        changes.parquet             what differs from the release before, record by record; the first release has none
        codebook.parquet            what every column means; codebook.md says it to people
        README.md                   the dataset card
        croissant.json              Croissant metadata
        datapackage.json            Data Package: digests of all other files, row digests, schema, coverage, the records built from

A release is put together in a hidden folder beside the others, flushed to disk, renamed, and only then named in the index, which is
itself replaced in one step. A folder that no index names is what a killed build left: no reader sees it, the next build of that
version replaces it. Of two builds at once one publishes and the other is refused.

Same records, same constraints.txt, same day, same release before: same bytes.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from tumen._system import atomic, git, lock
from tumen.comparison import changes, schema_changes
from tumen.errors import SchemaError, TumenError
from tumen.publishing import codebook, croissant, datapackage, index, parquet, readme
from tumen.publishing.datapackage import Stamp
from tumen.publishing.versions import accepted_version
from tumen.records import frames, reader
from tumen.release import resources
from tumen.release.datapackage import read as read_description
from tumen.release.index import standing
from tumen.release.resources import DESCRIPTION
from tumen.report import Report
from tumen.schemas import SCHEMA_VERSION, TABLES
from tumen.validation import permanence
from tumen.validation.records import all_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tumen.records.reader import Dataset

CHANGES: Final = "changes.parquet"
_CHANGES_TITLE: Final = "What differs from the release before, record by record."
_CODEBOOK_TITLE: Final = "What each column of each table means, with its unit and codes."
_CHANGE_FIELDS: Final = (
    {
        "name": "record_id",
        "type": "string",
        "title": "Record",
        "description": "Id of the record; none for a change of the schema",
    },
    {
        "name": "table",
        "type": "string",
        "title": "Table",
        "description": "Table in which it changed",
    },
    {
        "name": "field",
        "type": "string",
        "title": "Field",
        "description": "Column that changed; none where a whole row came or went",
    },
    {
        "name": "old",
        "type": "string",
        "title": "Old",
        "description": "What stood there before, as canonical JSON (RFC 8785)",
    },
    {
        "name": "new",
        "type": "string",
        "title": "New",
        "description": "What stands there now, as canonical JSON (RFC 8785)",
    },
    {
        "name": "kind",
        "type": "string",
        "title": "Kind",
        "description": "What kind of change it is",
        "constraints": {"required": True, "enum": list(changes.KINDS)},
    },
)


class Provenance(NamedTuple):
    """The git tree of the records and the commit that holds it; or neither, and why."""

    tree: str | None = None
    commit: str | None = None
    why: str = ""


def build(
    root: Path,
    releases: Path,
    version: str | None,
    today: dt.date,
    *,
    strict: bool = False,
    warn: Callable[[str], object] = lambda _: None,
) -> Path:
    """Write a release of the records under `root`, dated `today`, and return its folder.

    Args:
        root: The folder of records.
        releases: The folder of releases.
        version: The version to publish; None takes the next of the month of `today`.
        today: The day of the build.
        strict: Whether warnings refuse the build, too.
        warn: What is called with each warning: one of a rule, or why the release names no commit.

    Raises:
        DataError: The records break a rule, one of permanence among them.
        SchemaError: The schema version does not fit what changed in the models.
        TumenError: The version is not the one of a release of today, or the release cannot be written.

    """
    entries = index.read(releases)
    version = accepted_version(entries, version, today)
    if wrong := schema_fault(releases):
        raise SchemaError(wrong[0])
    before = [entry["version"] for entry in standing(entries)]
    previous = releases / before[-1] if before else None
    source = _source(root)
    if source.why:
        warn(f"release {version} names no commit of its records: {source.why}")
    stamp = Stamp(
        version, today.isoformat(), source.tree, source.commit, previous.name if previous else None
    )
    dataset = reader.read(root)
    report = _report(dataset, releases, version, today)
    for finding in report.warnings:
        warn(str(finding))
    (report.strictly() if strict else report).raise_if_failed()
    files = compose(_tables(dataset, today), stamp, previous)
    entry = {
        "version": version,
        "date": today.isoformat(),
        "schema_version": SCHEMA_VERSION,
        "datapackage": resources.sha256(files[DESCRIPTION]),
    }
    with lock.alone(releases):
        if (now := index.read(releases)) != entries:
            accepted_version(now, version, today)
            raise TumenError(
                f"{releases} was changed while release {version} was built; nothing was published, build it again."
            )
        _publish(releases, entries, entry, files)
    return releases / version


def _publish(
    releases: Path, entries: list[dict[str, Any]], entry: dict[str, Any], files: dict[str, bytes]
) -> None:
    target = releases / entry["version"]
    try:
        _write_folder(target, files)
        try:
            index.write(releases, [*entries, entry])
        except OSError:
            shutil.rmtree(target, ignore_errors=True)
            raise
    except OSError as error:
        raise TumenError(
            f"release {target.name} could not be written: {error}; nothing was published."
        ) from error


def _report(dataset: Dataset, releases: Path, version: str, today: dt.date) -> Report:
    """Return what is found in records that are to be published as this version on this day."""
    past = permanence.read(releases) if index.read(releases) else permanence.Past()
    beyond = [*permanence.findings(dataset, past, version), *permanence.dates_ahead(dataset, today)]
    return Report(tuple(sorted(all_findings(dataset, beyond))), dataset.records, len(dataset.files))


def _tables(dataset: Dataset, built_on: dt.date) -> dict[str, pl.DataFrame]:
    return frames.with_known_since(frames.of(dataset), built_on)


def schema_fault(releases: Path) -> list[str]:
    """Return in what the schema version of the models does not fit what changed since the newest release; nothing where it does."""
    entries = index.read(releases)
    if not entries:
        return []
    newest = (standing(entries) or entries)[-1]
    described = _described(releases / newest["version"])
    wrong = schema_changes.verdict(described, datapackage.of_models())
    return [wrong] if wrong else []


def _described(folder: Path) -> dict[str, Any]:
    try:
        return read_description((folder / DESCRIPTION).read_bytes())
    except (OSError, ValueError) as error:
        raise TumenError(
            f"{folder / DESCRIPTION} cannot be read ({error}); restore it from the history."
        ) from error


def render(root: Path, stamp: Stamp, previous: Path | None = None) -> dict[str, bytes]:
    """Return the files of a release by name, without writing them; raises `DataError` where the records break a rule."""
    dataset = reader.read(root)
    report = Report(tuple(sorted(all_findings(dataset))), dataset.records, len(dataset.files))
    report.raise_if_failed()
    return compose(_tables(dataset, dt.date.fromisoformat(stamp.created)), stamp, previous)


def compose(
    tables: Mapping[str, pl.DataFrame], stamp: Stamp, previous: Path | None = None
) -> dict[str, bytes]:
    """Return the files of a release of these tables by name; `previous` is the folder of the release before."""
    schemas = {name: datapackage.table_schema(model) for name, model in TABLES.items()}
    files, described = {}, []

    def add(
        name: str, path: str, title: str, content: bytes, schema: Mapping[str, Any] | None = None
    ) -> None:
        files[path] = content
        described.append(datapackage.resource(name, path, title, content, schema))

    for name, model in TABLES.items():
        stamped = parquet.arrow_schema(schemas[name]["fields"], **_stamp(stamp, name))
        add(
            name,
            f"{name}.parquet",
            datapackage.title_of(model),
            parquet.encode(tables[name], stamped, model.spec().key),
            schemas[name],
        )
    tabular = list(described)
    if previous is not None:
        content = _table(
            changes_since(previous, tables, described), _CHANGE_FIELDS, stamp, "changes"
        )
        add("changes", CHANGES, _CHANGES_TITLE, content, {"fields": list(_CHANGE_FIELDS)})
    book = codebook.rows({name: schema["fields"] for name, schema in schemas.items()})
    content = _table(
        pl.DataFrame(book, infer_schema_length=None), codebook.FIELDS, stamp, "codebook"
    )
    add(
        "codebook",
        "codebook.parquet",
        _CODEBOOK_TITLE,
        content,
        {"fields": list(codebook.FIELDS), "primaryKey": ["table", "column"]},
    )
    covered = datapackage.coverage(tables)
    add(
        "codebook-document",
        "codebook.md",
        "The codebook.",
        codebook.markdown(stamp.version, book).encode(),
    )
    add("card", "README.md", "The dataset card.", readme.card(stamp, covered, tabular).encode())
    add(
        "croissant",
        "croissant.json",
        "Croissant metadata.",
        index.encode_json(croissant.describe(stamp, tabular)),
    )
    return files | {DESCRIPTION: index.encode_json(datapackage.describe(stamp, covered, described))}


def _stamp(stamp: Stamp, table: str) -> dict[str, str]:
    return {"schema_version": SCHEMA_VERSION, "release": stamp.version, "table": table}


def _table(frame: pl.DataFrame, fields: Any, stamp: Stamp, name: str) -> bytes:
    return parquet.encode(frame, parquet.arrow_schema(fields, **_stamp(stamp, name)))


def changes_since(
    previous: Path, tables: Mapping[str, pl.DataFrame], described: Sequence[Mapping[str, Any]]
) -> pl.DataFrame:
    """Return what differs from the release in a folder in these tables, whose schemas these resources of a datapackage describe."""
    shapes = schema_changes.shape({"resources": described})
    now = {name: tables[name].select(list(one.columns)) for name, one in shapes.items()}
    return changes.between(changes.edition(previous), changes.Edition(shapes, now))


def _source(root: Path) -> Provenance:
    """Return the git tree of the records and the commit that holds it, or why there is none.

    Raises `TumenError` where the records are not as that commit has them.
    """
    try:
        inside = git.run(root, "rev-parse", "--is-inside-work-tree")
    except git.GitMissingError as error:
        return Provenance(why=str(error))
    if inside.stdout.strip() != b"true":
        return Provenance(
            why=f"{root} is in no work tree of git that can be read ({git.said(inside).splitlines()[0]})."
        )
    if git.output(root, "status", "--porcelain", "--untracked-files=all", "--", "."):
        raise TumenError(
            f"{root} has changes that are not committed; commit them first, so that the release can name its records."
        )
    head = git.run(root, "rev-parse", "HEAD:./", "HEAD")
    if head.returncode:
        return Provenance(
            why=f"git ignores {root}; add it with git add --force and commit it, or build from where it is committed."
        )
    ignored = git.output(root, "ls-files", "--others", "-z", "--", ".").split(b"\0")
    if stray := next((name for name in map(os.fsdecode, ignored) if name and _is_read(name)), None):
        raise TumenError(
            f"{root / stray} is ignored by git, so that no commit holds it; git add --force it, or move it away."
        )
    tree, commit = head.stdout.decode().split()
    return Provenance(tree, commit)


def _is_read(path: str) -> bool:
    """Return whether a file under the records is no hidden one, which nobody reads."""
    return not any(part.startswith(".") for part in path.split("/"))


def _write_folder(target: Path, files: dict[str, bytes]) -> None:
    draft = target.parent / f".{target.name}.draft"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        for name, content in files.items():
            atomic.flush(draft / name, content)
        atomic.settle(draft)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
        atomic.settle(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
