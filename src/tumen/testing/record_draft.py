"""The records of a dataset in the making.

Fields that nothing fills are filled from the models. The YAML is written as curators write it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from tumen.records.fields import written_columns
from tumen.schemas import TABLES

if TYPE_CHECKING:
    import datetime as dt
    import random

    from tumen.schemas import Column

_OFTEN_LEFT_OUT: Final = 0.7
_TALKED_OF: Final = 20
_TEXT: Final = """
    talks on trade and transport were held in the capital while both sides agreed to widen
    cooperation between regions after a letter of the leaders was handed over to the delegation that
    had come for the anniversary and soldiers were honoured at home
"""
_WORDS: Final = _TEXT.split()

Record = dict[str, Any]


class DatasetDraft:
    """The records made so far, by file, and what later ones may refer to."""

    def __init__(self, sizes: dict[str, int], rng: random.Random, first_day: dt.date) -> None:
        self.sizes = sizes
        self.rng = rng
        self.first_day = first_day
        self.files: dict[str, list[Record]] = defaultdict(list)
        self.ids: dict[str, list[str]] = defaultdict(list)
        self.persons: dict[str, list[str]] = defaultdict(list)
        self.publishers: list[str] = []
        self.located: dict[str, list[str]] = defaultdict(list)
        self.encounters: set[tuple[str, ...]] = set()
        self.figures: dict[tuple[str, str], tuple[str, str | None]] = {}
        self.terms: list[dt.date] = []

    def add(self, table: str, file: str, given: Record) -> None:
        """Add a record to a table.

        Args:
            table: Name of the table.
            file: Name of the file.
            given: Fields of the record. None leaves a field out. A field that the model requires
                and that is not given is filled.

        """
        record: Record = {}
        for field, (_, column, nullable) in written_columns(TABLES[table]).items():
            if field in given:
                record[field] = given[field]
            elif not (column.default or (nullable and self.rng.random() < _OFTEN_LEFT_OUT)):
                record[field] = self._value(column)
        record = {field: value for field, value in {**record, **given}.items() if value is not None}
        self.files[file].append(record)
        self.ids[table].append(record.get("id", ""))

    def _value(self, column: Column) -> Any:
        codes = list(column.codes or ())
        match column.kind:
            case "code" | "codes":
                value: Any = (
                    self.rng.choice(codes)
                    if column.kind == "code"
                    else self.rng.sample(codes, self.rng.randint(1, 4))
                )
            case "reference" | "references":
                tables = [table for table in column.refers_to if self.ids[table]]
                value = self.often(self.ids[self.rng.choice(tables)]) if tables else None
                value = [value] if value and column.kind == "references" else value
            case "date" | "day":
                value = self.first_day
            case "number":
                value = self.rng.randint(1, 90)
            case "texts":
                value = [self.words(2)]
            case _:
                value = self.words(int(3 + 23 * self.rng.random() ** 2))
        return value

    def texts(self) -> dict[str, str]:
        """Return the YAML of each file."""
        return {name: "\n".join(map(_yaml, records)) for name, records in self.files.items()}

    def often(self, among: list[str]) -> str:
        """Return one of the names, the first ones far more often than the last."""
        return among[int(len(among) * self.rng.random() ** 3)]

    def recent(self, tables: tuple[str, ...]) -> str | None:
        """Return one of the last records of one of the tables, or None.

        What is talked about is talked about soon.
        """
        ids = self.ids[self.rng.choice(tables)]
        return self.rng.choice(ids[-_TALKED_OF:]) if ids and self.rng.random() > 0.2 else None  # noqa: PLR2004

    def words(self, number: int) -> str:
        """Return a phrase of this many words."""
        return " ".join(self.rng.choices(_WORDS, k=number)).capitalize()


def _yaml(record: Record) -> str:
    lines = []
    for field, value in record.items():
        if isinstance(value, list) and isinstance(value[0], dict):
            lines += [f"{field}:", *(f"  - {_flow(item)}" for item in value)]
        else:
            lines.append(f"{field}: {_flow(value)}")
    return "- " + "\n  ".join(lines) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{field}: {_flow(item)}' for field, item in value.items())}}}"
    return str(value)
