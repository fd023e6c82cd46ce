"""Git, called in one way: about the folder that it is given and no other.

Variables such as GIT_DIR, which hooks set and a user may have left, would point it at another repository, index or configuration:
none is passed on. It asks no questions, runs no hook and no monitor of files, and writes nothing but what it is told to.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# A commit can hold a folder that git takes for a bare repository, whose configuration names programs to run.
_SETTINGS: Final = {
    "safe.bareRepository": "explicit",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "log.showRoot": "true",
}
_OPTIONS: Final = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    *(part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")),
)
_QUIET: Final = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}


class GitMissingError(TumenError):
    """Git is not installed, or not where programs are looked for."""


def run(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Return how git ended when called in a folder, with these variables and none of its own from outside.

    Raises `GitMissingError` where there is no git.
    """
    outer = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    given = {**outer, **_QUIET, **(environment or {})}
    command = ["git", "-C", str(folder), *_OPTIONS, *arguments]
    try:
        return subprocess.run(  # noqa: S603
            command, env=given, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise GitMissingError(
            "git is not installed or not on the PATH; install it, and run this again."
        ) from None


def output(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> bytes:
    """Return what git prints; raises `TumenError` with what it says where it fails."""
    ended = run(folder, *arguments, environment=environment)
    if ended.returncode:
        raise TumenError(f"git {arguments[0]} failed in {folder}: {said(ended)}")
    return ended.stdout


def said(ended: subprocess.CompletedProcess[bytes]) -> str:
    """Return what a call of git complained of."""
    return ended.stderr.decode(errors="replace").strip() or f"exit status {ended.returncode}"
