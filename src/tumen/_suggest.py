"""Suggestions for unknown names: the "did you mean" part of a message.

The time of a search is proportional to the number of valid names. A dataset full of unknown names
would take the square of that, so a `Spellings` makes suggestions for only `MOST` different names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST: Final = 50

_CUTOFF: Final = 70


class Spellings:
    """Valid names with all their spellings, prepared for searches.

    Args:
        names: Each spelling, and the valid name that it stands for.

    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = list(names.values())
        self._folded = [_fold(spelling) for spelling in names]
        self._suggested: dict[str, str] = {}

    def suggestion(self, name: str) -> str:
        """Return `; did you mean 'x'?` for the nearest name, or an empty text if none is near."""
        if name not in self._suggested:
            if len(self._suggested) >= MOST:
                return ""
            match = process.extractOne(
                _fold(name), self._folded, scorer=fuzz.WRatio, score_cutoff=_CUTOFF
            )
            self._suggested[name] = f"; did you mean {self._names[match[2]]!r}?" if match else ""
        return self._suggested[name]


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest valid name, or an empty text if none is near.

    To look up several names among the same valid ones, use `Spellings`, which prepares them once.
    """
    return Spellings({choice: choice for choice in valid}).suggestion(name)


def _fold(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ")
