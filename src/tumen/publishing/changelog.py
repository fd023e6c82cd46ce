"""What a release changed, for people: its section in the changelog, and the list of its records.

Both are made from the differences to the release before. The section has counts and links to the
list, `changes.md` in the folder of the release.
"""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen._system.paths import polars_source
from tumen.comparison.changes import KINDS
from tumen.comparison.schema_changes import SchemaChange
from tumen.errors import TumenError
from tumen.release import catalog
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADING: Final = "## Data"
WIDTH: Final = 132
CHANGED_RECORDS: Final = "changes.md"
_LISTED: Final = ("corrected", "retired", "source added")


def draft_section(folder: Path) -> str:
    """Return the changelog section of a release, in Markdown.

    It sums up the differences from the release before. For the first release it has the number of
    rows of each table.
    """
    package = catalog.describe(folder)
    lines = [f"### {package['version']} (schema {package['schema_version']})", ""]
    if previous := package["changes_since"]:
        changes = pl.read_parquet(polars_source(folder / "changes.parquet"))
        lines += summary(previous, changes, f"{folder.parent.name}/{folder.name}/{CHANGED_RECORDS}")
    else:
        counts = [
            f"{resource['rows']:,} {resource['name']}"
            for resource in package["resources"]
            if resource["name"] in TABLE_NAMES and resource["rows"]
        ]
        lines.append(f"- First release: {', '.join(counts)}.")
    return "\n".join([*lines, ""])


def summary(since: str, changes: pl.DataFrame, link: str | None = None) -> list[str]:
    """Return a summary of differences, as lines of Markdown.

    It has counts by table and kind, and the changes of the schema.

    Args:
        since: The version of the older release.
        changes: The differences, as `tumen.diff` returns them.
        link: The path of the list of changed records, if there is one.

    """
    if changes.is_empty():
        return [f"- The same records as {since}."]
    counted = changes.filter(pl.col("record_id").is_not_null())
    if counted.is_empty():
        lines = [f"Since {since}:", ""]
    else:
        listed = f" ([list]({link}))" if link else ""
        lines = [f"Since {since}, in records{listed}:", "", *_counts(counted), ""]
    if schema := _schema(changes):
        lines += _wrap(f"- Schema: {'; '.join(schema)}.")
    return lines if lines[-1] else lines[:-1]


def changed_records(version: str, since: str, changes: pl.DataFrame) -> str:
    """Return the list of corrected and retired records, each with its old and new values.

    Added records are not in it, because the release has them.

    Args:
        version: The version of the newer release.
        since: The version of the older release.
        changes: The differences, as `tumen.diff` returns them.

    Returns:
        The list as Markdown.

    """
    records = changes.filter(pl.col("record_id").is_not_null())
    numbers = dict(records.group_by("kind").agg(pl.col("record_id").n_unique()).rows())
    counts = ", ".join(f"{numbers[kind]:,} {kind}" for kind in sorted(numbers)) or "none"
    lines = [
        f"# Changed records in {version}",
        "",
        f"Records changed since {since}, by kind: {counts}. A record can be in several kinds.",
        f"`tumen diff {since} {version}` prints every change, those of added records included.",
        "",
    ]
    for kind in _LISTED:
        rows = records.filter(pl.col("kind") == kind).sort("record_id", "table", "field")
        if not rows.is_empty():
            lines += [f"## {kind.capitalize()}", "", "| record | field | old | new |"]
            lines += ["| --- | --- | --- | --- |", *_rows(rows), ""]
    return "\n".join(lines)


def _rows(changes: pl.DataFrame) -> Iterator[str]:
    for record, table, field, old, new in changes.select(
        "record_id", "table", "field", "old", "new"
    ).rows():
        name = f"{table}.{field}" if field else table
        yield f"| `{record}` | {name} | {_cell(old)} | {_cell(new)} |"


def _cell(text: str | None) -> str:
    """Return canonical JSON as a cell: a text without its quotes, a row as its fields."""
    value: Any = None if text is None else json.loads(text)
    if value is None:
        return ""
    if isinstance(value, dict):
        shown = {name: _cell(json.dumps(item)) for name, item in value.items() if item is not None}
        return ", ".join(f"{name}: {item}" for name, item in shown.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return str(value).replace("|", r"\|").replace("<", "&lt;").replace("\n", " ")


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _counts(changes: pl.DataFrame) -> Iterator[str]:
    """Yield a table of numbers of records by table and kind; of added sources, the rows count."""
    counts = changes.group_by("table", "kind").agg(pl.col("record_id").n_unique(), pl.len())
    numbers = {
        (table, kind): (rows if kind == "source added" else records)
        for table, kind, records, rows in counts.rows()
    }
    kinds = [kind for kind in KINDS if any(kind == counted for _, counted in numbers)]
    yield f"| table | {' | '.join(kinds)} |"
    yield "| --- |" + " --- |" * len(kinds)
    for table in changes["table"].unique(maintain_order=True):
        cells = [f"{numbers[table, kind]:,}" if (table, kind) in numbers else "" for kind in kinds]
        yield f"| {table} | {' | '.join(cells)} |"


def _schema(changes: pl.DataFrame) -> list[str]:
    lines = changes.filter(pl.col("record_id").is_null())
    return [
        str(SchemaChange(table, field, *(json.loads(side or "null") for side in (old, new))))
        for table, field, old, new in lines.select("table", "field", "old", "new").rows()
    ]


def with_section(changelog: Path, text: str) -> bytes:
    """Return the content of the changelog with a new section, the first under `## Data`.

    Raises:
        TumenError: The changelog cannot be read, or has no such heading.

    """
    try:
        before, heading, after = changelog.read_text(encoding="utf-8").partition(f"\n{HEADING}\n\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TumenError(f"{changelog} cannot be read: {error}") from error
    if not heading:
        raise TumenError(
            f"{changelog} has no heading {HEADING!r} with an empty line below it;"
            " add it, and try again."
        )
    return f"{before}{heading}{text}\n{after}".encode()


def insert(changelog: Path, text: str) -> None:
    """Insert a section in the changelog, the first under `## Data`, in one step (tumen[check]).

    Raises:
        TumenError: The changelog cannot be read or written, or has no such heading.

    """
    from tumen._system import atomic  # noqa: PLC0415

    content = with_section(changelog, text)
    try:
        atomic.replace(changelog, content)
    except OSError as error:
        raise TumenError(
            f"{changelog} could not be written: {error};"
            " the section is printed above, add it by hand."
        ) from error
