"""The content of every export: the tables, the codebook, and one row that names the release."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from tumen.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Contents:
    """The content of an export.

    Attributes:
        tables: The tables by name.
        codebook: A row per column, as `tumen.codebook` returns it.
        description: The content of the release's datapackage.json.
        about: Title, version, dates, schema and licence of the release, and `known_by`.

    """

    tables: dict[str, pl.DataFrame]
    codebook: pl.DataFrame
    description: dict[str, Any]
    about: dict[str, str | None]

    def schema(self, table: str) -> dict[str, Any]:
        """Return the Table Schema of a table: fields, primaryKey, foreignKeys."""
        schema: dict[str, Any] = self._resource(table)["schema"]
        return schema

    def title(self, table: str) -> str:
        """Return what a table contains, in one sentence."""
        return str(self._resource(table)["title"])

    def _resource(self, table: str) -> dict[str, Any]:
        resources: list[dict[str, Any]] = self.description["resources"]
        return next(resource for resource in resources if resource["name"] == table)

    def references(self, table: str) -> dict[str, tuple[str, str]]:
        """Return the table and column that each column of a table refers to.

        A column is left out where a row refers to one that the export does not have. In a view as
        known on a date, a record may refer to one that was not yet known.
        """
        references = {}
        for key in self.schema(table).get("foreignKeys", []):
            (column,) = key["fields"]
            target = key["reference"]["resource"]
            (target_column,) = key["reference"]["fields"]
            ids = self.tables[table][column].drop_nulls()
            if ids.is_in(self.tables[target][target_column].to_list()).all():
                references[column] = (target, target_column)
        return references

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


def collect(snapshot: Snapshot) -> Contents:
    """Collect what an export of the snapshot contains: the tables and columns of its release."""
    description = snapshot.description
    licence = description["licenses"][0]
    fields = {
        resource["name"]: [field["name"] for field in resource["schema"]["fields"]]
        for resource in description["resources"]
        if "schema" in resource
    }
    frames = {
        name: frame.select(fields[name])
        for name, frame in snapshot.tables.items()
        if name in fields
    }
    tables = dict(zip(frames, pl.collect_all(list(frames.values())), strict=True))
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
    """Return the frame with text for codes and JSON arrays for lists.

    Formats without enumerations and lists need this.
    """
    texts = [
        pl.col(name).cast(pl.String)
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Enum)
    ]
    lists = [
        _as_json_arrays(frame[name])
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.List)
    ]
    return frame.with_columns(*texts, *lists)


def _as_json_arrays(series: pl.Series) -> pl.Series:
    values = [
        None if value is None else json.dumps(value, ensure_ascii=False)
        for value in series.to_list()
    ]
    return pl.Series(series.name, values, pl.String)
