"""The report on tables: how many rows violate each rule, and the first of them with key and values.

It is a `Report`, so all formats can write it. Its findings are the rows shown, which may be fewer
than there are. The first rows are first by key and then by value, so that neither the engine nor
the order of the rows makes a difference. The place of a finding is the line in its file, or the
number of the row from 1 if the engine numbers rows, and else 1.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tumen.report import Finding, Report, format_count
from tumen.schemas.all_rules import ALL_RULES
from tumen.validation.messages import describe_violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tumen.report import Place
    from tumen.schemas.rules import Rule, Severity
    from tumen.validation.evaluate import Violations
    from tumen.validation.messages import ReferenceNames


class BrokenRow(NamedTuple):
    """A row that violates a rule.

    Attributes:
        key: The values of its key.
        values: The values that the rule is about, by column.
        row: Its number from 0, or None if the engine does not number rows. Several files are
            numbered as one.
        message: What is wrong with the values.

    """

    key: tuple[Any, ...]
    values: Mapping[str, Any]
    row: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that is violated in a table, with the first rows that do so.

    Attributes:
        table: The name of the table.
        code: The code of the rule.
        columns: The columns that the rule is about.
        count: How many rows violate it. It is 1 if the rule is about the column itself.
        rows: The first rows, by key and then by value.
        said: What messages say instead of the title of the rule, if it is not empty.

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
        """Yield a finding for each row shown or, if the rule is about a column, one finding.

        Args:
            places: The place of each row by its number, and of the table under None.

        """
        rule = ALL_RULES[self.code]
        for row in self.rows or ((BrokenRow((), {}, None, self.said),) if self.said else ()):
            key = " ".join(str(part) for part in row.key if part is not None)
            yield Finding(
                places[row.row],
                self.code,
                f"{key} {self.columns[0]}: {row.message}".lstrip(),
                rule.table_remedy or rule.remedy,
                rule.severity,
            )


def to_broken(violations: Violations, names: ReferenceNames) -> Broken:
    """Return a violated rule as reports have it.

    Args:
        violations: The rule, and the rows that were fetched.
        names: The names of the records that references can lead to.

    """
    rows = tuple(
        BrokenRow(
            violation.key,
            {**violation.values, **({"other": violation.other} if violation.other else {})},
            violation.row,
            describe_violation(violation, names),
        )
        for violation in violations.rows
    )
    return Broken(
        violations.table, violations.rule.code, violations.columns, violations.count, rows
    )


@dataclass(frozen=True, slots=True)
class FrameReport(Report):
    """A report on tables, in which `records` counts rows and `files` counts tables.

    Attributes:
        found: The violated rules, including those that `only` or `without` left out.

    """

    found: tuple[Broken, ...] = ()

    @property
    def broken(self) -> tuple[Broken, ...]:
        """The violated rules, with an entry for each table and its columns."""
        return tuple(broken for broken in self.found if broken.code in self.rules)

    def total(self, severity: Severity) -> int:
        """Return how many violations have a severity, shown or not.

        Args:
            severity: `error` or `warning`.

        Returns:
            The number of violations.

        """
        return sum(broken.count for broken in self.broken if broken.severity == severity)

    @property
    def ok(self) -> bool:
        """Whether the data pass, which violations count against whether they are shown or not."""
        return not (self.total("error") or (self.strict and self.total("warning")))

    def by_code(self) -> dict[str, int]:
        """Return how many violations each rule has, shown or not.

        Returns:
            The number of violations by code, in the order of the codes.

        """
        counts: Counter[str] = Counter()
        for broken in self.broken:
            counts[broken.code] += broken.count
        return dict(sorted(counts.items()))

    def remedy_of(self, rule: Rule) -> str:
        """Return what to do about a violation of a rule in a table.

        Args:
            rule: The rule.

        Returns:
            One or two sentences.

        """
        return rule.table_remedy or rule.remedy

    def verdict(self) -> str:
        """Return one line that sums the report up.

        Returns:
            Such as `3 errors, 0 warnings (10 rows in 1 table, 1 more not shown)`.

        """
        hidden = sum(broken.count for broken in self.broken) - len(self.findings)
        checked = f"{format_count(self.records, 'row')} in {format_count(self.files, 'table')}"
        return self._sum_up(checked, hidden)


def build_report(
    places: Mapping[str, Mapping[int | None, Place]],
    broken: Iterable[Broken],
    rows: int,
    rules: Iterable[str],
) -> FrameReport:
    """Return the report on tables.

    Args:
        places: By table, the place of each row by its number, and of the table under None.
        broken: The violated rules.
        rows: How many rows were checked.
        rules: The codes of the rules that were checked.

    """
    order = list(places)
    found = tuple(
        sorted(broken, key=lambda rule: (order.index(rule.table), rule.code, rule.columns))
    )
    findings = tuple(finding for rule in found for finding in rule.findings(places[rule.table]))
    return FrameReport(findings, rows, len(places), tuple(rules), found=found)
