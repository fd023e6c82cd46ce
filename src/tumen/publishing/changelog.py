"""What a release says of itself in the changelog: a draft made of its differences from the one before, and its place there."""

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


def of_release(folder: Path) -> str:
    """Return the section of a release in Markdown: what differs from the one before or, of the first, how much there is."""
    described = catalog.describe(folder)
    lines = [f"### {described['version']} (schema {described['schema_version']})", ""]
    if previous := described["changes_since"]:
        return "\n".join(
            [*lines, *summary(previous, pl.read_parquet(folder / "changes.parquet")), ""]
        )
    counts = {
        one["name"]: one["rows"]
        for one in described["resources"]
        if one["name"] in TABLE_NAMES and one["rows"]
    }
    return "\n".join(
        [
            *lines,
            f"- First release: {', '.join(f'{rows:,} {table}' for table, rows in counts.items())}.",
            "",
        ]
    )


def summary(since: str, changes: pl.DataFrame) -> list[str]:
    """Return the lines that sum differences up: counts by table and kind, and which records were corrected and retired."""
    if changes.is_empty():
        return [f"- The same records as {since}."]
    counted = changes.filter(pl.col("record_id").is_not_null())
    lines = [f"Since {since}:" if counted.is_empty() else f"Since {since}, in records:", ""]
    if not counted.is_empty():
        lines += [*_counts(counted), ""]
    for heading, told in (
        ("Schema", _schema(changes)),
        ("Corrected", _corrected(counted)),
        ("Retired", _retired(counted)),
    ):
        if told:
            lines += _wrapped(f"- {heading}: {'; '.join(told)}.")
    return lines if lines[-1] else lines[:-1]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _counts(changes: pl.DataFrame) -> Iterator[str]:
    found = changes.group_by("table", "kind").agg(pl.col("record_id").n_unique(), pl.len())
    numbers = {
        (table, kind): (rows if kind == "source added" else records)
        for table, kind, records, rows in found.rows()
    }
    kinds = [kind for kind in KINDS if any(one == kind for _, one in numbers)]
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
    left = gone.filter(~pl.col("table").is_in([*_WHOLE_ROWS, "retired"]))["record_id"]
    return [f"`{record}`{_reason(reasons.get(record))}" for record in sorted({*left, *reasons})]


def _reason(row: Mapping[str, str] | None) -> str:
    if row is None:
        return ""
    return (
        f" ({row['reason']}{', use `' + row['successor_id'] + '`' if row['successor_id'] else ''})"
    )


def _schema(changes: pl.DataFrame) -> list[str]:
    told = (
        changes.filter(pl.col("record_id").is_null()).select("table", "field", "old", "new").rows()
    )
    return [
        str(
            SchemaChange(
                table, field, *(None if side is None else json.loads(side) for side in (old, new))
            )
        )
        for table, field, old, new in told
    ]


def with_section(changelog: Path, text: str) -> bytes:
    """Return the changelog with a section put first under `## Data`; raises `TumenError` where there is no such heading."""
    try:
        before, heading, after = changelog.read_text(encoding="utf-8").partition(f"\n{HEADING}\n\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TumenError(f"{changelog} cannot be read: {error}") from error
    if not heading:
        raise TumenError(
            f"{changelog} has no heading {HEADING!r} with an empty line below it; add it, and try again."
        )
    return f"{before}{heading}{text}\n{after}".encode()


def insert(changelog: Path, text: str) -> None:
    """Put a section first under `## Data`, in one step; raises `TumenError` where that cannot be done (tumen[check])."""
    from tumen._system import atomic  # noqa: PLC0415

    content = with_section(changelog, text)
    try:
        atomic.replace(changelog, content)
    except OSError as error:
        raise TumenError(
            f"{changelog} could not be written: {error}; the section is printed above, add it by hand."
        ) from error
