"""The check of tables that somebody holds: opened, fitted, judged one by one, and then one against the other."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen.errors import TumenError, UnknownNameError
from tumen.report import Place
from tumen.schemas import TABLES
from tumen.validation.column_types import misfits, wanted_types
from tumen.validation.cross_table import across
from tumen.validation.evaluate import judged
from tumen.validation.files import Asked
from tumen.validation.progress import reached
from tumen.validation.sources import held
from tumen.validation.table_report import Broken, FrameReport, report_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tumen.schemas import Table
    from tumen.validation.sources import Opened

_MOST: Final = 2**31 - 1
"""As many rows of a rule as every engine can count."""


def check_tables(
    data: Mapping[str, Any], engine: str | None, *, coerce: bool, max_findings: int
) -> FrameReport:
    """Return the report on tables by their names; with several, the rules across tables are asked as well.

    If a column of any table is missing, of another type or too many, that is the whole report: no row is read. Raises `TumenError`
    if the data cannot be read or no table is given, `UnknownNameError` for a table or an engine that there is not.
    """
    if max_findings < 0:
        raise TumenError(
            f"max_findings is {max_findings}; give 0 or more rows to show of each rule."
        )
    if not data:
        raise TumenError(
            "the mapping is empty; give one table or more by name, as in {'estimates': frame}."
        )
    for name in data:
        if name not in TABLES:
            raise UnknownNameError("table", str(name), TABLES)
    with tempfile.TemporaryDirectory(prefix="tumen-") as folder:
        given = {
            name: held(one, name, engine, _asked(TABLES[name], Path(folder)))
            for name, one in data.items()
        }
        misfit = [
            one for name in given for one in misfits(name, TABLES[name], given[name], coerce=coerce)
        ]
        if misfit:
            return report_on(
                {name: {None: Place(one.name, 1, 1)} for name, one in given.items()},
                misfit,
                0,
                ["E112"],
            )
        return _judged({name: one.open() for name, one in given.items()}, min(max_findings, _MOST))


def _asked(model: type[Table], folder: Path) -> Asked:
    wanted = wanted_types(model)
    return Asked(
        tuple(wanted), frozenset(name for name, kind in wanted.items() if kind is pl.List), folder
    )


def _judged(opened: Mapping[str, Opened], most: int) -> FrameReport:
    broken: list[Broken] = []
    rows, rules = 0, dict.fromkeys(["E112"])
    for name, one in opened.items():
        reached(f"rows of {name}")
        with one.telling():
            found = judged(TABLES[name], one.frame, most)
        rows, rules, broken = (
            rows + found.rows,
            rules | dict.fromkeys(found.rules),
            [*broken, *found.broken],
        )
    if len(opened) > 1:
        codes, found_across = across({name: one.frame for name, one in opened.items()}, most)
        rules, broken = rules | dict.fromkeys(codes), [*broken, *found_across]
    return report_on(
        {name: _places(name, one, broken) for name, one in opened.items()},
        broken,
        rows,
        sorted(rules),
    )


def _places(table: str, opened: Opened, broken: list[Broken]) -> dict[int | None, Place]:
    shown = {row.row for one in broken if one.table == table for row in one.rows}
    return opened.places({row for row in shown if row is not None})
