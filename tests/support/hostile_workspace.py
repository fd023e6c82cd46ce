"""A workspace as an attacker's pull request could leave it.

Whatever is executed or followed leaves a file in the folder `marks`.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

from tumen.validation.explain import read_clean_dataset, read_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MODULES: Final = (
    *(
        "venv",
        "ensurepip",
        "tumen",
        "polars",
        "yaml",
        "typing",
        "random",
        "sitecustomize",
        "usercustomize",
        "setuptools",
    ),
    *("narwhals", "pandera", "numpy", "typer", "json"),
)
FORGED: Final = (
    "::error file=a.yaml,line=1::forged",
    "##[error]forged",
    "--format=text",
    "$(touch pwned)",
)


def lay_traps(workspace: Path, marks: Path) -> None:
    """Fill a workspace with records, some of them faulty, and with traps."""
    (marks / "outside").mkdir(parents=True)
    _lay_records(workspace / "dataset")
    _lay_modules(workspace, marks)
    _lay_settings(workspace, marks)
    _lay_repository(workspace, marks)
    _lay_reports(workspace, marks)


def marked(marks: Path) -> set[str]:
    """Return the names of the traps that were sprung."""
    return {path.name for path in marks.iterdir()} - {"outside"} | {
        path.name for path in (marks / "outside").iterdir()
    }


def hostile_environment(workspace: Path) -> dict[str, str]:
    """Return the environment of a careless workflow."""
    return {
        "PYTHONPATH": f".{os.pathsep}{workspace}",
        "PYTHONSTARTUP": "sitecustomize.py",
        "PYTHONUSERBASE": str(workspace),
        "PIP_CONFIG_FILE": str(workspace / "pip.conf"),
        "PIP_REPORT": str(workspace / "reports" / "pip-report"),
        "PIP_FIND_LINKS": str(workspace),
    }


def _marking(marks: Path, name: str) -> str:
    return f"import pathlib\npathlib.Path({str(marks / name)!r}).touch()\n"


def _program(path: Path, marks: Path, name: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch '{marks / name}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def _lay_records(dataset: Path) -> None:
    dataset.mkdir()
    for name, content in read_clean_dataset().items():
        (dataset / name).write_text(content, encoding="utf-8")
    (dataset / "meetings").mkdir()
    (dataset / "meetings.yaml").rename(dataset / "meetings" / "sound.yaml")
    for number, name in enumerate(FORGED):
        record = (
            read_page("E103")
            .failing.replace("mtg-0001", f"mtg-000{number + 2}")
            .replace("format: talk\n", f"format: '{name}'\n")
        )
        (dataset / "meetings" / f"{name.replace('/', '-')}.yaml").write_text(
            record, encoding="utf-8"
        )


def _lay_modules(workspace: Path, marks: Path) -> None:
    for name in MODULES:
        (workspace / f"{name}.py").write_text(_marking(marks, name), encoding="utf-8")
    for name in ("pip", "setup", "backend"):
        folder = workspace / name if name == "pip" else workspace
        folder.mkdir(exist_ok=True)
        (folder / ("__init__.py" if name == "pip" else f"{name}.py")).write_text(
            _marking(marks, name), encoding="utf-8"
        )
    (workspace / "trap.pth").write_text(
        f"import pathlib; pathlib.Path({str(marks / 'pth')!r}).touch()\n", encoding="utf-8"
    )


def _lay_settings(workspace: Path, marks: Path) -> None:
    (workspace / "pip.conf").write_text(f"[global]\nlog = {marks / 'pip.conf'}\n", encoding="utf-8")
    (workspace / "setup.cfg").write_text("[metadata]\nname = trap\nversion = 1\n", encoding="utf-8")
    (workspace / "pyproject.toml").write_text(
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n",
        encoding="utf-8",
    )


def _lay_repository(workspace: Path, marks: Path) -> None:
    """Make the workspace a repository, and its dataset a bare one that names a program."""
    run_git(workspace, "init", "--quiet", "--initial-branch=main")
    run_git(workspace, "add", "dataset")
    run_git(workspace, "commit", "--quiet", "--message=Records")
    (workspace / "dataset" / "places.yaml").write_text(
        read_clean_dataset()["places.yaml"] + "\n", encoding="utf-8"
    )
    run_git(
        workspace,
        "config",
        "core.fsmonitor",
        str(_program(workspace / ".git" / "monitor", marks, "fsmonitor")),
    )
    _program(workspace / ".git" / "hooks" / "post-index-change", marks, "hook")
    bare = workspace / "bare"
    run_git(workspace, "init", "--quiet", "--bare", str(bare))
    monitor = _program(bare / "monitor", marks, "bare-fsmonitor")
    for name, value in (
        ("core.bare", "false"),
        ("core.worktree", str(workspace)),
        ("core.fsmonitor", str(monitor)),
    ):
        run_git(workspace, "config", "--file", str(bare / "config"), name, value)
    for name, content in read_clean_dataset().items():
        (bare / name).write_text(content, encoding="utf-8")


def _lay_reports(workspace: Path, marks: Path) -> None:
    outside = marks / "outside"
    (workspace / "link.sarif").symlink_to(outside / "through-dangling-link")
    (workspace / "reports").symlink_to(outside)
    os.mkfifo(workspace / "fifo.sarif")
    (workspace / "folder.sarif").mkdir()


def run_git(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run git with no settings but those of the repository."""
    names = {
        f"GIT_{role}_{what}": "a@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **names}
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=clean | own,
        capture_output=True,
        text=True,
        check=False,
    )


def run_careless(workspace: Path, *command: str) -> None:
    """Run a command in the workspace without isolation, and ignore its result."""
    env = {**os.environ, **hostile_environment(workspace)}
    subprocess.run(
        command, cwd=workspace, env=env, capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
