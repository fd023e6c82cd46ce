"""Parse the strict dialect of YAML into a tree of texts, each with its line and column.

The parser reports these with their place: anchors, aliases, tags, merge keys, duplicate keys, a
second document, anything but UTF-8, and tabs, on which YAML parsers differ. It builds the tree from
PyYAML's events (libyaml where present), because later stages of PyYAML no longer show anchors and
tags.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import yaml

from tumen._text import shorten
from tumen.schemas.characters import STRAY, describe_stray

if TYPE_CHECKING:
    from collections.abc import Iterator

Position = tuple[int, int]
"""Line and column, both counted from 1."""

MAX_DEPTH = 6
MAX_STRAY = 1000
PARSER = getattr(yaml, "CLoader", yaml.Loader)
_NOT_PLAIN = re.compile(f"{STRAY.pattern}|\t")


@dataclass(slots=True)
class Scalar:
    """A value as text."""

    line: int
    column: int
    text: str


@dataclass(slots=True)
class Sequence:
    """A list of nodes."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Fields by name, in the order written, and the key of each with its place."""

    line: int
    column: int
    items: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a file breaks: its code, the place in the text, and what is wrong there."""

    code: str
    line: int
    column: int
    message: str


def parse(content: bytes) -> tuple[Node | None, list[Fault]]:
    """Parse the content of a file.

    Args:
        content: The bytes of the file.

    Returns:
        The tree, and everything that breaks the dialect. The tree is None where the file is empty
        or cannot be parsed.

    """
    text, faults = _decode(content)
    if faults:
        return None, faults
    try:
        return _compose(yaml.parse(text, Loader=PARSER), faults), faults
    except yaml.MarkedYAMLError as error:
        line, column = _position(error.problem_mark or error.context_mark)
        message = f"not YAML: {error.problem or error.context}"
        return None, [*faults, Fault("E003", line, column, message)]
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # PyYAML's parser in Python raises ValueError and OverflowError for \U00110000.
        return None, [*faults, Fault("E003", 1, 1, f"not YAML: {error}")]


def _decode(content: bytes) -> tuple[str, list[Fault]]:
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "", [Fault("E002", 1, 1, "the file starts with a byte order mark")]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        # All bytes before the bad one are valid, so that decoding them gives its line and column.
        *lines_above, start_of_line = content[: error.start].decode("utf-8").split("\n")
        message = f"byte 0x{content[error.start]:02x} is not UTF-8"
        return "", [Fault("E002", len(lines_above) + 1, len(start_of_line) + 1, message)]
    text = text.replace("\r\n", "\n")
    # Most files have no such character: one search of the whole text is faster than one per line.
    if not _NOT_PLAIN.search(text):
        return text, []
    characters = (
        _character_fault(number, match)
        for number, line in enumerate(text.split("\n"), 1)
        for match in _NOT_PLAIN.finditer(line)
    )
    faults = [*islice(characters, MAX_STRAY)]
    # A file may have millions of them: the rest is only counted.
    if more := sum(1 for _ in characters):
        last = faults[-1]
        message = f"{more:,} more such characters follow"
        faults.append(Fault(last.code, last.line, last.column, message))
    return text, faults


def _character_fault(line: int, match: re.Match[str]) -> Fault:
    column = match.start() + 1
    if match[0] == "\t":
        message = (
            r"a tab, which not every YAML parser accepts; write spaces, or \t in double quotes"
        )
        return Fault("E003", line, column, message)
    return Fault("E002", line, column, describe_stray(match))


def _position(mark: Any) -> Position:
    """Return line and column of a mark; libyaml gives none where the whole text is at fault."""
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _compose(events: Iterator[yaml.Event], faults: list[Fault]) -> Node | None:
    """Build the tree from the events of the parser.

    The events come in one flat series, in which a list or map has an event where it starts and one
    where it ends. A stack remembers the lists and maps that are still open.
    """
    root: Node | None = None
    # `parent` is the innermost open list or map. `key` is the field of it whose value comes next;
    # it is None in a list, and in a map whose next scalar is the name of a field.
    parent: Sequence | Mapping | None = None
    key: Scalar | None = None
    # The state to return to when `parent` closes, one entry for each open list or map.
    outer: list[tuple[Sequence | Mapping | None, Scalar | None]] = []
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            node = _make_node(event, faults)
            if parent is None:
                root = node
            else:
                key = _attach(parent, key, node, faults)
            if not isinstance(node, Scalar):
                # No record is that deep. Stopping here bounds the depth of the tree for the
                # functions that walk it by calling themselves. What was read so far is returned.
                if len(outer) >= MAX_DEPTH:
                    message = f"nested more than {MAX_DEPTH} levels deep"
                    faults.append(Fault("E008", node.line, node.column, message))
                    return root
                # `key` goes on the stack too: where a list or map is written in place of a field
                # name, it is the empty name that `_field_name` made, and its value comes after.
                outer.append((parent, key))
                parent, key = node, None
        elif isinstance(event, yaml.CollectionEndEvent):
            parent, key = outer.pop()
        elif isinstance(event, yaml.DocumentStartEvent) and root is not None:
            # The first document also has a start event, but no root yet. A second is not read.
            line, column = _position(event.start_mark)
            faults.append(Fault("E004", line, column, "a second document starts here"))
            return root
    return root


def _make_node(event: yaml.NodeEvent, faults: list[Fault]) -> Node:
    """Return the node that an event starts; anchors and tags are reported and left out."""
    line, column = _position(event.start_mark)
    if event.anchor or getattr(event, "tag", None):
        faults.extend(_anchor_and_tag_faults(event, line, column))
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(line, column, event.value)
    if isinstance(event, yaml.MappingStartEvent):
        return Mapping(line, column)
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(line, column)
    # An alias, which is reported above: an empty text takes its place in the tree.
    return Scalar(line, column, "")


def _anchor_and_tag_faults(event: yaml.NodeEvent, line: int, column: int) -> Iterator[Fault]:
    # An alias event carries the name of the anchor that it refers to.
    if isinstance(event, yaml.AliasEvent):
        yield Fault("E005", line, column, f"alias '*{shorten(event.anchor or '')}'")
    elif event.anchor:
        yield Fault("E005", line, column, f"anchor '&{shorten(event.anchor)}'")
    tag = getattr(event, "tag", None)
    if tag:
        yield Fault("E005", line, column, f"tag {shorten(tag)!r}")


def _attach(
    parent: Sequence | Mapping, key: Scalar | None, node: Node, faults: list[Fault]
) -> Scalar | None:
    """Add a node to its list or map; return the name of a field whose value comes next."""
    if isinstance(parent, Sequence):
        parent.items.append(node)
    elif key is None:
        return _field_name(node, faults)
    elif key.text in parent.items:
        # The first value counts. Most YAML parsers silently take the last one.
        first = parent.keys[key.text].line
        message = f"field {shorten(key.text)!r} is already on line {first}"
        faults.append(Fault("E006", key.line, key.column, message))
    else:
        parent.items[key.text] = node
        parent.keys[key.text] = key
    return None


def _field_name(node: Node, faults: list[Fault]) -> Scalar:
    if not isinstance(node, Scalar):
        message = "a list or map where the name of a field is expected"
        faults.append(Fault("E008", node.line, node.column, message))
        return Scalar(node.line, node.column, "")
    if node.text == "<<":
        faults.append(Fault("E005", node.line, node.column, "merge key '<<'"))
    return node
