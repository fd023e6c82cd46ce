"""The hooks for other repositories: pre-commit itself runs them in one, from the manifest as it stands.

The hooks run with the `tumen` of this environment instead of one that pre-commit installs, so that no package is fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tumen.validation.explain import read_page

if TYPE_CHECKING:
    from collections.abc import Callable

    Git = Callable[..., str]
    Commit = Callable[[], subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture
def commit(
    git: Git, write_dataset: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Commit]:
    """Give the repository of the clean dataset a hook, and return how to commit everything there."""
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / ".pre-commit-home"))
    hooks = tmp_path.with_name(f"{tmp_path.name}-hooks")
    hooks.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
    git("init", "--quiet", str(hooks))
    git("-C", str(hooks), "add", ".")
    git("-C", str(hooks), "commit", "--quiet", "--message", "Hooks")
    write_dataset()

    def arrange(**hook: object) -> Commit:
        used = {**hook, "language": "unsupported", "additional_dependencies": []}
        repo = {
            "repo": str(hooks),
            "rev": git("-C", str(hooks), "rev-parse", "HEAD"),
            "hooks": [used],
        }
        Path(".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [repo]}))
        Path(".gitignore").write_text(".pre-commit-home/\n")
        subprocess.run([BIN / "pre-commit", "install"], check=True, capture_output=True)

        def run() -> subprocess.CompletedProcess[str]:
            git("add", "--all")
            return subprocess.run(
                ["git", "commit", "--message", "Records"],
                capture_output=True,
                text=True,
                check=False,
            )

        return run

    return arrange


def test_manifest_is_valid_and_its_commands_install() -> None:
    run = subprocess.run(
        [BIN / "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], check=False
    )
    assert run.returncode == 0
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        assert hook["id"] == hook["entry"].replace(" ", "-")
        assert (hook["language"], hook["additional_dependencies"]) == ("python", [".[check]"])


def test_commit_with_a_fault_is_refused_until_it_is_mended(
    commit: Callable[..., Commit], git: Git
) -> None:
    run = commit(id="tumen-check")
    example = read_page("E103")
    Path("dataset/meetings.yaml").write_text(example.failing)
    refused = run()
    assert refused.returncode == 1
    assert f"- hook id: tumen-check\n- exit code: 1\n\n{example.findings[0]}\n" in refused.stderr
    Path("dataset/meetings.yaml").write_text(example.fixed)
    mended = run()
    assert (mended.returncode, "Passed" in mended.stderr) == (0, True)
    git("rm", "--quiet", "dataset/actors.yaml")
    assert "no actor 'sergei-shoigu'" in run().stderr


def test_arguments_name_the_folder_and_let_warnings_count(commit: Callable[..., Commit]) -> None:
    Path("dataset").rename("records")
    Path("records/estimates.yaml").write_text(read_page("W205").failing)
    refused = commit(id="tumen-check", args=["records", "--strict"])()
    assert (refused.returncode, "records/estimates.yaml:15:7 W205" in refused.stderr) == (1, True)


def test_records_are_written_in_canonical_form(commit: Callable[..., Commit], git: Git) -> None:
    run = commit(id="tumen-fmt")
    Path("dataset/places.yaml").write_text(
        "- country: RU\n  kind: city\n  name:   Moscow\n  id: moscow\n"
    )
    Path("other.yaml").write_text("- b:   1\n  a: 2\n")
    refused = run()
    assert (refused.returncode, "files were modified by this hook" in refused.stderr) == (1, True)
    assert run().returncode == 0
    assert git("show", "HEAD:dataset/places.yaml").startswith("- id: moscow\n  name: Moscow\n")
    assert git("show", "HEAD:other.yaml") == "- b:   1\n  a: 2"
