"""Run or check every fenced block of a document, and update the output that it shows.

A `python` block is executed, and the blocks of one document share their variables. A `sh` block is
run by bash. Both run in a copy of the repository. A `text` block right after one is its output.
A comment on the line above a block changes that:

    <!-- ends with 1: WHY -->      the commands end with this status
    <!-- record: ID -->            the block is the record in dataset/, as YAML
    <!-- from: FILE -->            the block is an exact part of this file
    <!-- checked by: COMMAND -->   the command, called with a file of the block, ends with 0
    <!-- not run: WHY -->          the block cannot be run here

Any other block is a fault.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import traceback
from contextlib import chdir, redirect_stdout
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
_MARK = re.compile(
    r"<!-- (?P<kind>record|from|checked by|not run|ends with (?P<status>\d+)): (?P<value>.+) -->\s*"
)


class Block(NamedTuple):
    """A fenced block: its text, its first line, the line after it, its comment and its output."""

    language: str
    code: str
    start: int
    end: int
    mark: re.Match[str] | None
    output: Block | None = None


class Fault(Exception):  # noqa: N818
    """A block that does not run, or does not match what it shows."""


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a document in order, each with its output."""
    tokens = [token for token in MarkdownIt().enable("table").parse(text) if token.map]
    result: list[Block] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "fence" and token.map:
            mark = (
                _MARK.fullmatch(before.content) if before and before.type == "html_block" else None
            )
            block = Block(token.info, token.content, token.map[0], token.map[1], mark)
            follows = (
                before is not None
                and before.type == "fence"
                and result
                and result[-1].language in {"python", "sh"}
            )
            if block.language == "text" and follows:
                result[-1] = result[-1]._replace(output=block)
            else:
                result.append(block)
    yield from result


def run(name: str, text: str, folder: Path) -> tuple[str, list[str]]:
    """Return a document with the current output of its blocks, and the faults of its blocks."""
    lines = text.splitlines(keepends=True)
    variables: dict[str, object] = {"__name__": "__main__"}
    faults: list[str] = []
    edits: list[tuple[int, int, str]] = []
    for block in blocks(text):
        try:
            printed = _run_block(block, folder, variables)
        except Fault as fault:
            faults.append(f"{name}:{block.start + 1}: {fault}")
            continue
        shown = block if block.mark and block.mark["kind"] == "record" else block.output
        if shown:
            edits.append((shown.start + 1, shown.end - 1, printed.rstrip() + "\n"))
    for start, end, printed in reversed(edits):
        lines[start:end] = [printed]
    return "".join(lines), faults


def _run_block(block: Block, folder: Path, variables: dict[str, object]) -> str:
    """Return the output of a block, or the current text of a record."""
    kind, value = (block.mark["kind"], block.mark["value"]) if block.mark else ("", "")
    if kind == "not run":
        return block.output.code if block.output else ""
    if kind == "record":
        if value not in records():
            raise Fault(f"dataset/ has no record {value}")
        return records()[value]
    if kind == "from":
        if block.code not in (ROOT / value).read_text(encoding="utf-8"):
            raise Fault(f"this block is not an exact part of {value}")
        return ""
    if kind == "checked by":
        file = folder / f"block.{block.language}"
        file.write_text(block.code, encoding="utf-8")
        return _run_bash(f"{value} {file.name}", folder, 0)
    if block.language == "python":
        return _run_python(block.code, folder, variables)
    if block.language == "sh":
        return _run_bash(block.code, folder, int(block.mark["status"]) if block.mark else 0)
    raise Fault(
        f"nothing runs or checks this block ({block.language or 'no language'});"
        " tools/document_blocks.py lists the comments that can be written above it"
    )


@cache
def records() -> dict[str, str]:
    """Return the text of each record in dataset/, by id."""
    files = [
        path.read_text(encoding="utf-8").split("\n\n")
        for path in sorted((ROOT / "dataset").rglob("*.yaml"))
    ]
    return {
        record.splitlines()[0].removeprefix("- id: "): record.strip()
        for file in files
        for record in file
        if record.strip()
    }


def _run_python(code: str, folder: Path, variables: dict[str, object]) -> str:
    printed = io.StringIO()
    shown = pl.Config(
        tbl_rows=40,
        tbl_width_chars=200,
        fmt_str_lengths=200,
        fmt_table_cell_list_len=-1,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_cols=12,
    )
    with shown, chdir(folder), redirect_stdout(printed):
        try:
            exec(code, variables)  # noqa: S102
        except Exception:  # noqa: BLE001
            raise Fault(f"this block fails:\n{traceback.format_exc(limit=-1)}") from None
    return printed.getvalue()


def _run_bash(code: str, folder: Path, status: int) -> str:
    """Return the output of commands, with the programs of this environment first on the PATH."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
    }
    command = ["bash", "--noprofile", "--norc", "-euo", "pipefail", "-c", code]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=folder, env=environment
    )
    if done.returncode != status:
        raise Fault(
            f"this block ends with {done.returncode} instead of {status}:\n"
            f"{done.stdout[-1000:]}{done.stderr[-1000:]}"
        )
    return done.stdout
