"""Atomic file writes: a file is replaced completely or not at all.

The content is written to a hidden draft next to the file and flushed to disk. The draft then
replaces the file in one step, and the folder is flushed as well. After a power loss you find either
the old file or the new one. A draft left behind by a killed process is never read; the next write
of the same file replaces it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Arguments of renameat2(2): AT_FDCWD and RENAME_EXCHANGE.
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_UNSUPPORTED: Final = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)


class Replacement(NamedTuple):
    """A file, its present content (None where it does not exist) and its new content."""

    path: Path
    before: bytes | None
    content: bytes


def refuse_present(path: Path, *, overwrite: bool) -> None:
    """Raise `TumenError` if `path` is a file that must not be overwritten, or is not a file."""
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "not a regular file"
        raise TumenError(f"{path} is {kind}; name a file.")
    if path.exists() and not overwrite:
        raise TumenError(f"{path} exists; name another file, or use --overwrite.")


def replace(path: Path, content: bytes) -> None:
    """Replace a file in one step and flush it to disk.

    The file keeps its permissions. If `path` is a link, the file it points to is replaced.
    """
    path = path.resolve()
    with _draft(path, content) as draft:
        draft.replace(path)
    fsync_dir(path.parent)


def replace_unchanged(path: Path, before: bytes | None, content: bytes) -> None:
    """Replace a file as `replace` does, but only if its content is still `before`.

    On Linux the two files are exchanged, so nothing that another program saved is lost, however
    late it was saved. On systems without such an exchange, a save between the last check and the
    replacement is lost.

    Args:
        path: The file to replace.
        before: The expected content; None if the file must not exist yet.
        content: The new content.

    Raises:
        TumenError: Another program changed the file meanwhile; it is left as it is.

    """
    target = path.resolve()
    with _draft(target, content) as draft:
        current = target.read_bytes() if target.exists() else None
        if current != before or not _move_into_place(draft, target, before, content):
            raise TumenError(
                f"{path} was changed by another program meanwhile; it was left as it is."
                " Run this again."
            )
    fsync_dir(target.parent)


def replace_all(changes: Iterable[Replacement]) -> None:
    """Replace several files in order; if one fails, restore those already written.

    Raises:
        OSError: A file could not be written.
        TumenError: Another program changed one of the files meanwhile.

    """
    written: list[Replacement] = []
    try:
        for change in changes:
            replace_unchanged(*change)
            written.append(change)
    except (OSError, TumenError):
        for path, before, content in reversed(written):
            # If another program saved the file since, its version is kept.
            with suppress(OSError, TumenError):
                _restore(path, before, content)
        raise


def _restore(path: Path, before: bytes | None, content: bytes) -> None:
    if before is None:
        path.unlink()
    else:
        replace_unchanged(path, content, before)


def _move_into_place(draft: Path, path: Path, before: bytes | None, content: bytes) -> bool:
    """Replace `path` by the draft; return False and restore it if its content was not `before`."""
    if before is None or not exchange_paths(draft, path):
        draft.replace(path)
        return True
    # After an exchange the draft has what was in place. If that is not what was expected, another
    # program saved it: exchange again, and check again, since a further save can happen between.
    placed, expected = content, before
    while (displaced := draft.read_bytes()) != expected:
        exchange_paths(draft, path)
        placed, expected = displaced, placed
    return placed is content


@contextmanager
def _draft(path: Path, content: bytes) -> Iterator[Path]:
    draft = path.with_name(f".{path.name}.draft")
    try:
        write_fsync(draft, content)
        with suppress(FileNotFoundError):
            shutil.copymode(path, draft)
        yield draft
    finally:
        # A draft that cannot be deleted does no harm: it is never read.
        with suppress(OSError):
            draft.unlink()


def write_fsync(path: Path, content: bytes) -> None:
    """Write a new file and flush it to disk; an existing file or link of that name is deleted."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def fsync_dir(folder: Path) -> None:
    """Flush a folder to disk, so that renames in it survive a power loss."""
    # Some systems cannot flush a folder; the files in it are written all the same.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def exchange_paths(first: Path, second: Path) -> bool:
    """Exchange two files or folders in one step, so that neither is ever missing.

    Returns:
        True if they were exchanged. False if the system cannot do that (Linux can); nothing has
        changed then.

    Raises:
        OSError: The exchange is not permitted, or one of the paths does not exist.

    """
    rename = (
        getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if os.name == "posix"
        else None
    )
    if rename is None:
        return False
    source, target = os.fsencode(first), os.fsencode(second)
    if rename(_AT_FDCWD, source, _AT_FDCWD, target, _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(second))
