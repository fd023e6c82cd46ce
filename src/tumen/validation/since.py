"""What a change broke: findings in the files that differ from a git revision, and those elsewhere that it did not have.

The whole dataset is always checked. A finding in a file that did not change concerns the change too if the change brought it
about, as where an actor was taken away whom an older record names; only if there are findings in such files are the records
of the revision checked as well, to tell new ones from old. Git is asked for names and old files; the repository is only read.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tumen._system import git
from tumen.errors import TumenError
from tumen.validation import permanence
from tumen.validation.records import check, root_of

if TYPE_CHECKING:
    from tumen.report import Finding, Report


def since(report: Report, path: Path, revision: str, releases: Path | None = None) -> Report:
    """Return `report`, a check of `path`, with the findings that concern what changed since a git revision.

    A file changed if it was committed, staged, edited, renamed or is untracked since then. Raises `TumenError` if git is not
    installed, the records are in no repository, or the revision is unknown. `releases` is the folder that the ids were held to.
    """
    root = root_of(path)
    top = _folder(root, "--show-toplevel")
    commit = _commit(root, revision)
    changed = changed_files(top, commit)
    stands = {
        file: _real(file) in changed for file in {finding.place.file for finding in report.findings}
    }
    kept = report.findings
    if not all(stands.values()):
        old = _findings_at(commit, root, releases or permanence.folder_beside(root))
        kept = tuple(
            found
            for found in kept
            if stands[found.place.file] or _identity(found, root, root) not in old
        )
    return replace(report, findings=kept)


def changed_files(top: Path, commit: str) -> frozenset[Path]:
    """Return every file under the root `top` of a work tree that is not as it was at a commit, or not tracked."""
    differing = git.output(
        top, "diff", "--name-only", "--no-relative", "--no-renames", "-z", commit, "--"
    )
    untracked = git.output(top, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(
        top / os.fsdecode(name) for name in (differing + untracked).split(b"\0") if name
    )


def _folder(root: Path, which: str) -> Path:
    run = git.run(root, "rev-parse", which)
    if run.returncode:
        raise TumenError(f"{root} is in no git repository that can be read: {git.said(run)}")
    return Path(os.fsdecode(run.stdout.removesuffix(b"\n")))


def _commit(root: Path, revision: str) -> str:
    run = git.run(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if run.returncode:
        raise TumenError(
            f"no revision {revision!r} in the repository of {root}; name a commit, branch or tag that `git log` shows"
            " (a shallow clone lacks older ones: fetch them first)."
        )
    return run.stdout.decode().strip()


def _findings_at(commit: str, root: Path, releases: Path | None) -> set[tuple[str, str, str]]:
    """Return the identities of what is found in the records as they were at a commit; none, if they were not there yet."""
    tree = git.run(root, "rev-parse", "--verify", "--quiet", f"{commit}:./")
    if tree.returncode:
        return set()
    with TemporaryDirectory(prefix="tumen-") as folder:
        old = Path(folder, "records")
        old.mkdir()
        git_dir = _folder(root, "--absolute-git-dir")
        apart = {
            "GIT_DIR": str(git_dir),
            "GIT_WORK_TREE": str(old),
            "GIT_INDEX_FILE": str(Path(folder, "index")),
        }
        git.output(old, "read-tree", tree.stdout.decode().strip(), environment=apart)
        git.output(old, "checkout-index", "--all", "--quiet", environment=apart)
        return {_identity(finding, old, root) for finding in check(old, releases=releases).findings}


def _identity(finding: Finding, where: Path, root: Path) -> tuple[str, str, str]:
    """Return a finding's file, code and message as they would be if the dataset `where` it stands were at `root`."""
    message = finding.message.replace(str(where / "_")[:-1], str(root / "_")[:-1])
    return Path(finding.place.file).relative_to(where).as_posix(), finding.code, message


def _real(file: str) -> Path:
    path = Path(file)
    return path.parent.resolve() / path.name
