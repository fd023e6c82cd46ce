"""The datapackage.json of a release: Data Package v2 with digests, row counts, keys and a codebook.

Besides the properties of the standard it has:

- `schema_version`;
- `records`: the git tree and commit that the release was built from;
- `changes_since`: the release that changes.parquet compares with;
- `coverage`: what the release contains;
- `row_digest` of each table: the digest of its rows in canonical JSON, which does not depend on the
  library that wrote the Parquet file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tumen.publishing import parquet
from tumen.release.conformance import POLARS_TYPES
from tumen.release.datapackage import sha256
from tumen.schemas import SCHEMA_VERSION, TABLES, Table
from tumen.schemas.citations import CITING_TABLES
from tumen.table_names import KEYS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import polars as pl

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
TITLE: Final = "Tumen: relations between the DPRK and Russia"
DESCRIPTION: Final = (
    "Meetings, deployments, estimates, statements, agreements, transfers and launches, each record"
    " with the documents that support or contradict it."
)
KEYWORDS: Final = ("DPRK", "Russia", "provenance", "event data")
CREATOR: Final = "The Tumen curators"
LICENCE: Final = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
MEDIA_TYPES: Final = {
    "parquet": "application/vnd.apache.parquet",
    "json": "application/ld+json",
    "md": "text/markdown",
}
_TYPES: Final = {str(kind): name for name, kind in POLARS_TYPES.items()}
"""The type of Table Schema for each polars type, by the name of the latter."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What identifies a release apart from its rows.

    Attributes:
        version: Its version.
        created: The date of the build, YYYY-MM-DD.
        tree: The git tree of the records.
        commit: The git commit that has this tree.
        previous: The release before it.

    """

    version: str
    created: str
    tree: str | None = None
    commit: str | None = None
    previous: str | None = None


def describe(
    stamp: Stamp, coverage: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the datapackage of a release.

    Args:
        stamp: The release.
        coverage: What it contains, see `coverage`.
        resources: Its files, see `resource`.

    """
    return {
        "$schema": PROFILE,
        "name": "tumen",
        "title": TITLE,
        "description": DESCRIPTION,
        "version": stamp.version,
        "created": f"{stamp.created}T00:00:00Z",
        "keywords": list(KEYWORDS),
        "contributors": [{"title": CREATOR, "roles": ["creator"]}],
        "licenses": [LICENCE],
        "schema_version": SCHEMA_VERSION,
        "records": {"tree": stamp.tree, "commit": stamp.commit},
        "changes_since": stamp.previous,
        "coverage": dict(coverage),
        "resources": list(resources),
    }


def resource(
    name: str, path: str, title: str, content: bytes, schema: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the description of one file of a release.

    Args:
        name: The name of the resource.
        path: The name of the file.
        title: What it contains, on one line.
        content: The content of the file.
        schema: The Table Schema of a table; its rows and their digest are then described as well.

    """
    extension = path.rsplit(".", maxsplit=1)[1]
    described = {
        "name": name,
        "path": path,
        "title": title,
        "format": extension,
        "mediatype": MEDIA_TYPES[extension],
        "bytes": len(content),
        "hash": sha256(content),
    }
    if schema is None:
        return described
    rows = parquet.read_rows(content)
    return described | {
        "rows": len(rows),
        "row_digest": parquet.row_digest(rows),
        "schema": dict(schema),
    }


def title_of(model: type[Table]) -> str:
    """Return the title of a table: the first line of its model's docstring."""
    return (model.__doc__ or "").splitlines()[0]


def coverage(tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Return what a release contains.

    That is the first and last publication date of its documents, their languages, and the numbers
    of outlets, documents and records.
    """
    sources = tables["sources"]
    first, last = sources["published"].min(), sources["published"].max()
    return {
        "first_published": _iso(first),
        "last_published": _iso(last),
        "languages": sorted(sources["language"].unique()),
        "outlets": sources["publisher_id"].n_unique(),
        "documents": sources.height,
        "records": sum(tables[name][KEYS[name]].n_unique() for name in CITING_TABLES),
    }


def _iso(value: Any) -> str | None:
    date: dt.date | None = value
    return None if date is None else date.isoformat()


def package_of_models() -> dict[str, Any]:
    """Return the part of a datapackage that the models determine: schema version and schemas."""
    return {
        "schema_version": SCHEMA_VERSION,
        "resources": [
            {"name": name, "schema": table_schema(model)} for name, model in TABLES.items()
        ],
    }


def table_schema(model: type[Table]) -> dict[str, Any]:
    """Return the Table Schema of a model: its fields, primary key and foreign keys.

    Each field has a name, a type, a title and a description, and where they apply a unit,
    constraints and codes.
    """
    keys = [
        {
            "fields": [name],
            "reference": {
                "resource": column.refers_to[0],
                "fields": [TABLES[column.refers_to[0]].spec().key[0]],
            },
        }
        for name, column in model.columns().items()
        if column.kind == "reference" and len(column.refers_to) == 1
    ]
    schema: dict[str, Any] = {"fields": [_field(model, name) for name in model.columns()]}
    if not any(model.to_schema().columns[name].nullable for name in model.spec().key):
        schema["primaryKey"] = list(model.spec().key)
    return schema | ({"foreignKeys": keys} if keys else {})


def _field(model: type[Table], name: str) -> dict[str, Any]:
    column, field = model.columns()[name], model.to_schema().columns[name]
    native = str(model.polars_types()[name])
    described: dict[str, Any] = {
        "name": name,
        "type": _TYPES[native],
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
