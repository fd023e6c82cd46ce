"""The strict dialect of YAML: text to a tree in which every value is text and knows its line and column.

Refused, each with its place: anchors, aliases, tags, merge keys, duplicate keys, more than one document, anything but UTF-8.
The tree is built from PyYAML's events (libyaml where present), because only they still tell of anchors and tags.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 6
PARSER = getattr(yaml, "CLoader", yaml.Loader)
STRAY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


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
    """Fields by name, in the order written, each with the place of its key."""

    line: int
    column: int
    items: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Fault:
    """A breach of the dialect: the code of the rule, the place in the text, and what is wrong there."""

    code: str
    line: int
    column: int
    message: str


def parse(content: bytes) -> tuple[Node | None, list[Fault]]:
    """Return the tree of a file, or None where it cannot be had, with every breach of the dialect."""
    text, faults = _decode(content)
    if faults:
        return None, faults
    try:
        return _compose(yaml.parse(text, Loader=PARSER), faults), faults
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = _place(mark)
        return None, [*faults, Fault("E003", line, column, f"not YAML: {error.problem or error.context}")]
    except yaml.YAMLError as error:
        return None, [*faults, Fault("E003", 1, 1, f"not YAML: {error}")]


def _decode(content: bytes) -> tuple[str, list[Fault]]:
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "", [Fault("E002", 1, 1, "the file starts with a byte order mark")]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        return "", [Fault("E002", line, column, f"byte 0x{content[error.start]:02x} is not UTF-8")]
    text = text.replace("\r\n", "\n")
    return text, [
        Fault("E002", number, match.start() + 1, f"invisible or control character U+{ord(match.group()):04X}")
        for number, line in enumerate(text.split("\n"), 1)
        for match in STRAY.finditer(line)
    ]


def _place(mark: Any) -> tuple[int, int]:
    """Return line and column, counted from 1; libyaml leaves the mark out where the text as a whole is at fault."""
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _compose(events: Iterator[yaml.Event], faults: list[Fault]) -> Node | None:
    root: Node | None = None
    stack: list[tuple[Sequence | Mapping, Scalar | None]] = []
    documents = 0
    for event in events:
        line, column = _place(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents == 2:  # noqa: PLR2004
                faults.append(Fault("E004", line, column, "a second document starts here"))
                return root
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            faults.extend(_refused(event, line, column))
            node = _node(event, line, column)
            if stack:
                _attach(stack, node, faults)
            else:
                root = node
            if not isinstance(node, Scalar):
                if len(stack) >= MAX_DEPTH:
                    faults.append(Fault("E008", line, column, "nested deeper than any record is"))
                    return root
                stack.append((node, None))
    return root


def _node(event: yaml.NodeEvent, line: int, column: int) -> Node:
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(line, column)
    if isinstance(event, yaml.MappingStartEvent):
        return Mapping(line, column)
    return Scalar(line, column, event.value if isinstance(event, yaml.ScalarEvent) else "")


def _refused(event: yaml.NodeEvent, line: int, column: int) -> Iterator[Fault]:
    if isinstance(event, yaml.AliasEvent):
        yield Fault("E005", line, column, f"alias '*{event.anchor}'")
    elif event.anchor:
        yield Fault("E005", line, column, f"anchor '&{event.anchor}'")
    tag = getattr(event, "tag", None)
    if tag:
        yield Fault("E005", line, column, f"tag {tag!r}")


def _attach(stack: list[tuple[Sequence | Mapping, Scalar | None]], node: Node, faults: list[Fault]) -> None:
    parent, key = stack[-1]
    if isinstance(parent, Sequence):
        parent.items.append(node)
    elif key is None:
        if not isinstance(node, Scalar):
            faults.append(Fault("E008", node.line, node.column, "a list or map stands where the name of a field belongs"))
            node = Scalar(node.line, node.column, "")
        elif node.text == "<<":
            faults.append(Fault("E005", node.line, node.column, "merge key '<<'"))
        stack[-1] = (parent, node)
    else:
        if key.text in parent.items:
            first = parent.keys[key.text].line
            faults.append(Fault("E006", key.line, key.column, f"field {key.text!r} stands here and on line {first}"))
        else:
            parent.items[key.text] = node
            parent.keys[key.text] = key
        stack[-1] = (parent, None)
