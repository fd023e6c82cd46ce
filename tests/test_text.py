"""Data cannot control the terminal, and text printed for people is not read as markup."""

from __future__ import annotations

import json

import polars as pl
import pytest
from cli_process import on_terminal, tumen
from hypothesis import given, settings
from hypothesis import strategies as st

from tumen._text import escape_controls, escape_line
from tumen.cli import formats
from tumen.errors import TumenError
from tumen.report import Finding, Place


@given(st.text())
@settings(max_examples=200)
def test_remaining_text_has_no_control_characters(text: str) -> None:
    shown = escape_controls(text)
    assert all(
        char in "\n\t" or char.isprintable() or not (ord(char) < 0xA0 or char in "\u202e\u2066")
        for char in shown
    )
    assert "\n" not in escape_line(text)
    assert escape_controls("Шойгу 조선 — “a”\n\tb") == "Шойгу 조선 — “a”\n\tb"


def test_control_characters_are_escaped() -> None:
    assert escape_controls("\x1b]0;x\x07\x9b\u202ea\r") == r"\x1b]0;x\x07\x9b\u202ea\r"


def test_finding_is_one_line() -> None:
    finding = Finding(Place("a\n::error::b.yaml", 1, 2), "E103", "x\u2028\x1b[2J", "")
    assert str(finding) == r"a\n::error::b.yaml:1:2 E103 x\u2028\x1b[2J"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "md"])
def test_terminal_gets_escapes_and_a_pipe_the_data(form: str) -> None:
    query = "select chr(27) || '[2J[red]' as x"
    assert "\\x1b[2J[red]" in (shown := on_terminal("sql", query, "--format", form))
    assert "\x1b" not in shown
    assert "\x1b[2J[red]" in tumen("sql", query, "--format", form).stdout


def test_error_is_escaped() -> None:
    assert "\x1b[2J" not in on_terminal("show", "\x1b[2J")


def test_table_does_not_read_data_as_markup() -> None:
    query = "select '[red]x[/red]' as \"[b]\", '[/]' as y, chr(27) as z, 'inf'::double as i, 'nan'::double as n"
    assert tumen("sql", query).stdout.split() == [
        "[b]",
        "y",
        "z",
        "i",
        "n",
        "[red]x[/red]",
        "[/]",
        r"\x1b",
        "inf",
        "nan",
    ]


def test_markdown_stays_in_its_cell() -> None:
    frame = pl.DataFrame({"a|b": ["c|d\ne\r<script>"]})
    assert formats.as_markdown(frame) == "| a\\|b |\n| --- |\n| c\\|d e &lt;script> |\n"


@pytest.mark.parametrize("values", [[[1]], [{"a": 1}], [b"x"], [[["x"]]]])
def test_csv_refuses_nested_values(values: list[object]) -> None:
    with pytest.raises(TumenError, match="column 'x' has the type .*, which CSV cannot hold"):
        formats.as_csv(pl.DataFrame({"x": values}))
    assert formats.as_csv(pl.DataFrame({"x": [["a", "b"], None]})) == "x\na; b\n\n"


def test_json_refuses_nan() -> None:
    with pytest.raises(TumenError, match="JSON cannot hold NaN or infinity"):
        formats.as_json(pl.DataFrame({"x": [float("nan")]}))
    assert json.loads(formats.as_json(pl.DataFrame({"x": [1.5]}))) == [{"x": 1.5}]
