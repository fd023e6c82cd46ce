"""The index of a folder of releases, as maintainers write it; `tumen.release.index` has its format.

An entry is never removed, and changes only once: when the release is withdrawn. It then stays, so
that the release loads when named, and its version is not used again. The index is replaced in one
step, so that a reader sees either the old or the new one.
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
    """Return the entries of the index, oldest first; an empty list if there is no index yet.

    Raises:
        TumenError: The file is not an index.

    """
    path = releases / INDEX
    if not path.exists():
        return []
    try:
        return parse(path.read_bytes())
    except (OSError, ValueError) as error:
        raise TumenError(
            f"{path} is not an index of releases ({error}); restore it from the git history."
        ) from error


def write(releases: Path, entries: list[dict[str, Any]]) -> None:
    """Replace the entries of the index in one step; its other properties stay (tumen[check])."""
    from tumen._system import atomic  # noqa: PLC0415

    path = releases / INDEX
    index = json.loads(path.read_bytes()) if path.exists() else {}
    index["releases"] = sorted(entries, key=lambda entry: version_key(entry["version"]))
    atomic.replace(path, encode_json(index))


def withdraw(releases: Path, version: str, reason: str, today: dt.date) -> None:
    """Mark a release as withdrawn; its folder stays as it is.

    Args:
        releases: The folder of releases.
        version: The release to withdraw.
        reason: Why it should not be used, in a sentence.
        today: The date of the withdrawal.

    Raises:
        UnknownNameError: The version was never published.
        TumenError: The release is withdrawn already, the reason is empty, or the index cannot be
            written.

    """
    from tumen._system import lock  # noqa: PLC0415

    sentence = " ".join(reason.split())
    if not sentence:
        raise TumenError("--reason is empty; say in a sentence why the release should not be used.")
    refuse_day(today)
    _entries_with(releases, version)
    with lock.exclusive_lock(releases):
        # Another process may have changed the index before this one got the lock.
        entries = _entries_with(releases, version)
        entries[version]["withdrawn"] = {"date": today.isoformat(), "reason": sentence}
        try:
            write(releases, list(entries.values()))
        except OSError as error:
            raise TumenError(
                f"{releases / INDEX} could not be written: {error}; nothing was changed."
            ) from error


def _entries_with(releases: Path, version: str) -> dict[str, dict[str, Any]]:
    """Return the entries by version; raise an error unless this one exists and is not withdrawn."""
    entries = {entry["version"]: entry for entry in read(releases)}
    if version not in entries:
        raise UnknownNameError("release", version, entries)
    if earlier := entries[version].get("withdrawn"):
        raise TumenError(
            f"release {version} was already withdrawn on {earlier['date']}: {earlier['reason']}"
        )
    return entries


def encode_json(value: Any) -> bytes:
    """Return JSON as releases have it: indented, UTF-8, with a newline at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
