"""How a command ends: by its own status, or in one sentence on standard error, whatever became of the world around it.

    0, 1, 2     clean, findings, could not run, as every command says of itself
    130         interrupted from the keyboard
    141         who read the output went away, as `head` does; nothing is said

An error that nobody foresaw is a sentence too, and the status 2, since 1 means findings; TUMEN_DEBUG=1 shows its trace.

Output that cannot be written (a full disk) is never taken for output that was: the status is 2. A stream that was closed before the
command began is as if it were /dev/null.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import IO, TYPE_CHECKING, Final

from tumen._text import brief, visible, without_commands
from tumen.errors import DataError, TumenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import ReadableBuffer

COULD_NOT_RUN: Final = 2
INTERRUPTED: Final = 130
READER_GONE: Final = 141
DEBUG: Final = "TUMEN_DEBUG"
"""The environment variable that shows the trace of an error that should not happen."""


class OutputError(Exception):
    """What a command said could not be written; apart from `OSError`, so that none who handles files takes it for his own."""


class _Output(io.FileIO):
    def write(self, content: ReadableBuffer) -> int:
        try:
            return super().write(content) or 0
        except OSError as error:
            raise OutputError(error.errno, error.strerror) from error


def ready() -> None:
    """Let both streams take every letter whatever the locale says, and say of themselves when they cannot be written."""
    for name in ("stdout", "stderr"):
        setattr(sys, name, _stream(getattr(sys, name)))


def _stream(given: IO[str] | None) -> IO[str]:
    if given is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123
    if not isinstance(given, io.TextIOWrapper):
        return given
    raw = _Output(given.fileno(), "w", closefd=False)
    line_wise = given.line_buffering
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=line_wise,
    )


def status(run: Callable[[], object]) -> int:
    """Return the exit status of a command, after its output has been written and what went wrong has been said."""
    try:
        return _status(run)
    except OutputError as error:
        _give_up_output()
        if error.args[0] == errno.EPIPE:
            return READER_GONE
        return _said(f"tumen: the output could not be written: {error.args[1]}.", COULD_NOT_RUN)
    except KeyboardInterrupt:
        _give_up_output()
        return INTERRUPTED


def _status(run: Callable[[], object]) -> int:
    try:
        code = _exit_code(run)
        sys.stdout.flush()
    except DataError as error:
        return _said(str(error.report), 1)
    except TumenError as error:
        return _said(f"tumen: {error}", COULD_NOT_RUN)
    except OSError as error:
        return _said(f"tumen: {_sentence(error)}", COULD_NOT_RUN)
    except MemoryError:
        return _said("tumen: there is not enough memory for this.", COULD_NOT_RUN)
    except (KeyboardInterrupt, OutputError):
        raise
    except BaseException as error:  # a panic of an engine is no Exception
        if os.environ.get(DEBUG):
            raise
        return _said(f"tumen: {_unforeseen(error)}", COULD_NOT_RUN)
    return code


def _exit_code(run: Callable[[], object]) -> int:
    try:
        run()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def _sentence(error: OSError) -> str:
    """Return what the system refused: a file, the folder that the command was started in, or what it says itself."""
    if error.errno == errno.ENAMETOOLONG and error.filename is not None:
        return f"{brief(os.fsdecode(error.filename))}: {error.strerror}; mend that, or name another path."
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}."
    try:
        os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return "the folder in which this was started is gone; change to another, and run it again."
    return f"the system refuses: {error.strerror or error}."


def _unforeseen(error: BaseException) -> str:
    """Return what a program says of an error that nobody thought of: what it is, and how to see where it comes from."""
    said = brief(" ".join(str(error).split())) if str(error) else "no reason is given"
    return f"this should not happen: {type(error).__name__}: {said}. Set {DEBUG}=1 to see the trace, and report it, please."


def _said(text: str, code: int) -> int:
    try:
        print(  # noqa: T201
            visible(text) if sys.stderr.isatty() else without_commands(text),
            file=sys.stderr,
            flush=True,
        )
    except OutputError:
        _give_up_output()
    return code


def _give_up_output() -> None:
    """Let go of what is still to be written, so that the end of the process does not try again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OutputError, OSError):
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
