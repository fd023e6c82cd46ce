"""What every export holds: the tables, the codebook, and one row that says which release it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from tumen.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Contents:
    """The tables by name, the codebook, the release's own description, and `about`: version, day, schema, licence."""

    tables: dict[str, pl.DataFrame]
    codebook: pl.DataFrame
    description: dict[str, Any]
    about: dict[str, str | None]

    def schema(self, table: str) -> dict[str, Any]:
        """Return the Table Schema of a table: fields, primaryKey, foreignKeys."""
        found: dict[str, Any] = self._described(table)["schema"]
        return found

    def title(self, table: str) -> str:
        """Return what a table holds, in one sentence."""
        return str(self._described(table)["title"])

    def _described(self, table: str) -> dict[str, Any]:
        found: dict[str, Any] = next(
            one for one in self.description["resources"] if one["name"] == table
        )
        return found

    def references(self, table: str) -> dict[str, tuple[str, str]]:
        """Return the table and column that each column refers to, where every row of the export does.

        In a view of what was known on a day, a record may name one that was not yet known; such a key is left out.
        """
        found = {}
        for key in self.schema(table).get("foreignKeys", []):
            (column,), target, (other,) = (
                key["fields"],
                key["reference"]["resource"],
                key["reference"]["fields"],
            )
            if (
                self.tables[table][column]
                .drop_nulls()
                .is_in(self.tables[target][other].to_list())
                .all()
            ):
                found[column] = (target, other)
        return found

    def meanings(self, table: str) -> dict[str, str]:
        """Return what each column of a table means, with its unit."""
        fields = self.schema(table)["fields"]
        return {
            field["name"]: field["description"]
            + (f" ({field['unit']})" if field.get("unit") else "")
            for field in fields
        }

    def release(self) -> pl.DataFrame:
        """Return `about` as a table of one row."""
        return pl.DataFrame([self.about], schema=dict.fromkeys(self.about, pl.String))

    def with_codebook(self) -> dict[str, pl.DataFrame]:
        """Return the tables, and after them the codebook as one more."""
        return {**self.tables, "codebook": self.codebook}


def of(snapshot: Snapshot) -> Contents:
    """Return what an export of the snapshot holds."""
    description = snapshot.description
    licence = description["licenses"][0]
    fields = {
        one["name"]: [field["name"] for field in one["schema"]["fields"]]
        for one in description["resources"]
        if "schema" in one
    }
    frames = [
        frame.select(fields[name]) for name, frame in snapshot.tables.items() if name in fields
    ]
    tables = dict(
        zip(
            [name for name in snapshot.tables if name in fields],
            pl.collect_all(frames),
            strict=True,
        )
    )
    about = {
        "title": description["title"],
        "release": snapshot.release,
        "date": description["created"][:10],
        "schema_version": description["schema_version"],
        "known_by": snapshot.known_by.isoformat() if snapshot.known_by else None,
        "licence": licence["name"],
        "licence_url": licence["path"],
    }
    return Contents(tables, snapshot.codebook(), description, about)


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with text for enumerations and JSON arrays for lists, as formats without them need it."""
    texts = [
        pl.col(name).cast(pl.String)
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Enum)
    ]
    lists = [
        _arrays(frame[name]) for name, kind in frame.schema.items() if isinstance(kind, pl.List)
    ]
    return frame.with_columns(*texts, *lists)


def _arrays(series: pl.Series) -> pl.Series:
    values = [
        None if value is None else json.dumps(value, ensure_ascii=False)
        for value in series.to_list()
    ]
    return pl.Series(series.name, values, pl.String)
