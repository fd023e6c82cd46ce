"""The progress line that a person at a terminal sees during a long check: its step and its time.

The line is written to standard error, appears after a second and a half, and is erased at the end.
Nothing is written where standard error is not a terminal.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, Final, TextIO

from tumen.validation import progress as validation_progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

DELAY: Final = 1.5
"""Seconds that pass before the line appears."""


@contextmanager
def show_progress(what: str) -> Iterator[None]:
    """Show `what` is checked, and the step of the check, while the body runs."""
    if not sys.stderr.isatty():
        yield
        return
    # A stream of its own, because what engines print to standard error may be held back.
    with os.fdopen(os.dup(sys.stderr.fileno()), "w") as terminal:
        line = _Line(what, terminal)
        timer = Timer(DELAY, line.show)
        timer.daemon = True
        timer.start()
        try:
            with validation_progress.listening(line.set_step):
                yield
        finally:
            timer.cancel()
            timer.join()
            line.erase()


class _Line:
    """The progress line; rich is imported only when it appears."""

    def __init__(self, what: str, terminal: TextIO) -> None:
        self.what = what
        self.terminal = terminal
        self.step = ""
        self.progress: Progress | None = None

    def show(self) -> None:
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
        )
        progress = Progress(*columns, console=Console(file=self.terminal), transient=True)
        progress.add_task(self._text())
        progress.start()
        self.progress = progress

    def set_step(self, step: str) -> None:
        self.step = step
        if self.progress is not None:
            self.progress.update(self.progress.task_ids[0], description=self._text())

    def erase(self) -> None:
        if self.progress is not None:
            self.progress.stop()

    def _text(self) -> str:
        return f"checking {self.what}{f': {self.step}' if self.step else ''}"
