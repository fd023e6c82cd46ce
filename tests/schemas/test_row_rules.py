"""The rules of a row at their edges, on rows of one table in which what is not given is null; and which columns may be null."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import product
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from tumen.records.parser import read
from tumen.schemas import TABLES, iso
from tumen.schemas import vocabularies as vocab
from tumen.table_names import TABLE_NAMES
from tumen.validation import column_rules, evaluate

NEEDED = {
    "meetings": "meeting_id start_date end_date date_precision format level topics summary",
    "participants": "meeting_id actor_id side principal",
    "deployments": "deployment_id kind origin status summary",
    "estimates": "estimate_id measure unit bound stock_or_flow estimator_id said_on said_on_precision summary",
    "statements": "statement_id speaker_id said_on said_on_precision stance about summary",
    "agreements": "agreement_id name kind parties signed signed_precision summary",
    "transfers": "transfer_id origin destination item status summary",
    "launches": "launch_id launch_date date_precision object outcome summary",
    "positions": "position_id actor_id title",
    "actors": "actor_id name kind aliases",
    "places": "place_id name kind",
    "sources": "source_id url publisher_id language kind",
    "citations": "record_id source_id agrees",
    "retired": "record_id release reason",
    "set_aside": "url publisher reason",
}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@cache
def types(table: str) -> dict[str, Any]:
    return {"row": pl.UInt32, **TABLES[table].polars_types()}


def broken(table: str, *rows: dict[str, Any]) -> list[set[str]]:
    """Return of each row the rules that it breaks, as `code column`, less those of values that are not given."""
    data = [{"row": number, **row} for number, row in enumerate(rows)]
    frame = nw.from_native(pl.DataFrame(data, schema=types(table)).lazy())
    found: list[set[str]] = [set() for _ in rows]
    for violation in evaluate.find_violations(table, frame, column_rules.row_rules(TABLES[table])):
        if violation.rule.code != "E111":
            found[violation.row or 0].add(f"{violation.rule.code} {violation.columns[0]}")
    return found


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_columns_that_are_needed(table: str) -> None:
    frame = nw.from_native(pl.DataFrame([{"row": 0}], schema=types(table)).lazy())
    found = evaluate.find_violations(table, frame, column_rules.row_rules(TABLES[table]))
    needed = [violation.columns[0] for violation in found if violation.rule.code == "E111"]
    assert needed == NEEDED[table].split()


GIVEN = {
    "exact": ["best"],
    "about": ["best"],
    "at_least": ["low", "low best"],
    "more_than": ["low", "low best"],
    "up_to": ["high", "best high"],
    "less_than": ["high", "best high"],
    "range": ["low high", "low best high"],
    "unquantified": [],
}


@pytest.mark.parametrize("bound", GIVEN)
def test_e202_a_bound_has_its_figures(bound: str) -> None:
    names = ("low", "best", "high")
    cases = [
        dict(zip((*names, "wording"), given, strict=True))
        for given in product([None, 1.0], [None, 2.0], [None, 3.0], [None, "few"])
    ]
    found = broken("estimates", *({"bound": bound, **case} for case in cases))
    for case, rules in zip(cases, found, strict=True):
        given = " ".join(name for name in names if case[name])
        fits = given in GIVEN[bound] or (bound == "unquantified" and not given and case["wording"])
        assert rules == (set() if fits else {"E202 bound"}), case


@pytest.mark.parametrize(
    ("table", "row", "rule"),
    [
        ("estimates", {"low": 1.0, "best": 1.0, "high": 1.0}, ""),
        ("estimates", {"low": 2.0, "best": 1.0}, "E201 low"),
        ("estimates", {"best": 2.0, "high": 1.0}, "E201 low"),
        ("estimates", {"low": 2.0, "high": 1.0}, "E201 low"),
        ("estimates", {"low": 0.0, "best": 0.0, "high": 0.0}, ""),
        ("estimates", {"low": -0.5}, "E107 low"),
        ("estimates", {"best": -0.5}, "E107 best"),
        ("estimates", {"high": -0.5}, "E107 high"),
        ("estimates", {"low": 0.5, "best": 0.5, "high": 0.5}, ""),
        *(("estimates", {name: 999_999_999_999_999.0}, "") for name in ("low", "best", "high")),
        *(
            ("estimates", {name: value}, f"E107 {name}")
            for name in ("low", "best", "high")
            for value in (1e15, float("inf"), float("-inf"), float("nan"))
        ),
        *(("estimates", {"unit": "percent", name: 100.0}, "") for name in ("low", "best", "high")),
        *(
            ("estimates", {"unit": "percent", name: 100.5}, f"E116 {name}")
            for name in ("low", "best", "high")
        ),
        *(
            ("estimates", {"unit": "persons", name: 2.5}, f"W250 {name}")
            for name in ("low", "best", "high")
        ),
        *(
            ("estimates", {"unit": "persons", "low": value}, "E107 low")
            for value in (float("inf"), float("nan"))
        ),
        *(
            ("estimates", {"unit": unit, name: 2.5}, "")
            for unit in vocab.FRACTIONAL_UNITS
            for name in ("low", "best", "high")
        ),
        ("actors", {"name": "TASS", "aliases": ["\u0422\u0410\u0421\u0421", "Tass"]}, ""),
        (
            "actors",
            {"name": "TASS", "aliases": ["\u0422\u0410\u0421\u0421", "TASS"]},
            "W252 aliases",
        ),
        ("estimates", {"measure": "killed", "unit": "persons"}, ""),
        ("estimates", {"measure": "killed", "unit": "usd"}, "E203 unit"),
        ("estimates", {"measure": "killed"}, ""),
        ("estimates", {"unit": "usd"}, ""),
        (
            "estimates",
            {"said_on_precision": "day", "said_on": "2025-06-17", "as_of": "2025-06-17"},
            "",
        ),
        (
            "estimates",
            {"said_on_precision": "day", "said_on": "2025-06-17", "as_of": "2025-06-18"},
            "E205 as_of",
        ),
        (
            "estimates",
            {"said_on_precision": "on_or_before", "said_on": "2025-06-17", "as_of": "2025-06-18"},
            "E205 as_of",
        ),
        (
            "estimates",
            {"said_on_precision": "month", "said_on": "2025-06-01", "as_of": "2025-06-18"},
            "",
        ),
        (
            "estimates",
            {"said_on_precision": "year", "said_on": "2025-01-01", "as_of": "2025-06-18"},
            "",
        ),
        (
            "estimates",
            {"said_on_precision": "month", "said_on": "2025-06-01", "as_of": "2025-06-30"},
            "",
        ),
        (
            "estimates",
            {"said_on_precision": "month", "said_on": "2025-06-01", "as_of": "2025-07-01"},
            "E205 as_of",
        ),
        (
            "estimates",
            {"said_on_precision": "year", "said_on": "2025-01-01", "as_of": "2025-12-31"},
            "",
        ),
        (
            "estimates",
            {"said_on_precision": "year", "said_on": "2025-01-01", "as_of": "2026-01-01"},
            "E205 as_of",
        ),
        (
            "estimates",
            {"stock_or_flow": "stock", "unit": "persons", "period_start": "2025-06-01"},
            "W232 stock_or_flow",
        ),
        (
            "estimates",
            {"stock_or_flow": "stock", "unit": "persons", "period_end": "2025-06-30"},
            "W232 stock_or_flow",
        ),
        (
            "estimates",
            {"stock_or_flow": "stock", "unit": "percent", "period_end": "2025-06-30"},
            "",
        ),
        ("estimates", {"stock_or_flow": "stock", "unit": "persons", "as_of": "2025-06-17"}, ""),
        ("estimates", {"stock_or_flow": "flow", "as_of": "2025-06-17"}, "W232 stock_or_flow"),
        (
            "estimates",
            {"stock_or_flow": "flow", "as_of": "2025-06-17", "period_start": "2025-06-01"},
            "",
        ),
        (
            "estimates",
            {"stock_or_flow": "flow", "as_of": "2025-06-17", "period_end": "2025-06-01"},
            "",
        ),
        ("estimates", {"stock_or_flow": "flow"}, ""),
        *(
            (
                "estimates",
                {
                    "stock_or_flow": "cumulative",
                    "said_on_precision": "day",
                    "said_on": "2025-06-17",
                    **dates,
                },
                found,
            )
            for dates, found in (
                ({"period_start": "2025-06-10", "as_of": "2025-06-10"}, ""),
                ({"period_start": "2025-06-10", "as_of": "2025-06-09"}, "W232 stock_or_flow"),
                ({"period_end": "2025-06-10", "as_of": "2025-06-10"}, ""),
                ({"period_end": "2025-06-10", "as_of": "2025-06-11"}, "W232 stock_or_flow"),
                ({"period_start": "2025-06-17"}, ""),
                ({"period_start": "2025-06-18"}, "W232 stock_or_flow"),
                ({"period_end": "2025-06-30"}, ""),
                ({"period_end": "2025-06-29"}, "W232 stock_or_flow"),
                ({"period_end": "2025-07-31"}, "W232 stock_or_flow"),
                ({"period_end": "2025-12-31"}, ""),
                ({"period_end": "2026-12-31"}, "W232 stock_or_flow"),
            )
        ),
        *(
            ("estimates", {"bound": bound, "unit": unit, **given}, "W235 bound" if empty else "")
            for bound, unit, given, empty in (
                ("range", "persons", {"low": 5.0, "high": 5.0}, True),
                ("range", "tonnes", {"low": 5.0, "high": 5.5}, False),
                ("at_least", "persons", {"low": 0.0}, True),
                ("at_least", "tonnes", {"low": 0.5}, False),
                ("at_least", "persons", {"low": 100.0}, False),
                ("at_least", "percent", {"low": 100.0}, True),
                ("at_least", "percent", {"low": 99.0}, False),
                ("more_than", "persons", {"low": 0.0}, False),
                ("more_than", "percent", {"low": 99.0}, False),
                ("more_than", "percent", {"low": 100.0}, True),
                ("up_to", "persons", {"high": 0.0}, True),
                ("up_to", "persons", {"high": 100.0}, False),
                ("up_to", "percent", {"high": 100.0}, True),
                ("up_to", "percent", {"high": 99.0}, False),
                ("less_than", "persons", {"high": 0.0}, True),
                ("less_than", "percent", {"high": 100.0}, False),
            )
        ),
        ("estimates", {"measure": "troops_deployed", "subject_id": "dep-0001"}, ""),
        ("estimates", {"measure": "troops_deployed", "subject_id": "lch-0001"}, "W237 subject_id"),
        ("estimates", {"measure": "troops_deployed", "subject_id": "stm-0001"}, ""),
        ("estimates", {"measure": "troops_deployed"}, ""),
        ("estimates", {"subject_id": "lch-0001"}, ""),
        *(
            (
                "statements",
                {"stance": stance, "subject_id": subject},
                "W239 stance" if alone else "",
            )
            for stance, subject, alone in (
                ("denies", None, True),
                ("doubts", None, True),
                ("omits", None, True),
                ("refuses", None, True),
                ("denies", "mtg-0001", False),
                ("warns", None, False),
                ("declines_to_comment", None, False),
            )
        ),
        ("estimates", {"as_of": "1948-09-08"}, "W214 as_of"),
        ("estimates", {"as_of": "1948-09-09"}, ""),
        ("estimates", {"period_end": "1948-09-08"}, "W214 period_end"),
        ("statements", {"said_on": "1948-09-08", "said_on_precision": "day"}, "W214 said_on"),
        ("statements", {"said_on": "1948-01-01", "said_on_precision": "year"}, ""),
        ("statements", {"said_on": "1947-01-01", "said_on_precision": "year"}, "W214 said_on"),
        ("statements", {"said_on": "1948-08-01", "said_on_precision": "month"}, "W214 said_on"),
        ("estimates", {"period_start": "2025-06-17", "period_end": "2025-06-17"}, ""),
        (
            "estimates",
            {"period_start": "2025-06-18", "period_end": "2025-06-17"},
            "E206 period_start",
        ),
        (
            "estimates",
            {"confidence": "likely", "confidence_low": 0.0, "confidence_high": 100.0},
            "",
        ),
        (
            "estimates",
            {"confidence": "likely", "confidence_low": 55.0, "confidence_high": 55.0},
            "",
        ),
        (
            "estimates",
            {"confidence": "likely", "confidence_low": 56.0, "confidence_high": 55.0},
            "E208 confidence_low",
        ),
        ("estimates", {"confidence": "likely"}, ""),
        ("estimates", {"confidence": "likely", "confidence_low": 55.0}, "E208 confidence_low"),
        ("estimates", {"confidence": "likely", "confidence_high": 55.0}, "E208 confidence_low"),
        ("estimates", {"confidence_low": 55.0, "confidence_high": 75.0}, "E208 confidence_low"),
        (
            "estimates",
            {"confidence": "likely", "confidence_low": -0.5, "confidence_high": 1.0},
            "E107 confidence_low",
        ),
        (
            "estimates",
            {"confidence": "likely", "confidence_low": 99.0, "confidence_high": 100.5},
            "E107 confidence_high",
        ),
        ("estimates", {"confidence": "likely", "confidence_low": 0.5, "confidence_high": 99.5}, ""),
        *(
            (table, {"start_date": "2025-06-17", "end_date": "2025-06-17"}, "")
            for table in ("meetings", "deployments")
        ),
        *(
            (table, {"start_date": "2025-06-18", "end_date": "2025-06-17"}, "E204 start_date")
            for table in ("meetings", "deployments", "positions", "transfers")
        ),
        ("transfers", {"origin": "KP", "destination": "KP"}, "E209 destination"),
        ("transfers", {"origin": "KP", "destination": "RU"}, ""),
        ("places", {"latitude": -90.0, "longitude": -180.0}, ""),
        ("places", {"latitude": 90.0, "longitude": 180.0}, ""),
        ("places", {"latitude": 89.5, "longitude": 179.5}, ""),
        ("places", {"latitude": -89.5, "longitude": -179.5}, ""),
        ("places", {"latitude": 90.5, "longitude": 0.0}, "E107 latitude"),
        ("places", {"latitude": -90.5, "longitude": 0.0}, "E107 latitude"),
        ("places", {"latitude": 0.0, "longitude": 180.5}, "E107 longitude"),
        ("places", {"latitude": 0.0, "longitude": -180.5}, "E107 longitude"),
        ("places", {"latitude": 0.0}, "E210 latitude"),
        ("places", {"longitude": 0.0}, "E210 latitude"),
        ("sources", {"published_precision": "on_or_before"}, "E211 published"),
        *(
            ("sources", {"published_precision": precision}, "")
            for precision in ("day", "month", "year")
        ),
        *(
            (
                "agreements",
                {"signed": "2025-06-17", "signed_precision": "day", later: "2025-06-17"},
                "",
            )
            for later in ("ratified_ru", "ratified_kp", "in_force")
        ),
        *(
            (
                "agreements",
                {"signed": "2025-06-17", "signed_precision": precision, later: "2025-06-16"},
                expected,
            )
            for later in ("ratified_ru", "ratified_kp", "in_force")
            for precision, expected in (
                ("day", "E207 signed"),
                ("month", "E207 signed"),
                ("on_or_before", ""),
            )
        ),
        ("meetings", {"topics": ["treaty", "trade"]}, ""),
        ("meetings", {"topics": []}, ""),
        ("meetings", {"topics": ["treaty", "treaty"]}, "E113 topics"),
        ("meetings", {"topics": ["treaty", "treaties"]}, "E103 topics"),
        ("citations", {"topics": ["treaties"]}, "E103 topics"),
        ("citations", {"topics": ["treaty"]}, ""),
    ],
)
def test_rows(table: str, row: dict[str, Any], rule: str) -> None:
    days = {
        name: day(value) if str(value).startswith(("19", "20")) else value
        for name, value in row.items()
    }
    (found,) = broken(table, days)
    assert found == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("table", "fields", "columns"),
    [
        *(
            (table, ("start", "end"), ("start_date", "end_date"))
            for table in ("meetings", "deployments", "transfers", "positions")
        ),
        ("estimates", ("period_start", "period_end"), ("period_start", "period_end")),
    ],
)
def test_an_imprecise_period_is_as_wide_as_it_may_be(
    table: str, fields: tuple[str, str], columns: tuple[str, str]
) -> None:
    (row,) = read(f"- {{{fields[0]}: 2024-02, {fields[1]}: 2024}}\n".encode(), table).rows[table]
    assert [row.values[column] for column in columns] == [day("2024-02-01"), day("2024-12-31")]


def test_a_meeting_of_which_no_end_is_given_ends_when_it_may_have_begun() -> None:
    (row,) = read(b"- {start: 2024-02}\n", "meetings").rows["meetings"]
    assert [row.values[column] for column in ("start_date", "end_date")] == [
        day("2024-02-01"),
        day("2024-02-29"),
    ]


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_ids_and_addresses_are_unique_for_pandera_too(table: str) -> None:
    unique = [name for name, column in TABLES[table].to_schema().columns.items() if column.unique]
    assert unique == {"participants": [], "citations": [], "set_aside": ["url"]}.get(
        table, [NEEDED[table].split()[0]]
    )


def test_pandera_fails_on_errors_and_knows_units() -> None:
    checks_of_rows = [check for model in TABLES.values() for check in model.to_schema().checks]
    assert {(check.name[0], check.raise_warning) for check in checks_of_rows if check.name} == {
        ("E", False),
        ("W", True),
    }
    assert TABLES["places"].to_schema().columns["latitude"].metadata["unit"] == "degrees"


def test_keys_of_several_columns_and_what_nested_rows_belong_to() -> None:
    assert {
        name: model.spec().key for name, model in TABLES.items() if len(model.spec().key) > 1
    } == {
        "participants": ("meeting_id", "actor_id"),
        "citations": ("record_id", "source_id", "via_id"),
    }
    assert TABLES["participants"].columns()["meeting_id"].refers_to == ("meetings",)
    assert " ".join(TABLES["citations"].columns()["record_id"].refers_to) == (
        "meetings deployments estimates statements agreements transfers launches positions"
    )


def test_a_breach_is_told_of_its_row_alone() -> None:
    assert broken("estimates", {}, {"low": -1.0}, {"low": 1.0}) == [set(), {"E107 low"}, set()]


def test_counts_of_a_clean_and_of_an_empty_frame() -> None:
    rules = column_rules.row_rules(TABLES["estimates"])
    empty, unknown = (
        evaluate.count_violations(
            nw.from_native(pl.DataFrame(rows, schema=types("estimates")).lazy()), rules
        )
        for rows in ([], [{"row": 0}])
    )
    assert empty.failed == ()
    assert {(rule.code, count) for rule, count in unknown.failed} == {("E111", 1)}


def test_a_unit_waits_for_a_measure_that_is_known() -> None:
    """E203 says nothing of a measure that E103 has found."""
    assert broken("estimates", {"measure": "kilt", "unit": "usd"}) == [{"E103 measure"}]


ONE_LINE = (
    ["a", "a b", "북", "7.", "a < b", "R&D; others", "[News] a", "nullify"],
    [
        "",
        " a",
        "a ",
        "a\n",
        "\na",
        "a\nb",
        "\u00a0a",
        "a\u3000",
        "a  b",
        "a\tb",
        "a\u200bb",
        "\u2800",
        ".",
        "null",
        "e\u0301",
        "<b>a</b>",
    ],
)
WRITTEN: dict[tuple[str, str], tuple[list[str], list[str]]] = {
    ("actors", "actor_id"): (
        ["a", "a-b", "a1-2b", "0", "10-20-z", "zz9"],
        ["", "-a", "a-", "a--b", "A", "a_b", "a b", " a", "a ", "é", "a\n"],
    ),
    ("meetings", "meeting_id"): (["mtg-0001", "mtg-12345", "mtg-9876"], ["mtg-001", "mtg-", "mtg-00a1", "xmtg-0001", "mtg-0001 ", "MTG-0001"]),
    ("actors", "wikidata_id"): (["Q1", "Q10", "Q423"], ["Q0", "Q01", "Q", "q1", "423", "Q1 ", " Q1", "Q1x"]),
    ("retired", "release"): (["2026.11.0", "2026.11.12"], ["2026.1.0", "2026.11", "2026.11.", "26.11.0", "x2026.11.0", "2026.11.0x", "2026-11-0", "20261.11.0"]),
    ("sources", "url"): (
        ["https://a.bc/c", "http://a.bc", "https://a.bc?c", "https://a.bc#c", "https://ab.c.de:8080/~e"],
        ["", "a.b", "ftp://a.b", "https://", "https://a", "https://.b", "https://a.", "https://a/b.c", "https://a?b.c", "https://a#b.c", "https://a.b/c d", " https://a.b", "https://a.b/c ", "https://a b.c", "https://a.b\nc"],
    ),
    ("sources", "archive_url"): (["https://a.bc/c"], ["a.b"]),
    ("set_aside", "url"): (["https://a.bc/c"], ["a.b"]),
    ("meetings", "summary"): (["a", "a b", " ".join(["a"] * 30), "北" * 300], ["", "a  b", " a", "a ", " ".join(["a"] * 31), "a\nb", "a\tb", "a" * 301]),
    ("meetings", "note"): ONE_LINE,
    ("meetings", "venue"): ONE_LINE,
}  # fmt: skip


@pytest.mark.parametrize(("table", "column"), WRITTEN)
def test_text_that_fits_its_pattern(table: str, column: str) -> None:
    good, bad = WRITTEN[table, column]
    found = broken(table, *({column: value} for value in (*good, *bad)))
    assert [not rules for rules in found] == [True] * len(good) + [False] * len(bad)
    assert all(rule.endswith(f" {column}") for rules in found for rule in rules)


@pytest.mark.parametrize(
    ("table", "column", "codes"),
    [
        ("places", "country", iso.COUNTRIES),
        ("sources", "language", iso.LANGUAGES),
        ("estimates", "unit", vocab.UNITS),
        ("meetings", "format", tuple(vocab.MEETING_FORMATS)),
    ],
)
def test_every_code_is_known_and_no_other(table: str, column: str, codes: tuple[str, ...]) -> None:
    found = broken(
        table, *({column: code} for code in codes), {column: "ZZ"}, {column: codes[0].swapcase()}
    )
    assert [f"E103 {column}" in rules for rules in found] == [False] * len(codes) + [True, True]
