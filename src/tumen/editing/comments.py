"""The comments of a text, and where its values end: what the YAML tree lacks and a writer needs.

A comment is everything after a `#` outside all scalars, up to the end of its line. Lines and
columns count from 1, as in the tree.
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

    from tumen.records.yaml_parser import Position

END: Position = (10**9, 0)
"""A position after the end of any text."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its `#` on; `alone` says that nothing else is on its line."""

    line: int
    column: int
    text: str
    alone: bool

    @property
    def start(self) -> Position:
        """Return where it starts."""
        return self.line, self.column


class Layout:
    """The comments of a text in order, and where its values end.

    Comments are taken from front to back: each is handed out once.
    """

    def __init__(self, text: str) -> None:
        """Read a text that is valid in the dialect."""
        self._scalar_ends: dict[Position, Position] = {}
        self._flow_ends: dict[Position, Position] = {}
        block_scalars: set[Position] = set()
        opened: list[yaml.CollectionStartEvent] = []
        for event in yaml.parse(text, Loader=yaml_parser.PARSER):
            if isinstance(event, yaml.ScalarEvent):
                self._scalar_ends[_position(event.start_mark)] = _position(event.end_mark)
                if event.style in ("|", ">"):
                    block_scalars.add(_position(event.start_mark))
            elif isinstance(event, yaml.CollectionStartEvent):
                opened.append(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                first = opened.pop()
                if first.flow_style:
                    self._flow_ends[_position(first.start_mark)] = _position(event.end_mark)
        self.comments = tuple(_find_comments(text, self._scalar_ends, block_scalars))
        self._taken = 0

    def end(self, node: yaml_parser.Node) -> Position:
        """Return where a node ends.

        A list or map without brackets ends with the last value in it. PyYAML gives the start of
        what follows instead, beyond the comments between.
        """
        if isinstance(node, yaml_parser.Scalar):
            return self._scalar_ends[start(node)]
        if not self.is_block(node):
            return self._flow_ends[start(node)]
        if isinstance(node, yaml_parser.Sequence):
            return self.end(node.items[-1])
        return self.end(next(reversed(node.items.values())))

    def is_block(self, node: yaml_parser.Node) -> bool:
        """Return whether a list or map is written without brackets or braces."""
        return start(node) not in self._flow_ends

    def next_before(self, position: Position) -> Comment | None:
        """Return the next comment that was not taken yet, if it starts before a position."""
        upcoming = self.comments[self._taken : self._taken + 1]
        return upcoming[0] if upcoming and upcoming[0].start < position else None

    def take_before(self, position: Position) -> list[Comment]:
        """Take the comments that start before a position and were not taken yet."""
        first = self._taken
        while self.next_before(position):
            self._taken += 1
        return list(self.comments[first : self._taken])


def start(node: yaml_parser.Node) -> Position:
    """Return where a node starts."""
    return node.line, node.column


def _position(mark: Any) -> Position:
    return mark.line + 1, mark.column + 1


def _find_comments(
    text: str, scalar_ends: dict[Position, Position], block_scalars: set[Position]
) -> Iterator[Comment]:
    """Yield the comments of a text: a `#` between two scalars always starts one."""
    line_starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]

    def offset(position: Position) -> int:
        line, column = position
        return line_starts[line - 1] + column - 1

    after = 0
    for first, last in scalar_ends.items():
        # A block scalar starts with | or >, and a comment may follow that on the same line. Its
        # text begins on the next line.
        line, _ = first
        until = offset((line + 1, 1) if first in block_scalars else first)
        yield from _comments_between(text, line_starts, after, until)
        after = offset(last)
    yield from _comments_between(text, line_starts, after, len(text))


def _comments_between(
    text: str, line_starts: list[int], after: int, until: int
) -> Iterator[Comment]:
    while (at := text.find("#", after, until)) >= 0:
        line = bisect_right(line_starts, at)
        before = text[line_starts[line - 1] : at]
        after = text.find("\n", at)
        after = len(text) if after < 0 else after
        yield Comment(line, len(before) + 1, text[at:after].rstrip(), not before.strip())
