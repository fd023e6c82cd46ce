"""What a change broke, in real git repositories."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tumen.errors import TumenError
from tumen.validation.explain import read_clean_dataset
from tumen.validation.records import check
from tumen.validation.since import findings_since

if TYPE_CHECKING:
    from collections.abc import Callable

    Git = Callable[..., str]

OLD_FAULT = read_clean_dataset()["meetings.yaml"].replace("format: talks", "format: talk")
NEW_FAULT = read_clean_dataset()["places.yaml"].replace("  longitude: 125.75\n", "")


@pytest.fixture
def root(write_dataset: Callable[..., Path], git: Git) -> Path:
    """Commit the clean dataset but for one old fault, an E103 in meetings.yaml."""
    root = write_dataset({"meetings.yaml": OLD_FAULT})
    git("add", ".")
    git("commit", "--quiet", "--message", "First")
    return root


def concerning(path: Path, revision: str = "HEAD") -> list[str]:
    return [
        f"{found.place.file} {found.code}"
        for found in findings_since(check(path), path, revision).findings
    ]


def test_nothing_changed(root: Path) -> None:
    assert concerning(root) == []


@pytest.mark.parametrize("step", ["edited", "staged", "committed"])
def test_changed_file(root: Path, git: Git, step: str) -> None:
    (root / "places.yaml").write_text(NEW_FAULT)
    if step != "edited":
        git("add", ".")
    if step == "committed":
        git("commit", "--quiet", "--message", "Second")
        assert concerning(root) == []
    assert concerning(root, "main~1" if step == "committed" else "main") == [
        "dataset/places.yaml E210"
    ]


def test_untracked_file(root: Path) -> None:
    (root / "places").mkdir()
    (root / "places" / "naïve é.yaml").write_text(
        "- id: kursk\n  name: Kursk\n  kind: city\n  country: RU\n  latitude: 51.7\n"
    )
    assert concerning(root) == ["dataset/places/naïve é.yaml E210"]


def test_renamed_file_is_a_changed_one(root: Path, git: Git) -> None:
    (root / "meetings").mkdir()
    git("mv", "dataset/meetings.yaml", "dataset/meetings/2025.yaml")
    assert concerning(root) == ["dataset/meetings/2025.yaml E103"]


def test_what_a_change_breaks_elsewhere_is_shown(root: Path) -> None:
    actors = read_clean_dataset()["actors.yaml"]
    (root / "actors.yaml").write_text(actors.replace("sergei-shoigu", "s-shoigu"))
    assert concerning(root) == ["dataset/meetings.yaml E302"]
    (root / "actors.yaml").unlink()
    assert "dataset/meetings.yaml E103" not in concerning(root)
    assert "dataset/meetings.yaml E302" in concerning(root)


@pytest.mark.parametrize("inside", [False, True])
def test_old_faults_that_name_a_place_stay_old(
    root: Path,
    git: Git,
    monkeypatch: pytest.MonkeyPatch,
    inside: bool,
) -> None:
    (root / "places").mkdir()
    (root / "places" / "more.yaml").write_text(
        "- id: moscow\n  name: Moscow\n  kind: city\n  country: RU\n"
    )
    git("add", ".")
    git("commit", "--quiet", "--message", "Moscow again")
    (root / "actors.yaml").write_text("# read again\n" + read_clean_dataset()["actors.yaml"])
    if inside:
        monkeypatch.chdir(root)
    path = Path() if inside else root
    assert {"E103", "E301"} <= check(path).by_code().keys()
    assert concerning(path) == []


def test_one_file(root: Path) -> None:
    (root / "places.yaml").write_text(NEW_FAULT)
    assert concerning(root / "places.yaml") == ["dataset/places.yaml E210"]
    assert concerning(root / "meetings.yaml") == []


def test_dataset_that_is_the_repository(
    root: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "First")
    Path("actors.yaml").write_text(
        read_clean_dataset()["actors.yaml"].replace("sergei-shoigu", "s-shoigu")
    )
    assert concerning(Path()) == ["meetings.yaml E302"]


def test_dataset_that_was_not_there_yet(write_dataset: Callable[..., Path], git: Git) -> None:
    git("commit", "--quiet", "--allow-empty", "--message", "Nothing yet")
    assert concerning(write_dataset({"meetings.yaml": OLD_FAULT})) == ["dataset/meetings.yaml E103"]


def test_as_in_a_hook_and_nothing_is_written(
    root: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "actors.yaml").write_text(
        read_clean_dataset()["actors.yaml"].replace("sergei-shoigu", "s-shoigu")
    )
    before = (
        Path(".git/index").read_bytes(),
        git("status", "--porcelain"),
        git("count-objects", "-v"),
    )
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert concerning(root) == ["dataset/meetings.yaml E302"]
    assert (
        Path(".git/index").read_bytes(),
        git("status", "--porcelain"),
        git("count-objects", "-v"),
    ) == before


@pytest.mark.parametrize("revision", ["v9", "", "--all", "HEAD:dataset", "main..HEAD"])
def test_unknown_revision(root: Path, revision: str) -> None:
    with pytest.raises(
        TumenError,
        match="no revision .* in the repository of dataset; name a commit, branch or tag",
    ):
        findings_since(check(root), root, revision)


def test_outside_a_repository(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset()
    with pytest.raises(
        TumenError,
        match="dataset is not in a git repository that can be read: fatal: not a git repository",
    ):
        findings_since(check(root), root, "HEAD")


def test_without_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(TumenError, match="git is not installed"):
        findings_since(check(root), root, "HEAD")
