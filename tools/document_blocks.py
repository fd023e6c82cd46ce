"""Run or check every fenced block of a document, and put what the blocks print where it stands.

A `python` block is executed (the blocks of one document share their names), a `sh` block is run by bash, each in a copy of the
repository; a `text` block right after one is what it prints. A comment on the line above a block says what else holds:

    <!-- ends with 1: WHY -->      the commands end with this status
    <!-- record: ID -->            the record as it stands in dataset/, as YAML
    <!-- from: FILE -->            the block stands in this file, letter for letter
    <!-- checked by: COMMAND -->   the command, given a file with the block, ends with 0
    <!-- not run: WHY -->          nothing here can run it

A block that is none of these is a fault.
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
    """A fenced block: its lines (from its fence on, and behind the last), the comment above it, and whether it is output."""

    language: str
    code: str
    start: int
    end: int
    mark: re.Match[str] | None
    output: Block | None = None


class Fault(Exception):  # noqa: N818
    """What is wrong with a block."""


def blocks(text: str) -> Iterator[Block]:
    """Return the blocks of a document in their order; the output of one stands in it."""
    tokens = [token for token in MarkdownIt().enable("table").parse(text) if token.map]
    found: list[Block] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "fence" and token.map:
            mark = (
                _MARK.fullmatch(before.content) if before and before.type == "html_block" else None
            )
            block = Block(token.info, token.content, token.map[0], token.map[1], mark)
            follows = (
                before is not None
                and before.type == "fence"
                and found
                and found[-1].language in {"python", "sh"}
            )
            if block.language == "text" and follows:
                found[-1] = found[-1]._replace(output=block)
            else:
                found.append(block)
    yield from found


def run(name: str, text: str, folder: Path) -> tuple[str, list[str]]:
    """Return a document with what its blocks print now, and the faults of its blocks, each at its line."""
    lines = text.splitlines(keepends=True)
    names: dict[str, object] = {"__name__": "__main__"}
    faults: list[str] = []
    edits: list[tuple[int, int, str]] = []
    for block in blocks(text):
        try:
            printed = _judge(block, folder, names)
        except Fault as fault:
            faults.append(f"{name}:{block.start + 1}: {fault}")
            continue
        shown = block if block.mark and block.mark["kind"] == "record" else block.output
        if shown:
            edits.append((shown.start + 1, shown.end - 1, printed.rstrip() + "\n"))
    for start, end, printed in reversed(edits):
        lines[start:end] = [printed]
    return "".join(lines), faults


def _judge(block: Block, folder: Path, names: dict[str, object]) -> str:
    """Return what a block prints, or of a record what it is now."""
    kind, value = (block.mark["kind"], block.mark["value"]) if block.mark else ("", "")
    if kind == "not run":
        return block.output.code if block.output else ""
    if kind == "record":
        if value not in records():
            raise Fault(f"there is no record {value} in dataset/")
        return records()[value]
    if kind == "from":
        if block.code not in (ROOT / value).read_text(encoding="utf-8"):
            raise Fault(f"it does not stand in {value} letter for letter")
        return ""
    if kind == "checked by":
        file = folder / f"block.{block.language}"
        file.write_text(block.code, encoding="utf-8")
        return _bash(f"{value} {file.name}", folder, 0)
    if block.language == "python":
        return _python(block.code, folder, names)
    if block.language == "sh":
        return _bash(block.code, folder, int(block.mark["status"]) if block.mark else 0)
    raise Fault(
        f"nothing runs or checks this block ({block.language or 'no language'}); its module says what can be written above it"
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


def _python(code: str, folder: Path, names: dict[str, object]) -> str:
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
            exec(code, names)  # noqa: S102
        except Exception:  # noqa: BLE001
            raise Fault(f"it fails:\n{traceback.format_exc(limit=-1)}") from None
    return printed.getvalue()


def _bash(code: str, folder: Path, status: int) -> str:
    """Return what commands print, with the programs beside this Python first on the PATH."""
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
            f"it ends with {done.returncode}, not with {status}:\n{done.stdout[-1000:]}{done.stderr[-1000:]}"
        )
    return done.stdout
