"""Fixtures: a clean dataset as small as it can be, written to a folder, with any file replaced."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tumen.validation.explain import read_clean_dataset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


SLOW: Final = (
    # They start processes by the dozen, or use every engine.
    "ci/test_action.py",
    "ci/test_hostile_workspace.py",
    "ci/test_pre_commit.py",
    "citations/test_csl_styles.py",
    "cli/test_check_tables.py",
    "cli/test_exit.py",
    "cli/test_locale.py",
    "cli/test_progress.py",
    "cli/test_released_ids.py",
    "docs/test_commands.py",
    "docs/test_docs_site.py",
    "docs/test_documents.py",
    "editing/test_retirement.py",
    "exports/test_documented_readers.py",
    "publishing/test_build.py",
    "publishing/test_git_history.py",
    "publishing/test_rebuild.py",
    "stores/test_faulty_stores.py",
    "test_extras.py",
    "test_hostile_paths.py",
    "test_package.py",
    "validation/test_duplicate_keys.py",
    "validation/test_engines.py",
    "validation/test_file_formats.py",
    "validation/test_messages.py",
    "validation/test_remote.py",
    "validation/test_since.py",
    # They check a dataset for each of hundreds of cases. The page of every rule has a record with
    # the fault, which validation/test_explain.py checks in `make test`.
    "schemas/test_cross_table_claims.py",
    "schemas/test_cross_table_events.py",
    "schemas/test_cross_table_warnings.py",
    "schemas/test_rules_claims.py",
    "schemas/test_rules_documents.py",
    "schemas/test_rules_events.py",
    "testing/test_rule_violations.py",
    "validation/test_release_rules.py",
    "validation/test_values.py",
)
"""The files of tests that `make test` leaves to `make test-slow`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow files."""
    for item in items:
        if item.path.relative_to(Path(__file__).parent).as_posix() in SLOW:
            item.add_marker("slow")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests read apart from what the person who runs them has read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUMEN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def write_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write the clean dataset to `dataset/` of a new working folder, with files replaced or added."""
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str | bytes] | None = None) -> Path:
        for name, content in {**read_clean_dataset(), **(files or {})}.items():
            path = Path("dataset", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Path("dataset")

    return write


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run git in the working folder, a new repository untouched by anyone's configuration; returns what git prints."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".no-config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A Curator")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "curator@example.org")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], check=True, capture_output=True, text=True
        ).stdout.strip()

    run("init", "--quiet", "--initial-branch", "main")
    return run
