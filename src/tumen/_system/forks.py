"""Processes that were forked: the threads of polars do not come along, and a query in such a child would wait for ever.

What uses polars says so with `use_threads`. In a child that was forked after that, it raises an error that names the way out.
"""

from __future__ import annotations

import os
from typing import Final

from tumen.errors import TumenError


class _State:
    """Whether this process has used the threads of polars, and whether it was forked from one that had."""

    used = False
    lost = False


_STATE: Final = _State()


def use_threads() -> None:
    """Note that the threads of polars are used; raises `TumenError` in a child that was forked after a use of them."""
    if _STATE.lost:
        raise TumenError(
            "this process was forked after tumen had been used, and has lost the threads of polars: start it with"
            " multiprocessing.get_context('spawn'), or use tumen in the children alone."
        )
    _STATE.used = True


def _forked() -> None:
    _STATE.lost = _STATE.used


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
