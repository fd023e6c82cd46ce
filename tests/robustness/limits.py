"""The `tumen` command in a process with limits on memory and time."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from trials import TUMEN

if TYPE_CHECKING:
    from pathlib import Path

MEMORY = 4 * 2**20
SECONDS = 240


class Ended(NamedTuple):
    """How a process ended.

    `status` is None if its time ran out, and negative if a signal ended it.
    """

    status: int | None
    out: str
    err: str

    @property
    def clear(self) -> bool:
        """Whether it ended within its limits, with a documented status and without a traceback."""
        refused = self.status != 2 or self.err.startswith("tumen: ")
        return (
            self.status in (0, 1, 2)
            and refused
            and "Traceback" not in self.err
            and "panicked" not in self.err
        )

    def __str__(self) -> str:
        how = "no end" if self.status is None else f"status {self.status}"
        return f"{how}, {' '.join((self.err or self.out).split())[-300:]}"


def run_limited(
    *arguments: str | Path, folder: Path, kib: int = MEMORY, seconds: int = SECONDS, **env: str
) -> Ended:
    """Run `tumen` with `kib` of address space and a number of seconds, and return how it ended."""
    try:
        run = subprocess.run(
            ["/bin/sh", "-c", f'ulimit -v {kib} && exec "$@"', "sh", TUMEN, *arguments],
            cwd=folder,
            env={**os.environ, "POLARS_MAX_THREADS": "2", **env},
            timeout=seconds,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return Ended(None, "", "")
    return Ended(run.returncode, run.stdout, run.stderr)
