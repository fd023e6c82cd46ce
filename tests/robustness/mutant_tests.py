"""A pytest plugin that chooses and orders the tests that may kill a mutant.

A test that names rules by their codes, in its parameters or else in its text, concerns only the
modules of these rules. Any other test concerns all modules. Tests that killed a mutant of the same
definition run first, and then those that name the definition.
"""

from __future__ import annotations

import inspect
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FunctionType

    from mutants import Mutant

_WORDS_ALONE: Final = ("tumen.schemas.vocabularies", "tumen.schemas.iso")
_CODE: Final = re.compile(r"\b[EW]\d{3}\b")


class Chosen:
    """A plugin that leaves out tests of other rules, puts likely ones first and notes failures."""

    def __init__(self, mutant: Mutant, likely: Sequence[str]) -> None:
        self.mutant = mutant
        self.likely = likely
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Choose and order the tests."""
        across = {
            rule.code: rule.find_violations
            for rule in sys.modules["tumen.schemas.cross_table"].CROSS_TABLE_RULES
        }
        own = _own_codes(self.mutant.imported, across)
        names = set(re.findall(r"\w+", self.mutant.definition))
        words = names | {code for code, breaches in across.items() if breaches.__name__ in names}
        codes = {item: codes_of(item) for item in items}
        items[:] = [item for item in items if not codes[item] or codes[item] & own]
        items.sort(
            key=lambda item: (
                self._known(item.nodeid),
                -len(words & codes[item]),
                -sum(word in item.nodeid for word in words),
            )
        )

    def _known(self, name: str) -> int:
        return self.likely.index(name) if name in self.likely else len(self.likely)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note a test that failed."""
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        """Note that the tests cannot be collected."""
        if report.failed:
            self.failed = self.failed or "it cannot be imported"


def _own_codes(module: str, across: dict[str, Any]) -> set[str]:
    """Return the rules of a module: its rules across tables or of a row, or all of its kind."""
    if module.startswith("tumen.schemas.cross_table"):
        return {code for code, breaches in across.items() if breaches.__module__ == module} or set(
            across
        )
    every = set(sys.modules["tumen.validation.explain"].ALL_RULES) - set(across)
    tables = sys.modules["tumen.schemas"].TABLES.values()
    of_rows = {rule.code for model in tables for rule in model.spec().rules}
    models = {model.__module__ for model in tables}
    return of_rows if module in models else set() if module in _WORDS_ALONE else every


def codes_of(item: Any) -> set[str]:
    """Return the codes of rules that a test names in its parameters, or else in its text."""
    parameters = set(_CODE.findall(item.name.partition("[")[2]))
    return parameters or set(_CODE.findall(_text(item.function)))


@cache
def _text(function: FunctionType) -> str:
    return inspect.getsource(function)
