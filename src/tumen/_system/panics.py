"""Output of Rust panics, which is hidden because Python gets an exception for the same error.

An engine written in Rust prints a trace before it raises. Here everything printed to the standard
error of the process is held back until the work is done, and discarded if it is the trace of a
panic.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STDERR = 2


@contextmanager
def suppress_panic_output() -> Iterator[None]:
    """Hold back output to standard error, and print it afterwards unless an engine panicked."""
    sys.stderr.flush()
    saved = os.dup(_STDERR)
    with tempfile.TemporaryFile() as buffer:
        os.dup2(buffer.fileno(), _STDERR)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(saved, _STDERR)
            os.close(saved)
            buffer.seek(0)
            printed = buffer.read()
            if b"panicked at" not in printed:
                os.write(_STDERR, printed)
