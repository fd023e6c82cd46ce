"""A violation has the same words in a record and in a row of a table, except for its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tumen.records import frames, reader
from tumen.schemas import TABLES
from tumen.schemas.all_rules import ALL_RULES
from tumen.validation import messages
from tumen.validation.explain import read_page
from tumen.validation.records import check
from tumen.validation.tables import MOST_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tumen.report import Report

COMPARED = {
    "E302": "says the whole message",
    "W211": "shows a part of the value, and explains it",
    "E304": "names a value",
    "E308": "names a value that another table has",
    "E309": "says what the value conflicts with",
    "W230": "says how two fields differ",
}
"""A rule across tables for each form of a message."""


def words(report: Report, code: str) -> set[str]:
    """Return the messages of a rule without the field or key before the first colon."""
    found = (finding.message for finding in report.findings if finding.code == code)
    return {message.partition(": ")[2] for message in found}


def as_tables(root: Path) -> dict[str, pl.DataFrame]:
    """Return the records of a dataset as the tables of a release."""
    tables = frames.with_known_since(frames.from_dataset(reader.read(root)))
    return {name: frame.select(list(TABLES[name].columns())) for name, frame in tables.items()}


@pytest.mark.parametrize("code", COMPARED)
def test_words_are_the_same(code: str, write_dataset: Callable[..., Path]) -> None:
    page = read_page(code)
    root = write_dataset({str(page.file): page.failing, **page.other_files})
    in_records = words(check(root, cache=False), code)
    assert in_records
    assert words(check(as_tables(root)), code) == in_records


MISSPELT = read_page("E302")


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_table_suggests_what_a_record_suggests(
    engine: str, write_dataset: Callable[..., Path], tmp_path: Path
) -> None:
    root = write_dataset({str(MISSPELT.file): MISSPELT.failing, **MISSPELT.other_files})
    files = {}
    for name, frame in as_tables(root).items():
        files[name] = str(tmp_path / f"{name}.parquet")
        frame.write_parquet(files[name])
    report = check(files, engine=engine)  # type: ignore[call-overload]
    assert words(report, "E302") == words(check(root, cache=False), "E302")


def test_long_table_suggests_nothing() -> None:
    names = messages.ReferenceNames(lambda *_: None)
    assert names.suggest(("actors",), "sergei-shoygu") == ""
    assert names.successor("mtg-0001") is None
    assert MOST_NAMES == 100_000


def test_names_are_read_when_they_are_needed() -> None:
    read: list[str] = []

    def fetch(table: str, _: object) -> pl.DataFrame:
        read.append(table)
        return pl.DataFrame(
            {"actor_id": ["sergei-shoigu"], "name": ["Sergei Shoigu"], "aliases": [[]]}
        )

    names = messages.ReferenceNames(fetch)
    assert read == []
    for _ in range(2):
        assert names.suggest(("actors",), "sergei-shoygu") == "; did you mean 'sergei-shoigu'?"
    assert read == ["actors"]


@pytest.mark.parametrize(
    ("code", "value", "explanation"),
    [
        ("E109", "one two", "2 words"),
        ("E113", ["a", "b", "a"], ["a"]),
        ("E114", "x" * 301, "301 characters"),
        ("W251", "a <b>bold</b> word", ["<b>"]),
        ("W251", "plain", None),
    ],
)
def test_rule_explains_a_value(code: str, value: object, explanation: object) -> None:
    explain = ALL_RULES[code].explain
    assert explain
    assert explain(value) == explanation
