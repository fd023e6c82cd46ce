"""Variants of a regular expression that match more or less than it does.

They lack an anchor or an alternative, or have another bound, quantifier or class.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOKS_LIKE_ONE: Final = re.compile(r"^\^|\\[bsSdw]|\(\?|\[\^|\|\(|\(.*\||^\[.*\]$")
_BOUNDS: Final = re.compile(r"(?<!x)\{(?P<least>[0-9]+)(?P<most>,[0-9]*)?\}")
_GROUP: Final = re.compile(r"\((?P<kind>\?[a-z:]*|\?P<[a-z]+>)?(?P<inside>[^()]*)\)")
_STEPS: Final = (
    ("+", "*"),
    ("*", "+"),
    (")?", ")"),
    ("s?", "s"),
    ("0-9", "1-9"),
    ("a-z", "a-y"),
    ("[^", "["),
    (r"\S", "."),
    (r"\b", ""),
)
_LISTED: Final = re.compile(r"\s*(?:[A-Z]{2}|[a-z]{2})(?:\s+(?:[A-Z]{2}|[a-z]{2}))+\s*")


def changed_pattern(pattern: str) -> Iterator[str]:
    """Yield patterns that match more or less than this one.

    A list of codes counts as a pattern; any other text has no variants.
    """
    if _LISTED.fullmatch(pattern):
        first = pattern.split(maxsplit=1)[0]
        yield from (pattern.replace(first, "", 1), f"{pattern} {'ZZ' if first.isupper() else 'zz'}")
        return
    if "\n" in pattern or not _LOOKS_LIKE_ONE.search(pattern):
        return
    variants = {
        pattern.removeprefix("^"),
        pattern.removesuffix("$"),
        pattern.removesuffix("$)"),
        *_without_alternatives(pattern),
        *_other_bounds(pattern),
        *_other_steps(pattern),
    }
    yield from sorted(other for other in variants if other != pattern and _compiles(other))


def _without_alternatives(pattern: str) -> Iterator[str]:
    for group in _GROUP.finditer(pattern):
        parts = group["inside"].split("|")
        for number in range(len(parts)) if len(parts) > 1 else ():
            rest = "|".join(parts[:number] + parts[number + 1 :])
            yield f"{pattern[: group.start('inside')]}{rest}{pattern[group.end('inside') :]}"


def _other_bounds(pattern: str) -> Iterator[str]:
    for bounds in _BOUNDS.finditer(pattern):
        least, most = int(bounds["least"]), (bounds["most"] or "").removeprefix(",")
        others = [(least + 1, most), *([(least - 1, most)] if least else [])]
        others += [(least, str(int(most) + 1)), (least, str(int(most) - 1))] if most else []
        for low, high in others:
            comma = "," if bounds["most"] else ""
            yield f"{pattern[: bounds.start()]}{{{low}{comma}{high}}}{pattern[bounds.end() :]}"


def _other_steps(pattern: str) -> Iterator[str]:
    """Yield the pattern with a quantifier or the range of a class changed."""
    for old, new in (
        ("+", "*"),
        ("*", "+"),
        (")?", ")"),
        ("s?", "s"),
        ("0-9", "1-9"),
        ("a-z", "a-y"),
        ("[^", "["),
        (r"\S", "."),
        (r"\b", ""),
    ):
        for match in re.finditer(re.escape(old), pattern):
            yield f"{pattern[: match.start()]}{new}{pattern[match.end() :]}"


def _compiles(pattern: str) -> bool:
    try:
        re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", "x", pattern))
    except re.error:
        return False
    return True
