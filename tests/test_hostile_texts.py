"""Texts that other programs could execute: formulas, SQL, BibTeX, commands of a terminal or CI system."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import hostile_release
import openpyxl
import polars as pl
import pytest
import two_releases
from cli_process import on_terminal

import tumen
from tumen import plot
from tumen.citations import bibtex, csl_json
from tumen.citations.references import Work
from tumen.exports import contents, csv_zip, excel, json_lines, sqlite
from tumen.report import Finding, Place, Report
from tumen.report_formats.text import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


def cells(path: Path) -> list[str]:
    """Return the summaries of a workbook; one that is a formula or a link comes back as that."""
    sheet = openpyxl.load_workbook(path)["meetings"]
    column = next(cell.column for cell in sheet[1] if cell.value == "summary")
    escapes = {f"_x{ord(char):04X}_": char for char in "\r\x1b\x07"}
    texts = []
    for row in range(2, sheet.max_row + 1):
        cell = sheet.cell(row, column)
        is_text = cell.data_type == "s" and not cell.hyperlink
        text = str(cell.value) if is_text else f"{cell.data_type} {cell.hyperlink}"
        for escape, char in escapes.items():
            text = text.replace(escape, char)
        texts.append(text)
    return texts


def csv_cells(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        text = archive.read("meetings.csv").decode()
    return [row["summary"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def sqlite_cells(path: Path) -> list[str]:
    rows = sqlite3.connect(path).execute("select summary from meetings order by meeting_id")
    return [text for (text,) in rows]


def json_cells(path: Path) -> list[str]:
    rows = map(json.loads, path.read_text(encoding="utf-8").split("\n")[:-1])
    return [row["summary"] for row in rows if row["table"] == "meetings"]


@pytest.mark.parametrize(
    ("writer", "read"),
    [(excel, cells), (csv_zip, csv_cells), (sqlite, sqlite_cells), (json_lines, json_cells)],
)
def test_export_has_the_same_text_again(
    writer: Any, read: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    content = contents.collect(hostile_release.snapshot())
    first = content.tables["meetings"].head(1)
    content.tables["meetings"] = pl.concat(
        first.with_columns(meeting_id=pl.lit(f"mtg-{number:04}"), summary=pl.lit(text))
        for number, text in enumerate(TEXTS)
    )
    writer.write(content, tmp_path / "export.xlsx")
    assert read(tmp_path / "export.xlsx") == list(TEXTS)


@pytest.mark.parametrize("text", TEXTS)
def test_citation_stays_within_its_fields(text: str) -> None:
    work = Work("source", "key", text, text, url=f"https://example.org/{text}", scope=text)
    entry = bibtex.to_bibtex([work])
    assert entry.count("{") == entry.count("}")
    assert not any(command in entry for command in ("\\input", "\\write", "\n@"))
    (item,) = json.loads(csl_json.to_csl_json([work]))
    assert item["title"] == text


def test_finding_is_one_result_of_each_format() -> None:
    findings = tuple(
        Finding(Place(f"dataset/{text}.yaml", 1, 1), "E103", text, "Correct it.") for text in TEXTS
    )
    report = Report(findings, len(TEXTS), 1, ("E103",))
    annotations = FORMATS["github"](report).split("\n")[:-2]
    assert len(annotations) == len(TEXTS)
    assert all(line.startswith("::error file=dataset/") for line in annotations)
    assert "\n::" not in FORMATS["text"](report)
    assert len(ET.fromstring(FORMATS["junit"](report)).findall(".//failure")) == 1  # noqa: S314
    results = json.loads(FORMATS["sarif"](report))["runs"][0]["results"]
    assert [result["message"]["text"] for result in results] == list(TEXTS)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["table", "csv", "md"])
def test_terminal_gets_no_command(form: str, tmp_path: Path) -> None:
    quoted = ", ".join("'" + text.replace("'", "''") + "'" for text in TEXTS)
    shown = on_terminal(
        "sql", "--format", form, "--", f"select unnest([{quoted}]) as x", folder=tmp_path
    )
    assert "gpj.exe" in shown
    assert not any(command in shown for command in ("\x1b]", "\x1b[2J", "\x07", "\u202e"))


class Markup(HTMLParser):
    """The elements of a page, and the scripts in their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and the scripts in its attributes."""
        self.elements.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").startswith(("javascript:", "data:text")):
                self.scripts.append(f"{name}={value}")


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["svg", "html"])
@pytest.mark.parametrize("name", ["timeline", "disagreements", "network", "map"])
def test_chart_shows_markup_as_text(name: str, ending: str, tmp_path: Path) -> None:
    with two_releases.opened():
        chart = getattr(plot, name)(tumen.open())
        page = plot.save(chart, tmp_path / f"{name}.{ending}").read_text(encoding="utf-8")
    markup = Markup(page)
    assert markup.scripts == []
    assert not {"img", "b", "i"} & set(markup.elements)
    assert "<script>window.hurt" not in page


def test_markup_would_be_found() -> None:
    markup = Markup('<b>x</b><img src=x onerror="alert(1)"><a href="javascript:alert(1)">y</a>')
    assert markup.elements == ["b", "img", "a"]
    assert markup.scripts == ["onerror=alert(1)", "href=javascript:alert(1)"]
