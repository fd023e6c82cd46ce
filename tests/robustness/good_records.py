"""The good records, and each value in them.

They are the YAML files of `tests/robustness/records`, in which every field of every table is filled
and no rule finds anything. NNNN in them is replaced by a number, so that thousands of copies can be
checked as one dataset without a clash.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumen.records import yaml_parser
from tumen.schemas import TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDS: Final = Path(__file__).with_name("records")
NUMBER: Final = "NNNN"
"""The placeholder of the number of a copy."""
FIRST: Final = 1000
"""The number of the first copy; four digits, because an id has no needless zeros."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """A value in a file: its path, its node, the node of its name, and its record or item."""

    path: str
    name: str
    value: yaml_parser.Node
    key: yaml_parser.Scalar
    record: yaml_parser.Mapping
    model: type[Table]
    number: int


@cache
def records() -> dict[str, str]:
    """Return the good records: the text of each file by its name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(RECORDS.glob("*.yaml"))}


def spots(file: str, text: str) -> Iterator[Spot]:
    """Yield each value of a field in a record of this file.

    Raises `TypeError` if the file is not a list of records.
    """
    table = file.removesuffix(".yaml")
    tree, _ = yaml_parser.parse(text.encode())
    if not isinstance(tree, yaml_parser.Sequence):
        raise TypeError(f"{file} is not a list of records.")
    for index, record in enumerate(tree.items):
        if isinstance(record, yaml_parser.Mapping):
            yield from _fields(record, f"{table}[{index}]", TABLES[table], index)


def _fields(
    record: yaml_parser.Mapping, path: str, model: type[Table], number: int
) -> Iterator[Spot]:
    for name, value in record.items.items():
        yield Spot(f"{path}.{name}", name, value, record.keys[name], record, model, number)
        if name in model.spec().nested and isinstance(value, yaml_parser.Sequence):
            for index, item in enumerate(value.items):
                if isinstance(item, yaml_parser.Mapping):
                    yield from _fields(
                        item, f"{path}.{name}[{index}]", model.spec().nested[name], number
                    )


def values(node: yaml_parser.Node, path: str) -> Iterator[tuple[str, Place]]:
    """Yield the place of each value below a node, by its path: `sources[0].topics[1]`."""
    yield path, (node.line, node.column)
    if isinstance(node, yaml_parser.Mapping):
        for name, value in node.items.items():
            yield from values(value, f"{path}.{name}".removeprefix("."))
    elif isinstance(node, yaml_parser.Sequence):
        for index, item in enumerate(node.items):
            yield from values(item, f"{path}[{index}]")
