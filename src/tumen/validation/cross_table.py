"""The check of tables against the rules across them.

`tumen.schemas.cross_table` has the rules, which are joins of narwhals frames. A row is identified
by its key, so that the later of two rows is the same row on every engine and in any order of the
rows. Each rule takes one query that counts, and one more for each column with violations.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import narwhals as nw
import narwhals.exceptions

from tumen.errors import RuleError, TumenError
from tumen.schemas import TABLES
from tumen.schemas.cross_table import CROSS_TABLE_RULES
from tumen.schemas.days import is_in_calendar
from tumen.validation.column_types import coerce_columns
from tumen.validation.progress import report_step
from tumen.validation.query_results import Frame, collect_rows, number_rows
from tumen.validation.sources import translate_errors
from tumen.validation.table_report import Broken, BrokenRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tumen.schemas.rules import TablesRule

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
    broken = [broken for rule in rules for broken in _check_rule(rule, coerced, max_rows)]
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


def _check_rule(rule: TablesRule, frames: Mapping[str, Frame], max_rows: int) -> Iterator[Broken]:
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
            rows = tuple(_fetch_first_rows(in_column, table, frames[table], max_rows))
            yield Broken(table, rule.code, (column,), count, rows)


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
