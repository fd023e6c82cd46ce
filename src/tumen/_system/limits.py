"""The memory of this machine: what can still be had, and a bound to what this process may ask for; on Linux alone."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_A_THREAD: Final = 2**27
_UNKNOWN: Final = 2**40
_MEMINFO: Final = Path("/proc/meminfo")
_GROUP: Final = Path("/sys/fs/cgroup")


def available() -> int:
    """Return how many bytes can still be had: of the machine, of its container, under the limit of this process."""
    if sys.platform != "linux":
        return _UNKNOWN
    import resource  # noqa: PLC0415

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    own = [limit - _held()] if limit != resource.RLIM_INFINITY else []
    free = re.search(r"^MemAvailable:\s+(\d+) kB", _text(_MEMINFO), re.MULTILINE)
    most, used = _text(_GROUP / "memory.max").strip(), _text(_GROUP / "memory.current").strip()
    group = [int(most) - int(used)] if most.isdecimal() and used.isdecimal() else []
    return max(0, min([_UNKNOWN, *own, *group, *([int(free[1]) * 1024] if free else [])]))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


def _held() -> int:
    """Return the bytes of address space that this process has."""
    import resource  # noqa: PLC0415

    return (
        int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        * resource.getpagesize()
    )


@contextmanager
def bounded(more: int) -> Iterator[None]:
    """Let nothing in this process get more than so many bytes beyond what it has, and what its threads set aside."""
    if sys.platform != "linux":
        yield
        return
    import resource  # noqa: PLC0415

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _held() + (os.cpu_count() or 1) * _A_THREAD + more
    limits = [most, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
