"""The section of a release in the changelog, drafted from its differences to the release before."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Final

import polars as pl

from tumen.comparison.changes import KINDS
from tumen.comparison.schema_changes import SchemaChange
from tumen.errors import TumenError
from tumen.release import catalog
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HEADING: Final = "## Data"
WIDTH: Final = 132
_WHOLE_ROWS: Final = {"participants": "participants", "citations": "sources"}


def draft_section(folder: Path) -> str:
    """Return the changelog section of a release, in Markdown.

    It sums up the differences from the release before. For the first release it has the number of
    rows of each table.
    """
    package = catalog.describe(folder)
    lines = [f"### {package['version']} (schema {package['schema_version']})", ""]
    if previous := package["changes_since"]:
        lines += summary(previous, pl.read_parquet(folder / "changes.parquet"))
    else:
        counts = [
            f"{resource['rows']:,} {resource['name']}"
            for resource in package["resources"]
            if resource["name"] in TABLE_NAMES and resource["rows"]
        ]
        lines.append(f"- First release: {', '.join(counts)}.")
    return "\n".join([*lines, ""])


def summary(since: str, changes: pl.DataFrame) -> list[str]:
    """Return a summary of differences, as lines of Markdown.

    It has counts by table and kind, the changes of the schema, and the ids of corrected and retired
    records.

    Args:
        since: The version of the older release.
        changes: The differences, as `tumen.diff` returns them.

    """
    if changes.is_empty():
        return [f"- The same records as {since}."]
    counted = changes.filter(pl.col("record_id").is_not_null())
    lines = [f"Since {since}:" if counted.is_empty() else f"Since {since}, in records:", ""]
    if not counted.is_empty():
        lines += [*_counts(counted), ""]
    for heading, items in (
        ("Schema", _schema(changes)),
        ("Corrected", _corrected(counted)),
        ("Retired", _retired(counted)),
    ):
        if items:
            lines += _wrap(f"- {heading}: {'; '.join(items)}.")
    return lines if lines[-1] else lines[:-1]


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


def _corrected(changes: pl.DataFrame) -> list[str]:
    fields: dict[str, dict[str, None]] = {}
    for record, table, field in (
        changes.filter(pl.col("kind") == "corrected").select("record_id", "table", "field").rows()
    ):
        nested = _WHOLE_ROWS.get(table)
        name = (f"{nested}.{field}" if field else nested) if nested else field
        fields.setdefault(record, {})[name or table] = None
    return [f"`{record}` ({', '.join(names)})" for record, names in sorted(fields.items())]


def _retired(changes: pl.DataFrame) -> list[str]:
    gone = changes.filter(pl.col("kind") == "retired")
    reasons = {
        row["record_id"]: json.loads(row["new"])
        for row in gone.filter(pl.col("table") == "retired").iter_rows(named=True)
    }
    removed = gone.filter(~pl.col("table").is_in([*_WHOLE_ROWS, "retired"]))["record_id"]
    return [f"`{record}`{_reason(reasons.get(record))}" for record in sorted({*removed, *reasons})]


def _reason(row: Mapping[str, str] | None) -> str:
    if row is None:
        return ""
    successor = f", use `{row['successor_id']}`" if row["successor_id"] else ""
    return f" ({row['reason']}{successor})"


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
