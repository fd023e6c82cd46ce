"""The index of a folder of releases as its keepers write it (its form: `tumen.release.index`).

An entry is never taken out and never changes but once: when the release is withdrawn. It then stays, loads only when named, and its
number stays taken. The index is replaced in one step, so that a reader sees the old one or the new one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tumen.errors import TumenError, UnknownNameError
from tumen.publishing.versions import refuse_day
from tumen.release.index import INDEX, parse, version_key

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


def read(releases: Path) -> list[dict[str, Any]]:
    """Return the entries of the index, oldest first; none where there is no index yet.

    Raises `TumenError` for a file that is not an index.
    """
    path = releases / INDEX
    if not path.exists():
        return []
    try:
        return parse(path.read_bytes())
    except (OSError, ValueError) as error:
        raise TumenError(
            f"{path} is not an index of releases ({error}); restore it from the history."
        ) from error


def write(releases: Path, entries: list[dict[str, Any]]) -> None:
    """Replace the entries of the index in one step; whatever else it says stays (tumen[check])."""
    from tumen._system import atomic  # noqa: PLC0415

    path = releases / INDEX
    said = json.loads(path.read_bytes()) if path.exists() else {}
    atomic.replace(
        path,
        encode_json(
            said | {"releases": sorted(entries, key=lambda entry: version_key(entry["version"]))}
        ),
    )


def withdraw(releases: Path, version: str, reason: str, today: dt.date) -> None:
    """Mark a release as withdrawn; its folder stays as it is.

    Raises `UnknownNameError` for a version that was never published, `TumenError` where it is withdrawn already, the reason is
    empty or the index cannot be written.
    """
    from tumen._system import lock  # noqa: PLC0415

    said = " ".join(reason.split())
    if not said:
        raise TumenError("--reason is empty; say in a sentence why nobody should use the release.")
    refuse_day(today)
    _standing(releases, version)
    with lock.alone(releases):
        entries = _standing(releases, version)
        entries[version]["withdrawn"] = {"date": today.isoformat(), "reason": said}
        try:
            write(releases, list(entries.values()))
        except OSError as error:
            raise TumenError(
                f"{releases / INDEX} could not be written: {error}; nothing was changed."
            ) from error


def _standing(releases: Path, version: str) -> dict[str, dict[str, Any]]:
    """Return the entries by version, among them this one, which was not withdrawn."""
    entries = {entry["version"]: entry for entry in read(releases)}
    if version not in entries:
        raise UnknownNameError("release", version, entries)
    if earlier := entries[version].get("withdrawn"):
        raise TumenError(
            f"release {version} was withdrawn on {earlier['date']}: {earlier['reason']}"
        )
    return entries


def encode_json(value: Any) -> bytes:
    """Return JSON as it stands in a release: indented, UTF-8, a newline at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
