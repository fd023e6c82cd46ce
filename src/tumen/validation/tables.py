"""The check of tables: columns first, then the rows of each table, then the rules across tables.

`tumen.schemas.cross_table` has the rules across tables, which are joins of narwhals frames. A row
is identified by its key, so that the later of two rows is the same row on every engine and in any
order of the rows. Each rule takes one query that counts, and one more for each column with
violations.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import narwhals.exceptions
import polars as pl

from tumen.errors import RuleError, TumenError, UnknownNameError
from tumen.report import Place
from tumen.schemas import TABLES
from tumen.schemas.cross_table import CROSS_TABLE_RULES
from tumen.schemas.days import is_in_calendar
from tumen.validation.column_types import check_columns, coerce_columns, wanted_types
from tumen.validation.evaluate import evaluate_table
from tumen.validation.files import ReadOptions
from tumen.validation.messages import KnownNames, describe_cross_table
from tumen.validation.progress import report_step
from tumen.validation.query_results import Frame, collect_rows, number_rows
from tumen.validation.sources import inspect_source, translate_errors
from tumen.validation.table_report import Broken, BrokenRow, FrameReport, build_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tumen.schemas import Table
    from tumen.schemas.rules import TablesRule
    from tumen.validation.sources import OpenTable

_MOST_NAMES: Final = 100_000
"""The most rows of a table among which a message looks for a similar name."""

_SEPARATOR: Final = "\x1f"
_NUMBER: Final = "row number"


def check_cross_table(frames: Mapping[str, Frame], max_rows: int) -> tuple[list[str], list[Broken]]:
    """Check the rules across tables, except duplicate keys, which the check of each table finds.

    Args:
        frames: The rows of each table.
        max_rows: How many rows to fetch that violate a rule.

    Returns:
        The codes of the rules that were checked, and the violated rules.

    Raises:
        TumenError: If the frames are on several engines.
        RuleError: If an engine cannot express a rule.

    """
    engines = sorted({str(frame.implementation) for frame in frames.values()})
    if len(engines) > 1:
        raise TumenError(
            f"the rules across tables cannot be checked on several engines"
            f" ({', '.join(engines)}); use one engine for all tables."
        )
    coerced = {name: coerce_columns(TABLES[name], frame).frame for name, frame in frames.items()}
    rules = [
        rule
        for rule in CROSS_TABLE_RULES
        if rule.code != "E301" and all(name in coerced for name in rule.tables)
    ]
    names = KnownNames(partial(_read_names, coerced))
    broken = [broken for rule in rules for broken in _check_rule(rule, coerced, max_rows, names)]
    return [rule.code for rule in rules], broken


def _add_key(name: str, frame: Frame) -> Frame:
    """Return the frame with `row`, the key as one text, by which the rules identify rows.

    Dates outside the years 1 to 9999, each of which violates E101, become null, because not every
    engine can calculate with them.
    """
    dates = [name for name, kind in frame.collect_schema().items() if kind == nw.Date]
    frame = frame.with_columns(
        nw.when(is_in_calendar(nw.col(date))).then(nw.col(date)).alias(date) for date in dates
    )
    parts = [nw.col(column).fill_null("") for column in TABLES[name].spec().key]
    return frame.with_columns(
        (nw.concat_str(*parts, separator=_SEPARATOR) if len(parts) > 1 else parts[0]).alias("row")
    )


def _check_rule(
    rule: TablesRule, frames: Mapping[str, Frame], max_rows: int, names: KnownNames
) -> Iterator[Broken]:
    tables = {name: _add_key(name, frame) for name, frame in frames.items()}
    report_step(f"rule {rule.code}")
    with translate_errors(f"rule {rule.code}"), _refuse_unsupported(rule, tables):
        violations = [*rule.find_violations(tables)]
        if not violations:
            return
        merged = nw.concat(violations)
        counts = collect_rows(merged.group_by("table", "column").agg(nw.len().alias("count")))
        for table, column, count in counts.select("table", "column", "count").rows():
            in_column = merged.filter(nw.col("table") == table, nw.col("column") == column)
            first = tuple(_fetch_first_rows(in_column, table, frames[table], max_rows))
            rows = tuple(_with_message(row, rule, table, column, names) for row in first)
            yield Broken(table, rule.code, (column,), count, rows)


def _with_message(
    row: BrokenRow, rule: TablesRule, table: str, column: str, names: KnownNames
) -> BrokenRow:
    value, other = row.values[column], row.values.get("other")
    return row._replace(message=describe_cross_table(rule, table, column, value, other, names))


def _read_names(
    frames: Mapping[str, Frame], table: str, columns: tuple[str, ...]
) -> pl.DataFrame | None:
    """Return columns of a table, or None if there is no such table, or it has too many rows."""
    if table not in frames:
        return None
    rows = collect_rows(frames[table].select(*columns).head(_MOST_NAMES + 1))
    return None if rows.height > _MOST_NAMES else rows


@contextmanager
def _refuse_unsupported(rule: TablesRule, tables: Mapping[str, Frame]) -> Iterator[None]:
    """Raise a `RuleError` if narwhals cannot express a rule: no rule is skipped in silence."""
    try:
        yield
    except (NotImplementedError, nw.exceptions.NarwhalsError) as error:
        engine = next(iter(tables.values())).implementation
        raise RuleError(
            f"rule {rule.code} ({rule.title}) cannot be expressed on {engine}: {error}"
        ) from error


def _fetch_first_rows(
    violations: Frame, table: str, frame: Frame, max_rows: int
) -> Iterator[BrokenRow]:
    """Yield the first violations by key.

    If rows are numbered, each has the number of the first row with the key.
    """
    key = TABLES[table].spec().key
    names = [f"key {number}" for number in range(len(key))]
    key_columns = [nw.col(column).alias(name) for column, name in zip(key, names, strict=True)]
    rows = number_rows(frame)
    if "row" in rows.collect_schema():
        rows = _add_key(table, rows.with_columns(nw.col("row").alias(_NUMBER)))
        keys = rows.select("row", _NUMBER, *key_columns)
        keys = keys.group_by("row", *names).agg(nw.col(_NUMBER).min())
    else:
        keys = _add_key(table, rows).select("row", *key_columns).unique()
    first = (
        violations.join(keys, on="row", how="inner")
        .sort(*names, "value", "other", nulls_last=False)
        .head(max_rows)
    )
    for row in collect_rows(first).iter_rows(named=True):
        values = {row["column"]: row["value"]} | ({"other": row["other"]} if row["other"] else {})
        yield BrokenRow(tuple(row[name] for name in names), values, row.get(_NUMBER))


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
