"""Put files of records in canonical form; each file changes whole or not at all.

A file that breaks the dialect, or is not a list of records, is not changed, and its findings are
reported. The others are formatted.

A change is shown as a unified diff, in time that grows with the lines, however many of them differ.
For each stretch that both texts have, difflib searches all lines that are left. Here the texts are
first cut at the lines that each has once, and that are in the same order in both (patience).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from typing import TYPE_CHECKING

from tumen._system import atomic, lock
from tumen.editing import document
from tumen.editing.canonical_form import to_canonical_text
from tumen.errors import TumenError
from tumen.records import parser, reader
from tumen.records.reader import Dataset
from tumen.report import Report
from tumen.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONTEXT_LINES = 3
_NO_NEWLINE = "\\ No newline at end of file\n"


def unified_diff(before: str, after: str, path: str) -> str:
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


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not in canonical form: its content before and after formatting."""

    path: Path
    before: bytes
    after: bytes

    def diff(self) -> str:
        """Return the change as a unified diff.

        Returns:
            Text that `patch` can apply.

        """
        return unified_diff(self.before.decode(), self.after.decode(), str(self.path))


def find_changes(path: Path) -> tuple[list[Change], Report]:
    """Find the files that are not in canonical form.

    Args:
        path: A dataset, the folder of a table, or one file.

    Returns:
        The changes that formatting makes, and a report of what is wrong with the other files.

    Raises:
        TumenError: The path does not exist.

    """
    if not path.exists():
        raise TumenError(f"{path} does not exist; name a folder of records, or a file in it.")
    dataset = Dataset(reader.root_of(path))
    changed = [change for file in _list_files(path, dataset) if (change := _change(file, dataset))]
    return changed, Report(tuple(sorted(dataset.findings)), dataset.records, len(dataset.files))


def format_files(path: Path) -> tuple[list[Change], Report]:
    """Put files in canonical form.

    Args:
        path: A dataset, the folder of a table, or one file.

    Returns:
        The changes, and a report of what is wrong with the files that were not formatted.

    Raises:
        TumenError: The path does not exist, or a file cannot be written.

    """
    if not path.exists():
        return find_changes(path)
    with lock.exclusive_lock(reader.root_of(path)):
        changed, report = find_changes(path)
        for change in changed:
            _write_change(change)
    return changed, report


def _write_change(change: Change) -> None:
    try:
        atomic.replace_unchanged(change.path, change.before, change.after)
    except OSError as error:
        raise TumenError(
            f"{change.path} cannot be written: {error.strerror}; it is left as it is."
        ) from error


def _list_files(path: Path, dataset: Dataset) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in reader.find_files(dataset.root, dataset):
        if file.is_relative_to(path):
            yield file


def _change(path: Path, dataset: Dataset) -> Change | None:
    """Return the change of a file; add what is wrong with it to the dataset."""
    table = reader.find_table(path, dataset)
    before = reader.read_content(path, table, dataset) if table else None
    if table is None or before is None:
        return None
    tree, faults = parser.parse_records(before)
    dataset.add_file(str(path), table, faults)
    if tree is None or faults:
        return None
    dataset.records += len(tree.items)
    model = TABLES[table]
    text = before.decode().replace("\r\n", "\n")
    try:
        after = to_canonical_text(document.read(text, tree, model), model).encode()
    except TumenError as error:
        raise TumenError(f"{path}: {error}") from error
    return None if after == before else Change(path, before, after)
