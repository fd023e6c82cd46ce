"""A row of a table, and where in its file each value stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tumen.report import Place

Position = tuple[int, int]


@dataclass(slots=True)
class Row:
    """A typed row of one table.

    `places` maps columns (and items, `topics[2]`) to line and column; `owner` is the record that a nested row stands in;
    `allowed` are the warnings that the record's `allow:` excuses, with the place of each; `file` is known once the row is part
    of a dataset.
    """

    table: str
    line: int
    column: int
    prefix: str = ""
    owner: Row | None = None
    sound: bool = True
    allowed: dict[str, Position] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Position] = field(default_factory=dict)
    file: str = ""

    def at(self, column: str = "") -> Position:
        """Return line and column of a column's value, or of the row itself where the column is not written."""
        return self.places.get(column, (self.line, self.column))

    def place(self, column: str = "") -> Place:
        """Return the same with the file."""
        return Place(self.file, *self.at(column))
