"""What a person at a terminal sees of a run that takes long: the step that it has reached, and a clock.

It stands on standard error, begins after a second and a half, and is wiped away at the end. Where standard error is no terminal,
there is nothing of it.
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

PATIENCE: Final = 1.5
"""Seconds that pass before anything shows."""


@contextmanager
def shown_to_waiting(what: str) -> Iterator[None]:
    """Show `what` and the steps of the run within, if there is somebody to see it and it takes long."""
    if not sys.stderr.isatty():
        yield
        return
    with os.fdopen(
        os.dup(sys.stderr.fileno()), "w"
    ) as terminal:  # its own, for what engines print may be held back
        line = _Line(what, terminal)
        timer = Timer(PATIENCE, line.show)
        timer.daemon = True
        timer.start()
        try:
            with validation_progress.heard_by(line.reach):
                yield
        finally:
            timer.cancel()
            timer.join()
            line.wipe()


class _Line:
    """The line of a run; rich, which draws it, is loaded only once it shows."""

    def __init__(self, what: str, terminal: TextIO) -> None:
        self.what = what
        self.terminal = terminal
        self.step = ""
        self.drawn: Progress | None = None

    def show(self) -> None:
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
        )
        drawn = Progress(*columns, console=Console(file=self.terminal), transient=True)
        drawn.add_task(self._text())
        drawn.start()
        self.drawn = drawn

    def reach(self, step: str) -> None:
        self.step = step
        if self.drawn is not None:
            self.drawn.update(self.drawn.task_ids[0], description=self._text())

    def wipe(self) -> None:
        if self.drawn is not None:
            self.drawn.stop()

    def _text(self) -> str:
        return f"checking {self.what}{f': {self.step}' if self.step else ''}"
