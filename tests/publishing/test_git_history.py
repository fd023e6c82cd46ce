"""Comparison of releases with the history of real git repositories."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tumen.errors import TumenError
from tumen.publishing import build as publishing_build
from tumen.publishing import index
from tumen.publishing.git_history import history_faults

if TYPE_CHECKING:
    from collections.abc import Callable

    Git = Callable[..., str]

TODAY = dt.date(2026, 11, 24)
RELEASES = Path("releases")
FOLDER = RELEASES / "2026.11.0"


def commit(git: Git, message: str) -> None:
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture
def published(write_dataset: Callable[..., Path], git: Git) -> Path:
    """Commit records, and then a release of them."""
    root = write_dataset()
    commit(git, "Add records")
    publishing_build.build(root, RELEASES, "2026.11.0", TODAY)
    commit(git, "Publish")
    return RELEASES


def test_nothing_changed(published: Path, git: Git) -> None:
    assert history_faults(published, "HEAD") == []
    publishing_build.build(Path("dataset"), published, "2026.11.1", TODAY)
    assert history_faults(published, "HEAD") == []
    commit(git, "Publish again")
    assert history_faults(published, "main") == []


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("name", ["meetings.parquet", "datapackage.json", "README.md"])
def test_changed_byte(published: Path, git: Git, name: str, committed: bool) -> None:
    path = FOLDER / name
    path.write_bytes(path.read_bytes() + b" ")
    if committed:
        commit(git, "Tidy up")
    (fault,) = history_faults(published, "HEAD")
    before, remedy = fault.split("; a release never changes; restore it: ")
    assert before == f"{path}: its content is not what was published"
    subprocess.run(["sh", "-c", remedy], check=True)
    if not committed:
        assert history_faults(published, "HEAD") == []


def test_missing_file(published: Path, git: Git) -> None:
    (FOLDER / "meetings.parquet").unlink()
    commit(git, "Take a table away")
    (fault,) = history_faults(published, "HEAD")
    assert fault.startswith(f"{FOLDER / 'meetings.parquet'}: was published and is missing")


def test_release_rewritten_with_all_its_digests(published: Path, git: Git) -> None:
    shutil.rmtree(published)
    actors = Path("dataset/actors.yaml")
    actors.write_text(actors.read_text().replace("name: Sergei Shoigu", "name: Sergei K. Shoigu"))
    commit(git, "Change a record")
    publishing_build.build(Path("dataset"), published, "2026.11.0", TODAY)
    commit(git, "Publish the number again")
    faults = history_faults(published, "HEAD")
    assert [fault.split(":")[0] for fault in faults if "actors.parquet" in fault] == [
        str(FOLDER / "actors.parquet")
    ]
    assert any(
        fault.startswith("releases/index.json: datapackage of release 2026.11.0 was 'sha256:")
        for fault in faults
    )


def test_release_removed_with_its_entry(published: Path, git: Git) -> None:
    shutil.rmtree(FOLDER)
    index.write(published, [])
    commit(git, "Forget a release")
    faults = history_faults(published, "HEAD")
    assert (
        "releases/index.json: release 2026.11.0 was published and has no entry; restore it, and withdraw the release if it should not be used"
        in faults
    )
    assert sum("was published and is missing" in fault for fault in faults) == len(
        git("ls-tree", "HEAD~1", "releases/2026.11.0/").splitlines()
    )


def test_release_of_a_branch_that_was_merged(published: Path, git: Git) -> None:
    git("checkout", "--quiet", "-b", "side")
    publishing_build.build(Path("dataset"), published, "2026.11.1", TODAY)
    commit(git, "Publish on a branch")
    git("checkout", "--quiet", "main")
    commit(git, "Meanwhile")
    git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    (published / "2026.11.1" / "README.md").write_text("Another.\n")
    commit(git, "Merge with a hand in it")
    (fault,) = history_faults(published, "HEAD")
    assert fault.startswith("releases/2026.11.1/README.md: its content is not what was published")


def test_withdrawal_may_be_added_but_not_removed(published: Path, git: Git) -> None:
    before = (published / "index.json").read_bytes()
    index.withdraw(published, "2026.11.0", "Dated a year late.", TODAY)
    assert history_faults(published, "HEAD") == []
    commit(git, "Withdraw")
    (published / "index.json").write_bytes(before)
    (fault,) = history_faults(published, "HEAD")
    assert fault.startswith(
        "releases/index.json: withdrawn of release 2026.11.0 was {'date': '2026-11-24'"
    )


def test_files_outside_releases_may_change(published: Path, git: Git) -> None:
    (published / "__init__.py").write_text('"""Releases."""\n')
    commit(git, "Add a module")
    (published / "__init__.py").unlink()
    described = json.loads((published / "index.json").read_text())
    (published / "index.json").write_text(json.dumps({"note": "here", **described}))
    assert history_faults(published, "HEAD") == []


def test_shallow_clone_is_refused(published: Path, git: Git, tmp_path: Path) -> None:
    git("clone", "--quiet", "--depth", "1", f"file://{tmp_path}", "shallow")
    with pytest.raises(
        TumenError,
        match="is a shallow clone, so its history is not known; clone the whole",
    ):
        history_faults(Path("shallow/releases"), "HEAD")


def test_comparison_that_cannot_run(
    published: Path, write_dataset: Callable[..., Path], git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    for revision in ("v9", "", "--all"):
        with pytest.raises(
            TumenError,
            match="no revision .* in the repository of releases; name a commit, branch or tag",
        ):
            history_faults(published, revision)
    shutil.rmtree(".git")
    with pytest.raises(
        TumenError, match="releases is in no git repository, so its history is not known"
    ):
        history_faults(published, "HEAD")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(TumenError, match="git is not installed"):
        history_faults(published, "HEAD")
