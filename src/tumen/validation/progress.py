"""How far a long check has come: what runs tells each step by name, and whoever waits may listen."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LISTENER: Final[ContextVar[Callable[[str], None] | None]] = ContextVar("listener", default=None)


def reached(step: str) -> None:
    """Tell the listener, if there is one, which step begins."""
    if (listener := _LISTENER.get()) is not None:
        listener(step)


@contextmanager
def heard_by(listener: Callable[[str], None]) -> Iterator[None]:
    """Have the listener told of the steps of what runs within."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
