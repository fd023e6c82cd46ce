"""The findings that a change brought about, compared with a git revision.

The whole dataset is always checked. A finding concerns the change if its file changed. A finding in
another file concerns it too if the revision did not have it, as when an actor was removed that an
older record names. Only if there are findings in other files are the records of the revision
checked as well, to tell new findings from old ones. Git only gives names and old files, and nothing
is written to the repository.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tumen._system import git
from tumen.errors import TumenError
from tumen.validation import released_ids
from tumen.validation.records import check, dataset_root

if TYPE_CHECKING:
    from tumen.report import Finding, Report


def findings_since(
    report: Report, path: Path, revision: str, releases: Path | None = None
) -> Report:
    """Return a report with the findings that concern what changed since a git revision.

    A file changed if it was committed, staged, edited or renamed since then, or is untracked.

    Args:
        report: The report on `path`.
        path: The dataset, or a file in it.
        revision: A commit, branch or tag.
        releases: The folder of releases that the ids were checked against. Without it, that next
            to the dataset.

    Returns:
        The report with the findings that concern the change.

    Raises:
        TumenError: If git is not installed, the records are not in a repository, or the revision is
            unknown.

    """
    root = dataset_root(path)
    top = _find_folder(root, "--show-toplevel")
    commit = _find_commit(root, revision)
    changed_files = _list_changed_files(top, commit)
    has_changed = {
        file: _resolve_folder(file) in changed_files
        for file in {finding.place.file for finding in report.findings}
    }
    findings = report.findings
    if not all(has_changed.values()):
        releases = releases or released_ids.find_releases(root)
        old_findings = _collect_identities(commit, root, releases)
        findings = tuple(
            finding
            for finding in findings
            if has_changed[finding.place.file] or _identify(finding, root, root) not in old_findings
        )
    return replace(report, findings=findings)


def _list_changed_files(top: Path, commit: str) -> frozenset[Path]:
    """Return the files of a work tree that differ from a commit or are untracked."""
    differing = git.output(
        top, "diff", "--name-only", "--no-relative", "--no-renames", "-z", commit, "--"
    )
    untracked = git.output(top, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(
        top / os.fsdecode(name) for name in (differing + untracked).split(b"\0") if name
    )


def _find_folder(root: Path, which: str) -> Path:
    run = git.run(root, "rev-parse", which)
    if run.returncode:
        raise TumenError(
            f"{root} is not in a git repository that can be read: {git.error_text(run)}"
        )
    return Path(os.fsdecode(run.stdout.removesuffix(b"\n")))


def _find_commit(root: Path, revision: str) -> str:
    run = git.run(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if run.returncode:
        raise TumenError(
            f"no revision {revision!r} in the repository of {root}; name a commit, branch or tag"
            " that `git log` shows. A shallow clone lacks older ones; fetch them first."
        )
    return run.stdout.decode().strip()


def _collect_identities(
    commit: str, root: Path, releases: Path | None
) -> set[tuple[str, str, str]]:
    """Return the identities of the findings at a commit; there are none before the dataset."""
    tree = git.run(root, "rev-parse", "--verify", "--quiet", f"{commit}:./")
    if tree.returncode:
        return set()
    with TemporaryDirectory(prefix="tumen-") as folder:
        old = Path(folder, "records")
        old.mkdir()
        # An index of its own keeps git from touching that of the repository.
        git_dir = _find_folder(root, "--absolute-git-dir")
        environment = {
            "GIT_DIR": str(git_dir),
            "GIT_WORK_TREE": str(old),
            "GIT_INDEX_FILE": str(Path(folder, "index")),
        }
        git.output(old, "read-tree", tree.stdout.decode().strip(), environment=environment)
        git.output(old, "checkout-index", "--all", "--quiet", environment=environment)
        report = check(old, releases=releases)
        return {_identify(finding, old, root) for finding in report.findings}


def _identify(finding: Finding, folder: Path, root: Path) -> tuple[str, str, str]:
    """Return file, code and message of a finding in `folder`, a copy of the dataset `root`."""
    # The message may name files, too; joining and cutting adds the separator of the platform.
    message = finding.message.replace(str(folder / "_")[:-1], str(root / "_")[:-1])
    return Path(finding.place.file).relative_to(folder).as_posix(), finding.code, message


def _resolve_folder(file: str) -> Path:
    path = Path(file)  # which may be a link itself
    return path.parent.resolve() / path.name
