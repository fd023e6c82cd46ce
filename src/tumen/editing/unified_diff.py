"""A unified diff of two texts, in time that grows with their lines, however many of them differ.

For each stretch that both texts have, difflib searches all lines that are left. Here the texts are
first cut at the lines that each has once and that are in the same order in both, again and again
(patience diff, after Bram Cohen). difflib compares what is between.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from difflib import Match, SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTEXT_LINES = 3
_NO_NEWLINE = "\\ No newline at end of file\n"


def compare(before: str, after: str, path: str) -> str:
    """Return a unified diff of two texts of a file; an empty text where they are the same."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    groups = _AnchoredMatcher(old, new).get_grouped_opcodes(_CONTEXT_LINES)
    lines = [line for group in groups for line in _hunk(old, new, group)]
    ended = [line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines]
    return "".join([f"--- {path}\n+++ {path}\n", *ended]) if ended else ""


def _hunk(
    old: list[str], new: list[str], group: list[tuple[str, int, int, int, int]]
) -> Iterator[str]:
    (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = group[0], group[-1]
    yield f"@@ -{_span(old_start, old_end)} +{_span(new_start, new_end)} @@\n"
    for tag, start, end, other_start, other_end in group:
        if tag == "equal":
            yield from (f" {line}" for line in old[start:end])
        else:
            yield from (f"-{line}" for line in old[start:end])
            yield from (f"+{line}" for line in new[other_start:other_end])


def _span(start: int, end: int) -> str:
    """Return first line and length as `patch` reads them: an empty span names the line before."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + (length > 0)},{length}"


class _AnchoredMatcher(SequenceMatcher[str]):
    """A matcher that cuts the texts at anchors before it compares them."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__(None, old, new)
        self.old, self.new = old, new

    def get_matching_blocks(self) -> list[Match]:
        """Return the stretches that both texts have, in order, and an empty one at the end."""
        blocks: list[tuple[int, int, int]] = []
        stretches = [(0, len(self.old), 0, len(self.new))]
        while stretches:
            i, i_end, j, j_end = stretches.pop()
            if i == i_end or j == j_end:
                continue
            old, new = self.old[i:i_end], self.new[j:j_end]
            anchors = [(i + x, j + y) for x, y in _anchors(old, new)]
            if not anchors:
                matches = SequenceMatcher(None, old, new).get_matching_blocks()
                blocks += [(i + x, j + y, n) for x, y, n in matches if n]
                continue
            blocks += [(x, y, 1) for x, y in anchors]
            # Between two anchors, lines may be unique that are not in the whole: look again there.
            for x, y in [*anchors, (i_end, j_end)]:
                stretches.append((i, x, j, y))
                i, j = x + 1, y + 1
        return [*_join_adjacent(sorted(blocks)), Match(len(self.old), len(self.new), 0)]


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return the positions of the lines at which the texts are cut.

    They are the longest series of lines that each text has once and that are in the same order in
    both.
    """
    old_counts, new_counts = Counter(old), Counter(new)
    places = {
        line: place for place, line in enumerate(new) if new_counts[line] == old_counts[line] == 1
    }
    # Lines that both have once, in the order of the old text. What is sought is the longest
    # increasing subsequence of their places in the new text, found by patience sorting.
    pairs = [(place, places[line]) for place, line in enumerate(old) if line in places]
    # Of the increasing series of each length found so far: the smallest last place, and the number
    # of its pair.
    last_places: list[int] = []
    last_pairs: list[int] = []
    # The pair before each pair in its series; -1 where it is the first.
    previous: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(last_places, place)
        previous.append(last_pairs[length - 1] if length else -1)
        last_places[length : length + 1] = [place]
        last_pairs[length : length + 1] = [number]
    series, number = [], last_pairs[-1] if last_pairs else -1
    while number >= 0:
        series.append(pairs[number])
        number = previous[number]
    return series[::-1]


def _join_adjacent(blocks: list[tuple[int, int, int]]) -> Iterator[Match]:
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
