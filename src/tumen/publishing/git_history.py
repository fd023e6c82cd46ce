"""Whether every release that was ever committed is still what it was, asked of git.

Every file that a commit up to a revision held in the folder of a version must stand there now with the same bytes, and every
entry of an index that a commit held must stand in the index now, the same but for a withdrawal, which stays once it is told. So no
release changes or goes, and no number is used twice, even if the index and all digests were written anew to match.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from tumen._system import git
from tumen.errors import TumenError
from tumen.publishing import index
from tumen.release.index import INDEX, VERSION, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Held(NamedTuple):
    """A file as a commit held it: its path within the releases, and the git blob of its bytes."""

    path: str
    blob: str


def against_history(releases: Path, revision: str) -> list[str]:
    """Return every breach of what `revision` and the commits before it held in the folder of releases, one sentence each.

    Raises `TumenError` where the folder is in no git repository, the revision is unknown, the clone is shallow or git is not
    installed: then nothing was proved.
    """
    _refuse_shallow(releases)
    commit = (
        _git(
            releases,
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            f"{revision}^{{commit}}",
        )
        .decode()
        .strip()
    )
    if not commit:
        raise TumenError(
            f"no revision {revision!r} in the repository of {releases}; name a commit, branch or tag."
        )
    algorithm = _git(releases, "rev-parse", "--show-object-format").decode().strip()
    faults: list[str] = []
    indices: list[Held] = []
    for held in _ever_held(releases, commit):
        if held.path == INDEX:
            indices.append(held)
        elif VERSION.fullmatch(held.path.split("/", maxsplit=1)[0]):
            faults += _of_file(releases, held, algorithm)
    return faults + _of_index(releases, indices)


def _refuse_shallow(releases: Path) -> None:
    said = _git(releases, "rev-parse", "--is-shallow-repository").decode().strip()
    if said != "false":
        where = (
            f"{releases} is in no git repository"
            if not said
            else f"the repository of {releases} is a shallow clone"
        )
        raise TumenError(
            f"{where}, so that nothing can be said of its history; clone it whole (git fetch --unshallow)."
        )


def _ever_held(releases: Path, commit: str) -> Iterator[Held]:
    """Return each file that any commit brought, a merge compared with each of its parents; newest commits first."""
    options = (
        "--full-history",
        "-m",
        "--raw",
        "--no-renames",
        "--no-abbrev",
        "--no-ext-diff",
        "--relative",
        "-z",
        "--format=",
    )
    log = _git(releases, "log", *options, commit, "--", ".")
    parts = iter(os.fsdecode(log).split("\0"))
    seen: set[tuple[str, str]] = set()
    for part in parts:
        fields = part.strip().removeprefix(":").split(" ")
        if len(fields) == 5:  # noqa: PLR2004 - modes, blobs and status of --raw
            path = next(parts)
            blob, status = fields[3], fields[4]
            if status != "D" and (path, blob) not in seen:
                seen.add((path, blob))
                yield Held(path, blob)


def _of_file(releases: Path, held: Held, algorithm: str) -> Iterator[str]:
    path = releases / held.path
    remedy = f"a release never changes; restore it: git cat-file blob {held.blob} > {path}"
    if path.is_symlink() or not path.is_file():
        yield f"{path}: was published and is missing; {remedy}"
        return
    content = path.read_bytes()
    if hashlib.new(algorithm, b"blob %d\0" % len(content) + content).hexdigest() != held.blob:
        yield f"{path}: its bytes are not those that were published; {remedy}"


def _of_index(releases: Path, indices: list[Held]) -> list[str]:
    now = {entry["version"]: entry for entry in index.read(releases)}
    faults: dict[str, None] = {}
    for held in indices:
        try:
            entries = parse(_git(releases, "cat-file", "blob", held.blob))
        except ValueError:
            continue  # what was no index named no release
        for entry in entries:
            faults |= dict.fromkeys(_of_entry(releases / INDEX, entry, now.get(entry["version"])))
    return list(faults)


def _of_entry(path: Path, then: dict[str, Any], now: dict[str, Any] | None) -> Iterator[str]:
    version = then["version"]
    if now is None:
        yield f"{path}: release {version} was published and has no entry; put it back, and withdraw the release if need be"
        return
    for name, value in then.items():
        if now.get(name) != value:
            changed = f"{name} of release {version} was {value!r} and is {now.get(name)!r}"
            yield f"{path}: {changed}; restore it, a number is never reused"


def _git(folder: Path, *arguments: str) -> bytes:
    """Return what git prints; `rev-parse` that finds nothing prints nothing."""
    if arguments[0] == "rev-parse":
        return git.run(folder, *arguments).stdout
    return git.output(folder, *arguments)
