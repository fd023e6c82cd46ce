"""The check of a frame is held to pandera's own: the same verdict, the same rules, the same rows; and where they differ, why."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import TYPE_CHECKING, Any

import generated_tables
import pandera.errors
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tumen
from tumen.schemas import TABLES, base
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    from tumen.validation.table_report import Broken, BrokenRow

Breaches = set[tuple[str, str, int | None]]

TEXTS = st.sampled_from(
    [
        "https://a.b/c",
        "https://a",
        "http://a.b/c d",
        "https://a.b/\u00a0",
        "ftp://a.b",
        "",
        "a",
        " a",
        "a ",
        "a\n",
        "a\nb",
        "a\u00a0",
        "북",
        "a  b",
        "x " * 30 + "x",
        "est-12",
        "est-1234",
        "sergei-shoigu",
        "a-",
    ]
)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    pl.String(): TEXTS,
    pl.Float64(): st.sampled_from([-1.0, 0.0, -0.0, 100.0, 101.0, 1e300]) | st.floats(),
    pl.Date(): st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    pl.Boolean(): st.booleans(),
    pl.List(pl.String()): st.lists(st.none() | TEXTS, max_size=3),
}
PATTERNS = {f"str_matches('{base.URL}')": "E108"}
CODES = {"not_nullable": "E111", "field_uniqueness": "E301", "isin": "E103", "str_matches": "E104"}
OF_ROWS = {rule.code for model in TABLES.values() for rule in model.row_rules()}


def by_tumen(table: str, frame: pl.DataFrame) -> Breaches:
    report = tumen.check(frame, table=table, max_findings=100)
    assert report.ok == (not any(one.severity == "error" for one in report.broken))
    assert all(one.count == len(one.rows) for one in report.broken)
    return {
        (one.code, _column(table, one, row), row.row)
        for one in report.broken
        if one.severity == "error"
        for row in one.rows
    }


def _column(table: str, broken: Broken, row: BrokenRow) -> str:
    """Return the column that pandera would tell: none for a rule of rows, of which those of a list's items are some."""
    column = broken.columns[0]
    of_items = (
        TABLES[table].columns()[column].kind in {"texts", "codes", "references"}
        and row.values[column] is not None
    )
    return "" if of_items or broken.code in OF_ROWS - {"E103", "E111"} else column


def by_pandera(table: str, frame: pl.DataFrame) -> Breaches:
    model = TABLES[table]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pandera.errors.SchemaWarning)
            model.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        found = set()
        for case in errors.failure_cases.iter_rows(named=True):
            check = case["check"]
            name = check.partition("(")[0]
            if case["schema_context"] == "DataFrameSchema":
                found.add((check[:4], "", case["index"]))
            else:
                in_range = "E101" if "datetime.date" in check else "E107"
                found.add(
                    (
                        PATTERNS.get(check) or CODES.get(name, in_range),
                        case["column"],
                        case["index"],
                    )
                )
        return found
    return set()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_same_verdict_rules_and_rows(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(TABLE_NAMES))
    frame = generated_tables.tables()[table].head(4)
    for _ in range(data.draw(st.integers(0, 4))):
        column = data.draw(st.sampled_from(frame.columns))
        row = data.draw(st.integers(0, frame.height - 1))
        frame = generated_tables.changed(
            frame, {column: {row: data.draw(st.none() | VALUES[frame.schema[column]])}}
        )
    if data.draw(st.booleans()):
        frame = pl.concat([frame, frame.head(1)])
    key = frame[TABLES[table].spec().key[0]]
    unique = TABLES[table].to_schema().columns[key.name].unique
    expected = {
        breach
        for breach in by_pandera(table, frame)
        if breach[0] != "E301" or key[breach[2] or 0] is not None
    }
    assert {
        breach for breach in by_tumen(table, frame) if breach[0] != "E301" or unique
    } == expected


def test_pandera_takes_nulls_for_one_key_twice() -> None:
    """Two keys that are missing are two values that are needed, not one that stands twice."""
    frame = generated_tables.changed(
        generated_tables.tables()["estimates"].head(3), {"estimate_id": {0: None, 1: None}}
    )
    assert by_tumen("estimates", frame) == {("E111", "estimate_id", 0), ("E111", "estimate_id", 1)}
    assert by_pandera("estimates", frame) - by_tumen("estimates", frame) == {
        ("E301", "estimate_id", 0),
        ("E301", "estimate_id", 1),
    }


@pytest.mark.parametrize("table", ["participants", "citations"])
def test_pandera_is_silent_on_keys_that_the_model_does_not_call_unique(table: str) -> None:
    frame = generated_tables.tables()[table].head(1)
    twice = pl.concat([frame, frame])
    assert {breach[0] for breach in by_tumen(table, twice)} == {"E301"}
    assert by_pandera(table, twice) == set()


def test_pandera_is_silent_on_the_values_of_a_lazy_frame() -> None:
    lazy = generated_tables.estimates().lazy()
    assert not tumen.check(lazy, table="estimates").ok
    TABLES["estimates"].validate(lazy, lazy=True)


def test_pandera_asks_the_checks_of_a_column_of_another_type() -> None:
    """A column of another type is one fault; pandera adds a fault for each of its checks, or fails on them."""
    frame = generated_tables.tables()["estimates"].with_columns(pl.col("low").cast(pl.String))
    assert [(one.code, one.columns) for one in tumen.check(frame, table="estimates").broken] == [
        ("E112", ("low",))
    ]
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        TABLES["estimates"].validate(frame, lazy=True)
    assert len(set(caught.value.failure_cases["check"])) > 1
