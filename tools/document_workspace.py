"""A copy of the repository in which the blocks of documents run, with the files that they use."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import tumen

ROOT = Path(__file__).parents[1]


def copy_repository(folder: Path) -> Path:
    """Clone the repository into a folder, with uncommitted edits, and return the folder."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    _git(ROOT, "clone", "--quiet", "--shared", ".", str(folder))
    edited = _git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for path in filter(None, edited):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, folder / path)
        else:
            (folder / path).unlink(missing_ok=True)
    estimates = tumen.load("estimates")
    (folder / "data").mkdir()
    estimates.write_parquet(folder / "data" / "estimates.parquet")
    estimates.write_csv(folder / "mine.csv")
    _git(folder, "add", "--all")
    _git(
        folder,
        *("-c", "user.name=A Curator", "-c", "user.email=curator@example.org"),
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "All",
    )
    _git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    return folder


def restore(folder: Path) -> None:
    """Undo all changes to such a copy."""
    _git(folder, "reset", "--quiet", "--hard", "origin/main")
    _git(folder, "clean", "--quiet", "--force", "-d")


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], check=True, capture_output=True, text=True, cwd=folder
    ).stdout
