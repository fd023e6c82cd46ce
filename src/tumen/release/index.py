"""The index of a folder of releases as everyone reads it, the package, a store or a repository: its form, the order of versions.

    {"releases": [{"version", "date", "schema_version", "datapackage", "withdrawn": {"date", "reason"}}]}

`datapackage` is the digest of the release's datapackage.json, which holds the digests of all other files.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any, Final

from tumen.release.resources import DIGEST, repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

INDEX: Final = "index.json"
VERSION: Final = re.compile(r"20[0-9]{2}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]*)")
SCHEMA: Final = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_FORMS: Final[dict[str, tuple[Callable[[str], object], str]]] = {
    "date": (_is_day, "YYYY-MM-DD"),
    "schema_version": (SCHEMA.fullmatch, "MAJOR.MINOR"),
    "datapackage": (DIGEST.fullmatch, "sha256:…"),
}


def version_key(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, by which versions are ordered."""
    return tuple(map(int, version.split(".")))


def next_version(entries: Sequence[dict[str, Any]], today: dt.date) -> str:
    """Return the first number of this month that no release ever had."""
    month = f"{today:%Y.%m}."
    taken = [
        version_key(entry["version"])[2] for entry in entries if entry["version"].startswith(month)
    ]
    return f"{month}{max(taken, default=-1) + 1}"


def standing(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries of the releases that are not withdrawn."""
    return [entry for entry in entries if "withdrawn" not in entry]


def is_of_month(entry: dict[str, Any]) -> bool:
    """Return whether a release is numbered after the month of its day; where no day is told, nothing speaks against it."""
    day = str(entry.get("date", ""))
    return (
        not _is_day(day)
        or version_key(entry["version"])[:2] == version_key(day.replace("-", "."))[:2]
    )


def parse(content: bytes) -> list[dict[str, Any]]:
    """Return the entries of an index, oldest first; raises `ValueError` for what is none."""
    try:
        entries = [dict(entry) for entry in json.loads(content)["releases"]]
        versions = [entry["version"] for entry in entries]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no {error}" if isinstance(error, KeyError) else str(error)) from error
    for version in versions:
        if not isinstance(version, str) or not VERSION.fullmatch(version):
            raise ValueError(f"{version!r} is not a version YYYY.MM.N")
    if twice := repeated(versions):
        raise ValueError(f"{twice} stands twice")
    for entry in entries:
        withdrawn = entry.get("withdrawn", {"date": "", "reason": ""})
        if not isinstance(withdrawn, dict) or not all(
            isinstance(withdrawn.get(name), str) for name in ("date", "reason")
        ):
            raise ValueError(f"{entry['version']} was withdrawn without a date or a reason")
    return sorted(entries, key=lambda entry: version_key(entry["version"]))


def complete(content: bytes) -> list[dict[str, Any]]:
    """Return the entries as `parse` does; raises `ValueError` where one has no day, schema version or digest of the right form."""
    entries = parse(content)
    for entry in entries:
        for name, (fits, written) in _FORMS.items():
            if not isinstance(value := entry.get(name), str) or not fits(value):
                raise ValueError(f"{name} of {entry['version']} is {value!r}, not {written}")
    return entries
