"""What differs between two texts, as `patch` reads it, in time that grows with their lines however many of them differ.

difflib looks through all lines that are left for each stretch that both texts have. Here they are first cut at the lines that each
has once and both have in one order, again and again (patience diff, after Bram Cohen); difflib compares what lies between.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from difflib import Match, SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_AROUND = 3
_UNENDED = "\\ No newline at end of file\n"


def patch(before: str, after: str, path: str) -> str:
    """Return a unified diff of two texts of one file; nothing where they are the same."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    lines = [
        line
        for group in _Anchored(old, new).get_grouped_opcodes(_AROUND)
        for line in _hunk(old, new, group)
    ]
    ended = [line if line.endswith("\n") else f"{line}\n{_UNENDED}" for line in lines]
    return "".join([f"--- {path}\n+++ {path}\n", *ended]) if ended else ""


def _hunk(
    old: list[str], new: list[str], group: list[tuple[str, int, int, int, int]]
) -> Iterator[str]:
    (_, a, _, c, _), (_, _, b, _, d) = group[0], group[-1]
    yield f"@@ -{_span(a, b)} +{_span(c, d)} @@\n"
    for tag, start, end, other, last in group:
        if tag == "equal":
            yield from (f" {line}" for line in old[start:end])
        else:
            yield from (f"-{line}" for line in old[start:end])
            yield from (f"+{line}" for line in new[other:last])


def _span(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + (length > 0)},{length}"


class _Anchored(SequenceMatcher[str]):
    """A matcher that looks for anchors first."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__(None, old, new)
        self.old, self.new = old, new

    def get_matching_blocks(self) -> list[Match]:
        """Return the stretches that both have, in order, and an empty one at the end."""
        blocks: list[tuple[int, int, int]] = []
        left = [(0, len(self.old), 0, len(self.new))]
        while left:
            i, i_end, j, j_end = left.pop()
            if i == i_end or j == j_end:
                continue
            old, new = self.old[i:i_end], self.new[j:j_end]
            anchors = [(i + x, j + y) for x, y in _anchors(old, new)]
            if not anchors:
                blocks += [
                    (i + x, j + y, n)
                    for x, y, n in SequenceMatcher(None, old, new).get_matching_blocks()
                    if n
                ]
            blocks += [(x, y, 1) for x, y in anchors]
            for x, y in [*anchors, (i_end, j_end)] if anchors else []:
                left.append((i, x, j, y))
                i, j = x + 1, y + 1
        return [*_joined(sorted(blocks)), Match(len(self.old), len(self.new), 0)]


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return where both have a line that each has once: the longest run of them that rises in both."""
    times, others = Counter(old), Counter(new)
    places = {line: place for place, line in enumerate(new) if others[line] == times[line] == 1}
    pairs = [(place, places[line]) for place, line in enumerate(old) if line in places]
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        pile = bisect_left(ends, other)
        before.append(tops[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [other]
        tops[pile : pile + 1] = [number]
    found, number = [], tops[-1] if tops else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _joined(blocks: list[tuple[int, int, int]]) -> Iterator[Match]:
    """Yield the blocks, those that touch as one."""
    i = j = size = 0
    for x, y, n in blocks:
        if (i + size, j + size) == (x, y):
            size += n
        else:
            if size:
                yield Match(i, j, size)
            i, j, size = x, y, n
    if size:
        yield Match(i, j, size)
