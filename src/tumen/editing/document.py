"""A file of records taken apart: records, fields, items, each with the comments that go with it.

A comment behind a value goes with that value; one alone on its line goes with what follows, or with the list or record above it
if it is indented deeper than what follows. Between two records it goes with the one that it touches, or else with the next. Before
the first record, what a blank line parts from it is the head of the file; what follows the last, not indented, is its foot.
Comments within a value that comes to stand on one line go above it; comments on the items of a list keep the list an item a line.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING

from tumen.editing import yaml_writer
from tumen.editing.comments import END, Comment, Layout, Position, start
from tumen.errors import TumenError
from tumen.records import yaml_parser
from tumen.records.fields import written_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tumen.schemas import Table


@dataclass(slots=True)
class Line:
    """A line to write, with the comments above and behind it; `ended` is the line on which it ended in the text."""

    text: str
    ended: int
    above: list[str]
    beside: str | None = None


@dataclass(slots=True)
class Field:
    """A field: its line, and where its value is written an item a line, their lines and the comments below the last."""

    name: str
    line: Line
    ended: int
    items: list[Line] = field(default_factory=list)
    below: list[str] = field(default_factory=list)

    def keep(self, comments: list[Comment], column: int) -> list[Comment]:
        """Keep the comments that follow and belong here, deeper than `column` if they are below a list; return the others."""
        comments = _behind(self.items[-1] if self.items else self.line, comments)
        kept = 0
        while (
            self.items
            and kept < len(comments)
            and _goes_with_list(comments[kept], column, self.ended)
        ):
            kept += 1
        self.below += _texts(comments[:kept])
        return comments[kept:]


@dataclass(slots=True)
class Record:
    """A record; an empty line among the comments above it stands for blank lines."""

    node: yaml_parser.Mapping
    above: list[str]
    fields: list[Field] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """A file of records, the text that it was read from and all its comments; an empty line in head and foot is for blank lines."""

    text: str
    comments: tuple[Comment, ...] = ()
    head: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)

    def joined(self, other: Sheet) -> Sheet:
        """Return one sheet of both, read from no one text."""
        comments, head = (*self.comments, *other.comments), [*self.head, *other.head]
        return Sheet("", comments, head, [*self.records, *other.records], [*self.foot, *other.foot])

    def without(self, nodes: list[yaml_parser.Mapping]) -> Sheet:
        """Return a sheet that lacks the records of these nodes, with their own comments; read from no one text.

        A comment that a blank line parts from the record below it is no comment on that record: it stays.
        """
        dropped = [record for record in self.records if any(record.node is node for node in nodes)]
        comments, records, between = list(self.comments), [], list[str]()
        for record in self.records:
            if record not in dropped:
                record.above[:0], between = between, []
                records.append(record)
                continue
            stays, own = _parted(record.above)
            between += [*stays, ""] if stays else []
            gone = Counter([*filter(None, own), *_comments_in(record)])
            comments = [comment for comment in comments if not _counted_off(gone, comment.text)]
        return Sheet("", tuple(comments), self.head, records, [*between, *self.foot])


def _comments_in(record: Record) -> Iterator[str]:
    """Yield the comments within and below a record."""
    for one in record.fields:
        for line in (one.line, *one.items):
            yield from (*line.above, *([line.beside] if line.beside else []))
        yield from one.below
    yield from record.below


def _counted_off(counted: Counter[str], text: str) -> bool:
    """Take one off the count of a text, and return whether there was one."""
    counted[text] -= 1
    return counted[text] >= 0


def read(text: str, tree: yaml_parser.Sequence, model: type[Table]) -> Sheet:
    """Return the parts of a text, given with its tree; raises `TumenError` where that is not a list of maps."""
    layout = Layout(text)
    nodes = [node for node in tree.items if isinstance(node, yaml_parser.Mapping)]
    if len(nodes) < len(tree.items):
        raise TumenError(
            "a record is fields and values, not a value or a list; nothing was changed."
        )
    if not nodes:
        return Sheet(text, layout.comments, _paragraphs(layout.before(END), None))
    head, above = _parted(_paragraphs(layout.before(start(nodes[0])), nodes[0].line))
    sheet = Sheet(text, layout.comments, head)
    for node, following in zip_longest(nodes, nodes[1:]):
        until, line = (start(following), following.line) if following else (END, None)
        record = _record(node, above, layout, model, until)
        above = _paragraphs(
            _keep(record, layout.before(until), layout.end(node)[0], tree.column, line), line
        )
        sheet.records.append(record)
    sheet.foot = above
    return sheet


def _record(
    node: yaml_parser.Mapping, above: list[str], layout: Layout, model: type[Table], until: Position
) -> Record:
    record = Record(node, above)
    keys = list(node.keys.values())
    for key, following in zip_longest(keys, keys[1:]):
        between = layout.before(start(key))
        if record.fields:
            between = record.fields[-1].keep(between, node.column)
        reach = start(following) if following else until
        record.fields.append(
            _field(key, node, _texts(between), layout, reach, model.spec().nested.get(key.text))
        )
    return record


def _field(
    key: yaml_parser.Scalar,
    node: yaml_parser.Mapping,
    above: list[str],
    layout: Layout,
    reach: Position,
    nested: type[Table] | None,
) -> Field:
    value = node.items[key.text]
    ended = layout.end(value)[0]
    inside = layout.before(layout.end(value))
    after = layout.next_before(reach)
    if isinstance(value, yaml_parser.Sequence) and value.items:
        annotated = any(
            comment.line > key.line or comment.start > start(value.items[0]) for comment in inside
        )
        trailed = (
            after is not None
            and layout.is_block(value)
            and _goes_with_list(after, node.column, ended)
        )
        if nested or annotated or trailed:
            return _list(
                key, value, above, inside, layout, tuple(written_columns(nested)) if nested else ()
            )
    return Field(
        key.text, Line(yaml_writer.field(key.text, value), ended, above + _texts(inside)), ended
    )


def _list(
    key: yaml_parser.Scalar,
    value: yaml_parser.Sequence,
    above: list[str],
    inside: list[Comment],
    layout: Layout,
    order: tuple[str, ...],
) -> Field:
    listed = Field(
        key.text,
        Line(f"{yaml_writer.scalar(key.text, flow=False)}:", key.line, above),
        layout.end(value)[0],
    )
    comments = deque(inside)
    for item in value.items:
        between = _behind(
            listed.items[-1] if listed.items else listed.line, _taken(comments, start(item))
        )
        within = _taken(comments, layout.end(item))
        listed.items.append(
            Line(yaml_writer.flow(item, order), layout.end(item)[0], _texts(between + within))
        )
    listed.keep(list(comments), 0)
    return listed


def _taken(comments: deque[Comment], position: Position) -> list[Comment]:
    taken = []
    while comments and comments[0].start < position:
        taken.append(comments.popleft())
    return taken


def _keep(
    record: Record, comments: list[Comment], ended: int, column: int, following: int | None
) -> list[Comment]:
    """Keep the comments that follow a record and belong to it; return the others.

    They belong to it if they are indented deeper than its dash, or touch it and not the record that follows.
    """
    if record.fields:
        comments = record.fields[-1].keep(comments, record.node.column)
    kept = sum(1 for _ in takewhile(lambda comment: comment.column > column, comments))
    if following is not None:
        line = comments[kept - 1].line if kept else ended
        touching = kept
        while touching < len(comments) and comments[touching].line == line + 1:
            line, touching = line + 1, touching + 1
        if (comments[touching].line if touching < len(comments) else following) > line + 1:
            kept = touching
    record.below += _texts(comments[:kept])
    return comments[kept:]


def _paragraphs(comments: list[Comment], following: int | None) -> list[str]:
    """Return the comments, with an empty line for blank lines between them and before the line that follows."""
    lines: list[str] = []
    for number, comment in enumerate(comments, 1):
        after = comments[number].line if number < len(comments) else following
        lines += (
            [comment.text, ""] if after is not None and after > comment.line + 1 else [comment.text]
        )
    return lines


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return what stands before the last empty line, and what stands after it."""
    after = len(lines) - lines[::-1].index("") if "" in lines else 0
    return lines[: max(after - 1, 0)], lines[after:]


def _behind(line: Line, comments: list[Comment]) -> list[Comment]:
    """Put the comment that stands behind a line beside it; return the others."""
    if (
        comments
        and not comments[0].alone
        and comments[0].line == line.ended
        and line.beside is None
    ):
        line.beside = comments[0].text
        return comments[1:]
    return comments


def _goes_with_list(comment: Comment, column: int, ended: int) -> bool:
    """Return whether a comment after a list is indented deeper than the fields, or stands behind the list's last line."""
    return comment.column > column or (not comment.alone and comment.line == ended)


def _texts(comments: list[Comment]) -> list[str]:
    return [comment.text for comment in comments]
