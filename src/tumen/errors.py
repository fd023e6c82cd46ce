"""The errors and warnings of the library.

TumenError
├── SchemaError        the wrong schema: a column of another type, a newer MAJOR, a damaged file
├── DataError          data that break rules, in `tumen.report`; `report` lists every finding
├── RuleError          a rule that its author wrote wrongly
├── UnknownNameError   no such table, release, column or record; `nearest` lists similar names
├── StoreError         a store serves something unverified, or the cache cannot be written
│   └── UnreachableError   a store did not answer; it may answer later
└── MissingExtraError  a package is not installed; the message names the extra to install

WithdrawnWarning       you named a release that was withdrawn; the message says when and why
StoreWarning           a store did not answer, so what it served before is used
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_LISTED: Final = 40
_MOST_SUGGESTED: Final = 3


class TumenError(Exception):
    """The base class of all errors of the library; the message names the problem and a remedy."""


class SchemaError(TumenError):
    """Files or frames do not have the expected schema."""


class RuleError(TumenError):
    """A rule cannot be evaluated because of a mistake in its definition."""


class UnknownNameError(TumenError, LookupError):
    """A name does not exist.

    Attributes:
        nearest: Up to three valid names that are similar, the most similar first.

    """

    def __init__(self, kind: str, name: str, valid: Iterable[str]) -> None:
        # Only an error needs it, and importing the library must stay fast.
        from tumen._suggest import nearest_names  # noqa: PLC0415

        names = list(valid)
        self.nearest = nearest_names(name, names, _MOST_SUGGESTED)
        guess = f"; did you mean {' or '.join(map(repr, self.nearest))}?" if self.nearest else "."
        more = ", …" if len(names) > _MOST_LISTED else ""
        listed = f" Valid names: {', '.join(names[:_MOST_LISTED])}{more}." if names else ""
        super().__init__(f"no {kind} {name!r}{guess}{listed}")


class StoreError(TumenError):
    """A store is invalid or serves other files than were published; nothing of it was used."""


class UnreachableError(StoreError):
    """A store did not answer, or broke off its answer, in every attempt."""


class MissingExtraError(TumenError, ImportError):
    """A feature needs packages that are not installed; the message names the extra to install."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs packages that are not installed: pip install 'tumen[{extra}]'"
        )


class StoreWarning(UserWarning):
    """A store did not answer, so what it served before is used."""


class WithdrawnWarning(UserWarning):
    """The named release was withdrawn; it loads as published, but should not be cited."""
