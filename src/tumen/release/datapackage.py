"""The format of a release's datapackage.json, checked so that all readers can rely on it.

Digests show that a file is the one that was published, but not that it is correct: a signed
datapackage may lack its title, or list a code twice. Every reader parses it here, and needs no
checks of its own afterwards. Properties that a later version adds are ignored.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

from tumen._text import shorten
from tumen.release.index import DIGEST, SCHEMA, VERSION, repeated
from tumen.table_names import ROW_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Form = Callable[[Any, str], Iterator[str]]
    """Returns what is wrong with a value at a place, such as `resources[0].path`."""

DESCRIPTION: Final = "datapackage.json"
TYPES: Final = ("string", "date", "number", "boolean", "list")
BESIDE_THE_TABLES: Final = ("changes", "codebook")
"""Parquet resources of a release that are not tables of the dataset, but describe them."""

_COLUMN: Final = re.compile(r"[a-z][a-z0-9_]*")
_RESOURCE_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")
_MIDNIGHT: Final = "T00:00:00Z"
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_-])?")
# Names that Windows reserves for devices, with any extension.
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\..*)?", re.IGNORECASE)
_MOST_SHOWN: Final = 120


def sha256(content: bytes) -> str:
    """Return the digest of bytes as a datapackage has it: `sha256:` and hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def parse(content: bytes) -> dict[str, Any]:
    r"""Parse a datapackage, and check path, size and digest of each of its resources.

    A path must be the name of a file in the folder of the release, on any system. `../x`, `/x`,
    `C:\x`, `file:x`, `a/b` and `CON` are refused.

    Returns:
        The datapackage, with its resources as dictionaries.

    Raises:
        ValueError: The content is not a datapackage, or one of its resources is malformed. The
            message continues a sentence that starts with the name of the file.

    """
    try:
        package: dict[str, Any] = dict(json.loads(content))
        resources = [dict(resource) for resource in package["resources"]]
        paths = [resource["path"] for resource in resources]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            f"is not the datapackage of a release ({type(error).__name__}: {error})"
        ) from None
    for resource, path in zip(resources, paths, strict=True):
        if not isinstance(path, str) or not _FILE_NAME.fullmatch(path) or _DEVICE.fullmatch(path):
            raise ValueError(
                f"names the file {repr(path)[:_MOST_SHOWN]}, which is not a plain file name"
            )
        if not _is_size(resource.get("bytes")) or not _is_digest(resource.get("hash")):
            raise ValueError(f"lacks the size or the digest of {path}")
    if twice := repeated(paths):
        raise ValueError(f"names the file {twice!r} twice")
    return package | {"resources": resources}


def _is_size(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and DIGEST.fullmatch(value) is not None


def parse_complete(content: bytes, entry: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Parse a datapackage as `parse` does, and check everything that the library relies on.

    Args:
        content: The content of datapackage.json.
        entry: The entry of the index, or a part of it, that the datapackage must agree with.

    Raises:
        ValueError: The datapackage has a fault; the message names the first one, and continues a
            sentence that starts with the name of the file.

    """
    package = parse(content)
    for fault in faults(package, entry):
        raise ValueError(f"is not a valid datapackage of a release: {fault}")
    return package


def faults(package: Mapping[str, Any], entry: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Return what is wrong in a datapackage that `parse` has accepted.

    Args:
        package: The datapackage.
        entry: The entry of the index, or a part of it, that the datapackage must agree with.

    """
    wrong = list(_PACKAGE(package, ""))
    if not wrong:
        wrong = [*_key_faults(package), *_entry_faults(package, entry or {})]
    yield from wrong


def _entry_faults(package: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[str]:
    values = {**package, "date": package["created"][:10]}
    names = {"version": "version", "schema_version": "schema_version", "date": "created"}
    for name, place in names.items():
        if name in entry and values[name] != entry[name]:
            yield f"{place} is {_shown(values[name])}, but the index says {_shown(entry[name])}"


def _key_faults(package: Mapping[str, Any]) -> Iterator[str]:
    """Return the keys that name a missing column, and the tables without a key."""
    tables = {
        resource["name"]: resource["schema"]
        for resource in package["resources"]
        if "schema" in resource
    }
    columns = {
        name: [field["name"] for field in schema["fields"]] for name, schema in tables.items()
    }
    for table, schema in tables.items():
        place = f"schema of {table}"
        if "primaryKey" not in schema and table not in (*ROW_KEYS, *BESIDE_THE_TABLES):
            yield f"{place}: primaryKey is missing"
        for name in schema.get("primaryKey", ()):
            if name not in columns[table]:
                yield f"{place}: primaryKey names {_shown(name)}, which is not a field"
        for key in schema.get("foreignKeys", ()):
            target, (column,) = key["reference"]["resource"], key["fields"]
            other = key["reference"]["fields"][0]
            if column not in columns[table] or other not in columns.get(target, ()):
                yield (
                    f"{place}: foreignKeys refers from {column} to {target}.{other};"
                    " both must be fields"
                )


def differences(package: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    """Return where the columns of a release contradict those of a known one of the same MAJOR.

    Between two MINORs, tables, columns and codes may be added or removed. A column keeps its type,
    its unit and its vocabulary, and the codes keep their order.
    """
    before = {(table, field["name"]): field for table, field in _fields(known)}
    for table, field in _fields(package):
        if (old := before.get((table, field["name"]))) is not None:
            for fault in _changes_of_meaning(field, old):
                yield f"field {field['name']} of {table}: {fault}"


def _changes_of_meaning(field: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    for part in ("type", "unit"):
        if field.get(part) != known.get(part):
            yield (
                f"{part} is {_shown(field.get(part))},"
                f" but {_shown(known.get(part))} in other releases"
            )
    for part, codes, others in (
        ("enum", enum_of(field), enum_of(known)),
        ("codes", field.get("codes"), known.get("codes")),
    ):
        if (codes is None) != (others is None):
            yield f"{part} is {'missing' if codes is None else 'given'}, unlike in other releases"
        elif codes is not None and others is not None:
            shared = set(codes) & set(others)
            if [code for code in codes if code in shared] != [
                code for code in others if code in shared
            ]:
                yield f"{part} has its codes in another order than other releases"


def enum_of(field: Mapping[str, Any]) -> list[str] | None:
    """Return the codes of a field that holds a single code, or None."""
    codes: list[str] | None = field.get("constraints", {}).get("enum")
    return codes


def _fields(package: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for resource in package["resources"]:
        for field in resource.get("schema", {}).get("fields", ()):
            yield resource["name"], field


def _shown(value: Any) -> str:
    return shorten(repr(value))


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
    """Return the form of a list that is not empty and has no item twice."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, list) or not value:
            yield f"{place} is {_shown(value)}, not a list with items"
            return
        wrong = [
            fault for number, item in enumerate(value) for fault in form(item, f"{place}[{number}]")
        ]
        yield from wrong
        if not wrong and (twice := repeated(key(item) for item in value)) is not None:
            yield f"{place} has {_shown(twice)} twice"
        if most is not None and len(value) > most:
            yield f"{place} has {len(value)} items; at most {most} is allowed"

    return check


def _value(is_valid: Callable[[Any], object], expected: str) -> Form:
    def check(value: Any, place: str) -> Iterator[str]:
        if not is_valid(value):
            yield f"{place} is {_shown(value)}, not {expected}"

    return check


def _matching(pattern: re.Pattern[str], expected: str) -> Form:
    return _value(lambda value: isinstance(value, str) and pattern.fullmatch(value), expected)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and bool(value.strip())


def _is_date(value: Any) -> bool:
    """Return whether a value is a date, or midnight of a date."""
    try:
        date = dt.date.fromisoformat(value[:10]).isoformat()
    except (ValueError, TypeError):
        return False
    return value in (date, date + _MIDNIGHT)


def _nullable(form: Form) -> Form:
    return lambda value, place: iter(()) if value is None else form(value, place)


def _field(value: Any, place: str) -> Iterator[str]:
    wrong = list(_FIELD(value, place))
    yield from wrong
    if wrong:
        return
    if enum_of(value) is not None and value["type"] != "string":
        yield f"{place}.constraints.enum requires the type string, but the type is {value['type']}"
    if "codes" in value and value["type"] != "list":
        yield f"{place}.codes requires the type list, but the type is {value['type']}"


def _resource(value: Any, place: str) -> Iterator[str]:
    wrong = list(_RESOURCE(value, place))
    yield from wrong
    if wrong:
        return
    table = value["path"].endswith(".parquet")
    if table != ("schema" in value):
        yield f"{place}.schema is {'missing' if table else 'given, but the file is not Parquet'}"
    elif table and value["path"] != f"{value['name']}.parquet":
        yield f"{place}.path is {_shown(value['path'])}, not {_shown(value['name'] + '.parquet')}"
    elif not table and value["name"] in ROW_KEYS:
        yield f"{place}.path is {_shown(value['path'])}, not the Parquet file of a table"
    elif table:
        yield from _TABLE(value, place)


_TEXT: Final = _value(_is_text, "text on one line")
_COUNT: Final = _value(_is_size, "a number of rows")
_VERSION: Final = _matching(VERSION, "a version YYYY.MM.N")
_NAMES: Final = _list(_matching(_COLUMN, "a column name"))
_CODES: Final = _list(_TEXT)
_LICENCE: Final = _object({"name": _TEXT, "path": _TEXT}, {"title": _TEXT})
_CONSTRAINTS: Final = _object(
    {}, {"required": _value(lambda value: isinstance(value, bool), "true or false"), "enum": _CODES}
)
_FIELD: Final = _object(
    {
        "name": _matching(_COLUMN, "a column name"),
        "type": _value(lambda value: value in TYPES, f"one of {', '.join(TYPES)}"),
        "title": _TEXT,
        "description": _TEXT,
    },
    {"unit": _TEXT, "constraints": _CONSTRAINTS, "codes": _CODES},
)
_ONE_NAME: Final = _list(_matching(_COLUMN, "a column name"), most=1)
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
        "row_digest": _matching(DIGEST, "sha256:…"),
        "schema": _SCHEMA,
    }
)
_RESOURCE: Final = _object(
    {"name": _matching(_RESOURCE_NAME, "a resource name"), "path": _TEXT, "title": _TEXT}
)
_PACKAGE: Final = _object(
    {
        "title": _TEXT,
        "description": _TEXT,
        "version": _VERSION,
        "created": _value(_is_date, f"YYYY-MM-DD{_MIDNIGHT}"),
        "schema_version": _matching(SCHEMA, "MAJOR.MINOR"),
        "licenses": _list(_LICENCE, str),
        "resources": _list(_resource, lambda resource: resource["name"]),
    },
    {"changes_since": _nullable(_VERSION), "homepage": _TEXT},
)
