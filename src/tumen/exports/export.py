"""From a snapshot to a file of one of the forms, whole or not at all."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumen import _extras
from tumen._system import atomic
from tumen.errors import TumenError, UnknownNameError
from tumen.exports import contents, datasette

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
    """Write the snapshot in a form (sqlite, duckdb, csv, xlsx, jsonl), and return what was written.

    Beside SQLite stands a file of metadata for Datasette. Raises `TumenError` where `out` exists and `overwrite` is not set or
    where it cannot be written, `MissingExtraError` where the form needs tumen[export].
    """
    if form not in FORMS:
        raise UnknownNameError("form of export", form, FORMS)
    if form in _EXTRA:
        _extras.require("export", f"export to {form}")
    out = Path(out)
    files = [out, out.with_name(f"{out.stem}.metadata.json")] if form == "sqlite" else [out]
    for path in files:
        atomic.refuse_present(path, overwrite=overwrite)
    held = contents.of(snapshot)
    written = [path.with_name(f".{path.name}.draft") for path in files]
    try:
        for draft in written:
            draft.unlink(missing_ok=True)
        import_module(f"tumen.exports.{FORMS[form]}").write(held, written[0])
        for draft in written[1:]:
            draft.write_text(datasette.metadata(held, out.stem), encoding="utf-8")
        for draft, path in zip(written, files, strict=True):
            _flush(draft)
            draft.replace(path)
        atomic.fsync_dir(out.absolute().parent)
    except OSError as error:
        raise TumenError(f"{out} could not be written: {error}.") from error
    finally:
        for draft in written:
            draft.unlink(missing_ok=True)
    return files


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
