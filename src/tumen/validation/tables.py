"""The check of tables: columns first, then the rows of each table, then the rules across tables."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen.errors import TumenError, UnknownNameError
from tumen.report import Place
from tumen.schemas import TABLES
from tumen.validation.column_types import check_columns, wanted_types
from tumen.validation.cross_table import check_cross_table
from tumen.validation.evaluate import evaluate_table
from tumen.validation.files import ReadOptions
from tumen.validation.progress import report_step
from tumen.validation.sources import inspect_source
from tumen.validation.table_report import Broken, FrameReport, build_report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tumen.schemas import Table
    from tumen.validation.sources import OpenTable

_MOST_FINDINGS: Final = 2**31 - 1
"""The most rows of a rule that every engine can count."""


def check_tables(
    data: Mapping[str, Any], engine: str | None, *, coerce: bool, max_findings: int
) -> FrameReport:
    """Check tables and, if there are several, the rules across them.

    If a column of any table is missing, has another type or is not in the table, the report has
    these findings only, and no row is read.

    Args:
        data: Files or a frame by the name of the table.
        engine: What reads files: `polars`, `duckdb` or `spark`. None is `polars`, and the only
            choice for frames.
        coerce: Whether to convert text to the types of the columns.
        max_findings: How many rows of each rule to show.

    Returns:
        The report.

    Raises:
        TumenError: If the data cannot be read, no table is given, or `max_findings` is negative.
        UnknownNameError: If there is no such table or engine.

    """
    if max_findings < 0:
        raise TumenError(
            f"max_findings is {max_findings}; give the number of rows to show of each rule, 0 or"
            " more."
        )
    if not data:
        raise TumenError(
            "the mapping is empty; give one table or more by name, as in {'estimates': frame}."
        )
    for name in data:
        if name not in TABLES:
            raise UnknownNameError("table", str(name), TABLES)
    with tempfile.TemporaryDirectory(prefix="tumen-") as folder:
        sources = {
            name: inspect_source(table, name, engine, _read_options(TABLES[name], Path(folder)))
            for name, table in data.items()
        }
        misfits = [
            misfit
            for name, source in sources.items()
            for misfit in check_columns(name, TABLES[name], source, coerce=coerce)
        ]
        if misfits:
            places: dict[str, dict[int | None, Place]] = {
                name: {None: Place(source.name, 1, 1)} for name, source in sources.items()
            }
            return build_report(places, misfits, 0, ["E112"])
        tables = {name: source.open() for name, source in sources.items()}
        return _check_rows(tables, min(max_findings, _MOST_FINDINGS))


def _read_options(model: type[Table], folder: Path) -> ReadOptions:
    wanted = wanted_types(model)
    lists = frozenset(name for name, kind in wanted.items() if kind is pl.List)
    return ReadOptions(tuple(wanted), lists, folder)


def _check_rows(tables: Mapping[str, OpenTable], max_rows: int) -> FrameReport:
    broken: list[Broken] = []
    row_count, codes = 0, {"E112"}
    for name, table in tables.items():
        report_step(f"rows of {name}")
        with table.translate_errors():
            result = evaluate_table(TABLES[name], table.frame, max_rows)
        row_count += result.rows
        codes |= {*result.rules}
        broken += result.broken
    if len(tables) > 1:
        frames = {name: table.frame for name, table in tables.items()}
        cross_codes, cross_broken = check_cross_table(frames, max_rows)
        codes |= {*cross_codes}
        broken += cross_broken
    places = {name: _locate_shown_rows(name, table, broken) for name, table in tables.items()}
    return build_report(places, broken, row_count, sorted(codes))


def _locate_shown_rows(
    name: str, table: OpenTable, broken: list[Broken]
) -> dict[int | None, Place]:
    shown = {row.row for rule in broken if rule.table == name for row in rule.rows}
    return table.locate_rows({row for row in shown if row is not None})
