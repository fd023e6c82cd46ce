"""The check of tables that somebody holds: opened, fitted, judged one by one, and then one against the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tumen.errors import TumenError, UnknownNameError
from tumen.schemas import TABLES
from tumen.tabular.across import across
from tumen.tabular.fitting import misfits
from tumen.tabular.judging import judged
from tumen.tabular.opening import held, telling
from tumen.tabular.reporting import Broken, FrameReport, report_on
from tumen.tabular.steps import reached

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_tables(data: Mapping[str, Any], engine: str | None, *, coerce: bool, max_findings: int) -> FrameReport:
    """Return the report on tables by their names; with several, the rules across tables are asked as well.

    If a column of any table is missing, of another type or too many, that is the whole report: no row is read. Raises `TumenError`
    if the data cannot be read or no table is given, `UnknownNameError` for a table or an engine that there is not.
    """
    if max_findings < 0:
        raise TumenError(f"max_findings is {max_findings}; give 0 or more rows to show of each rule.")
    if not data:
        raise TumenError("the mapping is empty; give one table or more by name, as in {'estimates': frame}.")
    for name in data:
        if name not in TABLES:
            raise UnknownNameError("table", str(name), TABLES)
    given = {name: held(one, name, engine) for name, one in data.items()}
    names = {name: one.name for name, one in given.items()}
    broken: list[Broken] = []
    for name, one in given.items():
        with telling(one.name):
            broken += misfits(name, TABLES[name], one, coerce=coerce)
    if broken:
        return report_on(names, broken, 0, ["E112"])
    rows, rules = 0, dict.fromkeys(["E112"])
    for name, one in given.items():
        reached(f"rows of {name}")
        with telling(one.name):
            found = judged(TABLES[name], one.frame, max_findings)
        rows, rules, broken = rows + found.rows, rules | dict.fromkeys(found.rules), [*broken, *found.broken]
    if len(given) > 1:
        codes, found_across = across({name: one.frame for name, one in given.items()}, max_findings)
        rules, broken = rules | dict.fromkeys(codes), [*broken, *found_across]
    return report_on(names, broken, rows, sorted(rules))
