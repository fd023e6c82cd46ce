"""The report on a table that somebody holds: per rule how many rows break it, and the first that do, with key and values.

It is a `Report`, so that all formats render it; its findings are the rows shown, which may be fewer than there are. "First" is by
key and then by value, so that neither the engine nor the order of the rows makes a difference. A finding stands at the line of its
file, or at the row's number from 1, where the engine numbers rows; else at 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tumen._text import shown
from tumen.report import Finding, Report, counted
from tumen.schemas.registry import ALL_RULES
from tumen.validation.remarks import remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tumen.report import Place
    from tumen.schemas.rules import Rule, Severity


class BrokenRow(NamedTuple):
    """A row that breaks a rule: its key, the values that the rule concerns, its number from 0 where rows are numbered.

    Of several files, rows are numbered on from one to the next.
    """

    key: tuple[Any, ...]
    values: Mapping[str, Any]
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that `count` rows of a table break (or columns, where the table does not fit), and the first of them.

    `said` replaces the title of the rule in messages where there is more to say.
    """

    table: str
    code: str
    columns: tuple[str, ...]
    count: int
    rows: tuple[BrokenRow, ...] = ()
    said: str = ""

    @property
    def severity(self) -> Severity:
        """Whether the rule is an error or a warning."""
        return ALL_RULES[self.code].severity

    def findings(self, places: Mapping[int | None, Place]) -> Iterable[Finding]:
        """Yield a finding for each row shown, at its place; for a table that does not fit, one without a row."""
        rule = ALL_RULES[self.code]
        for row in self.rows or ((BrokenRow((), {}),) if self.said else ()):
            yield Finding(
                places[row.row],
                self.code,
                self._message(row),
                rule.in_tables or rule.remedy,
                rule.severity,
            )

    def _message(self, row: BrokenRow) -> str:
        title = self.said or ALL_RULES[self.code].title
        key = " ".join(str(part) for part in row.key if part is not None)
        if len(row.values) == 1:
            ((column, value),) = row.values.items()
            return f"{key} {column}: {shown(value)}: {title}{remark(self.code, self.table, column, value)}".lstrip()
        values = ", ".join(f"{column}: {shown(value)}" for column, value in row.values.items())
        return f"{key} {self.columns[0]}: {title}{f' ({values})' if values else ''}".lstrip()


@dataclass(frozen=True, slots=True)
class FrameReport(Report):
    """A report on tables: `records` counts rows, `files` tables; `found` is what any rule found, `broken` what `rules` found."""

    found: tuple[Broken, ...] = ()

    @property
    def broken(self) -> tuple[Broken, ...]:
        """The rules that are not kept, an entry for each table and its columns."""
        return tuple(one for one in self.found if one.code in self.rules)

    def total(self, severity: Severity) -> int:
        """Return how many breaches there are, shown or not."""
        return sum(one.count for one in self.broken if one.severity == severity)

    @property
    def ok(self) -> bool:
        """Whether nothing counts against the data, shown or not."""
        return not (self.total("error") or (self.strict and self.total("warning")))

    def by_code(self) -> dict[str, int]:
        """Return how many breaches each code has, shown or not."""
        codes = sorted({one.code for one in self.broken})
        return {code: sum(one.count for one in self.broken if one.code == code) for code in codes}

    def remedy_of(self, rule: Rule) -> str:
        """Return what to do where a rule is broken in a table."""
        return rule.in_tables or rule.remedy

    def verdict(self) -> str:
        """Return one line that sums the report up."""
        hidden = sum(one.count for one in self.broken) - len(self.findings)
        read = f"{counted(self.records, 'row')} in {counted(self.files, 'table')}"
        checked = f"{read}{', strict' if self.strict else ''}{f', {hidden:,} more not shown' if hidden > 0 else ''}"
        return f"{counted(self.total('error'), 'error')}, {counted(self.total('warning'), 'warning')} ({checked})"


def report_on(
    places: Mapping[str, Mapping[int | None, Place]],
    broken: Iterable[Broken],
    rows: int,
    rules: Iterable[str],
) -> FrameReport:
    """Return the report on tables, of which `places` gives where the rows of each stand, and under None where the table does."""
    known = tuple(
        sorted(broken, key=lambda one: (list(places).index(one.table), one.code, one.columns))
    )
    findings = tuple(finding for one in known for finding in one.findings(places[one.table]))
    return FrameReport(findings, rows, len(places), tuple(rules), found=known)
