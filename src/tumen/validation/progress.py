"""The progress of a long check: it reports each step by name, and a listener may show it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LISTENER: Final[ContextVar[Callable[[str], None] | None]] = ContextVar("listener", default=None)


def report_step(step: str) -> None:
    """Call the listener, if there is one, with the name of the step that begins."""
    if (listener := _LISTENER.get()) is not None:
        listener(step)


@contextmanager
def listening(listener: Callable[[str], None]) -> Iterator[None]:
    """Call a listener at each step of the checks that run in this context.

    Args:
        listener: It is called with the name of each step when the step begins.

    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
