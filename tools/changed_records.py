"""Write docs/changes/VERSION.md: which records a release corrected and retired, old and new value.

    python tools/changed_records.py VERSION

The changelog gives the counts and links there. Added records are not listed: a release has them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen.release import catalog

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = Path(__file__).parents[1] / "docs" / "changes"
KINDS: Final = ("corrected", "retired", "source added")


def page(version: str) -> str:
    """Return the page of a release in Markdown; its first release has none."""
    release = catalog.find(version)
    since = catalog.describe(release)["changes_since"]
    changes = pl.read_parquet(release / "changes.parquet")
    listed = changes.filter(pl.col("record_id").is_not_null() & pl.col("kind").is_in(KINDS))
    counts = changes.filter(pl.col("record_id").is_not_null()).group_by("kind")
    numbers = dict(counts.agg(pl.col("record_id").n_unique()).rows())
    intro = ", ".join(f"{numbers[kind]:,} {kind}" for kind in sorted(numbers))
    lines = [
        f"# Changed records in {version}",
        "",
        f"Records changed since {since}, by kind: {intro}. A record can be in several kinds.",
        f"`tumen diff {since} {version}` prints every change, those of added records included.",
        "",
    ]
    for kind in KINDS:
        rows = listed.filter(pl.col("kind") == kind).sort("record_id", "table", "field")
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


def main() -> None:
    """Write the page of the release that the command line names."""
    version = sys.argv[1]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{version}.md").write_text(page(version), encoding="utf-8")


if __name__ == "__main__":
    main()
