"""Files of records put in canonical form: what would change in each, and the change itself, a file whole or not at all.

A file that breaks the dialect, or is no list of records, is left untouched and its findings are reported; the others are formatted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tumen._system import atomic, lock
from tumen.editing import document, unified_diff
from tumen.editing.canonical_form import canonical
from tumen.errors import TumenError
from tumen.records import parser, reader
from tumen.records.reader import Dataset
from tumen.report import Report
from tumen.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not in canonical form: what it holds, and what it would hold."""

    path: Path
    before: bytes
    after: bytes

    def diff(self) -> str:
        """Return a unified diff, such as `patch` reads."""
        return unified_diff.patch(self.before.decode(), self.after.decode(), str(self.path))


def changes(path: Path) -> tuple[list[Change], Report]:
    """Return what would change in the files under `path`, a dataset, a table's folder or one file, and what is wrong with them.

    Raises `TumenError` if the path does not exist.
    """
    if not path.exists():
        raise TumenError(f"{path} does not exist; name a folder of records, or a file in it.")
    dataset = Dataset(reader.root_of(path))
    found = [change for file in _files(path, dataset) if (change := _change(file, dataset))]
    return found, Report(tuple(sorted(dataset.findings)), dataset.records, len(dataset.files))


def write(path: Path) -> tuple[list[Change], Report]:
    """Put the files under `path` in canonical form, and return what changed and what is wrong with the others."""
    if not path.exists():
        return changes(path)
    with lock.exclusive_lock(reader.root_of(path)):
        found, report = changes(path)
        for change in found:
            _replace(change)
    return found, report


def _replace(change: Change) -> None:
    try:
        atomic.replace_unchanged(change.path, change.before, change.after)
    except OSError as error:
        raise TumenError(
            f"{change.path} cannot be written: {error.strerror}; it is left as it is."
        ) from error


def _files(path: Path, dataset: Dataset) -> Iterator[Path]:
    if path.is_dir():
        yield from (
            file for file in reader.files(dataset.root, dataset) if file.is_relative_to(path)
        )
    else:
        yield path


def _change(path: Path, dataset: Dataset) -> Change | None:
    table = reader.table_of(path, dataset)
    before = reader.content_of(path, table, dataset) if table else None
    if table is None or before is None:
        return None
    tree, faults = parser.listed(before)
    dataset.took(str(path), table, faults)
    if tree is None or faults:
        return None
    dataset.records += len(tree.items)
    try:
        after = canonical(
            document.read(before.decode().replace("\r\n", "\n"), tree, TABLES[table]), TABLES[table]
        ).encode()
    except TumenError as error:
        raise TumenError(f"{path}: {error}") from error
    return None if after == before else Change(path, before, after)
