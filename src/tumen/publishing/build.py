"""Building a release: it is written completely or not at all, and never changed again.

    releases/index.json     every version: date, schema version, digest of its datapackage.json
    releases/2026.11.0/
        <table>.parquet     every table
        changes.parquet     the differences from the release before; the first release has none.
                            changes.md lists the corrected and retired records as a document
        codebook.parquet    the meaning of every column; codebook.md is the same as a document
        README.md           the dataset card
        croissant.json      Croissant metadata
        datapackage.json    Data Package: digests of all other files, row digests, schema,
                            coverage, and the git commit of the records

The files are written to a hidden folder next to the other releases and flushed to disk. Then the
folder is renamed, and only then listed in the index, which is itself replaced in one step. A folder
that the index does not list was left by a killed build: no reader sees it, and the next build of
that version replaces it. Of two builds at the same time, one publishes and the other is refused.

The same records, constraints.txt, date and previous release give the same bytes.
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
from tumen.publishing import (
    changelog,
    codebook,
    croissant,
    datapackage,
    index,
    parquet,
    readme,
)
from tumen.publishing.datapackage import Stamp
from tumen.publishing.versions import accepted_version
from tumen.records import frames, reader
from tumen.release.datapackage import DESCRIPTION, parse_complete, sha256
from tumen.release.index import not_withdrawn
from tumen.report import Report
from tumen.schemas import SCHEMA_VERSION, TABLES
from tumen.validation import release_rules, released_ids
from tumen.validation.records import find_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tumen.records.reader import Dataset

CHANGES: Final = "changes.parquet"
_CHANGES_TITLE: Final = "The differences from the release before, record by record."
_CODEBOOK_TITLE: Final = "The meaning of each column of each table, with its unit and codes."
_CHANGE_FIELDS: Final = (
    {
        "name": "record_id",
        "type": "string",
        "title": "Record",
        "description": "Id of the record; null for a change of the schema",
    },
    {
        "name": "table",
        "type": "string",
        "title": "Table",
        "description": "Table that changed",
    },
    {
        "name": "field",
        "type": "string",
        "title": "Field",
        "description": "Column that changed; null where a whole row was added or removed",
    },
    {
        "name": "old",
        "type": "string",
        "title": "Old",
        "description": "Value before, as canonical JSON (RFC 8785)",
    },
    {
        "name": "new",
        "type": "string",
        "title": "New",
        "description": "Value now, as canonical JSON (RFC 8785)",
    },
    {
        "name": "kind",
        "type": "string",
        "title": "Kind",
        "description": "Kind of change",
        "constraints": {"required": True, "enum": list(changes.KINDS)},
    },
)


class Provenance(NamedTuple):
    """The git tree of the records and the commit that has it; or neither, and the reason."""

    tree: str | None = None
    commit: str | None = None
    reason_for_none: str = ""


def build(
    root: Path,
    releases: Path,
    version: str | None,
    today: dt.date,
    *,
    strict: bool = False,
    warn: Callable[[str], object] = lambda _: None,
) -> Path:
    """Build a release of the records, and add it to the index.

    Args:
        root: The folder of records.
        releases: The folder of releases.
        version: The version to publish; None means the next one of the month of `today`.
        today: The date of the build.
        strict: Whether warnings, too, refuse the build.
        warn: Called with each warning: that of a rule, or why the release names no commit.

    Returns:
        The folder of the release.

    Raises:
        DataError: The records break a rule; the rules about permanent ids are among them.
        SchemaError: The schema version does not match what changed in the models.
        TumenError: The version is not possible today, the records have uncommitted changes, or the
            release cannot be written.

    """
    entries = index.read(releases)
    version = accepted_version(entries, version, today)
    if faults := schema_faults(releases):
        raise SchemaError(faults[0])
    earlier = [entry["version"] for entry in not_withdrawn(entries)]
    previous = releases / earlier[-1] if earlier else None
    source = _provenance(root)
    if source.reason_for_none:
        warn(f"release {version} names no commit of its records: {source.reason_for_none}")
    stamp = Stamp(
        version, today.isoformat(), source.tree, source.commit, previous.name if previous else None
    )
    dataset = reader.read(root)
    report = _validate(dataset, releases, version, today)
    for finding in report.warnings:
        warn(str(finding))
    (report.strictly() if strict else report).raise_if_failed()
    files = compose(_tables(dataset, today), stamp, previous)
    entry = {
        "version": version,
        "date": today.isoformat(),
        "schema_version": SCHEMA_VERSION,
        "datapackage": sha256(files[DESCRIPTION]),
    }
    with lock.exclusive_lock(releases):
        if (now := index.read(releases)) != entries:
            accepted_version(now, version, today)
            raise TumenError(
                f"{releases} was changed while release {version} was built;"
                " nothing was published, build it again."
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


def _validate(dataset: Dataset, releases: Path, version: str, today: dt.date) -> Report:
    """Check records that are to be published as this version today."""
    has_releases = bool(index.read(releases))
    past = released_ids.read_releases(releases) if has_releases else released_ids.ReleasedIds()
    # These rules need the earlier releases and the date, which the records alone do not have.
    more = [
        *release_rules.check_released_ids(dataset, past, version),
        *release_rules.find_future_dates(dataset, today),
    ]
    return Report(tuple(sorted(find_all(dataset, more))), dataset.records, len(dataset.files))


def _tables(dataset: Dataset, built_on: dt.date) -> dict[str, pl.DataFrame]:
    return frames.with_known_since(frames.from_dataset(dataset), built_on)


def schema_faults(releases: Path) -> list[str]:
    """Compare the schema version of the models with what changed since the newest release.

    Returns:
        A list with the fault, or an empty list.

    Raises:
        TumenError: The datapackage of the newest release cannot be read.

    """
    entries = index.read(releases)
    if not entries:
        return []
    newest = (not_withdrawn(entries) or entries)[-1]
    package = _read_package(releases / newest["version"])
    fault = schema_changes.version_fault(package, datapackage.package_of_models())
    return [fault] if fault else []


def _read_package(folder: Path) -> dict[str, Any]:
    try:
        return parse_complete((folder / DESCRIPTION).read_bytes())
    except (OSError, ValueError) as error:
        raise TumenError(
            f"{folder / DESCRIPTION} cannot be read ({error}); restore it from the git history."
        ) from error


def render(root: Path, stamp: Stamp, previous: Path | None = None) -> dict[str, bytes]:
    """Return the files of a release by name, without writing them.

    Args:
        root: The folder of records.
        stamp: The release.
        previous: The folder of the release before.

    Raises:
        DataError: The records break a rule.

    """
    dataset = reader.read(root)
    report = Report(tuple(sorted(find_all(dataset))), dataset.records, len(dataset.files))
    report.raise_if_failed()
    return compose(_tables(dataset, dt.date.fromisoformat(stamp.created)), stamp, previous)


def compose(
    tables: Mapping[str, pl.DataFrame], stamp: Stamp, previous: Path | None = None
) -> dict[str, bytes]:
    """Return the files of a release by name.

    Args:
        tables: The tables, by name.
        stamp: The release.
        previous: The folder of the release before; None for the first release.

    """
    schemas = {name: datapackage.table_schema(model) for name, model in TABLES.items()}
    files: dict[str, bytes] = {}
    resources: list[dict[str, Any]] = []

    def add(
        name: str, path: str, title: str, content: bytes, schema: Mapping[str, Any] | None = None
    ) -> None:
        files[path] = content
        resources.append(datapackage.resource(name, path, title, content, schema))

    for name, model in TABLES.items():
        arrow_schema = parquet.arrow_schema(schemas[name]["fields"], **_metadata(stamp, name))
        content = parquet.encode(tables[name], arrow_schema, model.spec().key)
        add(name, f"{name}.parquet", datapackage.title_of(model), content, schemas[name])
    table_resources = list(resources)
    if previous is not None:
        differences = changes_since(previous, tables, resources)
        content = _encode(differences, _CHANGE_FIELDS, stamp, "changes")
        add("changes", CHANGES, _CHANGES_TITLE, content, {"fields": list(_CHANGE_FIELDS)})
        page = changelog.changed_records(stamp.version, previous.name, differences).encode()
        add("changes-document", changelog.CHANGED_RECORDS, "The changed records.", page)
    book = codebook.rows({name: schema["fields"] for name, schema in schemas.items()})
    book_frame = pl.DataFrame(book, infer_schema_length=None)
    book_schema = {"fields": list(codebook.FIELDS), "primaryKey": ["table", "column"]}
    content = _encode(book_frame, codebook.FIELDS, stamp, "codebook")
    add("codebook", "codebook.parquet", _CODEBOOK_TITLE, content, book_schema)
    coverage = datapackage.coverage(tables)
    add(
        "codebook-document",
        "codebook.md",
        "The codebook.",
        codebook.markdown(stamp.version, book).encode(),
    )
    add(
        "card",
        "README.md",
        "The dataset card.",
        readme.card(stamp, coverage, table_resources).encode(),
    )
    add(
        "croissant",
        "croissant.json",
        "Croissant metadata.",
        index.encode_json(croissant.describe(stamp, table_resources)),
    )
    package = datapackage.describe(stamp, coverage, resources)
    return files | {DESCRIPTION: index.encode_json(package)}


def _metadata(stamp: Stamp, table: str) -> dict[str, str]:
    return {"schema_version": SCHEMA_VERSION, "release": stamp.version, "table": table}


def _encode(frame: pl.DataFrame, fields: Any, stamp: Stamp, name: str) -> bytes:
    return parquet.encode(frame, parquet.arrow_schema(fields, **_metadata(stamp, name)))


def changes_since(
    previous: Path, tables: Mapping[str, pl.DataFrame], resources: Sequence[Mapping[str, Any]]
) -> pl.DataFrame:
    """Return the differences from a release to new tables.

    Args:
        previous: The folder of the release to compare with.
        tables: The new tables, by name.
        resources: The resources of a datapackage that describe the new tables.

    """
    shapes = schema_changes.table_shapes({"resources": resources})
    now = {name: tables[name].select(list(shape.columns)) for name, shape in shapes.items()}
    return changes.between(changes.edition(previous), changes.Edition(shapes, now))


def _provenance(root: Path) -> Provenance:
    """Return the git tree of the records and the commit that has it, or why there is none.

    Raises:
        TumenError: The records differ from that commit.

    """
    try:
        inside = git.run(root, "rev-parse", "--is-inside-work-tree")
    except git.GitMissingError as error:
        return Provenance(reason_for_none=str(error))
    if inside.stdout.strip() != b"true":
        reason = git.error_text(inside).splitlines()[0]
        return Provenance(
            reason_for_none=f"{root} is not in a git work tree that can be read ({reason})."
        )
    if git.output(root, "status", "--porcelain", "--untracked-files=all", "--", "."):
        raise TumenError(
            f"{root} has uncommitted changes; commit them first,"
            " so that the release can name its records."
        )
    head = git.run(root, "rev-parse", "HEAD:./", "HEAD")
    if head.returncode:
        return Provenance(
            reason_for_none=f"git ignores {root}; add it with git add --force and commit it,"
            " or build from a folder that is committed."
        )
    ignored = git.output(root, "ls-files", "--others", "-z", "--", ".").split(b"\0")
    for name in map(os.fsdecode, ignored):
        if name and not _is_hidden(name):
            raise TumenError(
                f"{root / name} is ignored by git, so no commit has it;"
                " git add --force it, or move it away."
            )
    tree, commit = head.stdout.decode().split()
    return Provenance(tree, commit)


def _is_hidden(path: str) -> bool:
    """Return whether a path has a hidden part; hidden files are not read as records."""
    return any(part.startswith(".") for part in path.split("/"))


def _write_folder(target: Path, files: dict[str, bytes]) -> None:
    draft = target.parent / f".{target.name}.draft"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        for name, content in files.items():
            atomic.write_fsync(draft / name, content)
        atomic.fsync_dir(draft)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
        atomic.fsync_dir(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
