"""Exit statuses, and the one sentence on standard error that goes with each failure.

    0, 1, 2     clean, findings, could not run; each command documents its own
    130         interrupted from the keyboard
    141         the reader of the output went away, as `head` does; nothing is printed

An unexpected error is one sentence too, with status 2, because 1 means findings. Set TUMEN_DEBUG=1
to see its traceback.

An engine written in Rust prints a trace before it raises; that trace is discarded.

Output that cannot be written (a full disk) never counts as written: the status is 2. A stream
that was closed before the command started is treated as /dev/null.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import tempfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from tumen._text import escape_controls, escape_workflow_commands, shorten
from tumen.errors import TumenError
from tumen.report import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import ReadableBuffer

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


COULD_NOT_RUN: Final = 2
INTERRUPTED: Final = 130
READER_GONE: Final = 141
DEBUG: Final = "TUMEN_DEBUG"
"""The environment variable that shows the traceback of an unexpected error."""


class OutputError(Exception):
    """The output of a command cannot be written.

    It is no `OSError`, so that code that handles errors of files does not catch it by mistake.
    """


class _Output(io.FileIO):
    """A stream whose failure to write is an `OutputError`."""

    def write(self, content: ReadableBuffer) -> int:
        try:
            return super().write(content) or 0
        except OSError as error:
            raise OutputError(error.errno, error.strerror) from error


def wrap_streams() -> None:
    """Make standard output and error write UTF-8 in any locale, and report failures to write."""
    for name in ("stdout", "stderr"):
        setattr(sys, name, _wrap_stream(getattr(sys, name)))


def _wrap_stream(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    raw = _Output(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
    )


def exit_status(run: Callable[[], object]) -> int:
    """Run a command, write its output, report its failure, and return its exit status."""
    try:
        return _run_and_flush(run)
    except OutputError as error:
        _discard_output()
        if error.args[0] == errno.EPIPE:
            return READER_GONE
        return _report(f"tumen: the output could not be written: {error.args[1]}.", COULD_NOT_RUN)
    except KeyboardInterrupt:
        _discard_output()
        return INTERRUPTED


def _run_and_flush(run: Callable[[], object]) -> int:
    try:
        code = _run(run)
        sys.stdout.flush()
    except DataError as error:
        return _report(str(error.report), 1)
    except TumenError as error:
        return _report(f"tumen: {error}", COULD_NOT_RUN)
    except OSError as error:
        return _report(f"tumen: {_describe_os_error(error)}", COULD_NOT_RUN)
    except MemoryError:
        return _report("tumen: not enough memory.", COULD_NOT_RUN)
    except (KeyboardInterrupt, OutputError):
        raise
    except BaseException as error:  # the panic of an engine is not an Exception
        if os.environ.get(DEBUG):
            raise
        return _report(f"tumen: {_describe_unexpected(error)}", COULD_NOT_RUN)
    return code


def _run(run: Callable[[], object]) -> int:
    try:
        run()
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    return 0


def _describe_os_error(error: OSError) -> str:
    """Name the file, the deleted working folder, or the reason that the system gives."""
    if error.errno == errno.ENAMETOOLONG and error.filename is not None:
        return f"{shorten(os.fsdecode(error.filename))}: {error.strerror}. Use a shorter path."
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}."
    try:
        os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return "the working folder was deleted; change to another folder and run this again."
    return f"the system refused: {error.strerror or error}."


def _describe_unexpected(error: BaseException) -> str:
    """Say what the error is, and how to see where it comes from."""
    reason = shorten(" ".join(str(error).split())) if str(error) else "no reason is given"
    return (
        f"unexpected error: {type(error).__name__}: {reason}."
        f" Set {DEBUG}=1 to see the traceback, and please report it."
    )


def _report(text: str, status: int) -> int:
    try:
        print(  # noqa: T201
            escape_controls(text) if sys.stderr.isatty() else escape_workflow_commands(text),
            file=sys.stderr,
            flush=True,
        )
    except OutputError:
        _discard_output()
    return status


def _discard_output() -> None:
    """Drop unwritten output, so that the process does not try to write it again when it ends."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OutputError, OSError):
            os.dup2(null, stream.fileno())
    os.close(null)
