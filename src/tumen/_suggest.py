"""The nearest of the valid names: what a message adds when a name is unknown.

A search takes time in proportion to the valid names. So that a dataset full of unknown names does not take the square of that, one
set of spellings is searched for `MOST` different names, and gives no suggestion for more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST: Final = 50

_CUTOFF: Final = 70


class Spellings:
    """Valid names with all their spellings, ready to be searched: `names` maps each spelling to the name to write."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = list(names.values())
        self._folded = [_folded(spelling) for spelling in names]
        self._suggested: dict[str, str] = {}

    def suggestion(self, name: str) -> str:
        """Return `; did you mean 'x'?` for the name whose spelling is nearest, or nothing where none is near."""
        if name not in self._suggested:
            if len(self._suggested) >= MOST:
                return ""
            near = process.extractOne(
                _folded(name), self._folded, scorer=fuzz.WRatio, score_cutoff=_CUTOFF
            )
            self._suggested[name] = f"; did you mean {self._names[near[2]]!r}?" if near else ""
        return self._suggested[name]


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest valid name, or nothing where none is near."""
    return Spellings({choice: choice for choice in valid}).suggestion(name)


def _folded(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ")
