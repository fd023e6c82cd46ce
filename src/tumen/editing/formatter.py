"""Put files of records in canonical form; each file changes whole or not at all.

A file that breaks the dialect, or is not a list of records, is not changed, and its findings are
reported. The others are formatted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tumen._system import atomic, lock
from tumen.editing import document, unified_diff
from tumen.editing.canonical_form import to_canonical_text
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
    """A file that is not in canonical form: its content before and after formatting."""

    path: Path
    before: bytes
    after: bytes

    def diff(self) -> str:
        """Return the change as a unified diff.

        Returns:
            Text that `patch` can apply.

        """
        return unified_diff.compare(self.before.decode(), self.after.decode(), str(self.path))


def find_changes(path: Path) -> tuple[list[Change], Report]:
    """Find the files that are not in canonical form.

    Args:
        path: A dataset, the folder of a table, or one file.

    Returns:
        The changes that formatting makes, and a report of what is wrong with the other files.

    Raises:
        TumenError: The path does not exist.

    """
    if not path.exists():
        raise TumenError(f"{path} does not exist; name a folder of records, or a file in it.")
    dataset = Dataset(reader.root_of(path))
    changed = [change for file in _list_files(path, dataset) if (change := _change(file, dataset))]
    return changed, Report(tuple(sorted(dataset.findings)), dataset.records, len(dataset.files))


def format_files(path: Path) -> tuple[list[Change], Report]:
    """Put files in canonical form.

    Args:
        path: A dataset, the folder of a table, or one file.

    Returns:
        The changes, and a report of what is wrong with the files that were not formatted.

    Raises:
        TumenError: The path does not exist, or a file cannot be written.

    """
    if not path.exists():
        return find_changes(path)
    with lock.exclusive_lock(reader.root_of(path)):
        changed, report = find_changes(path)
        for change in changed:
            _write_change(change)
    return changed, report


def _write_change(change: Change) -> None:
    try:
        atomic.replace_unchanged(change.path, change.before, change.after)
    except OSError as error:
        raise TumenError(
            f"{change.path} cannot be written: {error.strerror}; it is left as it is."
        ) from error


def _list_files(path: Path, dataset: Dataset) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in reader.find_files(dataset.root, dataset):
        if file.is_relative_to(path):
            yield file


def _change(path: Path, dataset: Dataset) -> Change | None:
    """Return the change of a file; add what is wrong with it to the dataset."""
    table = reader.find_table(path, dataset)
    before = reader.read_content(path, table, dataset) if table else None
    if table is None or before is None:
        return None
    tree, faults = parser.parse_records(before)
    dataset.add_file(str(path), table, faults)
    if tree is None or faults:
        return None
    dataset.records += len(tree.items)
    model = TABLES[table]
    text = before.decode().replace("\r\n", "\n")
    try:
        after = to_canonical_text(document.read(text, tree, model), model).encode()
    except TumenError as error:
        raise TumenError(f"{path}: {error}") from error
    return None if after == before else Change(path, before, after)
