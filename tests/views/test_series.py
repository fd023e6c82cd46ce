"""Series and envelopes: bounds as intervals, kinds of number apart, revised figures marked, nothing averaged."""

from __future__ import annotations

import polars as pl
import pytest
from example_release import tables
from hypothesis import given
from hypothesis import strategies as st

from tumen.errors import UnknownNameError
from tumen.views.intervals import exclude_each_other, rounding_unit, with_interval
from tumen.views.series import envelope, series
from tumen.views.yardsticks import yardsticks

INF = float("inf")


def interval(bound: str, **figures: float) -> tuple[float | None, float | None, bool, bool]:
    row = {"low": None, "best": None, "high": None, "bound": bound} | figures
    schema = {"low": pl.Float64, "best": pl.Float64, "high": pl.Float64, "bound": pl.String}
    found = with_interval(pl.LazyFrame([row], schema=schema)).collect().row(0, named=True)
    return found["lower"], found["upper"], found["lower_closed"], found["upper_closed"]


@pytest.mark.parametrize(
    ("bound", "figures", "expected"),
    [
        ("exact", {"best": 5000}, (5000, 5000, True, True)),
        ("about", {"best": 11000}, (10500, 11500, True, True)),
        ("about", {"best": 3}, (2.5, 3.5, True, True)),
        ("about", {"best": 0}, (0, 0.5, True, True)),
        ("at_least", {"low": 600}, (600, None, True, False)),
        ("more_than", {"low": 6000}, (6000, None, False, False)),
        ("up_to", {"high": 12000}, (0, 12000, True, True)),
        ("less_than", {"high": 1000}, (0, 1000, True, False)),
        ("range", {"low": 10000, "high": 12000}, (10000, 12000, True, True)),
        ("range", {"low": 10000, "best": 11000, "high": 12000}, (10000, 12000, True, True)),
        ("unquantified", {}, (None, None, False, False)),
    ],
)
def test_interval_of_a_bound(
    bound: str, figures: dict[str, float], expected: tuple[object, ...]
) -> None:
    assert interval(bound, **figures) == expected


@pytest.mark.parametrize(
    ("value", "unit"),
    [(11000, 1000), (3500, 100), (4932, 1), (4900, 100), (1_200_000, 100_000), (19.6, 0.1), (0, 1)],
)
def test_rounding_unit(value: float, unit: float) -> None:
    assert pl.select(rounding_unit(pl.lit(float(value)))).item() == unit


_SIDE = st.tuples(
    st.sampled_from(["exact", "about", "at_least", "more_than", "up_to", "less_than"]),
    st.integers(0, 40),
)


def _row(bound: str, value: int) -> dict[str, object]:
    where = {
        "exact": "best",
        "about": "best",
        "at_least": "low",
        "more_than": "low",
        "up_to": "high",
        "less_than": "high",
    }
    return {"low": None, "best": None, "high": None, "bound": bound} | {where[bound]: float(value)}


def _allows(bound: str, value: int, number: float) -> bool:
    half = 5 if value and value % 10 == 0 else 0.5
    return {
        "exact": number == value,
        "about": max(0.0, value - half) <= number <= value + half,
        "at_least": number >= value,
        "more_than": number > value,
        "up_to": number <= value,
        "less_than": number < value,
    }[bound]


@given(_SIDE, _SIDE)
def test_intervals_exclude_each_other_where_no_number_fits_both(
    one: tuple[str, int], other: tuple[str, int]
) -> None:
    schema = {"low": pl.Float64, "best": pl.Float64, "high": pl.Float64, "bound": pl.String}
    frames = [
        with_interval(pl.LazyFrame([_row(*side)], schema=schema)).collect() for side in (one, other)
    ]
    pair = pl.concat(
        [frames[0], frames[1].rename({name: f"{name}_2" for name in frames[1].columns})],
        how="horizontal",
    )
    numbers = [number / 4 for number in range(400)]
    assert pair.select(exclude_each_other("_2")).item() == (
        not any(_allows(*one, number) and _allows(*other, number) for number in numbers)
    )


def test_series_of_a_measure() -> None:
    frame = series(tables(), "casualties").collect()
    columns = (
        "estimate_id",
        "stock_or_flow",
        "lower",
        "upper",
        "superseded_by",
        "confidence_low",
        "yardstick",
        "sources",
    )
    assert frame.select(columns).rows() == [
        ("est-0001", "cumulative", 2500, 3500, None, None, None, 1),
        ("est-0002", "cumulative", 4000, 4000, "est-0003", 55, "PHIA Probability Yardstick", 1),
        ("est-0003", "cumulative", 6000, None, None, None, None, 1),
        ("est-0004", "cumulative", 0, 5000, None, None, None, 1),
        ("est-0005", "flow", 20, 20, None, None, None, 1),
        ("est-0006", "flow", None, None, None, None, None, 1),
    ]


def test_revision_shows_only_once_it_is_known() -> None:
    frame = series(tables("2025-06-01"), "casualties").collect()
    assert frame.select("estimate_id", "superseded_by").rows() == [
        ("est-0001", None),
        ("est-0002", None),
    ]


@pytest.mark.parametrize(
    ("keep", "ids"),
    [
        ({"estimator": "ministry-of-defence-gb"}, ["est-0002", "est-0003"]),
        ({"scope": "russia", "estimator": "analyst"}, ["est-0004", "est-0005"]),
        ({"scope": "pyongyang"}, []),
    ],
)
def test_series_of_an_estimator_or_scope(keep: dict[str, str], ids: list[str]) -> None:
    assert series(tables(), "casualties", **keep).collect()["estimate_id"].to_list() == ids


@pytest.mark.parametrize(
    "keep", [{"measure": "casualty"}, {"scope": "kursk"}, {"estimator": "nis"}]
)
def test_unknown_names(keep: dict[str, str]) -> None:
    with pytest.raises(UnknownNameError, match=next(iter(keep.values()))):
        series(tables(), **keep)


def test_envelope() -> None:
    frame = envelope(tables(), "casualties").collect()
    assert frame.select(
        "stock_or_flow", "day", "lowest", "lowest_by", "highest", "highest_by", "figures"
    ).with_columns(pl.col("day").cast(pl.String)).rows() == [
        (
            "cumulative",
            "2025-01-31",
            2500,
            ["national-intelligence-service-kr"],
            4000,
            ["defence-intelligence-gb"],
            2,
        ),
        ("cumulative", "2025-06-18", 0, ["analyst"], None, [], 3),
        ("flow", "2025-06-18", 20, ["analyst"], 20, ["analyst"], 1),
    ]


def test_yardsticks_are_in_order_and_apart() -> None:
    frame = yardsticks().collect()
    assert frame.filter(pl.col("confidence_low") > pl.col("confidence_high")).is_empty()
    for _, bands in frame.group_by("yardstick"):
        ordered = bands.sort("confidence_low")
        assert (ordered["confidence_high"].head(-1) <= ordered["confidence_low"].tail(-1)).all()
        assert ordered.height == 7
