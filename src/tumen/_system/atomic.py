"""Writing that loses nothing: a file is replaced whole or not at all.

Content goes to a hidden draft beside its place, is flushed to disk, and takes the place in one step; then the folder is flushed, so
that what is there after a loss of power is the old file or the new one. A draft that a killed process left is never read, and the
next writer of that file replaces it.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from tumen._system import exchange
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class Replacement(NamedTuple):
    """A file, what it holds (None: it is not there), and what it is to hold."""

    path: Path
    before: bytes | None
    content: bytes


def refuse_present(path: Path, *, overwrite: bool) -> None:
    """Raise `TumenError` where a file stands that is not to be overwritten, or something that is no file."""
    if path.exists() and not path.is_file():
        raise TumenError(f"{path} is {'a folder' if path.is_dir() else 'no file'}; name a file.")
    if path.exists() and not overwrite:
        raise TumenError(f"{path} exists; name another file, or say --overwrite.")


def replace(path: Path, content: bytes) -> None:
    """Write a file in one step, flushed to disk, with the permissions that it had; a link stays one."""
    path = path.resolve()
    with _draft(path, content) as draft:
        draft.replace(path)
    settle(path.parent)


def replace_unchanged(path: Path, before: bytes | None, content: bytes) -> None:
    """Write a file in one step, as `replace` does, if it still holds `before` (None: if it is still not there).

    Raises `TumenError`, and leaves what stands there, where another program saved the file meanwhile. Where the system can exchange
    two files, nothing that was saved can be lost, however late; elsewhere what is saved between a last look and the next step of
    this process is.
    """
    place = path.resolve()
    with _draft(place, content) as draft:
        held = place.read_bytes() if place.exists() else None
        if held != before or not _put(draft, place, before, content):
            raise TumenError(
                f"{path} was changed by another program meanwhile; it is left as it is, run this again."
            )
    settle(place.parent)


def replace_all(changes: Iterable[Replacement]) -> None:
    """Write several files in order, each as `replace_unchanged` does; where one cannot be written, those before it are put back.

    Raises what stopped it: `OSError`, or `TumenError` where another program saved one of the files meanwhile.
    """
    written: list[Replacement] = []
    try:
        for change in changes:
            replace_unchanged(*change)
            written.append(change)
    except (OSError, TumenError):
        for path, before, content in reversed(written):
            with suppress(
                OSError, TumenError
            ):  # what another program saved since is not overwritten
                _put_back(path, before, content)
        raise


def _put_back(path: Path, before: bytes | None, content: bytes) -> None:
    if before is None:
        path.unlink()
    else:
        replace_unchanged(path, content, before)


def _put(draft: Path, path: Path, before: bytes | None, content: bytes) -> bool:
    """Move a draft to its place and return True; or put back whatever a program saved there last, and return False."""
    if before is None or not exchange.swap(draft, path):
        draft.replace(path)
        return True
    placed, expected = content, before
    while (displaced := draft.read_bytes()) != expected:
        exchange.swap(draft, path)
        placed, expected = displaced, placed
    return placed is content


@contextmanager
def _draft(path: Path, content: bytes) -> Iterator[Path]:
    draft = path.with_name(f".{path.name}.draft")
    try:
        flush(draft, content)
        with suppress(FileNotFoundError):
            shutil.copymode(path, draft)
        yield draft
    finally:
        with suppress(
            OSError
        ):  # a draft that stays is never read, and what was written stands in its place
            draft.unlink()


def flush(path: Path, content: bytes) -> None:
    """Write a new file and flush it to disk; what stood under its name goes, and a link there is not followed."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """Flush to disk what a folder holds by name, where the system can: what was renamed in it is there after a loss of power."""
    with suppress(
        OSError
    ):  # what was written stands in its place: that some systems flush no folders undoes none of it
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
