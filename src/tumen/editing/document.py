"""A file of records in parts: records, fields and items, each with its comments.

Where a comment belongs:

- A comment behind a value belongs to that value.
- One alone on its line belongs to what follows; if it is indented deeper than that, to the list or
  record above it.
- Between two records it belongs to the record that it touches, or else to the next one.
- Before the first record, the comments above the last blank line are the head of the file. After
  the last record, those that are not indented are its foot.
- Comments within a value that is now written on one line go above it. A list with comments on its
  items keeps an item per line.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING

from tumen.editing import yaml_writer
from tumen.editing.comments import END, Comment, Layout, start
from tumen.errors import TumenError
from tumen.records import yaml_parser
from tumen.records.fields import written_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tumen.records.yaml_parser import Position
    from tumen.schemas import Table


@dataclass(slots=True)
class Line:
    """A line to write, and the comments above and behind it.

    `end_line` is the line of the text on which its content ended.
    """

    text: str
    end_line: int
    above: list[str]
    behind: str | None = None


@dataclass(slots=True)
class Field:
    """A field: its line, and where its value has an item per line, those lines.

    `end_line` is the line of the text on which the value ended. `below` are the comments after the
    last item.
    """

    name: str
    line: Line
    end_line: int
    items: list[Line] = field(default_factory=list)
    below: list[str] = field(default_factory=list)

    def attach(self, comments: list[Comment], column: int) -> list[Comment]:
        """Attach the comments that follow the field and belong to it; return the others.

        A comment below a list belongs to it if it is indented deeper than `column`.
        """
        comments = _attach_behind(self.items[-1] if self.items else self.line, comments)
        own: list[Comment] = []
        if self.items:
            own = [*takewhile(lambda item: _is_in_list(item, column, self.end_line), comments)]
        self.below += _texts(own)
        return comments[len(own) :]


@dataclass(slots=True)
class Record:
    """A record; an empty line among the comments above it is for blank lines."""

    node: yaml_parser.Mapping
    above: list[str]
    fields: list[Field] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """A file of records, the text that it was read from, and all its comments.

    An empty line in the head and the foot is for blank lines.
    """

    text: str
    comments: tuple[Comment, ...] = ()
    head: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)

    def join(self, other: Document) -> Document:
        """Return a document with the records of both, which was not read from a text."""
        comments, head = (*self.comments, *other.comments), [*self.head, *other.head]
        records, foot = [*self.records, *other.records], [*self.foot, *other.foot]
        return Document("", comments, head, records, foot)

    def without(self, nodes: list[yaml_parser.Mapping]) -> Document:
        """Return a document without the records of these nodes, which was not read from a text.

        The comments of the records go with them. A comment that a blank line separates from the
        record below it is not a comment on that record: it stays, above the record that follows.
        """
        dropped = [record for record in self.records if any(record.node is node for node in nodes)]
        comments, records, staying = list(self.comments), [], list[str]()
        for record in self.records:
            if record not in dropped:
                record.above[:0], staying = staying, []
                records.append(record)
                continue
            separate, own = _split_at_last_blank(record.above)
            staying += [*separate, ""] if separate else []
            # `comments` is what the text must still have when it is written. The same comment may
            # be in the file more often: only as many are dropped as the record has.
            gone = Counter([*filter(None, own), *_comments_in(record)])
            comments = [comment for comment in comments if not _count_off(gone, comment.text)]
        return Document("", tuple(comments), self.head, records, [*staying, *self.foot])


def _comments_in(record: Record) -> Iterator[str]:
    """Yield the comments within and below a record."""
    for record_field in record.fields:
        for line in (record_field.line, *record_field.items):
            yield from line.above
            if line.behind:
                yield line.behind
        yield from record_field.below
    yield from record.below


def _count_off(counts: Counter[str], text: str) -> bool:
    """Subtract one from the count of a text, and return whether there was one."""
    counts[text] -= 1
    return counts[text] >= 0


def read(text: str, tree: yaml_parser.Sequence, model: type[Table]) -> Document:
    """Take a file of records apart.

    Args:
        text: The text of the file, which is valid in the dialect.
        tree: The tree of the text.
        model: The model of its table.

    Returns:
        The parts, which together have every comment of the text.

    Raises:
        TumenError: An item of the list is not a map.

    """
    layout = Layout(text)
    nodes = [node for node in tree.items if isinstance(node, yaml_parser.Mapping)]
    if len(nodes) < len(tree.items):
        raise TumenError(
            "a record is fields and values, not a value or a list; nothing was changed."
        )
    if not nodes:
        return Document(text, layout.comments, _with_blanks(layout.take_before(END), None))
    # Comments are taken from front to back. Each step below takes those up to the start of the next
    # part, attaches what belongs to the part before, and leaves the rest to the part that follows.
    before_first = layout.take_before(start(nodes[0]))
    head, above = _split_at_last_blank(_with_blanks(before_first, nodes[0].line))
    document = Document(text, layout.comments, head)
    for node, following in zip_longest(nodes, nodes[1:]):
        until, next_line = (start(following), following.line) if following else (END, None)
        record = _read_record(node, above, layout, model, until)
        end_line, _ = layout.end(node)
        between = layout.take_before(until)
        rest = _attach_below(record, between, end_line, tree.column, next_line)
        above = _with_blanks(rest, next_line)
        document.records.append(record)
    document.foot = above
    return document


def _read_record(
    node: yaml_parser.Mapping, above: list[str], layout: Layout, model: type[Table], until: Position
) -> Record:
    record = Record(node, above)
    keys = list(node.keys.values())
    for key, following in zip_longest(keys, keys[1:]):
        between = layout.take_before(start(key))
        if record.fields:
            between = record.fields[-1].attach(between, node.column)
        next_start = start(following) if following else until
        nested = model.spec().nested.get(key.text)
        record.fields.append(_read_field(key, node, _texts(between), layout, next_start, nested))
    return record


def _read_field(
    key: yaml_parser.Scalar,
    node: yaml_parser.Mapping,
    above: list[str],
    layout: Layout,
    next_start: Position,
    nested: type[Table] | None,
) -> Field:
    value = node.items[key.text]
    end_line, _ = layout.end(value)
    inside = layout.take_before(layout.end(value))
    following = layout.next_before(next_start)
    if isinstance(value, yaml_parser.Sequence) and value.items:
        # A comment behind `topics:` belongs to the field. One on a later line, or after the first
        # item, is on an item.
        has_item_comments = any(
            comment.line > key.line or comment.start > start(value.items[0]) for comment in inside
        )
        has_comment_below = (
            following is not None
            and layout.is_block(value)
            and _is_in_list(following, node.column, end_line)
        )
        if nested or has_item_comments or has_comment_below:
            order = tuple(written_columns(nested)) if nested else ()
            return _read_list(key, value, above, inside, layout, order)
    line = Line(yaml_writer.field(key.text, value), end_line, above + _texts(inside))
    return Field(key.text, line, end_line)


def _read_list(
    key: yaml_parser.Scalar,
    value: yaml_parser.Sequence,
    above: list[str],
    inside: list[Comment],
    layout: Layout,
    order: tuple[str, ...],
) -> Field:
    """Return a field whose value is written an item per line."""
    line = Line(f"{yaml_writer.scalar(key.text, flow=False)}:", key.line, above)
    end_line, _ = layout.end(value)
    list_field = Field(key.text, line, end_line)
    comments = deque(inside)
    for item in value.items:
        line_before = list_field.items[-1] if list_field.items else line
        between = _attach_behind(line_before, _take_before(start(item), comments))
        within = _take_before(layout.end(item), comments)
        item_line, _ = layout.end(item)
        item_text = yaml_writer.flow(item, order)
        list_field.items.append(Line(item_text, item_line, _texts(between + within)))
    # What is left is inside the brackets of the list, and thus belongs to it at any indentation.
    list_field.attach(list(comments), 0)
    return list_field


def _take_before(position: Position, comments: deque[Comment]) -> list[Comment]:
    """Remove from the front the comments that start before a position, and return them."""
    before = []
    while comments and comments[0].start < position:
        before.append(comments.popleft())
    return before


def _attach_below(
    record: Record, comments: list[Comment], end_line: int, column: int, next_line: int | None
) -> list[Comment]:
    """Attach the comments that follow a record and belong to it; return the others.

    They belong to it if they are indented deeper than its dash, or touch it and not the record that
    follows. `end_line` is the last line of the record, `column` that of its dash, and `next_line`
    the first line of the record that follows, if any.
    """
    if record.fields:
        comments = record.fields[-1].attach(comments, record.node.column)
    count = sum(1 for _ in takewhile(lambda comment: comment.column > column, comments))
    if next_line is not None:
        # Follow the comments that touch the record, line by line, to the last one.
        line = comments[count - 1].line if count else end_line
        touching = count
        while touching < len(comments) and comments[touching].line == line + 1:
            line, touching = line + 1, touching + 1
        # They belong to this record only if a blank line separates them from what comes next.
        what_follows = comments[touching].line if touching < len(comments) else next_line
        if what_follows > line + 1:
            count = touching
    record.below += _texts(comments[:count])
    return comments[count:]


def _with_blanks(comments: list[Comment], next_line: int | None) -> list[str]:
    """Return comments as text, with an empty line where a blank line follows one."""
    lines: list[str] = []
    for number, comment in enumerate(comments, 1):
        lines.append(comment.text)
        after = comments[number].line if number < len(comments) else next_line
        if after is not None and after > comment.line + 1:
            lines.append("")
    return lines


def _split_at_last_blank(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return what is before the last empty line, and what is after it."""
    after = len(lines) - lines[::-1].index("") if "" in lines else 0
    return lines[: max(after - 1, 0)], lines[after:]


def _attach_behind(line: Line, comments: list[Comment]) -> list[Comment]:
    """Attach the first comment to a line if it was written behind it; return the others."""
    if not comments or line.behind is not None:
        return comments
    first = comments[0]
    if first.alone or first.line != line.end_line:
        return comments
    line.behind = first.text
    return comments[1:]


def _is_in_list(comment: Comment, column: int, end_line: int) -> bool:
    """Return whether a comment after a list belongs to it.

    It does where it is indented deeper than the fields, or is behind the last line of the list.
    """
    is_behind = not comment.alone and comment.line == end_line
    return comment.column > column or is_behind


def _texts(comments: list[Comment]) -> list[str]:
    return [comment.text for comment in comments]
