"""Write what is generated and committed, or with --check list the files that are out of date.

    python tools/generate.py [--check] [DOCUMENT]...

- the output under the blocks of all documents, which are run or checked (see `document_blocks.py`)
- the JSON Schemas of records and the editor settings, from the models
- `CITATION.cff` and `.zenodo.json`, from the newest release

Nothing is written if a block of a document has a fault. The reference pages of the documentation
are not committed: `make docs` generates them (see `docs_site.py`).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import citation_files
import document_blocks
import document_workspace
import json_schema

from tumen.records.fields import written_tables
from tumen.release import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable

DOCS = Path(__file__).parents[1] / "docs"
EXECUTED = (
    "../README.md",
    *(
        path.relative_to(DOCS).as_posix()
        for path in sorted(DOCS.rglob("*.md"))
        if path.parent.name != "changes"
    ),
)


def editor_files() -> dict[str, str]:
    """Return the JSON Schema of each table, and the settings of editors that bind it to files."""
    wanted = {
        f"../schemas/json/{table}.json": json_schema.file_schema(table)
        for table in written_tables()
    }
    wanted["../.vscode/settings.json"] = json_schema.editor_settings()
    return {name: json_schema.to_json(value) for name, value in wanted.items()}


def archive_files() -> dict[str, str]:
    """Return CITATION.cff and .zenodo.json for the newest release."""
    release = catalog.find(None)
    description = catalog.describe(release)
    return {
        "../CITATION.cff": citation_files.cff(description),
        "../.zenodo.json": citation_files.zenodo(description),
    }


def run_documents(names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return documents with the current output of their blocks, and the faults of the blocks."""
    texts, faults = {}, []
    os.environ["TUMEN_OFFLINE"] = "1"
    with TemporaryDirectory() as temporary:
        folder = document_workspace.copy_repository(Path(temporary, "tumen"))
        for name in names:
            texts[name], new_faults = document_blocks.run(
                path_in_repository(name), (DOCS / name).read_text(encoding="utf-8"), folder
            )
            faults += new_faults
            document_workspace.restore(folder)
    return texts, faults


def path_in_repository(name: str) -> str:
    """Return the path of a document from the root of the repository."""
    return (DOCS / name).resolve().relative_to(DOCS.resolve().parent).as_posix()


def main() -> int:
    """Write or check documents. The exit status is 1 if one is out of date or a block fails."""
    selected = [Path(name).resolve() for name in sys.argv[1:] if name != "--check"]
    wanted, faults = run_documents(
        name for name in EXECUTED if not selected or (DOCS / name).resolve() in selected
    )
    if not selected:
        wanted |= editor_files() | archive_files()
    stale = [
        name
        for name, text in wanted.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv:
        faults += [
            f"{path_in_repository(name)} is out of date: run python tools/generate.py"
            for name in stale
        ]
    elif not faults:
        for name in stale:
            (DOCS / name).write_text(wanted[name], encoding="utf-8")
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
