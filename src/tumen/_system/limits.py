"""What a process may use: memory, of which Linux alone tells, and the threads of polars.

A child process that was forked has no such threads, and its queries would wait forever. Code that
uses polars calls `use_threads`, which raises an error with the remedy in such a child.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BYTES_PER_THREAD: Final = 2**27
_UNKNOWN: Final = 2**40
_MEMINFO: Final = Path("/proc/meminfo")
_CGROUP: Final = Path("/sys/fs/cgroup")


def available() -> int:
    """Return how many bytes this process can still get.

    That is the least of what the machine, its container and the limit of this process allow. On
    other systems than Linux it is 1 TiB.
    """
    if sys.platform != "linux":
        return _UNKNOWN
    import resource  # noqa: PLC0415

    bounds = [_UNKNOWN]
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY:
        bounds.append(limit - _address_space())
    most = _read_text(_CGROUP / "memory.max").strip()
    used = _read_text(_CGROUP / "memory.current").strip()
    if most.isdecimal() and used.isdecimal():
        bounds.append(int(most) - int(used))
    free = re.search(r"^MemAvailable:\s+(\d+) kB", _read_text(_MEMINFO), re.MULTILINE)
    if free:
        bounds.append(int(free[1]) * 1024)
    return max(0, min(bounds))


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


def _address_space() -> int:
    """Return the bytes of address space that this process occupies."""
    import resource  # noqa: PLC0415

    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


@contextmanager
def limit_memory(more: int) -> Iterator[None]:
    """Limit this process to `more` bytes beyond its present size and what its threads reserve."""
    if sys.platform != "linux":
        yield
        return
    import resource  # noqa: PLC0415

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _address_space() + (os.cpu_count() or 1) * _BYTES_PER_THREAD + more
    limits = [most, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


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
