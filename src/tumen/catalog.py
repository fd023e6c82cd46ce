"""Which releases there are, where their files lie, and what they say of themselves; needs the standard library alone."""

from __future__ import annotations

import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any, Final

from tumen.errors import SchemaError, UnknownNameError, WithdrawnWarning
from tumen.names import TABLE_NAMES

SCHEMA_MAJOR: Final = 1


def folder() -> Path:
    """Return the folder of the releases that came with the package."""
    return Path(__file__).with_name("releases").joinpath("index.json").resolve().parent


@cache
def index(releases: Path) -> tuple[dict[str, Any], ...]:
    """Return the entries of the index, oldest first: version, date, schema_version, datapackage, withdrawn."""
    try:
        entries = json.loads((releases / "index.json").read_bytes())["releases"]
        return tuple(sorted(entries, key=lambda entry: tuple(map(int, entry["version"].split(".")))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"{releases / 'index.json'} cannot be read ({error}); install tumen again.") from error


def find(version: str | None) -> Path:
    """Return the folder of a release, of the newest one that stands if none is named.

    A withdrawn release is found only when named, and warns with a `WithdrawnWarning`.
    """
    releases = folder()
    entries = {entry["version"]: entry for entry in index(releases)}
    if version is None:
        standing = [name for name, entry in entries.items() if "withdrawn" not in entry]
        if not standing:
            raise SchemaError(
                f"{releases} holds no release that stands; install a newer tumen, or name one of: {', '.join(entries)}."
            )
        version = standing[-1]
    if version not in entries:
        raise UnknownNameError("release", version, entries)
    schema = str(entries[version]["schema_version"])
    if int(schema.split(".", maxsplit=1)[0]) > SCHEMA_MAJOR:
        raise SchemaError(f"release {version} has schema {schema}, newer than this library reads: pip install --upgrade tumen")
    if withdrawn := entries[version].get("withdrawn"):
        told = f"release {version} was withdrawn on {withdrawn['date']}: {withdrawn['reason']}"
        warnings.warn(told, WithdrawnWarning, stacklevel=3)
    return releases / version


def latest() -> Path:
    """Return the folder of the newest release whose schema this library reads, withdrawn or not."""
    releases = folder()
    readable = [one for one in index(releases) if int(str(one["schema_version"]).split(".", maxsplit=1)[0]) <= SCHEMA_MAJOR]
    return releases / str(readable[-1]["version"])


@cache
def describe(release: Path) -> dict[str, Any]:
    """Return the datapackage of a release."""
    try:
        described: dict[str, Any] = json.loads((release / "datapackage.json").read_bytes())
    except (OSError, ValueError) as error:
        raise SchemaError(f"{release / 'datapackage.json'} cannot be read ({error}); install tumen again.") from error
    return described


@cache
def fields(release: Path, table: str) -> tuple[dict[str, Any], ...]:
    """Return the fields of a table as its release describes them."""
    if table not in TABLE_NAMES:
        raise UnknownNameError("table", table, TABLE_NAMES)
    resources = {resource["name"]: resource for resource in describe(release)["resources"]}
    if table not in resources:
        raise UnknownNameError(f"table in release {release.name}", table, resources)
    return tuple(resources[table]["schema"]["fields"])
