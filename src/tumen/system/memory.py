"""A bound to the memory that this process may still ask for, while it does what others wrote; on Linux alone."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_A_THREAD: Final = 2**27


@contextmanager
def bounded(more: int) -> Iterator[None]:
    """Let nothing in this process get more than so many bytes beyond what it has, and what its threads set aside."""
    if sys.platform != "linux":
        yield
        return
    import resource  # noqa: PLC0415

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + (os.cpu_count() or 1) * _A_THREAD + more
    limits = [most, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
