"""What a change broke: findings in the files that differ from a git revision, and those elsewhere that it did not have.

The whole dataset is always checked. A finding in a file that did not change concerns the change too if the change brought it
about, as where an actor was taken away whom an older record names; only if there are findings in such files are the records
of the revision checked as well, to tell new ones from old. Git is asked for names and old files; the repository is only read.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tumen.checking.dataset import check, root_of
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tumen.findings import Finding, Report

_SET_BY_HOOKS: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
# A commit can hold a folder that git takes for a bare repository, whose configuration names programs to run.
_RUNS_NOTHING: Final = ("-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")


def since(report: Report, path: Path, revision: str) -> Report:
    """Return `report`, a check of `path`, with the findings that concern what changed since a git revision.

    A file changed if it was committed, staged, edited, renamed or is untracked since then. Raises `TumenError` if git is not
    installed, the records are in no repository, or the revision is unknown.
    """
    root = root_of(path)
    top = _folder(root, "--show-toplevel")
    commit = _commit(root, revision)
    changed = changed_files(top, commit)
    stands = {file: _real(file) in changed for file in {finding.place.file for finding in report.findings}}
    kept = report.findings
    if not all(stands.values()):
        old = _findings_at(commit, root)
        kept = tuple(found for found in kept if stands[found.place.file] or _identity(found, root, root) not in old)
    return replace(report, findings=kept)


def changed_files(top: Path, commit: str) -> frozenset[Path]:
    """Return every file under the root `top` of a work tree that is not as it was at a commit, or not tracked."""
    differing = _git(top, "diff", "--name-only", "--no-relative", "--no-renames", "-z", commit, "--")
    untracked = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(top / os.fsdecode(name) for name in (differing + untracked).split(b"\0") if name)


def _folder(root: Path, which: str) -> Path:
    run = _run(root, "rev-parse", which)
    if run.returncode:
        raise TumenError(f"{root} is in no git repository that can be read: {_said(run)}")
    return Path(os.fsdecode(run.stdout.removesuffix(b"\n")))


def _commit(root: Path, revision: str) -> str:
    run = _run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if run.returncode:
        raise TumenError(
            f"no revision {revision!r} in the repository of {root}; name a commit, branch or tag that `git log` shows"
            " (a shallow clone lacks older ones: fetch them first)."
        )
    return run.stdout.decode().strip()


def _findings_at(commit: str, root: Path) -> set[tuple[str, str, str]]:
    """Return the identities of what is found in the records as they were at a commit; none, if they were not there yet."""
    tree = _run(root, "rev-parse", "--verify", "--quiet", f"{commit}:./")
    if tree.returncode:
        return set()
    with TemporaryDirectory(prefix="tumen-") as folder:
        old = Path(folder, "records")
        old.mkdir()
        git_dir = _folder(root, "--absolute-git-dir")
        apart = {"GIT_DIR": str(git_dir), "GIT_WORK_TREE": str(old), "GIT_INDEX_FILE": str(Path(folder, "index"))}
        _git(old, "read-tree", tree.stdout.decode().strip(), environment=apart)
        _git(old, "checkout-index", "--all", "--quiet", environment=apart)
        return {_identity(finding, old, root) for finding in check(old).findings}


def _identity(finding: Finding, where: Path, root: Path) -> tuple[str, str, str]:
    """Return a finding's file, code and message as they would be if the dataset `where` it stands were at `root`."""
    message = finding.message.replace(str(where / "_")[:-1], str(root / "_")[:-1])
    return Path(finding.place.file).relative_to(where).as_posix(), finding.code, message


def _real(file: str) -> Path:
    path = Path(file)
    return path.parent.resolve() / path.name


def _git(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> bytes:
    run = _run(folder, *arguments, environment=environment)
    if run.returncode:
        raise TumenError(f"git {arguments[0]} failed: {_said(run)}")
    return run.stdout


def _run(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    outer = {name: value for name, value in os.environ.items() if name not in _SET_BY_HOOKS}
    env = {**outer, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **(environment or {})}
    try:
        command = ["git", *_RUNS_NOTHING, *arguments]
        return subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise TumenError("git is not installed; --changed-since asks it which files changed.") from error


def _said(run: subprocess.CompletedProcess[bytes]) -> str:
    return run.stderr.decode(errors="replace").strip() or f"exit status {run.returncode}"
