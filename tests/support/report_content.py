"""What a report on tables says, as plain values that can be compared from engine to engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tumen
from tumen.errors import TumenError

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.validation.table_report import FrameReport


def content(report: FrameReport) -> list[Any]:
    """Return what a report says, without the numbers of rows, which not every engine gives."""
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
    """Return what is found, row by row, or that the file is refused, and why."""
    try:
        report = tumen.check(path, table=table, engine=engine, coerce=True)
    except TumenError as error:
        return ("refused", str(error))
    return (content(report), [str(finding) for finding in report.findings])
