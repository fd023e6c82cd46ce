"""Suggestions for unknown names: the "did you mean" part of a message.

The time of a search is proportional to the number of valid names. A dataset full of unknown names
would take the square of that, so a `Spellings` makes suggestions for only `MOST` different names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST: Final = 50

_CUTOFF: Final = 70
_MOST_COMPARED: Final = 10


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
            nearest = self.nearest(name, 1)
            self._suggested[name] = f"; did you mean {nearest[0]!r}?" if nearest else ""
        return self._suggested[name]

    def nearest(self, name: str, limit: int) -> tuple[str, ...]:
        """Return the valid names that are near, at most `limit`, the nearest first."""
        # WRatio finds names of which only a part was written. Of those that it finds, the one with
        # the fewest differences is most likely meant. Of equals it is the one that starts the same,
        # then the later one, because releases are listed by date.
        folded = _fold(name)
        found = process.extract(
            folded, self._folded, scorer=fuzz.WRatio, score_cutoff=_CUTOFF, limit=_MOST_COMPARED
        )
        nearest = sorted(
            (
                (fuzz.ratio(folded, spelling), JaroWinkler.similarity(folded, spelling), place)
                for spelling, _, place in found
            ),
            reverse=True,
        )
        return tuple(dict.fromkeys(self._names[place] for *_, place in nearest))[:limit]


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest valid name, or an empty text if none is near.

    To look up several names among the same valid ones, use `Spellings`, which prepares them once.
    """
    return _spellings_of(valid).suggestion(name)


def nearest_names(name: str, valid: Iterable[str], limit: int) -> tuple[str, ...]:
    """Return the valid names that are near to a name, at most `limit`, the nearest first."""
    return _spellings_of(valid).nearest(name, limit)


def _spellings_of(valid: Iterable[str]) -> Spellings:
    return Spellings({choice: choice for choice in valid})


def _fold(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ")
