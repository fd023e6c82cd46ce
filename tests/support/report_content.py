"""The content of a report on tables, as plain values that can be compared between engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tumen
from tumen.errors import TumenError

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.validation.table_report import FrameReport


def content(report: FrameReport) -> list[Any]:
    """Return the content of a report without row numbers, which not every engine gives."""
    return [
        (
            broken.table,
            broken.code,
            broken.columns,
            broken.count,
            [repr(row[:2]) for row in broken.rows],
        )
        for broken in report.broken
    ]


def verdict(path: Path, table: str, engine: Any) -> tuple[object, ...]:
    """Return the findings row by row, or the reason why the file is refused."""
    try:
        report = tumen.check(path, table=table, engine=engine, coerce=True)
    except TumenError as error:
        return ("refused", str(error))
    return (content(report), [str(finding) for finding in report.findings])
