"""A finding is a broken rule at a place; a report is all of them. Formats render the same list (`tumen.report_formats`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from tumen._text import one_line
from tumen.errors import DataError, TumenError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tumen.schemas.rules import Rule, Severity

UNREAD: Final = frozenset({"E001", "E002", "E003", "E004", "E007", "E011"})
"""The codes of files that could not be read as records, so that no other rule has judged them."""


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
        return one_line(f"{self.place} {self.code} {self.message}")


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run, in the order of the files.

    `records` and `files` count what was checked, `rules` are the codes it was held to; warnings count where it is `strict`.
    """

    findings: tuple[Finding, ...]
    records: int = 0
    files: int = 0
    rules: tuple[str, ...] = ()
    strict: bool = False

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
        """Whether nothing counts against the data: no error and, where the report is strict, no warning."""
        return not (self.findings if self.strict else self.errors)

    def remedy_of(self, rule: Rule) -> str:
        """Return what to do where a rule is broken in what was checked."""
        return rule.remedy

    def strictly(self) -> Self:
        """Return this report with warnings counting: `ok`, and all that follows from it, asks for none."""
        return replace(self, strict=True)

    def only(self, codes: Iterable[str]) -> Self:
        """Return what these rules found, and the files that could not be read, which no rule has judged.

        Raises `UnknownNameError` for a code that this report was not held to.
        """
        kept = self._known(codes)
        return self._held_to(
            [code for code in self.rules if code in kept], lambda found: found.code in kept | UNREAD
        )

    def without(self, codes: Iterable[str]) -> Self:
        """Return what all rules but these found.

        Raises `UnknownNameError` for a code that this report was not held to, `TumenError` if no rule is left.
        """
        left_out = self._known(codes)
        return self._held_to(
            [code for code in self.rules if code not in left_out],
            lambda found: found.code not in left_out,
        )

    def _known(self, codes: Iterable[str]) -> set[str]:
        known = {code.strip().upper() for code in codes}
        unknown = sorted(known - set(self.rules))
        if unknown:
            raise UnknownNameError("rule", unknown[0], self.rules)
        return known

    def _held_to(self, rules: list[str], keeps: Callable[[Finding], bool]) -> Self:
        if not rules:
            raise TumenError("no rule is left to check; name fewer codes to leave out.")
        return replace(self, rules=tuple(rules), findings=tuple(filter(keeps, self.findings)))

    def by_code(self) -> dict[str, int]:
        """Return how many findings each code has."""
        return dict(sorted(Counter(finding.code for finding in self.findings).items()))

    def total(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def verdict(self) -> str:
        """Return one line that sums the report up."""
        checked = f"{counted(self.records, 'record')} in {counted(self.files, 'file')}{', strict' if self.strict else ''}"
        return f"{counted(self.total('error'), 'error')}, {counted(self.total('warning'), 'warning')} ({checked})"

    def raise_if_failed(self) -> None:
        """Raise a `DataError` that carries this report unless it is `ok`."""
        if not self.ok:
            raise DataError(self)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.findings), self.verdict()])


def counted(number: int, noun: str) -> str:
    """Return the number with its noun, which takes an s where it is not one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
