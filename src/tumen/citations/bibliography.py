"""A BibTeX file that grows: entries are added whose keys it lacks, and what it holds stays byte for byte."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from bibtexparser import entrypoint
from bibtexparser.model import Block, Entry, ParsingFailedBlock

from tumen._system import atomic
from tumen.citations import bibtex
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tumen.citations.references import Work

_LOGGER: Final = logging.getLogger("bibtexparser")


def append_entries(path: Path, works: list[Work]) -> int:
    """Add an entry for each work whose key the file does not hold yet, and return how many were added.

    Raises `TumenError`, and writes nothing, if the file cannot be read as BibTeX, or holds one of the keys with other content.
    """
    if not path.parent.is_dir():
        raise TumenError(
            f"{path}: there is no folder {path.parent}; make it, or name another file."
        )
    atomic.refuse_present(path, overwrite=True)
    before = path.read_bytes() if path.exists() else None
    held = {entry.key.lower(): entry for entry in _entries(path, before or b"")}
    conflicts = [
        _conflict(path, held[work.key.lower()], work) for work in works if work.key.lower() in held
    ]
    if told := "\n".join(filter(None, conflicts)):
        raise TumenError(
            f"{told}\nNothing was written. Take these entries out of {path} to get new ones, or name another file."
        )
    missing = [work for work in works if work.key.lower() not in held]
    if missing:
        atomic.replace_unchanged(path, before, _extended(before or b"", bibtex.rendered(missing)))
    return len(missing)


def _entries(path: Path, content: bytes) -> Iterator[Entry]:
    """Yield the entries of a BibTeX file, of equal keys the last one first, so that a mapping keeps the one that programs take."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TumenError(
            f"{path}:{line}: this is no UTF-8; save the file as UTF-8, or name another file."
        ) from None
    for block in reversed(_parsed(text)):
        entry = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        if entry is None:
            raise TumenError(
                f"{path}:{(block.start_line or 0) + 1}: this entry is no BibTeX; fix it, or name another file."
            )
        if isinstance(entry, Entry):
            yield entry


def _parsed(text: str) -> list[Block]:
    level = _LOGGER.level
    _LOGGER.setLevel(logging.CRITICAL + 1)  # it logs what it cannot read, which the error says
    try:
        return list(entrypoint.parse_string(text).blocks)
    finally:
        _LOGGER.setLevel(level)


def _conflict(path: Path, held: Entry, work: Work) -> str | None:
    """Return what an entry of the file says differently from the work of its key; it may say more."""
    (wanted,) = entrypoint.parse_string(bibtex.rendered([work])).entries
    theirs = {field.key.lower(): _plain(field.value) for field in held.fields}
    differing = [
        field.key for field in wanted.fields if theirs.get(field.key) != _plain(field.value)
    ]
    if not differing:
        return None
    return f"{path}:{(held.start_line or 0) + 1}: the file holds {held.key} with another {', '.join(differing)}."


def _plain(value: object) -> str:
    return " ".join(str(value).split())


def _extended(before: bytes, added: str) -> bytes:
    """Return the content of the file with entries added, behind an empty line, with the ends of lines that it has."""
    end = b"\r\n" if b"\r\n" in before else b"\n"
    body = before if not before or before.endswith(b"\n") else before + end
    return (body + end if before else b"") + added.encode().replace(b"\n", end)
