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
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen import resources
from tumen.checking.dataset import all_findings
from tumen.comparing import changes, evolution
from tumen.errors import SchemaError, TumenError
from tumen.findings import Report
from tumen.listing import VERSION, version_key
from tumen.publishing import card, codebooks, croissant, datapackage, index, parquet
from tumen.publishing.datapackage import Stamp
from tumen.reading import frames, records
from tumen.resources import DESCRIPTION
from tumen.schemas import SCHEMA_VERSION, TABLES
from tumen.system import drafts, locking

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CHANGES: Final = "changes.parquet"
_CHANGES_TITLE: Final = "What differs from the release before, record by record."
_CODEBOOK_TITLE: Final = "What each column of each table means, with its unit and codes."
_CHANGE_FIELDS: Final = (
    {"name": "record_id", "type": "string", "title": "Record", "description": "Id of the record; none for a change of the schema"},
    {"name": "table", "type": "string", "title": "Table", "description": "Table in which it changed"},
    {
        "name": "field",
        "type": "string",
        "title": "Field",
        "description": "Column that changed; none where a whole row came or went",
    },
    {"name": "old", "type": "string", "title": "Old", "description": "What stood there before, as canonical JSON (RFC 8785)"},
    {"name": "new", "type": "string", "title": "New", "description": "What stands there now, as canonical JSON (RFC 8785)"},
    {
        "name": "kind",
        "type": "string",
        "title": "Kind",
        "description": "What kind of change it is",
        "constraints": {"required": True, "enum": list(changes.KINDS)},
    },
)


def build(root: Path, releases: Path, version: str, today: dt.date) -> Path:
    """Write the release `version` of the records under `root`, dated `today`, and return its folder.

    Raises `DataError` where the records break a rule, `SchemaError` where the schema version does not fit what changed in the
    models, `TumenError` where the version is malformed, exists, is older than another, or cannot be written.
    """
    entries = index.read(releases)
    _refuse(version, releases, entries, today)
    if wrong := schema_fault(releases):
        raise SchemaError(wrong[0])
    standing = [entry["version"] for entry in entries if "withdrawn" not in entry]
    previous = releases / standing[-1] if standing else None
    tree, commit = _source(root)
    stamp = Stamp(version, today.isoformat(), tree, commit, previous.name if previous else None)
    files = render(root, stamp, previous)
    entry = {
        "version": version,
        "date": today.isoformat(),
        "schema_version": SCHEMA_VERSION,
        "datapackage": resources.sha256(files[DESCRIPTION]),
    }
    with locking.alone(releases):
        if (now := index.read(releases)) != entries:
            _refuse(version, releases, now, today)
            raise TumenError(f"{releases} was changed while release {version} was built; nothing was published, build it again.")
        _publish(releases, entries, entry, files)
    return releases / version


def _publish(releases: Path, entries: list[dict[str, Any]], entry: dict[str, Any], files: dict[str, bytes]) -> None:
    target = releases / entry["version"]
    try:
        _write_folder(target, files)
        try:
            index.write(releases, [*entries, entry])
        except OSError:
            shutil.rmtree(target, ignore_errors=True)
            raise
    except OSError as error:
        raise TumenError(f"release {target.name} could not be written: {error}; nothing was published.") from error


def _refuse(version: str, releases: Path, entries: list[dict[str, Any]], today: dt.date) -> None:
    if not VERSION.fullmatch(version):
        raise TumenError(f"{version!r} is not a version; write YYYY.MM.N, such as 2026.11.0.")
    following = index.next_version(releases, today)
    if version in (entry["version"] for entry in entries):
        raise TumenError(f"release {version} exists and never changes; take the next number, {following}.")
    newest = entries[-1]["version"] if entries else version
    if version_key(version) < version_key(newest):
        raise TumenError(f"release {version} would be older than {newest}; take the next number, {following}.")


def schema_fault(releases: Path) -> list[str]:
    """Return in what the schema version of the models does not fit what changed since the newest release; nothing where it does."""
    entries = index.read(releases)
    if not entries:
        return []
    described = _described(releases / entries[-1]["version"])
    wrong = evolution.verdict(described, datapackage.of_models())
    return [wrong] if wrong else []


def _described(folder: Path) -> dict[str, Any]:
    try:
        return resources.described((folder / DESCRIPTION).read_bytes())
    except (OSError, ValueError) as error:
        raise TumenError(f"{folder / DESCRIPTION} cannot be read ({error}); restore it from the history.") from error


def render(root: Path, stamp: Stamp, previous: Path | None = None) -> dict[str, bytes]:
    """Return the files of a release by name, without writing them; raises `DataError` where the records break a rule."""
    dataset = records.read(root)
    report = Report(tuple(sorted(all_findings(dataset))), dataset.records, len(dataset.files))
    report.raise_if_failed()
    tables = frames.with_known_since(frames.of(dataset), dt.date.fromisoformat(stamp.created))
    return compose(tables, stamp, previous)


def compose(tables: Mapping[str, pl.DataFrame], stamp: Stamp, previous: Path | None = None) -> dict[str, bytes]:
    """Return the files of a release of these tables by name; `previous` is the folder of the release before."""
    schemas = {name: datapackage.table_schema(model) for name, model in TABLES.items()}
    files, described = {}, []

    def add(name: str, path: str, title: str, content: bytes, schema: Mapping[str, Any] | None = None) -> None:
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
        content = _table(_since(previous, tables, described), _CHANGE_FIELDS, stamp, "changes")
        add("changes", CHANGES, _CHANGES_TITLE, content, {"fields": list(_CHANGE_FIELDS)})
    book = codebooks.rows({name: schema["fields"] for name, schema in schemas.items()})
    content = _table(pl.DataFrame(book, infer_schema_length=None), codebooks.FIELDS, stamp, "codebook")
    add(
        "codebook",
        "codebook.parquet",
        _CODEBOOK_TITLE,
        content,
        {"fields": list(codebooks.FIELDS), "primaryKey": ["table", "column"]},
    )
    covered = datapackage.coverage(tables)
    add("codebook-document", "codebook.md", "The codebook.", codebooks.markdown(stamp.version, book).encode())
    add("card", "README.md", "The dataset card.", card.card(stamp, covered, tabular).encode())
    add("croissant", "croissant.json", "Croissant metadata.", index.encode_json(croissant.describe(stamp, tabular)))
    return files | {DESCRIPTION: index.encode_json(datapackage.describe(stamp, covered, described))}


def _stamp(stamp: Stamp, table: str) -> dict[str, str]:
    return {"schema_version": SCHEMA_VERSION, "release": stamp.version, "table": table}


def _table(frame: pl.DataFrame, fields: Any, stamp: Stamp, name: str) -> bytes:
    return parquet.encode(frame, parquet.arrow_schema(fields, **_stamp(stamp, name)))


def _since(previous: Path, tables: Mapping[str, pl.DataFrame], described: list[dict[str, Any]]) -> pl.DataFrame:
    shapes = evolution.shape({"resources": described})
    now = {name: tables[name].select(list(one.columns)) for name, one in shapes.items()}
    return changes.between(changes.edition(previous), changes.Edition(shapes, now))


def _source(root: Path) -> tuple[str | None, str | None]:
    """Return the git tree of the records and the commit that holds it, or nothing outside a repository."""
    try:
        changed = _git(root, "status", "--porcelain", "--", ".")
        if changed:
            raise TumenError(
                f"{root} has changes that are not committed; commit them first, so that the release can name its records."
            )
        return _git(root, "rev-parse", "HEAD:./"), _git(root, "rev-parse", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        return None, None


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603


def _write_folder(target: Path, files: dict[str, bytes]) -> None:
    draft = target.parent / f".{target.name}.draft"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        for name, content in files.items():
            drafts.flush(draft / name, content)
        drafts.settle(draft)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
        drafts.settle(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
