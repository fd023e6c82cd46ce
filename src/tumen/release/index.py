"""The index of a folder of releases: its format, and the order of versions.

The package, a store and a repository all have one, `index.json`:

    {"releases": [{"version", "date", "schema_version", "datapackage",
                   "withdrawn": {"date", "reason"}}]}

`datapackage` is the digest of the release's datapackage.json, which lists the digests of all other
files. `withdrawn` is present only where the release was withdrawn.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

INDEX: Final = "index.json"
VERSION: Final = re.compile(r"20[0-9]{2}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]*)")
SCHEMA: Final = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# The required fields of an entry: how each is checked, and its format for the message.
_FIELDS: Final[dict[str, tuple[Callable[[str], object], str]]] = {
    "date": (_is_date, "YYYY-MM-DD"),
    "schema_version": (SCHEMA.fullmatch, "MAJOR.MINOR"),
    "datapackage": (DIGEST.fullmatch, "sha256:…"),
}


def bundled_folder() -> Path:
    """Return the folder of the releases that are part of the package."""
    return Path(__file__).parents[1].joinpath("bundled").joinpath(INDEX).resolve().parent


def version_key(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, for sorting."""
    return tuple(map(int, version.split(".")))


def next_version(entries: Sequence[dict[str, Any]], today: dt.date) -> str:
    """Return the next free version of this month; withdrawn releases keep their number."""
    month = f"{today:%Y.%m}."
    taken = [
        version_key(entry["version"])[2] for entry in entries if entry["version"].startswith(month)
    ]
    return f"{month}{max(taken, default=-1) + 1}"


def not_withdrawn(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries of the releases that are not withdrawn."""
    return [entry for entry in entries if "withdrawn" not in entry]


def has_month_of_its_date(entry: dict[str, Any]) -> bool:
    """Return whether the version of a release names the month of its date; true without a date."""
    date = str(entry.get("date", ""))
    if not _is_date(date):
        return True
    return version_key(entry["version"])[:2] == version_key(date.replace("-", "."))[:2]


def repeated(names: Iterable[str]) -> str | None:
    """Return the first name that occurred before, or None."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def parse(content: bytes) -> list[dict[str, Any]]:
    """Parse an index, and check its versions and withdrawals.

    Returns:
        The entries, oldest first.

    Raises:
        ValueError: The content is not an index.

    """
    try:
        entries = [dict(entry) for entry in json.loads(content)["releases"]]
        versions = [entry["version"] for entry in entries]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no {error}" if isinstance(error, KeyError) else str(error)) from error
    for version in versions:
        if not isinstance(version, str) or not VERSION.fullmatch(version):
            raise ValueError(f"{version!r} is not a version YYYY.MM.N")
    if twice := repeated(versions):
        raise ValueError(f"{twice} is listed twice")
    for entry in entries:
        withdrawn = entry.get("withdrawn", {"date": "", "reason": ""})
        if not isinstance(withdrawn, dict) or not all(
            isinstance(withdrawn.get(name), str) for name in ("date", "reason")
        ):
            raise ValueError(f"{entry['version']} was withdrawn without a date or a reason")
    return sorted(entries, key=lambda entry: version_key(entry["version"]))


def parse_complete(content: bytes) -> list[dict[str, Any]]:
    """Parse an index as `parse` does, and check date, schema version and digest of each entry.

    Raises:
        ValueError: The content is not an index, or an entry lacks one of them or has it malformed.

    """
    entries = parse(content)
    for entry in entries:
        for name, (is_valid, form) in _FIELDS.items():
            value = entry.get(name)
            if not isinstance(value, str) or not is_valid(value):
                raise ValueError(f"{name} of {entry['version']} is {value!r}, not {form}")
    return entries
