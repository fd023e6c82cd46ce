"""Write the generated documents, or report with --check which of them are out of date.

    python tools/generate.py [--check] [DOCUMENT]...

`rules.md` comes from the models, `commands.md` from the command line, `api.md` from docstrings.
`codebook.md`, `CITATION.cff` and `.zenodo.json` come from the newest release. The blocks of all
other documents are run or checked, see `document_blocks.py`. Nothing is written if a block fails.
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
import polars as pl
import reference

import tumen
from tumen.cli import formats
from tumen.records.fields import written_tables
from tumen.release import catalog
from tumen.schemas.registry import ALL_RULES
from tumen.validation.explain import page

if TYPE_CHECKING:
    from collections.abc import Iterable

DOCS = Path(__file__).parents[1] / "docs"
GENERATED = ("api.md", "codebook.md", "commands.md", "rules.md")
EXECUTED = (
    "../README.md",
    *(path.name for path in sorted(DOCS.glob("*.md")) if path.name not in GENERATED),
)


def rules() -> str:
    """Return the page of every rule."""
    intro = (
        "# Rules\n\nGenerated from the table of rules; `tumen explain CODE` prints one page."
        " E is an error, W a warning.\n"
    )
    return "\n".join([intro, *(page(code).markdown() for code in ALL_RULES)])


def codebook() -> str:
    """Return the codebook of the newest release, with a section per table."""
    intro = (
        "# Codebook\n\nGenerated from the newest release;"
        " `tumen codebook TABLE` prints one table of it.\n"
    )
    sections = [intro]
    for name in tumen.tables():
        frame = tumen.codebook(name).drop("table")  # type: ignore[arg-type]
        frame = frame.with_columns(pl.col("codes").list.join(", "))
        sections.append(f"## {name}\n\n{formats.as_markdown(frame)}")
    return "\n".join(sections)


def editor_files() -> dict[str, str]:
    """Return the JSON Schema of each table, and the editor settings that bind it to files."""
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
        wanted |= {
            "rules.md": rules(),
            "codebook.md": codebook(),
            "commands.md": reference.commands(),
            "api.md": reference.api(),
        }
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
