"""What a trial is: a fault injected so many times, and what came of it.

A module of trials has one function, `trials(long)`, that yields a `Row` for each fault: short in `make reliability` (some seconds),
long by hand (some minutes). `run_cli` gives them the `tumen` command in a process of its own, as a user has it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


TUMEN: Final = str(Path(sys.executable).with_name("tumen"))


class Row(NamedTuple):
    """A line of the table; `sound` tells whether what happened is what must happen."""

    fault: str
    injected: str
    tried: int
    happened: str
    sound: bool


def run_cli(
    *arguments: str | Path, folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Return how `tumen` ended in this folder, with these variables added to the environment."""
    return subprocess.run(
        [TUMEN, *map(str, arguments)],
        cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def first(wrong: Sequence[str]) -> str:
    """Return what a row says of the cases that must not be: how many there are, and the first, so that it can be repeated."""
    return f"; WRONG {len(wrong)}, first: {wrong[0]}" if wrong else ""


def told(run: subprocess.CompletedProcess[str]) -> bool:
    """Return whether a run ended as one may: by a status that it documents, and without a trace."""
    return run.returncode in (0, 1, 2) and "Traceback" not in run.stderr
