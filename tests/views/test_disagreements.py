"""Disagreements: figures that exclude each other, denials, omissions, sources against a record; each with its reason."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from example_release import tables

from tumen.errors import UnknownNameError
from tumen.views.disagreements import disagreements, quote_figure

PAIRS = [
    ("denial", "stm-0001", "dep-0001", "denies what the other record says"),
    ("figures", "est-0001", "est-0002", "same measure, scope and day, and no number fits both"),
    ("denial", "stm-0001", "stm-0002", "denies what the other acknowledges"),
    ("figures", "est-0004", "est-0003", "a sum since the start that lies below an earlier one"),
    (
        "source",
        "mtg-0003",
        "paper-b-2025-06-18",
        "the document gives a field of the record differently",
    ),
    ("omission", "stm-0003", "mtg-0003", "omits what the other record says"),
]


def rows(**keep: str) -> list[tuple[str, ...]]:
    return (
        disagreements(tables(), **keep)
        .select("kind", "record_id", "other_id", "reason")
        .collect()
        .rows()
    )


def test_all_pairs() -> None:
    assert rows() == PAIRS


def test_of_a_measure() -> None:
    assert rows(measure="casualties") == [pair for pair in PAIRS if pair[0] == "figures"]


def test_of_a_record() -> None:
    assert rows(record="mtg-0003") == PAIRS[-2:]
    assert rows(record="dep-0001") == PAIRS[:1]


def test_figures_are_told_as_they_were_said() -> None:
    frame = disagreements(tables(), "casualties").collect()
    assert frame.select("who", "says", "other_who", "other_says").row(1) == (
        "Analyst",
        "up_to 5000 persons",
        "Defence Intelligence (GB)",
        "more_than 6000 persons",
    )


def test_a_figure_keeps_its_decimals() -> None:
    row = {"bound": "range", "low": 34.4, "best": None, "high": 12000000.0, "unit": "usd"}
    kinds = dict.fromkeys(("low", "best", "high"), pl.Float64)
    assert (
        pl.DataFrame([row], schema_overrides=kinds).select(quote_figure("")).item()
        == "range 34.4 to 12000000 usd"
    )


def test_a_revised_figure_is_no_disagreement() -> None:
    assert ("est-0003", "est-0002") not in [(row[1], row[2]) for row in rows()]


@pytest.mark.parametrize(
    ("day", "pairs"), [("2024-10-18", 0), ("2024-10-19", 1), ("2025-04-27", 2), ("2025-04-28", 3)]
)
def test_as_known_on_a_day(day: str, pairs: int) -> None:
    assert disagreements(tables(day)).collect().height == pairs


def test_unknown_measure() -> None:
    with pytest.raises(UnknownNameError, match="no measure 'casualty'; did you mean 'casualties'"):
        disagreements(tables(), "casualty")


def test_unknown_record() -> None:
    with pytest.raises(UnknownNameError, match="no record 'est-999999'"):
        disagreements(tables(), record="est-999999")


def altered(table: str, record: str, **values: object) -> dict[str, pl.LazyFrame]:
    """Return the story with other values of one row."""
    frame = tables()[table]
    here = pl.first() == record
    schema = frame.collect_schema()
    changed = [
        pl.when(here).then(pl.lit(value, schema[name])).otherwise(name).alias(name)
        for name, value in values.items()
    ]
    return tables() | {table: frame.with_columns(changed)}


def since(held: dict[str, pl.LazyFrame]) -> dict[tuple[str, str], dt.date | None]:
    frame = disagreements(held).select("record_id", "other_id", "known_since").collect()
    return {row[:2]: row[2] for row in frame.iter_rows()}


def test_a_document_of_a_month_is_public_by_its_end() -> None:
    pair = ("mtg-0003", "paper-b-2025-06-18")
    assert since(tables())[pair] == dt.date(2025, 6, 18)
    month = altered(
        "sources", "paper-b-2025-06-18", published=dt.date(2025, 6, 1), published_precision="month"
    )
    assert since(month)[pair] == dt.date(2025, 6, 30)


def test_a_pair_is_never_public_where_one_of_it_is_not() -> None:
    undated = altered("sources", "paper-b-2025-06-18", published=None, published_precision=None)
    assert since(undated)["mtg-0003", "paper-b-2025-06-18"] is None
    unknown = altered("deployments", "dep-0001", known_since=None)
    assert since(unknown)["stm-0001", "dep-0001"] is None


def test_a_document_that_disagrees_through_two_is_one_pair() -> None:
    citations = tables()["citations"]
    more = citations.filter(~pl.col("agrees")).with_columns(
        via_id=pl.lit("kcna"), note=pl.lit("Another venue.")
    )
    frame = disagreements(
        tables() | {"citations": pl.concat([citations, more])}, record="paper-b-2025-06-18"
    ).collect()
    assert frame["other_says"].to_list() == ["Another venue.; Gives 18 June."]


@pytest.mark.parametrize(
    ("bound", "figure", "falls"),
    [("exact", "best", True), ("up_to", "high", True), ("at_least", "low", False)],
)
def test_a_sum_falls_where_it_reaches_an_open_end_alone(
    bound: str, figure: str, falls: bool
) -> None:
    numbers = {"low": None, "best": None, "high": None} | {figure: 6000.0}
    assert (
        ("est-0004", "est-0003") in since(altered("estimates", "est-0004", bound=bound, **numbers))
    ) is falls
