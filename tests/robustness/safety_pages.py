"""Texts that other programs could execute: formulas, SQL, BibTeX, commands of a CI system."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import hostile_release
import openpyxl
import polars as pl
from trials import Row

from tumen.citations import bibtex, csl_json
from tumen.citations.references import Work
from tumen.exports import contents, csv_zip, excel, json_lines, sqlite
from tumen.report import Finding, Place, Report
from tumen.report_formats import text as report_formats_text

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS: Final = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("http://x")',
    "{=SUM(1)}",
    "http://example.org/" + "a" * 3000,
    "internal:Sheet1!A1",
    "mailto:x@example.org",
    "'); DROP TABLE meetings; --",
    '"; DROP TABLE meetings; --',
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\u2028alert(1)\u2029",
    "}\n@string{a = 1}\n",
    "\\input{/etc/passwd}",
    "\\write18{touch pwned}",
    "${jndi:ldap://x}",
    "x\n::error::y",
    "%0A::add-mask::x",
    "]]><x/>",
    "&xxe;",
    "\x1b]0;owned\x07\x1b[2J",
    "\u202egpj.exe",
)


def trials(*, long: bool) -> Iterator[Row]:
    """Yield a row for each kind of file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _exports(folder)
        yield _citations()
        yield _reports()


def _exports(folder: Path) -> Row:
    content = contents.collect(hostile_release.snapshot())
    first = content.tables["meetings"].head(1)
    rows = [
        first.with_columns(meeting_id=pl.lit(f"mtg-{number:04}"), summary=pl.lit(text))
        for number, text in enumerate(TEXTS)
    ]
    content.tables["meetings"] = pl.concat(rows)
    bad = []
    for form, writer in (("xlsx", excel), ("csv", csv_zip), ("db", sqlite), ("jsonl", json_lines)):
        writer.write(content, path := folder / f"x.{form}")
        read = {"xlsx": _cells, "csv": _lines, "db": _rows, "jsonl": _objects}[form](path)
        bad += [
            f"{form}: {text!r} is {other!r}"
            for text, other in zip(TEXTS, read, strict=True)
            if text != other
        ]
    happened = (
        bad[0]
        if bad
        else "each is the same text again; in the workbook none is a formula or a link"
    )
    return Row(
        "formulas, markup, quotes in a text",
        "xlsx, csv, SQLite, JSON Lines",
        4 * len(TEXTS),
        happened,
        sound=not bad,
    )


def _cells(path: Path) -> list[str]:
    sheet = openpyxl.load_workbook(path)["meetings"]
    column = next(cell.column for cell in sheet[1] if cell.value == "summary")
    cells = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
    escaped = {f"_x{ord(char):04X}_": char for char in "\r\x1b\x07"}
    texts = []
    for cell in cells:
        text = (
            str(cell.value)
            if cell.data_type == "s" and not cell.hyperlink
            else f"{cell.data_type} {cell.hyperlink}"
        )
        for code, char in escaped.items():
            text = text.replace(code, char)
        texts.append(text)
    return texts


def _lines(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [
            row["summary"]
            for row in csv.DictReader(
                io.StringIO(archive.read("meetings.csv").decode(), newline="")
            )
        ]


def _rows(path: Path) -> list[str]:
    return [
        text
        for (text,) in sqlite3.connect(path).execute(
            "select summary from meetings order by meeting_id"
        )
    ]


def _objects(path: Path) -> list[str]:
    rows = map(json.loads, path.read_text(encoding="utf-8").split("\n")[:-1])
    return [row["summary"] for row in rows if row["table"] == "meetings"]


def _citations() -> Row:
    bad = []
    for text in TEXTS:
        work = Work("source", "key", text, text, url=f"https://example.org/{text}", scope=text)
        entry = bibtex.rendered([work])
        if (
            entry.count("{") != entry.count("}")
            or "\\input" in entry
            or "\\write" in entry
            or entry.count("\n@") > 0
        ):
            bad.append(f"BibTeX: {text!r}")
        (item,) = json.loads(csl_json.rendered([work]))
        if item["title"] != text:
            bad.append(f"CSL-JSON: {text!r}")
    happened = (
        f"broke out: {bad[0]}"
        if bad
        else "braces balance, no command of TeX is left, JSON reads back the same"
    )
    return Row(
        "the same in a citation", "BibTeX, CSL-JSON", 2 * len(TEXTS), happened, sound=not bad
    )


def _reports() -> Row:
    findings = tuple(
        Finding(Place(f"dataset/{text}.yaml", 1, 1), "E103", text, "Mend it.") for text in TEXTS
    )
    report = Report(findings, len(TEXTS), 1, ("E103",))
    lines = report_formats_text.FORMATS["github"](report).split("\n")
    bad = [line for line in lines[:-2] if not line.startswith("::error file=dataset/")]
    bad += [] if len(lines) == len(TEXTS) + 2 else [f"{len(lines)} lines of GitHub"]
    bad += [
        line
        for line in report_formats_text.FORMATS["text"](report).split("\n")
        if line.startswith("::")
    ]
    ET.fromstring(report_formats_text.FORMATS["junit"](report))  # noqa: S314
    results = json.loads(report_formats_text.FORMATS["sarif"](report))["runs"][0]["results"]
    bad += [
        str(result)
        for result, text in zip(results, TEXTS, strict=True)
        if result["message"]["text"] != text
    ]
    happened = f"broke out: {bad[0]}" if bad else "one annotation each, XML and JSON that parse"
    return Row(
        "the same in a finding and the name of its file",
        "GitHub, text, JUnit, SARIF",
        4 * len(TEXTS),
        happened,
        sound=not bad,
    )
