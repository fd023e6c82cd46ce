"""A finding is a broken rule at a place; a report is all of them. Formats are renderings of the same list (`reports.py`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tumen.errors import DataError

if TYPE_CHECKING:
    from tumen.schemas.rules import Severity


class Place(NamedTuple):
    """Where a value stands: a file, and its line and column counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One breach of one rule: `message` says what is wrong with which value, `remedy` what to do."""

    place: Place
    code: str
    message: str
    remedy: str = field(compare=False)
    severity: Severity = field(default="error", compare=False)

    def __str__(self) -> str:
        return f"{self.place} {self.code} {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run, in the order of the files; `records` and `files` count what was checked."""

    findings: tuple[Finding, ...]
    records: int = 0
    files: int = 0

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that break a rule outright."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that deserve a look."""
        return tuple(finding for finding in self.findings if finding.severity == "warning")

    @property
    def ok(self) -> bool:
        """Whether there are no errors; warnings do not count."""
        return not self.errors

    def by_code(self) -> dict[str, int]:
        """Return how many findings each code has."""
        return dict(sorted(Counter(finding.code for finding in self.findings).items()))

    def verdict(self) -> str:
        """Return one line that sums the report up."""
        checked = f"{_count(self.records, 'record')} in {_count(self.files, 'file')}"
        return f"{_count(len(self.errors), 'error')}, {_count(len(self.warnings), 'warning')} ({checked})"

    def raise_if_failed(self) -> None:
        """Raise a `DataError` that carries this report if it holds an error."""
        if not self.ok:
            raise DataError(self)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.findings), self.verdict()])


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
