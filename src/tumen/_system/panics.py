"""Panics of engines that are written in Rust: Python gets an exception, but Rust has printed a trace before.

Here what is printed on the standard error of the process is held until the work is done, and goes no farther where it is a panic's:
the exception tells it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STANDARD_ERROR = 2


@contextmanager
def unprinted() -> Iterator[None]:
    """Hold back what is printed on standard error, and print it afterwards unless an engine panicked."""
    sys.stderr.flush()
    own = os.dup(_STANDARD_ERROR)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), _STANDARD_ERROR)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(own, _STANDARD_ERROR)
            os.close(own)
            held.seek(0)
            printed = held.read()
            if b"panicked at" not in printed:
                os.write(_STANDARD_ERROR, printed)
