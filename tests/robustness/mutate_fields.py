"""Faults in good records: each field of each record, with every likely mistake."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from good_records import Place, Spot, records, spots, values
from mutate_records import slips

from tumen.records import yaml_parser
from tumen.records.fields import record_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tumen.schemas import Column

_DATES: Final = ("date", "day")


@dataclass(frozen=True, slots=True)
class Fault:
    """A file with one mistake.

    `name` describes it, as in `meetings[0].end: a day later`. `places` are where it may be found.
    `record` is the number of the record in the file.
    """

    name: str
    file: str
    text: str
    places: tuple[Place, ...]
    record: int = 0

    def place_of(self, path: str) -> Place | None:
        """Return the place of a value of the record, by its path: `sources[0].topics[1]`."""
        tree, _ = yaml_parser.parse(self.text.encode())
        return (
            dict(values(tree.items[self.record], "")).get(path)
            if isinstance(tree, yaml_parser.Sequence)
            else None
        )


def faults() -> Iterator[Fault]:
    """Yield every mistake in every field of every record, file by file."""
    for file, text in records().items():
        for spot in spots(file, text):
            yield from _Spoiling(file, text, spot).faults()
        yield from _keys_twice(file, text)


@dataclass(frozen=True, slots=True)
class _Spoiling:
    """The mistakes in one field of one record."""

    file: str
    text: str
    spot: Spot

    def faults(self) -> Iterator[Fault]:
        written = self._written(self.spot.value)
        column = record_form(self.spot.model).fields.get(self.spot.name, (None, None))[1]
        for how, other in {
            "~": "~",
            "null": "null",
            "''": "''",
            "nothing": "",
            "a map": "{a: b}",
        }.items():
            yield self._with(f"{how} for the value", other)
        yield self._missing()
        yield self._twice(written)
        yield self._edited(
            "the field misspelt", self.spot.key, f"{self.spot.name}x", (self._at(self.spot.key),)
        )
        if isinstance(self.spot.value, yaml_parser.Sequence):
            yield from self._lists(self.spot.value, column)
        elif column is not None:
            yield self._with("a list", f"[{written}]")
            for how, other in slips(column, written):
                yield self._with(how, other)
            yield from self._swapped(column, written)

    def _lists(self, value: yaml_parser.Sequence, column: Column | None) -> Iterator[Fault]:
        yield self._with("a value for the list", "one")
        for number, item in enumerate(value.items) if column else ():
            written = self._written(item)
            inside = (self._at(item),)
            yield self._edited(
                f"item {number} twice",
                item,
                f"{written}, {written}",
                ((item.line, item.column + len(written) + 2),),
            )
            yield self._edited(f"item {number} empty", item, "''", inside)
            yield self._edited(f"item {number} a list", item, f"[{written}]", inside)
            if column and column.kind != "texts":
                yield self._edited(f"item {number} misspelt", item, f"{written}x", inside)
        if not column:
            yield self._edited(
                "a value for the first item", value.items[0], "one", (self._at(value.items[0]),)
            )

    def _missing(self) -> Fault:
        places = (self._at(self.spot.record),)
        line = self._lines()[self.spot.key.line - 1]
        if self._at(self.spot.key) == self._at(self.spot.record) and not self._in_braces():
            return self._changed("the field missing", self._without_first_field(), places)
        if not self._in_braces():
            rest = [
                text for number, text in enumerate(self._lines()) if not self._is_of_field(number)
            ]
            return self._changed("the field missing", "\n".join(rest), places)
        part = f"{self.spot.name}: {self._written(self.spot.value)}"
        start = self.spot.key.column - 1
        without = (
            (line[:start] + line[start + len(part) :])
            .replace(", }", "}")
            .replace("{, ", "{")
            .replace(", ,", ",")
        )
        return self._changed("the field missing", self._line(self.spot.key.line, without), places)

    def _without_first_field(self) -> str:
        lines = self._lines()
        lines[self.spot.key.line - 1 : self.spot.key.line + 1] = [
            f"- {lines[self.spot.key.line].lstrip()}"
        ]
        return "\n".join(lines)

    def _is_of_field(self, number: int) -> bool:
        last = self.spot.value
        while isinstance(last, yaml_parser.Sequence) and last.items:
            last = last.items[-1]
        return self.spot.key.line - 1 <= number <= last.line - 1

    def _twice(self, written: str) -> Fault:
        line = self._lines()[self.spot.value.line - 1]
        value = written if not isinstance(self.spot.value, yaml_parser.Sequence) else "[]"
        if self._in_braces():
            end = self.spot.value.column - 1 + len(written)
            twice = f"{line[:end]}, {self.spot.name}: {value}{line[end:]}"
            return self._changed(
                "the field twice",
                self._line(self.spot.value.line, twice),
                ((self.spot.value.line, end + 3),),
            )
        lines = self._lines()
        lines.insert(self.spot.key.line - 1 + self._height(), f"  {self.spot.name}: {value}")
        return self._changed(
            "the field twice", "\n".join(lines), ((self.spot.key.line + self._height(), 3),)
        )

    def _height(self) -> int:
        return sum(self._is_of_field(number) for number in range(len(self._lines())))

    def _swapped(self, column: Column, written: str) -> Iterator[Fault]:
        """Yield the record with this date and that of a later field exchanged."""
        names = list(self.spot.record.items)
        fields = record_form(self.spot.model).fields
        for name in names[names.index(self.spot.name) + 1 :] if column.kind in _DATES else ():
            other = self.spot.record.items[name]
            if (
                name in fields
                and fields[name][1].kind in _DATES
                and self._written(other) != written
            ):
                text = self._put(self.text, self.spot.value, self._written(other), len(written))
                text = self._put(text, other, written, len(self._written(other)))
                yield self._changed(
                    f"exchanged with {name}", text, (self._at(self.spot.value), self._at(other))
                )

    def _with(self, how: str, other: str) -> Fault:
        place = self._at(self.spot.value)
        if not other and not self._in_braces():
            place = (self.spot.key.line, self.spot.key.column + len(self.spot.name) + 1)
        if (
            isinstance(self.spot.value, yaml_parser.Sequence)
            and self.spot.value.line != self.spot.key.line
        ):
            start, count = self.spot.key.line, self._height()
            lines = self._lines()
            lines[start - 1 : start - 1 + count] = [f"  {self.spot.name}: {other}"]
            column = self.spot.key.column + len(self.spot.name) + (2 if other else 1)
            return self._changed(how, "\n".join(lines), ((start, column),))
        return self._edited(how, self.spot.value, other, (place,))

    def _edited(
        self, how: str, node: yaml_parser.Node, other: str, places: tuple[Place, ...]
    ) -> Fault:
        return self._changed(
            how, self._put(self.text, node, other, len(self._written(node))), places
        )

    def _changed(self, how: str, text: str, places: tuple[Place, ...]) -> Fault:
        return Fault(f"{self.spot.path}: {how}", self.file, text, places, self.spot.number)

    def _put(self, text: str, node: yaml_parser.Node, other: str, length: int) -> str:
        line = text.split("\n")[node.line - 1]
        return self._line(
            node.line, line[: node.column - 1] + other + line[node.column - 1 + length :], text
        )

    def _line(self, number: int, line: str, text: str | None = None) -> str:
        lines = (text or self.text).split("\n")
        lines[number - 1] = line.rstrip()
        return "\n".join(lines)

    def _lines(self) -> list[str]:
        return self.text.split("\n")

    def _in_braces(self) -> bool:
        return self._lines()[self.spot.record.line - 1][self.spot.record.column - 1] == "{"

    def _written(self, node: yaml_parser.Node) -> str:
        """Return a value as written: a plain value, or a list or map in brackets on one line."""
        if isinstance(node, yaml_parser.Scalar):
            return node.text
        rest = self._lines()[node.line - 1][node.column - 1 :]
        close = {"[": "]", "{": "}"}.get(rest[0])
        return rest[: rest.index(close) + 1] if close else rest

    @staticmethod
    def _at(node: yaml_parser.Node) -> Place:
        return node.line, node.column


def _keys_twice(file: str, text: str) -> Iterator[Fault]:
    """Yield the file with its last record, or the last item of a nested list, repeated."""
    body = text.rstrip("\n")
    last = body.rsplit("\n\n", 1)[-1]
    key = re.match(r"- (?P<field>\w+): ", last)
    if key is None:
        raise ValueError(f"{file} does not end in a record.")
    line = body.count("\n") + 3
    table = file.removesuffix(".yaml")
    yield Fault(
        f"{table}: the last record twice", file, f"{body}\n\n{last}\n", ((line, key.end() + 1),)
    )
    for match in re.finditer(r"^    - \{(?P<field>\w+): .*\}$", text, re.MULTILINE):
        line = text[: match.start()].count("\n") + 2
        item = f"{table}: {match['field']} on line {line - 1} twice"
        twice = f"{text[: match.end()]}\n{match[0]}{text[match.end() :]}"
        yield Fault(item, file, twice, ((line, match.end("field") - match.start() + 3),))
