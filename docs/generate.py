"""Write the generated documents, or with --check say which differ from what they would be.

`rules.md` comes from the models; `codebook.md`, `CITATION.cff` and `.zenodo.json` from the newest release; in the other
documents every fenced `python` block is run, and every `sh` block that a `text` block follows; the `text` block is its output.
A `yaml` block below `<!-- record: ID -->` is that record as it stands in `dataset/`.
"""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import polars as pl

import tumen
from tumen import catalog, citation, json_schema, output
from tumen.explain import page
from tumen.schemas.catalogue import ALL_RULES

DOCS = Path(__file__).parent
EXECUTED = ("coverage.md", "curating.md", "questions.md", "seed.md")
_BLOCK = re.compile(
    r"```(?P<language>python|sh)\n(?P<code>(?:(?!```).)*)```\n(?P<output>\n```text\n(?:(?!```).)*```\n)?", re.DOTALL
)
_QUOTED = re.compile(r"<!-- record: (?P<id>[a-z0-9-]+) -->\n\n(?:```yaml\n(?:(?!```).)*```\n\n?)?", re.DOTALL)


def rules() -> str:
    """Return the page of every rule."""
    intro = "# Rules\n\nGenerated from the table of rules; `tumen explain CODE` prints one page. E is an error, W a warning.\n"
    return "\n".join([intro, *(page(code).markdown() for code in ALL_RULES)])


def codebook() -> str:
    """Return the codebook of the newest release, a section per table."""
    sections = ["# Codebook\n\nGenerated from the newest release; `tumen codebook TABLE` prints a part of it.\n"]
    for name in tumen.tables():
        frame = tumen.codebook(name).drop("table").with_columns(pl.col("codes").list.join(", "))  # type: ignore[arg-type]
        sections.append(f"## {name}\n\n{output.as_markdown(frame)}")
    return "\n".join(sections)


def for_editors() -> dict[str, str]:
    """Return the JSON Schema of each table, and the settings of editors that bind it to the table's files."""
    wanted = {f"../schemas/json/{table}.json": json_schema.file_schema(table) for table in json_schema.written_tables()}
    wanted["../.vscode/settings.json"] = json_schema.editor_settings()
    return {name: json_schema.rendered(value) for name, value in wanted.items()}


def for_archives() -> dict[str, str]:
    """Return what tells archives how to cite the newest release: CITATION.cff and .zenodo.json."""
    release = catalog.find(None)
    described = catalog.describe(release)
    return {"../CITATION.cff": citation.cff(described), "../.zenodo.json": citation.zenodo(described)}


def quoted(text: str) -> str:
    """Return a document with the records that it quotes as they stand in the dataset now."""
    dataset = [path.read_text(encoding="utf-8").split("\n\n") for path in sorted((DOCS.parent / "dataset").rglob("*.yaml"))]
    records = {
        record.splitlines()[0].removeprefix("- id: "): record.strip() for file in dataset for record in file if record.strip()
    }
    return _QUOTED.sub(lambda match: f"<!-- record: {match['id']} -->\n\n```yaml\n{records[match['id']]}\n```\n\n", text)


def executed(text: str) -> str:
    """Return a document with the output of its blocks as it is now; the blocks of one document share their names."""
    names: dict[str, object] = {}

    def run(match: re.Match[str]) -> str:
        code = match["code"]
        if not match["output"] and match["language"] == "sh":
            return match[0]
        result = _shell(code) if match["language"] == "sh" else _python(code, names)
        if not match["output"]:
            return match[0]
        return f"```{match['language']}\n{code}```\n\n```text\n{result.rstrip()}\n```\n"

    return _BLOCK.sub(run, text)


def _python(code: str, names: dict[str, object]) -> str:
    printed = io.StringIO()
    with (
        redirect_stdout(printed),
        pl.Config(
            tbl_rows=40,
            tbl_width_chars=200,
            fmt_str_lengths=200,
            fmt_table_cell_list_len=-1,
            tbl_hide_dataframe_shape=True,
            tbl_hide_column_data_types=True,
            tbl_cols=12,
        ),
    ):
        exec(code, names)  # noqa: S102
    return printed.getvalue()


def _shell(code: str) -> str:
    command = shlex.split(code)
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run([program, *command[1:]], check=False, capture_output=True, text=True, cwd=DOCS.parent).stdout


def main() -> int:
    """Write or check every generated document; exit status 1 tells that one was out of date."""
    wanted = {"rules.md": rules(), "codebook.md": codebook()}
    wanted |= {name: executed(quoted((DOCS / name).read_text(encoding="utf-8"))) for name in EXECUTED}
    wanted |= for_editors() | for_archives()
    stale = [
        name for name, text in wanted.items() if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv:
        for name in stale:
            path = (DOCS / name).resolve().relative_to(DOCS.resolve().parent)
            sys.stdout.write(f"{path} is out of date: run python docs/generate.py\n")
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(wanted[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
