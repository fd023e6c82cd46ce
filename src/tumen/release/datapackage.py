"""What the datapackage of a release has to say, so that all that read it can rely on it.

A release proves itself by digests, which say nothing about its truth: a description may be signed
and lack its title, or name a code twice. Everything that reads a description reads it here, and
takes what it finds there for granted. What a later version adds is left alone.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from tumen._wording import brief
from tumen.release import resources
from tumen.release.index import SCHEMA, VERSION
from tumen.release.resources import repeated
from tumen.table_names import ROW_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Form = Callable[[Any, str], Iterator[str]]
    """Returns what is wrong with a value at a place of the description."""

TYPES: Final = ("string", "date", "number", "boolean", "list")
BESIDE_THE_TABLES: Final = ("changes", "codebook")
"""Resources of a release that describe its tables and are none of them."""

_COLUMN: Final = re.compile(r"[a-z][a-z0-9_]*")
_RESOURCE_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")
_MIDNIGHT: Final = "T00:00:00Z"


def read(content: bytes, entry: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a datapackage that says what a release has to say, of the release of an index entry.

    Raises `ValueError` with the first fault, for one sentence after the name of the file.
    """
    package = resources.described(content)
    for fault in faults(package, entry):
        raise ValueError(f"is no description of a release: {fault}")
    return package


def faults(package: Mapping[str, Any], entry: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Return what is wrong in a datapackage whose resources `resources.described` has read."""
    wrong = list(_PACKAGE(package, ""))
    if not wrong:
        wrong = [*_of_keys(package), *_of_entry(package, entry or {})]
    yield from wrong


def _of_entry(package: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[str]:
    said = {**package, "date": package["created"][:10]}
    names = {"version": "version", "schema_version": "schema_version", "date": "created"}
    for name, place in names.items():
        if name in entry and said[name] != entry[name]:
            yield f"{place} is {_shown(said[name])}, and the index says {_shown(entry[name])}"


def _of_keys(package: Mapping[str, Any]) -> Iterator[str]:
    """Return the keys of tables that name no column, and the tables that have no key."""
    tables = {one["name"]: one["schema"] for one in package["resources"] if "schema" in one}
    columns = {
        name: [field["name"] for field in schema["fields"]] for name, schema in tables.items()
    }
    for table, schema in tables.items():
        place = f"schema of {table}"
        if "primaryKey" not in schema and table not in (*ROW_KEYS, *BESIDE_THE_TABLES):
            yield f"{place}: primaryKey is missing"
        for name in schema.get("primaryKey", ()):
            if name not in columns[table]:
                yield f"{place}: primaryKey names {_shown(name)}, which is no field"
        for key in schema.get("foreignKeys", ()):
            target, (column,) = key["reference"]["resource"], key["fields"]
            other = key["reference"]["fields"][0]
            if column not in columns[table] or other not in columns.get(target, ()):
                yield f"{place}: foreignKeys refers from {column} to {target}.{other}; both have to be fields"


def differences(package: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    """Return where the columns of a release contradict those of one that is known, of the same MAJOR.

    Tables, columns and codes may come and go between two MINORs, but a column keeps its type, its
    unit and its vocabulary, whose codes keep their order.
    """
    before = {(table, field["name"]): field for table, field in _fields(known)}
    for table, field in _fields(package):
        if (old := before.get((table, field["name"]))) is not None:
            for fault in _of_meaning(field, old):
                yield f"field {field['name']} of {table}: {fault}"


def _of_meaning(field: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    for part in ("type", "unit"):
        if field.get(part) != known.get(part):
            yield f"{part} is {_shown(field.get(part))}, and elsewhere {_shown(known.get(part))}"
    for part, codes, others in (
        ("enum", enum_of(field), enum_of(known)),
        ("codes", field.get("codes"), known.get("codes")),
    ):
        if (codes is None) != (others is None):
            yield f"{part} is {'missing' if codes is None else 'given'}, and elsewhere it is not"
        elif codes is not None and others is not None:
            shared = set(codes) & set(others)
            if [code for code in codes if code in shared] != [
                code for code in others if code in shared
            ]:
                yield f"{part} has its codes in another order than elsewhere"


def enum_of(field: Mapping[str, Any]) -> list[str] | None:
    """Return the codes of a field that holds one of them, or None."""
    codes: list[str] | None = field.get("constraints", {}).get("enum")
    return codes


def _fields(package: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for resource in package["resources"]:
        for field in resource.get("schema", {}).get("fields", ()):
            yield resource["name"], field


def _shown(value: Any) -> str:
    return brief(repr(value))


def _object(required: dict[str, Form], optional: dict[str, Form] | None = None) -> Form:
    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{place} is {_shown(value)}, not an object"
            return
        inside = f"{place}." if place else ""
        for name, form in required.items():
            if name not in value:
                yield f"{inside}{name} is missing"
            else:
                yield from form(value[name], f"{inside}{name}")
        for name, form in (optional or {}).items():
            if name in value:
                yield from form(value[name], f"{inside}{name}")

    return check


def _list(
    form: Form, key: Callable[[Any], Any] = lambda item: item, *, most: int | None = None
) -> Form:
    """Return the form of a list that holds something, and nothing twice."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, list) or not value:
            yield f"{place} is {_shown(value)}, not a list that holds something"
            return
        wrong = [
            fault for number, item in enumerate(value) for fault in form(item, f"{place}[{number}]")
        ]
        yield from wrong
        if not wrong and (twice := repeated(key(item) for item in value)) is not None:
            yield f"{place} has {_shown(twice)} twice"
        if most is not None and len(value) > most:
            yield f"{place} has {len(value)} items, where {most} is read"

    return check


def _value(fits: Callable[[Any], object], wanted: str) -> Form:
    def check(value: Any, place: str) -> Iterator[str]:
        if not fits(value):
            yield f"{place} is {_shown(value)}, not {wanted}"

    return check


def _matching(pattern: re.Pattern[str], wanted: str) -> Form:
    return _value(lambda value: isinstance(value, str) and pattern.fullmatch(value), wanted)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and bool(value.strip())


def _is_moment(value: Any) -> bool:
    try:
        day = dt.date.fromisoformat(value[:10]).isoformat()
    except (ValueError, TypeError):
        return False
    return value in (day, day + _MIDNIGHT)


def _nullable(form: Form) -> Form:
    return lambda value, place: iter(()) if value is None else form(value, place)


def _field(value: Any, place: str) -> Iterator[str]:
    wrong = list(_FIELD(value, place))
    yield from wrong
    if wrong:
        return
    if enum_of(value) is not None and value["type"] != "string":
        yield f"{place}.constraints.enum is for a field of type string, and this is a {value['type']}"
    if "codes" in value and value["type"] != "list":
        yield f"{place}.codes is for a field of type list, and this is a {value['type']}"


def _resource(value: Any, place: str) -> Iterator[str]:
    wrong = list(_RESOURCE(value, place))
    yield from wrong
    if wrong:
        return
    table = value["path"].endswith(".parquet")
    if table != ("schema" in value):
        yield f"{place}.schema is {'missing' if table else 'for a table, and this is none'}"
    elif table and value["path"] != f"{value['name']}.parquet":
        yield f"{place}.path is {_shown(value['path'])}, not {_shown(value['name'] + '.parquet')}"
    elif not table and value["name"] in ROW_KEYS:
        yield f"{place}.path is {_shown(value['path'])}, not the Parquet file of a table"
    elif table:
        yield from _TABLE(value, place)


_TEXT: Final = _value(_is_text, "a text of one line")
_COUNT: Final = _value(lambda value: type(value) is int and value >= 0, "a number of rows")
_VERSION: Final = _matching(VERSION, "a version YYYY.MM.N")
_NAMES: Final = _list(_matching(_COLUMN, "a name of a column"))
_CODES: Final = _list(_TEXT)
_LICENCE: Final = _object({"name": _TEXT, "path": _TEXT}, {"title": _TEXT})
_CONSTRAINTS: Final = _object(
    {}, {"required": _value(lambda value: isinstance(value, bool), "true or false"), "enum": _CODES}
)
_FIELD: Final = _object(
    {
        "name": _matching(_COLUMN, "a name of a column"),
        "type": _value(lambda value: value in TYPES, f"one of {', '.join(TYPES)}"),
        "title": _TEXT,
        "description": _TEXT,
    },
    {"unit": _TEXT, "constraints": _CONSTRAINTS, "codes": _CODES},
)
_ONE_NAME: Final = _list(_matching(_COLUMN, "a name of a column"), most=1)
_FOREIGN_KEY: Final = _object(
    {"fields": _ONE_NAME, "reference": _object({"resource": _TEXT, "fields": _ONE_NAME})}
)
_SCHEMA: Final = _object(
    {"fields": _list(_field, lambda field: field["name"])},
    {"primaryKey": _NAMES, "foreignKeys": _list(_FOREIGN_KEY, str)},
)
_TABLE: Final = _object(
    {
        "rows": _COUNT,
        "row_digest": _matching(resources.DIGEST, "sha256:…"),
        "schema": _SCHEMA,
    }
)
_RESOURCE: Final = _object(
    {"name": _matching(_RESOURCE_NAME, "a name of a resource"), "path": _TEXT, "title": _TEXT}
)
_PACKAGE: Final = _object(
    {
        "title": _TEXT,
        "description": _TEXT,
        "version": _VERSION,
        "created": _value(_is_moment, f"YYYY-MM-DD{_MIDNIGHT}"),
        "schema_version": _matching(SCHEMA, "MAJOR.MINOR"),
        "licenses": _list(_LICENCE, str),
        "resources": _list(_resource, lambda resource: resource["name"]),
    },
    {"changes_since": _nullable(_VERSION), "homepage": _TEXT},
)
