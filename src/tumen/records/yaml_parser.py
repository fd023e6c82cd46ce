"""The strict dialect of YAML: text to a tree in which every value is text and knows its line and column.

Refused, each with its place: anchors, aliases, tags, merge keys, duplicate keys, more than one document, anything but UTF-8, and
tabs, on which parsers differ.
The tree is built from PyYAML's events (libyaml where present), because only they still tell of anchors and tags.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import yaml

from tumen._text import brief
from tumen.schemas.characters import STRAY, named

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        return None, [
            *faults,
            Fault("E003", line, column, f"not YAML: {error.problem or error.context}"),
        ]
    except (
        yaml.YAMLError,
        ValueError,
        OverflowError,
    ) as error:  # the parser in Python raises these for \U00110000
        return None, [*faults, Fault("E003", 1, 1, f"not YAML: {error}")]


def _decode(content: bytes) -> tuple[str, list[Fault]]:
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "", [Fault("E002", 1, 1, "the file starts with a byte order mark")]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        *above, before = content[: error.start].decode("utf-8").split("\n")
        return "", [
            Fault(
                "E002",
                len(above) + 1,
                len(before) + 1,
                f"byte 0x{content[error.start]:02x} is not UTF-8",
            )
        ]
    text = text.replace("\r\n", "\n")
    if not _NOT_PLAIN.search(text):
        return text, []
    found = (
        _stray(number, match)
        for number, line in enumerate(text.split("\n"), 1)
        for match in _NOT_PLAIN.finditer(line)
    )
    faults = [*islice(found, MAX_STRAY)]
    if more := sum(1 for _ in found):
        faults.append(
            Fault(
                faults[-1].code,
                faults[-1].line,
                faults[-1].column,
                f"{more:,} more such characters follow",
            )
        )
    return text, faults


def _stray(line: int, match: re.Match[str]) -> Fault:
    if match[0] == "\t":
        return Fault(
            "E003",
            line,
            match.start() + 1,
            r"a tab, which not every parser takes; write spaces, or \t within double quotes",
        )
    return Fault("E002", line, match.start() + 1, named(match))


def _place(mark: Any) -> tuple[int, int]:
    """Return line and column, counted from 1; libyaml leaves the mark out where the text as a whole is at fault."""
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _compose(events: Iterator[yaml.Event], faults: list[Fault]) -> Node | None:
    root: Node | None = None
    above: list[tuple[Sequence | Mapping | None, Scalar | None]] = []
    parent: Sequence | Mapping | None = None
    key: Scalar | None = None
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            node = _node(event, faults)
            if parent is None:
                root = node
            else:
                key = _attach(parent, key, node, faults)
            if not isinstance(node, Scalar):
                if len(above) >= MAX_DEPTH:
                    faults.append(
                        Fault("E008", node.line, node.column, "nested deeper than any record is")
                    )
                    return root
                above.append((parent, key))
                parent, key = node, None
        elif isinstance(event, yaml.CollectionEndEvent):
            parent, key = above.pop()
        elif isinstance(event, yaml.DocumentStartEvent) and root is not None:
            faults.append(Fault("E004", *_place(event.start_mark), "a second document starts here"))
            return root
    return root


def _node(event: yaml.NodeEvent, faults: list[Fault]) -> Node:
    line, column = _place(event.start_mark)
    if event.anchor or getattr(event, "tag", None):
        faults.extend(_refused(event, line, column))
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(line, column, event.value)
    if isinstance(event, yaml.MappingStartEvent):
        return Mapping(line, column)
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(line, column)
    return Scalar(line, column, "")


def _refused(event: yaml.NodeEvent, line: int, column: int) -> Iterator[Fault]:
    if isinstance(event, yaml.AliasEvent):
        yield Fault("E005", line, column, f"alias '*{brief(event.anchor or '')}'")
    elif event.anchor:
        yield Fault("E005", line, column, f"anchor '&{brief(event.anchor)}'")
    tag = getattr(event, "tag", None)
    if tag:
        yield Fault("E005", line, column, f"tag {brief(tag)!r}")


def _attach(
    parent: Sequence | Mapping, key: Scalar | None, node: Node, faults: list[Fault]
) -> Scalar | None:
    """Put a node into its list or map; what is returned is the name of a field whose value comes next."""
    if isinstance(parent, Sequence):
        parent.items.append(node)
    elif key is None:
        return _name(node, faults)
    elif key.text in parent.items:
        first = parent.keys[key.text].line
        faults.append(
            Fault(
                "E006",
                key.line,
                key.column,
                f"field {brief(key.text)!r} stands here and on line {first}",
            )
        )
    else:
        parent.items[key.text] = node
        parent.keys[key.text] = key
    return None


def _name(node: Node, faults: list[Fault]) -> Scalar:
    if not isinstance(node, Scalar):
        faults.append(
            Fault(
                "E008",
                node.line,
                node.column,
                "a list or map stands where the name of a field belongs",
            )
        )
        return Scalar(node.line, node.column, "")
    if node.text == "<<":
        faults.append(Fault("E005", node.line, node.column, "merge key '<<'"))
    return node
