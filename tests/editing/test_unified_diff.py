"""Unified diffs: `patch` makes of the old text the new one, and the work grows with the lines."""

from __future__ import annotations

import difflib
import subprocess
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tumen.editing import formatter
from tumen.editing.formatter import unified_diff

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "\n", "e  e\n"]), max_size=25).map(
    "".join
)


@settings(max_examples=15, deadline=None)
@given(before=LINES, after=LINES, ended=st.booleans())
def test_patch_makes_the_new_text_of_the_old(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str, *, ended: bool
) -> None:
    after = after if ended else after.rstrip("\n")
    file = tmp_path_factory.mktemp("patched") / "file"
    file.write_text(before)
    told = unified_diff(before, after, "file")
    assert (told == "") == (before == after)
    subprocess.run(
        ["patch", "--strip=0"],
        cwd=file.parent,
        input=told,
        text=True,
        check=True,
        capture_output=True,
    )
    assert (file.read_text() if file.exists() else "") == after


def test_the_words_are_those_of_difflib(tmp_path: Path) -> None:
    before = "".join(f"- id: a-{n}\n  name: A\n  kind: person\n\n" for n in range(30))
    after = before.replace("- id: a-3\n  name: A\n", "- id: a-3\n  name: B\n").replace(
        "- id: a-20\n", ""
    )
    path = str(tmp_path)
    expected = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), path, path
    )
    assert unified_diff(before, after, path) == "".join(expected)


def looked_at(monkeypatch: pytest.MonkeyPatch, records: int) -> int:
    """Return through how many lines a search goes where each record has its fields in another order."""
    seen = 0
    sought, anchored = difflib.SequenceMatcher.find_longest_match, formatter._anchors

    def longest(
        self: difflib.SequenceMatcher[str], alo: int, ahi: int, blo: int, bhi: int
    ) -> difflib.Match:
        nonlocal seen
        seen += ahi - alo
        return sought(self, alo, ahi, blo, bhi)

    def anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
        nonlocal seen
        seen += len(old)
        return anchored(old, new)

    monkeypatch.setattr(difflib.SequenceMatcher, "find_longest_match", longest)
    monkeypatch.setattr(formatter, "_anchors", anchors)
    ids = [f"- id: a-{number}\n" for number in range(records)]
    before, after = (
        "".join(f"{one}  {a}\n  {b}\n\n" for one in ids)
        for a, b in (("kind: person", "name: A"), ("name: A", "kind: person"))
    )
    unified_diff(before, after, "x")
    monkeypatch.undo()
    return seen


def test_work_grows_with_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = looked_at(monkeypatch, 100), looked_at(monkeypatch, 400)
    assert few < many <= 5 * few
