"""Calls of git that depend only on the given folder.

Variables such as GIT_DIR, which hooks set and users may leave set, would point git at another
repository, index or configuration. None of them is passed on. Git does not prompt, runs no hooks
and no file system monitor, and writes nothing except what the command itself writes.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# A commit can contain a folder that git takes for a bare repository, and the configuration of a
# repository can name programs to run.
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
    """Git is not installed, or not on the PATH."""


def run(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, and return its exit status and output.

    Args:
        folder: The folder to run it in.
        *arguments: The command and its arguments.
        environment: Variables to set; all other variables named GIT_… are removed.

    Raises:
        GitMissingError: Git is not installed.

    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    variables = {**inherited, **_QUIET, **(environment or {})}
    command = ["git", "-C", str(folder), *_OPTIONS, *arguments]
    try:
        return subprocess.run(  # noqa: S603
            command, env=variables, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise GitMissingError(
            "git is not installed or not on the PATH; install it, and run this again."
        ) from None


def output(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> bytes:
    """Run git in a folder as `run` does, and return its output.

    Raises:
        GitMissingError: Git is not installed.
        TumenError: Git failed; the message repeats that of git.

    """
    result = run(folder, *arguments, environment=environment)
    if result.returncode:
        raise TumenError(f"git {arguments[0]} failed in {folder}: {error_text(result)}")
    return result.stdout


def error_text(result: subprocess.CompletedProcess[bytes]) -> str:
    """Return the error message of a call of git, or its exit status where there is none."""
    return result.stderr.decode(errors="replace").strip() or f"exit status {result.returncode}"
