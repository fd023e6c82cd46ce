"""A comparison of the releases with the git history: whether every committed release is unchanged.

Every file that a commit up to a revision had in the folder of a version must be there now, with the
same bytes. Every entry that an index in a commit had must be in the index now. The only change
allowed is a withdrawal, which then stays. So no release can change or disappear, and no version can
be used twice, even if the index and all digests were rewritten to match.
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


class CommittedFile(NamedTuple):
    """A file of a commit: its path within the releases, and the git blob of its content."""

    path: str
    blob: str


def history_faults(releases: Path, revision: str) -> list[str]:
    """Compare the releases with those of a revision and of all commits before it.

    Args:
        releases: The folder of releases.
        revision: A commit, branch or tag.

    Returns:
        The faults, one sentence each; an empty list if nothing has changed.

    Raises:
        TumenError: The comparison is not possible: the folder is in no git repository, the revision
            is unknown, the clone is shallow, or git is not installed.

    """
    _refuse_shallow(releases)
    options = ("--verify", "--quiet", "--end-of-options")
    commit = _rev_parse(releases, *options, f"{revision}^{{commit}}")
    if not commit:
        raise TumenError(
            f"no revision {revision!r} in the repository of {releases};"
            " name a commit, branch or tag."
        )
    algorithm = _rev_parse(releases, "--show-object-format")
    faults: list[str] = []
    indices: list[CommittedFile] = []
    for file in _committed_files(releases, commit):
        if file.path == INDEX:
            indices.append(file)
        elif VERSION.fullmatch(file.path.split("/", maxsplit=1)[0]):
            faults += _file_faults(releases, file, algorithm)
    return faults + _index_faults(releases, indices)


def _refuse_shallow(releases: Path) -> None:
    answer = _rev_parse(releases, "--is-shallow-repository")
    if answer != "false":
        problem = (
            f"the repository of {releases} is a shallow clone"
            if answer
            else f"{releases} is in no git repository"
        )
        raise TumenError(
            f"{problem}, so its history is not known;"
            " clone the whole repository (git fetch --unshallow)."
        )


def _committed_files(releases: Path, commit: str) -> Iterator[CommittedFile]:
    """Yield each file that a commit added or changed, newest commits first, without duplicates.

    A merge is compared with each of its parents.
    """
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
    log = git.output(releases, "log", *options, commit, "--", ".")
    parts = iter(os.fsdecode(log).split("\0"))
    seen: set[CommittedFile] = set()
    for part in parts:
        # ":<old mode> <new mode> <old blob> <new blob> <status>", followed by the path.
        fields = part.strip().removeprefix(":").split(" ")
        if len(fields) == 5:  # noqa: PLR2004
            status = fields[4]
            file = CommittedFile(next(parts), fields[3])
            if status != "D" and file not in seen:
                seen.add(file)
                yield file


def _file_faults(releases: Path, file: CommittedFile, algorithm: str) -> Iterator[str]:
    path = releases / file.path
    remedy = f"a release never changes; restore it: git cat-file blob {file.blob} > {path}"
    if path.is_symlink() or not path.is_file():
        yield f"{path}: was published and is missing; {remedy}"
        return
    content = path.read_bytes()
    if hashlib.new(algorithm, b"blob %d\0" % len(content) + content).hexdigest() != file.blob:
        yield f"{path}: its content is not what was published; {remedy}"


def _index_faults(releases: Path, indices: list[CommittedFile]) -> list[str]:
    now = {entry["version"]: entry for entry in index.read(releases)}
    faults: dict[str, None] = {}
    for file in indices:
        try:
            entries = parse(git.output(releases, "cat-file", "blob", file.blob))
        except ValueError:
            continue  # A committed file that was not an index listed no releases.
        for entry in entries:
            found = _entry_faults(releases / INDEX, entry, now.get(entry["version"]))
            faults |= dict.fromkeys(found)
    return list(faults)


def _entry_faults(path: Path, before: dict[str, Any], now: dict[str, Any] | None) -> Iterator[str]:
    version = before["version"]
    if now is None:
        yield (
            f"{path}: release {version} was published and has no entry;"
            " restore it, and withdraw the release if it should not be used"
        )
        return
    for name, value in before.items():
        if now.get(name) != value:
            change = f"{name} of release {version} was {value!r} and is {now.get(name)!r}"
            yield f"{path}: {change}; restore it, a version is never reused"


def _rev_parse(folder: Path, *arguments: str) -> str:
    """Return what `git rev-parse` prints, an empty text where it finds nothing."""
    return git.run(folder, "rev-parse", *arguments).stdout.decode().strip()
