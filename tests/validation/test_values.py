# ruff: noqa: RUF001
"""A table may not hold what a record may not hold: texts, items of lists, numbers and days, through every way in, and what is said."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING, Any

import duckdb
import generated_tables
import ibis
import pandas as pd
import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import tumen
from tumen.records import yaml_parser
from tumen.schemas import TABLES, characters
from tumen.schemas.all_rules import ALL_RULES
from tumen.validation.column_rules import row_rules
from tumen.validation.explain import read_clean_dataset
from tumen.validation.query_results import format_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FAULTY = {
    "zero width space": ("a\u200bb", "invisible or control character U+200B at character 2"),
    "right-to-left override": ("a\u202eb", "invisible or control character U+202E at character 2"),
    "NUL": ("a\0b", "invisible or control character U+0000 at character 2"),
    "escape": ("a\x1b[31mb", "invisible or control character U+001B at character 2"),
    "next line": ("a\x85b", "invisible or control character U+0085 at character 2"),
    "byte order mark": ("\ufeffa", "invisible or control character U+FEFF at character 1"),
    "soft hyphen": ("a\xadb", "invisible or control character U+00AD at character 2"),
    "Hangul filler": ("a\u3164", "invisible or control character U+3164 at character 2"),
    "braille blank": ("a\u2800b", "invisible or control character U+2800 at character 2"),
    "tag": ("a\U000e0041b", "invisible or control character U+E0041 at character 2"),
    "variation selector": ("a\ufe0fb", "invisible or control character U+FE0F at character 2"),
    "lost character": ("a\ufffdb", "invisible or control character U+FFFD at character 2"),
    "private use": ("a\ue000b", "invisible or control character U+E000 at character 2"),
    "line separator": ("a\u2028b", "invisible or control character U+2028 at character 2"),
    "carriage return": ("a\rb", "invisible or control character U+000D at character 2"),
    "end of line": ("a\nb", "an end of line at character 2"),
    "end of line at the end": ("a\n", "an end of line at character 2"),
    "tab": ("a\tb", "a tab at character 2"),
    "no-break space": ("a\xa0b", "a no-break space at character 2"),
    "ideographic space": ("a\u3000b", "a space other than the plain one, U+3000, at character 2"),
    "two spaces": ("a  b", "two spaces in a row at character 2"),
    "space at the start": (" a", "a space at its start at character 1"),
    "space at the end": ("a ", "a space at its end at character 2"),
    "empty": ("", "it is empty"),
    "null": ("null", "the word null means null in YAML"),
    "accent apart": ("Benoi\u0302t", "not in normal form C (NFC) from character 5 on"),
    "Hangul apart": ("\u1100\u1161\u1102\u1161", "not in normal form C (NFC) from character 1 on"),
    "Cyrillic apart": ("Сергеи\u0306", "not in normal form C (NFC) from character 6 on"),
    "compatibility ideograph": ("\uf963", "not in normal form C (NFC) from character 1 on"),
}
SOUND = [
    "Benoît",
    "가나",
    "Сергей",
    "За́мок",
    "한국 2025",
    "עִבְרִית",
    "日本語",
    "L’été — «так»",
    "1 < 2 & 3",
    "naïve 50 %",
    "😀 a",
]


def by_polars(frame: pl.DataFrame) -> Any:
    return frame.lazy()


def by_duckdb(frame: pl.DataFrame) -> Any:
    return duckdb.from_arrow(frame.to_arrow())


def by_arrow(frame: pl.DataFrame) -> Any:
    return frame.to_arrow()


def by_ibis(frame: pl.DataFrame) -> Any:
    return ibis.memtable(frame.to_arrow())


WAYS = pytest.mark.parametrize("way", [by_polars, by_duckdb, by_arrow, by_ibis])
pytestmark = pytest.mark.filterwarnings(
    "ignore:fetch_arrow_table:DeprecationWarning"
)  # of DuckDB, to Ibis


def rows(table: str, column: str, values: list[Any]) -> pl.DataFrame:
    """Return rows of a table that are sound but for this column, a value each."""
    made = generated_tables.tables()[table].head(1)
    frame = pl.concat([made] * len(values)).with_columns(
        pl.Series(column, values, made.schema[column])
    )
    key = TABLES[table].spec().key[0]
    prefix = made[key][0].rpartition("-")[0]
    return frame.with_columns(pl.format(f"{prefix}-{{}}", 1000 + pl.int_range(pl.len())).alias(key))


def said(table: str, frame: Any) -> list[str]:
    """Return what is found in a table, without key and place."""
    report = tumen.check(frame, table=table, max_findings=200)
    return [f"{finding.code} {finding.message.partition(' ')[2]}" for finding in report.findings]


@WAYS
@pytest.mark.parametrize(
    ("table", "column"),
    [("estimates", "note"), ("estimates", "summary"), ("actors", "name"), ("sources", "title")],
)
def test_what_no_text_may_hold(table: str, column: str, way: Any) -> None:
    texts = [text for text, _ in FAULTY.values()]
    found = [
        one
        for one in said(table, way(rows(table, column, [*texts, *SOUND])))
        if one.startswith("E106")
    ]
    assert [one.rpartition(" (")[2] if "(NFC)" not in one else one[-47:] for one in found] == [
        f"{fault})"[-47:] if "(NFC)" in fault else f"{fault})" for _, fault in FAULTY.values()
    ]


@WAYS
def test_what_no_item_of_a_list_may_hold(way: Any) -> None:
    texts = [[*SOUND, text] for text, _ in FAULTY.values()]
    report = tumen.check(
        way(rows("actors", "aliases", [*texts, SOUND, [], [None], ["A", "A"]])),
        table="actors",
        max_findings=200,
    )
    assert report.by_code()["E106"] == len(FAULTY) + 1
    (items,) = [
        one
        for one in report.broken
        if one.code == "E106" and one.columns == ("aliases",) and len(one.rows) > 1
    ]
    assert [row[1]["aliases"] for row in items.rows] == [text for text, _ in FAULTY.values()]
    (twice,) = [finding.message for finding in report.findings if finding.code == "E113"]
    assert twice.endswith("a value occurs twice in a list ('A')")


@pytest.mark.parametrize("kind", FAULTY)
def test_a_record_is_told_the_same(kind: str, write_dataset: Callable[..., Path]) -> None:
    text, fault = FAULTY[kind]
    written = "".join(f"\\U{ord(char):08X}" for char in text)
    found = {}
    for at in (f'name: "{written}"', f'name: DPRK\n  aliases: [Cho, "{written}"]'):
        root = write_dataset(
            {"actors.yaml": read_clean_dataset()["actors.yaml"].replace("name: DPRK", at, 1)}
        )
        (found[at],) = [
            str(one) for one in tumen.check(root, cache=False).findings if one.code == "E106"
        ]
    if text in ("", "null"):
        assert all(f"the value is {text or 'empty'}" in one for one in found.values())
    else:
        assert all(
            fault.removesuffix(" at character 2").removesuffix(" at character 1") in one
            for one in found.values()
        )
    assert [one.split(" ")[0].rpartition("dataset/")[2] for one in found.values()] == [
        "actors.yaml:2:9",
        "actors.yaml:3:18",
    ]


@given(
    st.text(
        st.sampled_from(
            "aeouсиеגאב가각\u1100\u1161\u11a8がか\u3099\u0300\u0301\u0302\u0306\u0308\u031b\u0323\u0327\u05b4\u05bc \u212bñ"
        ),
        max_size=6,
    )
)
def test_what_is_found_is_not_in_nfc_and_the_rest_is(text: str) -> None:
    (found,) = pl.Series([text]).str.contains(characters.fault_pattern())
    plain = text and text == " ".join(text.split())
    assert found == (not plain or not unicodedata.is_normalized("NFC", text))
    assert found == (characters.describe_fault(text) is not None)


@given(st.text())
def test_what_is_sound_gives_no_cause_for_a_remark(text: str) -> None:
    (found,) = pl.Series([text]).str.contains(characters.fault_pattern())
    (suspicious,) = pl.Series([text]).str.contains(characters.suspect_pattern())
    assert suspicious or not found
    assert not found or characters.describe_fault(text)


@pytest.mark.parametrize(
    "table",
    [name for name in TABLES if any(one.kind == "text" for one in TABLES[name].columns().values())],
)
def test_every_text_is_asked(table: str) -> None:
    asked = {(rule.code, rule.columns[0]) for rule in row_rules(TABLES[table])}
    for name, column in TABLES[table].columns().items():
        if column.kind in ("texts", "url", "reference", "references", "codes"):
            assert ("E106", name) in asked
        elif column.kind == "text":
            assert {("E106", name), ("E115", name), ("W251", name)} <= asked or (
                "E104",
                name,
            ) in asked


@WAYS
@pytest.mark.parametrize("column", ["low", "best", "high"])
def test_no_figure_is_infinite_or_none(column: str, way: Any) -> None:
    frame = rows(
        "estimates", column, [float("nan"), float("inf"), float("-inf"), 1e300, 1e15]
    ).with_columns(
        *(
            pl.lit(None, pl.Float64).alias(name)
            for name in ("low", "best", "high")
            if name != column
        )
    )
    found = [one for one in said("estimates", way(frame)) if "E107" in one]
    assert sorted(found) == sorted(
        f"E107 {column}: {shown}: a number is out of range (0 to 999,999,999,999,999)"
        for shown in ("nan", "inf", "-inf", "1e+300", "1000000000000000")
    )


def test_pandas_takes_nan_for_what_is_missing_and_tells_infinity() -> None:
    frame = rows("estimates", "low", [None, None]).with_columns(
        best=pl.lit(1.0), high=pl.lit(None, pl.Float64), bound=pl.lit("about")
    )
    held = frame.to_pandas().assign(low=[float("nan"), float("inf")])
    report = tumen.check(held, table="estimates", coerce=True)
    assert report.by_code()["E107"] == 1
    arrow = held.assign(low=pd.Series([float("inf"), 1.0], dtype="double[pyarrow]"))
    assert tumen.check(arrow, table="estimates", coerce=True).by_code()["E107"] == 1


DAYS = {
    3_000_000: "10183-09-21",
    2_932_897: "10000-01-01",
    2**31 - 2: "5881580-07-10",
    -719_163: "0000-12-31",
    -800_000: "-0221-09-04",
}


def far_days() -> pl.DataFrame:
    return rows("estimates", "estimate_id", [""] * len(DAYS)).with_columns(
        pl.Series("as_of", list(DAYS), pl.Int32).cast(pl.Date),
        pl.lit("day").alias("said_on_precision"),
    )


@WAYS
def test_days_that_no_calendar_of_python_has(way: Any) -> None:
    found = [one for one in said("estimates", way(far_days())) if "E101" in one]
    assert found == [f"E101 as_of: '{day}': invalid date" for day in DAYS.values()]


@WAYS
def test_a_far_day_takes_no_other_finding_away(way: Any) -> None:
    tables = {
        **generated_tables.tables(),
        "estimates": far_days().with_columns(note=pl.lit(" a\0"), said_on="as_of"),
    }
    report = tumen.check({name: way(frame) for name, frame in tables.items()})
    assert {"E101", "E106", "E303"} <= report.by_code().keys()
    assert "5881580-07-10" in str(report)


def test_a_far_day_in_a_parquet_file(tmp_path: Path) -> None:
    path = generated_tables.written(far_days(), tmp_path / "far.parquet")
    for engine in ("polars", "duckdb"):
        assert tumen.check(path, table="estimates", engine=engine).by_code()["E101"] == len(DAYS)


@given(st.dates())
def test_the_text_of_a_day_is_its_own(day: dt.date) -> None:
    assert format_date(day.toordinal() - dt.date(1970, 1, 1).toordinal()) == day.isoformat()


@pytest.mark.parametrize(("number", "text"), DAYS.items())
def test_the_text_of_a_day_of_any_year(number: int, text: str) -> None:
    assert format_date(number) == text


@WAYS
def test_a_code_that_is_none_is_e103_at_its_item_and_e113_is_of_what_stands_twice(way: Any) -> None:
    frame = rows(
        "meetings",
        "topics",
        [["treaty", "no-such-topic"], ["treaty", "treaty"], ["trade", "treaties"], ["treaty"]],
    )
    assert said("meetings", way(frame)) == [
        "E103 topics: 'no-such-topic': a code is not in the vocabulary",
        "E103 topics: 'treaties': a code is not in the vocabulary; did you mean 'treaty'?",
        "E113 topics: '['treaty', 'treaty']': a value occurs twice in a list ('treaty')",
    ]
    assert len(tumen.check(way(frame), table="meetings").only(["E103"]).findings) == 2


def test_a_remedy_does_not_lead_back_to_the_error() -> None:
    frame = rows("estimates", "said_on", [None, None]).with_columns(
        said_on=pl.Series(["2025-06", "../2025-06-17"])
    )
    found = [
        one
        for one in tumen.check(frame, table="estimates", coerce=True).findings
        if one.code == "E101"
    ]
    assert len(found) == 2
    assert all(
        "2025-06-17" in one.remedy and "2025-06 " not in one.remedy and "../" not in one.remedy
        for one in found
    )
    hidden = tumen.check(frame, table="estimates", coerce=True, max_findings=0)
    assert "../" not in str(hidden)


def test_the_remedy_of_an_empty_value_is_to_leave_it_out(
    write_dataset: Callable[..., Path],
) -> None:
    root = write_dataset(
        {"places.yaml": read_clean_dataset()["places.yaml"].replace("name: Moscow", "name: null")}
    )
    (found,) = [one for one in tumen.check(root, cache=False).findings if one.code == "E106"]
    assert "Leave out a field without text" in found.remedy


@pytest.mark.parametrize(
    ("summary", "code", "fault"),
    [
        ("Two  spaces.", "E106", "(two spaces in a row at character 4)"),
        ("|\n    Short.", "E106", "(an end of line at character 7)"),
        ('"Said\\u00a0so"', "E106", "(a no-break space at character 5)"),
        (" ".join(["word"] * 31), "E109", "(31 words)"),
        ("x" * 301, "E114", "(301 characters)"),
        ("北" * 3000, "E114", "(3,000 characters)"),
        ('"-"', "E115", ""),
        ('"<script>alert(1)</script>"', "W251", "('<script>')"),
        ('"**bold**"', "W251", "('**')"),
        ('"[x](javascript:alert(1))"', "W251", "('](')"),
        ('"Trade &amp; transport"', "W251", "('&amp;')"),
    ],
)
def test_a_summary_is_told_what_is_wrong_with_it(
    summary: str, code: str, fault: str, write_dataset: Callable[..., Path]
) -> None:
    text = read_clean_dataset()["meetings.yaml"].replace(
        "summary: Talks in Pyongyang.", f"summary: {summary}"
    )
    (found,) = tumen.check(write_dataset({"meetings.yaml": text}), cache=False).findings
    assert (found.code, found.place.line, found.place.column) == (code, 7, 12)
    assert found.message.endswith(fault)


@pytest.mark.parametrize(
    "summary", ["x" * 300, "Trade, R&D; more", "[News Today] voices", "1 < 2", "Söul & 평양"]
)
def test_a_summary_that_is_sound(summary: str, write_dataset: Callable[..., Path]) -> None:
    text = read_clean_dataset()["meetings.yaml"].replace(
        "summary: Talks in Pyongyang.", f'summary: "{summary}"'
    )
    assert tumen.check(write_dataset({"meetings.yaml": text}), cache=False).findings == ()


ALIKE = [
    ("Benoît", "Benoi\u0302t"),
    ("김정은", unicodedata.normalize("NFD", "김정은")),
    ("Straße", "STRASSE"),
    ("Kim Jŏng Ŭn", "Kim Jong Un"),
    ("Kim Jong\u2011un", "kim jong-un"),
    ("ＴＡＳＳ", "Tass"),
    ("Łódź", "Lodz"),
    ("Пётр Алексеев", "ПЕТР  АЛЕКСЕЕВ"),
    ("O\u2018Neill", "O'Neill"),
    ("ﬁlm", "FILM"),
    ("Ærø", "aero"),
    ("Αθήνα", "ΑΘΗΝΑ"),
]
APART = [
    ("Kim Jong Un", "Kim Jong Il"),
    ("ТАСС", "TASS"),
    ("가나", "가다"),
    ("Oslo", "Oslob"),
    ("А", "Б"),
]


def names(one: str, other: str) -> dict[str, pl.DataFrame]:
    frame = (
        generated_tables.tables()["actors"]
        .head(2)
        .with_columns(aliases=pl.lit([], pl.List(pl.String)), name=pl.Series([one, other]))
    )
    return {"actors": frame, "retired": generated_tables.tables()["retired"].clear()}


@pytest.mark.parametrize("way", [by_polars, by_duckdb])
@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_are_one(one: str, other: str, way: Any) -> None:
    assert (
        tumen.check({name: way(frame) for name, frame in names(one, other).items()}).by_code()[
            "W208"
        ]
        == 1
    )


@WAYS
@pytest.mark.parametrize(("one", "other"), APART)
def test_names_that_are_two(one: str, other: str, way: Any) -> None:
    found = tumen.check({name: way(frame) for name, frame in names(one, other).items()}).by_code()
    assert not {"W208", "W253"} & found.keys()


@WAYS
@pytest.mark.parametrize(
    ("strange", "latin"),
    [("\u0422\u0410\u0405\u0405", "TASS"), ("\u0391\u039d\u039d\u0391", "Anna"), ("КСНА", "kcha")],
)
@pytest.mark.parametrize("turned", [False, True])
def test_names_that_look_alike_in_two_alphabets(
    strange: str, latin: str, turned: bool, way: Any
) -> None:
    pair = (latin, strange) if turned else (strange, latin)
    report = tumen.check({name: way(frame) for name, frame in names(*pair).items()})
    (found,) = [one for one in report.broken if one.code == "W253"]
    assert found.rows[0][1]["name"] == strange


@pytest.mark.parametrize("parser", [yaml_parser.PARSER, yaml.Loader])
@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("- id: a\n  name: A Place\t\n", 2, 16),
        ("- id:\ta\n", 1, 6),
        ("- id: a\n\t\n", 2, 1),
        ('- id: "a\tb"\n', 1, 9),
        ("- id: a #\tb\n", 1, 10),
    ],
)
def test_a_tab_is_told_by_either_parser(
    text: str, line: int, column: int, parser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_parser, "PARSER", parser)
    tree, faults = yaml_parser.parse(text.encode())
    assert tree is None
    assert [(fault.code, fault.line, fault.column) for fault in faults] == [("E003", line, column)]


def test_a_name_twice_in_two_forms_is_twice(write_dataset: Callable[..., Path]) -> None:
    text = read_clean_dataset()["actors.yaml"].replace(
        "[Sergey Shoigu]", f"[가나, {unicodedata.normalize('NFD', '가나')}]"
    )
    found = [
        (one.code, one.place.line, one.place.column)
        for one in tumen.check(write_dataset({"actors.yaml": text}), cache=False).findings
    ]
    assert found == [("E113", 22, 17)]


def test_titles_of_e113_and_e103_say_what_each_is() -> None:
    assert "twice" in ALL_RULES["E113"].title
    assert "vocabulary" in ALL_RULES["E103"].title
