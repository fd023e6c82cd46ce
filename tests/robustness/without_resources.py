"""The command without something that it relies on: how it ended, and a row of the result."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from trials import TUMEN, Row, describe_wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_APART: Final = ("unshare", "--mount", "--net", "true")
ROOT: Final = (
    os.geteuid() == 0 and subprocess.run(_APART, capture_output=True, check=False).returncode == 0
)
"""Whether this is root with the right to mount and leave the network; in a container often not."""
NO_ROOT: Final = "skipped: only root may do this, with the capability to mount"


class Ended(NamedTuple):
    """How a run ended, and after how many seconds."""

    status: int
    output: bytes
    errors: str
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Whether it ended properly, without a traceback."""
        return (
            self.status in (0, 1, 2)
            and "Traceback" not in self.errors
            and "Exception ignored" not in self.errors
        )

    @property
    def says_why(self) -> bool:
        """Whether its errors, apart from warnings, are a sentence of ours."""
        lines = [line for line in self.errors.splitlines() if not line.startswith("warning: ")]
        return bool(lines) and lines[0].startswith("tumen: ")

    @property
    def refused(self) -> bool:
        """Whether it reported in one sentence that it could not run."""
        return self.is_clean and self.status == 2 and self.says_why


def run_tumen(
    arguments: Sequence[str],
    folder: Path,
    env: Mapping[str, str | None],
    before: Sequence[str] = (),
    *,
    prepare: Callable[[], object] | None = None,
    stdout: int | None = subprocess.PIPE,
) -> Ended:
    """Run the command and return how it ended; a variable that is None is unset."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **env}
    start = time.monotonic()
    run = subprocess.run(
        [*before, TUMEN, *arguments],
        cwd=folder,
        env={name: value for name, value in environment.items() if value is not None},
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        preexec_fn=prepare,
    )
    return Ended(
        run.returncode,
        run.stdout or b"",
        run.stderr.decode(errors="replace"),
        time.monotonic() - start,
    )


def resource_row(fault: str, injected: str, wrong: Sequence[str], tried: int, happened: str) -> Row:
    """Return a row that names the first case that must not happen."""
    return Row(fault, injected, tried, f"{happened}{describe_wrong(wrong)}", not wrong)
