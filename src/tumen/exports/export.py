"""Export of a snapshot to a file, complete or not at all."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumen import _extras
from tumen._system import atomic
from tumen.errors import TumenError, UnknownNameError
from tumen.exports import contents, sqlite

if TYPE_CHECKING:
    from tumen.snapshot import Snapshot

FORMS: Final = {
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "csv": "csv_zip",
    "xlsx": "excel",
    "jsonl": "json_lines",
}
_EXTRA: Final = ("duckdb", "xlsx")


def write(
    snapshot: Snapshot, form: str, out: str | os.PathLike[str], *, overwrite: bool = False
) -> list[Path]:
    """Write a snapshot to a file for other tools.

    A SQLite export comes with a second file of metadata for Datasette.

    Args:
        snapshot: What to export.
        form: sqlite, duckdb, csv, xlsx or jsonl.
        out: Path of the file.
        overwrite: Whether to replace a file that exists.

    Returns:
        The paths of the files written.

    Raises:
        UnknownNameError: There is no such form.
        TumenError: The file exists and `overwrite` is false, or it could not be written.
        MissingExtraError: The form needs tumen[export].

    """
    if form not in FORMS:
        raise UnknownNameError("form of export", form, FORMS)
    if form in _EXTRA:
        _extras.require("export", f"export to {form}")
    out = Path(out)
    files = [out, out.with_name(f"{out.stem}.metadata.json")] if form == "sqlite" else [out]
    for path in files:
        atomic.refuse_present(path, overwrite=overwrite)
    content = contents.collect(snapshot)
    drafts = [path.with_name(f".{path.name}.draft") for path in files]
    try:
        for draft in drafts:
            draft.unlink(missing_ok=True)
        import_module(f"tumen.exports.{FORMS[form]}").write(content, drafts[0])
        for draft in drafts[1:]:
            draft.write_text(sqlite.metadata(content, out.stem), encoding="utf-8")
        for draft, path in zip(drafts, files, strict=True):
            _fsync(draft)
            draft.replace(path)
        atomic.fsync_dir(out.absolute().parent)
    except OSError as error:
        raise TumenError(f"{out} could not be written: {error}.") from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return files


def _fsync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
