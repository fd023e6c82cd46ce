"""The command line in a process of its own, as a user has it, and what a terminal shows of it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

TUMEN = Path(sys.executable).with_name("tumen")


def tumen(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Return how a run ended, with these variables added to the environment."""
    given = {**os.environ, "COLUMNS": "200", **(env or {})}
    return subprocess.run(
        [TUMEN, *arguments], capture_output=True, check=False, encoding="utf-8", env=given
    )


def on_terminal(*arguments: str, folder: Path | None = None) -> str:
    """Return what a terminal shows of a run in a folder."""
    screen, program = pty.openpty()
    shown = b""
    given = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    with subprocess.Popen(
        [TUMEN, *arguments], stdout=program, stderr=program, env=given, cwd=folder
    ):
        os.close(program)
        with suppress(OSError):  # how a closed terminal ends
            while part := os.read(screen, 4096):
                shown += part
    os.close(screen)
    return shown.decode(errors="replace")
