"""The comments of a file and where its parts end: what the tree of the dialect leaves out, and a writer must keep.

A comment is whatever stands behind a `#` outside all scalars, up to the end of its line. Lines and columns count from 1, as in the
tree.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from tumen.records import yaml_parser

if TYPE_CHECKING:
    from collections.abc import Iterator

Position = tuple[int, int]
END: Position = (10**9, 0)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its `#` on; `alone` tells that nothing stands before it on its line."""

    line: int
    column: int
    text: str
    alone: bool

    @property
    def start(self) -> Position:
        """Return where it starts."""
        return self.line, self.column


class Layout:
    """The comments of a text in order, which of them have been taken, and where the parts of the text end."""

    def __init__(self, text: str) -> None:
        """Read a text that the dialect accepts."""
        self._scalars: dict[Position, Position] = {}
        self._flows: dict[Position, Position] = {}
        headed: set[Position] = set()
        opened: list[yaml.CollectionStartEvent] = []
        for event in yaml.parse(text, Loader=yaml_parser.PARSER):
            if isinstance(event, yaml.ScalarEvent):
                self._scalars[_position(event.start_mark)] = _position(event.end_mark)
                if event.style in ("|", ">"):
                    headed.add(_position(event.start_mark))
            elif isinstance(event, yaml.CollectionStartEvent):
                opened.append(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                first = opened.pop()
                if first.flow_style:
                    self._flows[_position(first.start_mark)] = _position(event.end_mark)
        self.comments = tuple(_comments(text, self._scalars, headed))
        self._taken = 0

    def end(self, node: yaml_parser.Node) -> Position:
        """Return where a node ends: a block with the last thing in it, not where YAML sees the next one begin."""
        if isinstance(node, yaml_parser.Scalar):
            return self._scalars[start(node)]
        if not self.is_block(node):
            return self._flows[start(node)]
        return self.end(
            node.items[-1]
            if isinstance(node, yaml_parser.Sequence)
            else next(reversed(node.items.values()))
        )

    def is_block(self, node: yaml_parser.Node) -> bool:
        """Return whether a list or map is written without brackets or braces."""
        return start(node) not in self._flows

    def next_before(self, position: Position) -> Comment | None:
        """Return the next comment that has not been taken yet, if it starts before a position."""
        upcoming = self.comments[self._taken : self._taken + 1]
        return upcoming[0] if upcoming and upcoming[0].start < position else None

    def before(self, position: Position) -> list[Comment]:
        """Take the comments that start before a position and have not been taken yet."""
        first = self._taken
        while self.next_before(position):
            self._taken += 1
        return list(self.comments[first : self._taken])


def start(node: yaml_parser.Node) -> Position:
    """Return where a node starts."""
    return node.line, node.column


def _position(mark: Any) -> Position:
    return mark.line + 1, mark.column + 1


def _comments(
    text: str, scalars: dict[Position, Position], headed: set[Position]
) -> Iterator[Comment]:
    """Yield the comments between the scalars; a scalar of `headed` starts with | or >, and a comment may stand behind that."""
    lines = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]

    def offset(position: Position) -> int:
        return lines[position[0] - 1] + position[1] - 1

    after = 0
    for first, last in scalars.items():
        yield from _between(
            text, lines, after, offset((first[0] + 1, 1) if first in headed else first)
        )
        after = offset(last)
    yield from _between(text, lines, after, len(text))


def _between(text: str, lines: list[int], after: int, until: int) -> Iterator[Comment]:
    while (at := text.find("#", after, until)) >= 0:
        line = bisect_right(lines, at)
        before = text[lines[line - 1] : at]
        after = text.find("\n", at)
        after = len(text) if after < 0 else after
        yield Comment(line, len(before) + 1, text[at:after].rstrip(), not before.strip())
