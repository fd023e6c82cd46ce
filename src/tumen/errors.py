"""The whole error contract of the library: one base, six kinds.

TumenError
├── SchemaError        a schema that does not fit: another type, a newer MAJOR, a file that is not what its index says
├── DataError          data that break rules; `report` holds every finding
├── RuleError          a mistake of the author of a rule
├── UnknownNameError   no such table, release, column, record; `nearest` holds the likeliest names
├── StoreError         a store serves what cannot be trusted, or the cache cannot be written
│   └── UnreachableError   a store cannot be asked now; it may answer later
└── MissingExtraError  a package that is not installed; the text names the extra that brings it

WithdrawnWarning       a release was asked for by name that its curators have withdrawn; the text says when and why
StoreWarning           a store could not be asked, and what it served before is used
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tumen.report import Report


class TumenError(Exception):
    """The base of all errors that the library raises on purpose; its text is one sentence and a remedy."""


class SchemaError(TumenError):
    """Files or frames do not have the schema that was asked for."""


class RuleError(TumenError):
    """A rule cannot be evaluated as its author wrote it."""


class DataError(TumenError):
    """Data break rules; `report` says which and where."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.verdict())
        self.report = report


class UnknownNameError(TumenError, LookupError):
    """A name does not exist; `nearest` holds the closest of the valid ones."""

    def __init__(self, kind: str, name: str, valid: Iterable[str]) -> None:
        names = list(valid)
        self.nearest = tuple(difflib.get_close_matches(name, names, n=3, cutoff=0.5))
        guess = f"; did you mean {' or '.join(map(repr, self.nearest))}?" if self.nearest else "."
        listed = (
            f" There are: {', '.join(names[:40])}{', …' if len(names) > 40 else ''}."  # noqa: PLR2004
            if names
            else ""
        )
        super().__init__(f"no {kind} {name!r}{guess}{listed}")


class StoreError(TumenError):
    """A store is not one, or what it serves is not what was published; nothing of it was used."""


class UnreachableError(StoreError):
    """A store could not be asked, or broke off, in every attempt."""


class MissingExtraError(TumenError, ImportError):
    """A part of the library needs packages that are not installed; the text says which extra brings them."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs packages that are not installed: pip install 'tumen[{extra}]'"
        )


class StoreWarning(UserWarning):
    """A store could not be asked, and what it served before is used."""


class WithdrawnWarning(UserWarning):
    """A release was named that was withdrawn: it loads as it was published, and nobody should cite it."""
