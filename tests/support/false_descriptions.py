"""Releases that are proven by their digests, and lie: each lie with the words that tell it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from faulty_stores import NEW, entry, indexed, published

from tumen.publishing import parquet
from tumen.release.datapackage import sha256
from tumen.schemas import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Package = dict[str, Any]

FAR: Final = 3_000_000
"""Days after 1970 that no calendar of Python reaches."""


def table(package: Package, name: str = "meetings") -> Package:
    """Return the resource of a table."""
    found: Package = next(one for one in package["resources"] if one["name"] == name)
    return found


def fields(package: Package, name: str = "meetings") -> list[Package]:
    found: list[Package] = table(package, name)["schema"]["fields"]
    return found


def field(package: Package, column: str, name: str = "meetings") -> Package:
    return next(one for one in fields(package, name) if one["name"] == column)


def enum(package: Package, column: str = "level") -> list[Any]:
    found: list[Any] = field(package, column)["constraints"]["enum"]
    return found


def _set(place: Callable[[Package], Package], **values: Any) -> Callable[[Package], object]:
    return lambda package: place(package).update(values)


def _gone(place: Callable[[Package], Package], name: str) -> Callable[[Package], object]:
    return lambda package: place(package).pop(name)


def _itself(package: Package) -> Package:
    return package


def _schema(package: Package) -> Package:
    found: Package = table(package)["schema"]
    return found


def _level(package: Package) -> Package:
    return field(package, "level")


def _constraints(package: Package) -> Package:
    found: Package = _level(package)["constraints"]
    return found


DESCRIPTIONS: Final[dict[str, tuple[Callable[[Package], object], str]]] = {
    "no title": (_gone(_itself, "title"), "title is missing"),
    "a title of spaces": (_set(_itself, title="  "), "title is '  ', not text"),
    "a title that turns the line": (_set(_itself, title="a\u202eb"), "title is 'a.u202eb', not text"),
    "a title that is no Unicode": (_set(_itself, title="\ud800"), "title is '.ud800', not text"),
    "no description": (_gone(_itself, "description"), "description is missing"),
    "no day": (_gone(_itself, "created"), "created is missing"),
    "a day that is none": (_set(_itself, created="2031-02-30T00:00:00Z"), "created is .*, not YYYY-MM-DD"),
    "a day that is a number": (_set(_itself, created=20310131), "created is 20310131, not YYYY-MM-DD"),
    "another day": (_set(_itself, created="2031-01-30T00:00:00Z"), "created is '2031-01-30', but the index says '2031-01-31'"),
    "another version": (_set(_itself, version="2030.01.0"), "version is '2030.01.0', but the index says '2031.01.0'"),
    "no schema version": (_gone(_itself, "schema_version"), "schema_version is missing"),
    "a schema version that is a number": (_set(_itself, schema_version=1.0), "schema_version is 1.0, not MAJOR.MINOR"),
    "another schema version": (_set(_itself, schema_version="1.7"), f"schema_version is '1.7', but the index says '{SCHEMA_VERSION}'"),
    "no licence": (_gone(_itself, "licenses"), "licenses is missing"),
    "an empty list of licences": (_set(_itself, licenses=[]), r"licenses is \[\], not a list with items"),
    "a licence without a name": (_set(_itself, licenses=[{"path": "x"}]), r"licenses\[0\].name is missing"),
    "a licence that is a text": (_set(_itself, licenses=["MIT"]), r"licenses\[0\] is 'MIT', not an object"),
    "changes since what is no version": (_set(_itself, changes_since="last year"), "changes_since is 'last year', not a version"),
    "no schema": (_gone(table, "schema"), r"resources\[0\].schema is missing"),
    "no rows": (_gone(table, "rows"), r"resources\[0\].rows is missing"),
    "rows that are a text": (_set(table, rows="many"), r"resources\[0\].rows is 'many', not a number of rows"),
    "no digest of the rows": (_gone(table, "row_digest"), r"resources\[0\].row_digest is missing"),
    "no title of a table": (_gone(table, "title"), r"resources\[0\].title is missing"),
    "a table under another's name": (_set(table, name="estimates"), r"resources\[0\].path is 'meetings.parquet', not"),
    "a name that is a list": (_set(table, name=["meetings"]), r"resources\[0\].name is \['meetings'\], not a resource name"),
    "no fields": (_gone(_schema, "fields"), "schema.fields is missing"),
    "fields that are none": (_set(_schema, fields=[]), r"schema.fields is \[\], not a list"),
    "fields that are no list": (_set(_schema, fields="meeting_id"), "schema.fields is 'meeting_id', not a list"),
    "fields that are names": (_set(_schema, fields=["meeting_id"]), r"fields\[0\] is 'meeting_id', not an object"),
    "a field twice": (lambda package: fields(package).append(fields(package)[0]), "schema.fields has 'meeting_id' twice"),
    "a field whose name is a list": (_set(_level, name=["level"]), r"name is \['level'\], not a column name"),
    "a field without a type": (_gone(_level, "type"), r"fields\[\d+\].type is missing"),
    "a type that there is not": (_set(_level, type="integer"), "type is 'integer', not one of string"),
    "a type that is a list": (_set(_level, type=["string"]), r"type is \['string'\], not one of string"),
    "a field without a title": (_gone(_level, "title"), r"fields\[\d+\].title is missing"),
    "a field without a description": (_gone(_level, "description"), r"fields\[\d+\].description is missing"),
    "a unit that is a number": (_set(_level, unit=1), "unit is 1, not text"),
    "constraints that are a list": (_set(_level, constraints=["required"]), r"constraints is \['required'\], not an object"),
    "required as a text": (_set(_constraints, required="no"), "required is 'no', not true or false"),
    "an enum of nothing": (_set(_constraints, enum=[]), r"constraints.enum is \[\], not a list with items"),
    "an enum that is a text": (_set(_constraints, enum="all"), "constraints.enum is 'all', not a list"),
    "an enum of numbers": (_set(_constraints, enum=[1, 2]), r"constraints.enum\[0\] is 1, not text"),
    "an enum of null": (_set(_constraints, enum=[None]), r"constraints.enum\[0\] is None, not text"),
    "a code twice": (lambda package: enum(package).append(enum(package)[0]), "constraints.enum has '.*' twice"),
    "codes in another order": (lambda package: enum(package).reverse(), "level of meetings: enum has its codes in another order"),
    "no enum": (_gone(_constraints, "enum"), "level of meetings: enum is missing"),
    "an enum of a list": (
        lambda package: field(package, "topics").setdefault("constraints", {}).update(enum=["a"]),
        "enum requires the type string, but the type is list",
    ),
    "codes of a text": (_set(_level, codes=["a"]), "codes requires the type list, but the type is string"),
    "another type of a column": (lambda package: field(package, "start_date").update(type="string"), "type is 'string'"),
    "another unit of a column": (lambda package: field(package, "best", "estimates").update(unit="km"), "unit is 'km'"),
    "a key of no column": (_set(_schema, primaryKey=["id"]), "schema of meetings: primaryKey names 'id', which is not a field"),
    "a key that is a text": (_set(_schema, primaryKey="meeting_id"), "primaryKey is 'meeting_id', not a list"),
    "a reference to no table": (
        _set(_schema, foreignKeys=[{"fields": ["place_id"], "reference": {"resource": "cities", "fields": ["id"]}}]),
        "foreignKeys refers from place_id to cities.id",
    ),
    "a reference that is a text": (_set(_schema, foreignKeys=["places"]), r"foreignKeys\[0\] is 'places', not an object"),
}  # fmt: skip
"""What is done to a description, and a pattern of what must be said."""


def _cells(
    column: str, values: Callable[[pl.Series], Any]
) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda frame: frame.with_columns(values(frame[column]).alias(column))


def _days(last: int) -> Callable[[pl.Series], pl.Series]:
    return lambda days: pl.Series([*[0] * (len(days) - 1), last], dtype=pl.Int32).cast(pl.Date)


def _last(value: Any, kind: Any) -> Callable[[pl.Series], pl.Series]:
    return lambda cells: pl.Series([*cells[:-1], value], dtype=kind)


TABLES: Final[dict[str, tuple[str, Callable[[pl.DataFrame], pl.DataFrame | bytes], str]]] = {
    "a column less": ("meetings", lambda frame: frame.drop("level"), "has no column level, which datapackage.json names"),
    "a column more": ("meetings", lambda frame: frame.with_columns(x=1), "has a column 'x', which datapackage.json does not"),
    "no Parquet": ("meetings", lambda _: b"PAR1 is not enough PAR1", "not a readable Parquet file"),
    "no bytes": ("meetings", lambda _: b"", "not a readable Parquet file"),
    "days as text": ("meetings", _cells("start_date", lambda days: days.cast(pl.String)), "start_date is of type String, not date"),
    "figures as text": ("estimates", _cells("best", lambda best: best.cast(pl.String)), "best is of type String, not number"),
    "figures as integers": ("estimates", _cells("best", lambda best: best.cast(pl.Int64)), "best is of type Int64, not number"),
    "a list as text": ("meetings", _cells("topics", lambda items: items.list.join(",")), "topics is of type String, not list"),
    "codes as bytes": ("meetings", _cells("level", lambda codes: codes.cast(pl.Binary)), "level is of type Binary, not string"),
    "a row less": ("meetings", lambda frame: frame.head(-1), r"has \d+ rows, but datapackage.json says"),
    "a code of no vocabulary": ("meetings", _cells("level", _last("god", pl.String)), r"row \d+: level is not one of its codes"),
    "a topic of no vocabulary": ("meetings", _cells("topics", _last(["x"], pl.List(pl.String))), r"row \d+: topics is a list with"),
    "a topic that is missing": ("meetings", _cells("topics", _last([None], pl.List(pl.String))), r"row \d+: topics is a list with"),
    "a name that is missing": ("actors", _cells("name", _last(None, pl.String)), r"row \d+: name is missing"),
    "NaN": ("estimates", _cells("best", _last(float("nan"), pl.Float64)), r"row \d+: best is not a number"),
    "infinity": ("estimates", _cells("high", _last(float("inf"), pl.Float64)), r"row \d+: high is not a number"),
    "a day beyond 9999": ("meetings", _cells("end_date", _days(FAR)), r"row \d+: end_date is outside the years 1 to 9999"),
    "a day before 1": ("estimates", _cells("said_on", _days(-FAR)), r"row \d+: said_on is outside the years 1 to 9999"),
    "an id twice": ("actors", _cells("actor_id", lambda ids: ids.replace(ids[1], ids[0])), "actor_id is the same as in another row"),
}  # fmt: skip
"""The table, what is done to it, and a pattern of what must be said."""


def described(change: Callable[[Package], object]) -> dict[str, bytes]:
    """Return a store whose release says what this change makes of its description."""
    files = dict(published())
    package = json.loads(files[f"{NEW}/datapackage.json"])
    change(package)
    return _proven(files, package)


def tabled(name: str, change: Callable[[pl.DataFrame], pl.DataFrame | bytes]) -> dict[str, bytes]:
    """Return a store whose release holds what this change makes of a table, with its digests; what it says of it stays."""
    files = dict(published())
    path = f"{NEW}/{name}.parquet"
    changed = change(pl.read_parquet(files[path]))
    files[path] = changed if isinstance(changed, bytes) else _parquet(changed)
    package = json.loads(files[f"{NEW}/datapackage.json"])
    table(package, name).update(bytes=len(files[path]), hash=sha256(files[path]))
    if isinstance(changed, pl.DataFrame) and changed.height != table(package, name)["rows"]:
        table(package, name)["row_digest"] = parquet.row_digest(parquet.read_rows(files[path]))
    return _proven(files, package)


def _parquet(frame: pl.DataFrame) -> bytes:
    sink = io.BytesIO()
    frame.write_parquet(sink)
    return sink.getvalue()


def _proven(files: dict[str, bytes], package: Package) -> dict[str, bytes]:
    content = json.dumps(package).encode()
    files[f"{NEW}/datapackage.json"] = content
    return files | indexed(entry(datapackage=sha256(content)))


def laid(folder: Path, files: dict[str, bytes]) -> Path:
    """Write the files of a store into a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "index.json.minisig").unlink()
    return folder
