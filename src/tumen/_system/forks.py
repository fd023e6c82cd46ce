"""A guard against using polars in a forked process, where its threads are missing.

A query in such a child process would wait forever. Code that uses polars calls `use_threads`. In a
child that was forked after that call, `use_threads` raises an error that names the remedy.
"""

from __future__ import annotations

import os
from typing import Final

from tumen.errors import TumenError


class _State:
    """Whether this process has used polars threads, and whether a fork has lost them."""

    used = False
    lost = False


_STATE: Final = _State()


def use_threads() -> None:
    """Record that polars threads are used.

    Raises:
        TumenError: This process was forked from one that had used them.

    """
    if _STATE.lost:
        raise TumenError(
            "this process was forked after tumen had been used, and has lost the threads of polars:"
            " start it with multiprocessing.get_context('spawn'), or use tumen only in the child"
            " processes."
        )
    _STATE.used = True


def _mark_fork() -> None:
    _STATE.lost = _STATE.used


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_mark_fork)
