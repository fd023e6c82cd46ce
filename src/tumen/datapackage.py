"""The description that travels with a release: Data Package v2, with digests, row counts, keys and the codebook of each field."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tumen import frames, parquet
from tumen.schemas import SCHEMA_VERSION, TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE: Final = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
_TYPES: Final = {"String": "string", "Date": "date", "Float64": "number", "Boolean": "boolean"}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one release from another beside its rows: version, day, and the records that it was built from."""

    version: str
    created: str
    tree: str | None = None
    commit: str | None = None


def describe(stamp: Stamp, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the datapackage of a release whose `files` map tables to the bytes of their Parquet."""
    return {
        "$schema": PROFILE,
        "name": "tumen",
        "title": "Tumen: relations between the DPRK and Russia",
        "description": "Meetings, deployments, estimates, statements, agreements, transfers and launches, each with its sources.",
        "version": stamp.version,
        "created": stamp.created,
        "licenses": [LICENCE],
        "schema_version": SCHEMA_VERSION,
        "records": {"tree": stamp.tree, "commit": stamp.commit},
        "resources": [_resource(TABLES[name], content) for name, content in files.items()],
    }


def _resource(model: type[Table], content: bytes) -> dict[str, Any]:
    name, rows = model.spec().name, parquet.rows(content)
    return {
        "name": name,
        "path": f"{name}.parquet",
        "title": (model.__doc__ or "").splitlines()[0],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "rows": len(rows),
        "row_digest": f"sha256:{parquet.row_digest(rows)}",
        "schema": table_schema(model),
    }


def table_schema(model: type[Table]) -> dict[str, Any]:
    """Return the table's Table Schema: fields with title, description, unit and constraints, primary and foreign keys."""
    keys = [
        {"fields": [name], "reference": {"resource": column.refers_to[0], "fields": [TABLES[column.refers_to[0]].spec().key[0]]}}
        for name, column in model.columns().items()
        if column.kind == "reference" and len(column.refers_to) == 1
    ]
    schema: dict[str, Any] = {"fields": [_field(model, name) for name in model.columns()]}
    if not any(model.to_schema().columns[name].nullable for name in model.spec().key):
        schema["primaryKey"] = list(model.spec().key)
    return schema | ({"foreignKeys": keys} if keys else {})


def _field(model: type[Table], name: str) -> dict[str, Any]:
    column, field = model.columns()[name], model.to_schema().columns[name]
    native = str(frames.column_types(model)[name])
    described: dict[str, Any] = {
        "name": name,
        "type": "list" if native.startswith("List") else _TYPES[native],
        "title": field.title,
        "description": field.description,
    }
    if column.unit:
        described["unit"] = column.unit
    constraints: dict[str, Any] = {"required": True} if not field.nullable else {}
    if column.kind == "code":
        constraints |= {"enum": list(column.codes or ())}
    if column.kind == "codes":
        described["codes"] = list(column.codes or ())
    return described | ({"constraints": constraints} if constraints else {})
