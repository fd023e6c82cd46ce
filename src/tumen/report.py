"""Reports: every broken rule that a check finds, and where.

A `Finding` is one broken rule at one place. A `Report` holds all findings of a run.
`tumen.report_formats` writes the same list as text, JSON, GitHub annotations, SARIF or JUnit.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from tumen._text import escape_line
from tumen.errors import TumenError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tumen.schemas.rules import Rule, Severity

UNREADABLE_FILE_CODES: Final = frozenset({"E001", "E002", "E003", "E004", "E007", "E011"})
"""Codes of the rules that a file breaks if it cannot be read as records. No other rule is then
checked in that file."""


class Place(NamedTuple):
    """The position of a value: a file, and a line and column in it, counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One violation of one rule.

    Attributes:
        place: Where it is.
        code: The code of the rule, such as `E302`.
        message: What is wrong with which value.
        remedy: What to do about it.
        severity: `error` or `warning`.

    """

    place: Place
    code: str
    message: str
    remedy: str = field(compare=False)
    severity: Severity = field(default="error", compare=False)

    def __str__(self) -> str:
        return escape_line(f"{self.place} {self.code} {self.message}")


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run, in the order of the files.

    Attributes:
        findings: The findings.
        records: How many records were checked.
        files: How many files were checked.
        rules: The codes of the rules that were checked.
        strict: Whether warnings count against the data, as errors do.

    """

    findings: tuple[Finding, ...]
    records: int = 0
    files: int = 0
    rules: tuple[str, ...] = ()
    strict: bool = False

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings whose rule is an error."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings whose rule is a warning: they need a look, and may be right as they are."""
        return tuple(finding for finding in self.findings if finding.severity == "warning")

    @property
    def ok(self) -> bool:
        """Whether the data pass: there is no error and, if the report is strict, no warning."""
        return not (self.findings if self.strict else self.errors)

    def remedy_of(self, rule: Rule) -> str:
        """Return what to do about a violation of a rule in the data that were checked.

        Args:
            rule: The rule.

        Returns:
            One or two sentences.

        """
        return rule.remedy

    def strictly(self) -> Self:
        """Return this report with warnings counted as errors are, in `ok` and what depends on it.

        Returns:
            A strict report with the same findings.

        """
        return replace(self, strict=True)

    def only(self, codes: Iterable[str]) -> Self:
        """Return a report with the findings of some rules.

        It keeps files that could not be read, because no rule was checked in them.

        Args:
            codes: Codes of rules, in upper or lower case.

        Returns:
            A report with these rules and their findings.

        Raises:
            UnknownNameError: If a code is not among `rules`.
            TumenError: If no code is given.

        """
        chosen = self._validate_codes(codes)
        return self._select_rules(
            [code for code in self.rules if code in chosen],
            lambda finding: finding.code in chosen | UNREADABLE_FILE_CODES,
        )

    def without(self, codes: Iterable[str]) -> Self:
        """Return a report without the findings of some rules.

        Args:
            codes: Codes of rules, in upper or lower case.

        Returns:
            A report with all other rules and their findings.

        Raises:
            UnknownNameError: If a code is not among `rules`.
            TumenError: If no rule is left.

        """
        left_out = self._validate_codes(codes)
        return self._select_rules(
            [code for code in self.rules if code not in left_out],
            lambda finding: finding.code not in left_out,
        )

    def _validate_codes(self, codes: Iterable[str]) -> set[str]:
        normalized = {code.strip().upper() for code in codes}
        unknown = sorted(normalized - set(self.rules))
        if unknown:
            raise UnknownNameError("rule", unknown[0], self.rules)
        return normalized

    def _select_rules(self, rules: list[str], is_selected: Callable[[Finding], bool]) -> Self:
        if not rules:
            raise TumenError("no rule is left to check; leave out fewer rules.")
        findings = tuple(filter(is_selected, self.findings))
        return replace(self, rules=tuple(rules), findings=findings)

    def by_code(self) -> dict[str, int]:
        """Return how many findings each rule has.

        Returns:
            The number of findings by code, in the order of the codes.

        """
        return dict(sorted(Counter(finding.code for finding in self.findings).items()))

    def total(self, severity: Severity) -> int:
        """Return how many findings have a severity.

        Args:
            severity: `error` or `warning`.

        Returns:
            The number of findings.

        """
        return sum(finding.severity == severity for finding in self.findings)

    def verdict(self) -> str:
        """Return one line that sums the report up.

        Returns:
            Such as `0 errors, 1 warning (10 records in 5 files, strict)`.

        """
        checked = f"{format_count(self.records, 'record')} in {format_count(self.files, 'file')}"
        return self._sum_up(checked)

    def _sum_up(self, checked: str, hidden: int = 0) -> str:
        errors = format_count(self.total("error"), "error")
        warnings = format_count(self.total("warning"), "warning")
        details = [checked]
        if self.strict:
            details.append("strict")
        if hidden > 0:
            details.append(f"{hidden:,} more not shown")
        return f"{errors}, {warnings} ({', '.join(details)})"

    def raise_if_failed(self) -> None:
        """Raise an exception if the data do not pass.

        Raises:
            DataError: If the report is not `ok`. The exception carries the report.

        """
        if not self.ok:
            raise DataError(self)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.findings), self.verdict()])


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun in the singular or plural, such as `1 record`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class DataError(TumenError):
    """Data break rules.

    Attributes:
        report: The findings, each with its rule and place.

    """

    def __init__(self, report: Report) -> None:
        super().__init__(report.verdict())
        self.report = report
