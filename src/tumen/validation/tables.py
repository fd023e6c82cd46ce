"""The check of tables: columns first, then the rows of each table, then the rules across tables."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw
import narwhals.exceptions
import polars as pl

from tumen.errors import RuleError, TumenError, UnknownNameError
from tumen.report import Place
from tumen.schemas import TABLES
from tumen.schemas.cross_table import CROSS_TABLE_RULES
from tumen.validation import column_rules, evaluate
from tumen.validation.column_types import check_columns, coerce_columns, wanted_types
from tumen.validation.duplicate_keys import uses_hashes
from tumen.validation.files import ReadOptions
from tumen.validation.messages import ReferenceNames
from tumen.validation.progress import report_step
from tumen.validation.query_results import collect_rows
from tumen.validation.sources import inspect_source, translate_errors
from tumen.validation.table_report import Broken, FrameReport, build_report, to_broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tumen.schemas import Table
    from tumen.schemas.rules import RowRule, TablesRule
    from tumen.validation.evaluate import Violations
    from tumen.validation.query_results import Frame
    from tumen.validation.sources import OpenTable

_MOST_FINDINGS: Final = 2**31 - 1
"""The most rows of a rule that every engine can count."""

MOST_NAMES: Final = 100_000
"""How many rows of a table are read to suggest an id; a larger table gives no suggestions."""


class TableResult(NamedTuple):
    """The number of rows of a table, the codes of its rules, and the rules that rows violate."""

    rows: int
    rules: tuple[str, ...]
    violations: tuple[Violations, ...]


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
    violations: list[Violations] = []
    row_count, codes = 0, {"E112"}
    for name, table in tables.items():
        report_step(f"rows of {name}")
        with table.translate_errors():
            result = evaluate_table(TABLES[name], table.frame, max_rows)
        row_count += result.rows
        codes |= {*result.rules}
        violations += result.violations
    if len(tables) > 1:
        frames = {name: table.frame for name, table in tables.items()}
        cross_codes, cross_violations = check_cross_table(frames, max_rows)
        codes |= {*cross_codes}
        violations += cross_violations
    names = ReferenceNames(partial(_fetch_names, tables))
    broken = [to_broken(item, names) for item in violations]
    places = {name: _locate_shown_rows(name, table, broken) for name, table in tables.items()}
    return build_report(places, broken, row_count, sorted(codes))


def evaluate_table(model: type[Table], frame: Frame, max_rows: int) -> TableResult:
    """Evaluate the rules on a frame whose columns fit its table, except those across tables.

    Args:
        model: The model of the table.
        frame: The rows.
        max_rows: How many rows to fetch that violate a rule.

    Returns:
        The number of rows, the codes of the rules, and each violated rule with its first rows.

    """
    coerced, uncoerced = coerce_columns(model, frame)
    row_rules = column_rules.row_rules(model, frame.implementation)
    rules = (*uncoerced, *_skip_uncoerced(uncoerced, row_rules))
    table, key = model.spec().name, model.spec().key
    # On other engines, the query that counts also counts the keys, if they have one column.
    counts_keys = len(key) == 1 and not uses_hashes(frame.implementation)
    totals = _totals(key[0] if counts_keys else None)
    counts, violations = evaluate.evaluate_rows(
        table, coerced, rules, key=key, max_rows=max_rows, totals=totals
    )
    if not counts_keys or _has_duplicate_keys(counts):
        violations += (*evaluate.find_duplicate_keys(table, coerced, max_rows),)
    codes = tuple(dict.fromkeys(["E112", *(rule.code for rule in rules), "E301"]))
    return TableResult(int(counts["rows"]), codes, violations)


def _skip_uncoerced(
    uncoerced: Iterable[RowRule], rules: tuple[RowRule, ...]
) -> tuple[RowRule, ...]:
    """Return rules that pass for rows with a value that was not coerced."""
    failures = [~rule.condition for rule in uncoerced]
    if not failures:
        return rules
    return tuple(
        replace(rule, condition=nw.any_horizontal(rule.condition, *failures, ignore_nulls=False))
        for rule in rules
    )


def _totals(key: str | None) -> Iterator[nw.Expr]:
    yield nw.len().alias("rows")
    if key is not None:
        yield nw.col(key).n_unique().alias("keys")
        yield nw.col(key).null_count().alias("nulls")


def _has_duplicate_keys(totals: Mapping[str, Any]) -> bool:
    """Return whether there are fewer distinct keys than rows with a key."""
    if not totals["rows"]:
        return False
    distinct_keys = totals["keys"] - (totals["nulls"] > 0)
    return bool(distinct_keys < totals["rows"] - totals["nulls"])


def check_cross_table(
    frames: Mapping[str, Frame], max_rows: int
) -> tuple[list[str], list[Violations]]:
    """Evaluate the rules across tables, except duplicate keys, which `evaluate_table` finds.

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
    violations: list[Violations] = []
    for rule in rules:
        report_step(f"rule {rule.code}")
        with translate_errors(f"rule {rule.code}"), _refuse_unsupported(rule, coerced):
            violations += evaluate.evaluate_cross_table(rule, coerced, max_rows)
    return [rule.code for rule in rules], violations


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


def _fetch_names(
    tables: Mapping[str, OpenTable], name: str, columns: Sequence[str]
) -> pl.DataFrame | None:
    """Return columns of a table, or None if it is absent or has more than `MOST_NAMES` rows."""
    if name not in tables:
        return None
    with tables[name].translate_errors():
        coerced = coerce_columns(TABLES[name], tables[name].frame).frame
        rows = collect_rows(coerced.select(*columns).head(MOST_NAMES + 1))
    return rows if rows.height <= MOST_NAMES else None


def _locate_shown_rows(
    name: str, table: OpenTable, broken: list[Broken]
) -> dict[int | None, Place]:
    shown = {row.row for rule in broken if rule.table == name for row in rule.rows}
    return table.locate_rows({row for row in shown if row is not None})
