"""The command line in its own process, as a user has it, and its output on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

TUMEN = Path(sys.executable).with_name("tumen")


def tumen(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command, with these variables added to the environment."""
    environment = {**os.environ, "COLUMNS": "200", **(env or {})}
    return subprocess.run(
        [TUMEN, *arguments], capture_output=True, check=False, encoding="utf-8", env=environment
    )


def on_terminal(*arguments: str, folder: Path | None = None) -> str:
    """Return what a terminal shows of a run in a folder."""
    screen, program = pty.openpty()
    shown = b""
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    with subprocess.Popen(
        [TUMEN, *arguments], stdout=program, stderr=program, env=environment, cwd=folder
    ):
        os.close(program)
        with suppress(OSError):  # how a closed terminal ends
            while part := os.read(screen, 4096):
                shown += part
    os.close(screen)
    return shown.decode(errors="replace")
