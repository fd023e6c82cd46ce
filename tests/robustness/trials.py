"""Rows of results: a fault, how often it was injected, and what happened.

A module of trials has one function, `trials(long)`, that yields a `Row` for each fault. The short
form takes some seconds (`make test-robustness`), the long one some minutes. `run_cli` runs the `tumen`
command in its own process, as a user does.
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
    """A row of the table; `sound` says whether what happened is what must happen."""

    fault: str
    injected: str
    tried: int
    happened: str
    sound: bool


def run_cli(
    *arguments: str | Path, folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `tumen` in this folder, with these variables added to the environment."""
    return subprocess.run(
        [TUMEN, *map(str, arguments)],
        cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def describe_wrong(wrong: Sequence[str]) -> str:
    """Return the number of wrong cases and the first of them, so that it can be repeated."""
    return f"; WRONG {len(wrong)}, first: {wrong[0]}" if wrong else ""


def ended_cleanly(run: subprocess.CompletedProcess[str]) -> bool:
    """Return whether a run ended properly: with a documented status and without a traceback."""
    return run.returncode in (0, 1, 2) and "Traceback" not in run.stderr
