"""The nearest of the valid names: what a message adds when a name is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CUTOFF = 70


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest valid name, or nothing where none is near."""
    return suggestion(name, {choice: choice for choice in valid})


def suggestion(name: str, spellings: Mapping[str, str]) -> str:
    """Return the same for names with many spellings: `spellings` maps each to the name to write."""
    wanted = name.casefold().replace("_", " ").replace("-", " ")
    near = process.extractOne(
        wanted,
        spellings.keys(),
        scorer=fuzz.WRatio,
        processor=lambda text: text.casefold().replace("_", " ").replace("-", " "),
        score_cutoff=_CUTOFF,
    )
    return f"; did you mean {spellings[near[0]]!r}?" if near else ""
