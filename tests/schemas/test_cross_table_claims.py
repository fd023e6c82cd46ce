"""The rules across tables about figures and statements at their edges: what is just found, and what is just left alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_rows import Rows, day, found

from tumen.schemas.cross_table.parts import WHOLES, list_wholes
from tumen.schemas.cross_table.subjects import LONGEST_CIRCLE
from tumen.schemas.yardsticks import BANDS
from tumen.views.yardsticks import yardsticks

ON_THE_DAY: dict[str, Any] = {"said_on": day("2025-06-17"), "said_on_precision": "day"}
A_DAY_LATER: dict[str, Any] = {"said_on": day("2025-06-18")}
IN_THE_MONTH: dict[str, Any] = {"said_on": day("2025-06-01"), "said_on_precision": "month"}
IN_MAY: dict[str, Any] = {"said_on": day("2025-05-01"), "said_on_precision": "month"}


def revised(**later: Any) -> Rows:
    """Return two figures of one day, of which the second supersedes the first; `_first` changes that."""
    one = {"estimate_id": "est-1", "estimator_id": "nis", "measure": "killed", **ON_THE_DAY}
    first = later.pop("_first", {})
    return {
        "estimates": [
            {**one, **first},
            {**one, "estimate_id": "est-2", "supersedes_id": "est-1", **later},
        ]
    }


@pytest.mark.parametrize(
    ("later", "clash"),
    [
        pytest.param(A_DAY_LATER, None, id="a day later"),
        pytest.param({}, None, id="the same day, a later number"),
        pytest.param(
            {"estimate_id": "est-0"}, "said on 2025-06-17", id="the same day, an earlier number"
        ),
        pytest.param({"said_on": day("2025-06-16")}, "said on 2025-06-17", id="a day earlier"),
        pytest.param(
            {**A_DAY_LATER, "estimate_id": "est-0"}, None, id="a day later, an earlier number"
        ),
        pytest.param(IN_THE_MONTH, None, id="some day of the month"),
        pytest.param(
            {**IN_THE_MONTH, "estimate_id": "est-0"},
            None,
            id="some day of the month, an earlier number",
        ),
        pytest.param(IN_MAY, "said on 2025-06-17", id="some day of the month before"),
        pytest.param({"_first": IN_THE_MONTH}, None, id="the earlier on some day of the month"),
        pytest.param(
            {"_first": {"said_on_precision": "on_or_before", "said_on": day("2025-07-01")}},
            None,
            id="the earlier by some day",
        ),
        pytest.param(
            {"estimator_id": "mod"}, "estimator: nis there, mod here", id="another estimator"
        ),
        pytest.param(
            {"measure": "wounded"}, "measure: killed there, wounded here", id="another measure"
        ),
        pytest.param(
            {"_first": {"unit": "usd"}, "unit": "krw"},
            "unit: usd there, krw here",
            id="another unit",
        ),
        pytest.param({"_first": {"unit": "usd"}}, None, id="one unit known"),
        pytest.param(
            {"_first": {"stock_or_flow": "flow"}, "stock_or_flow": "cumulative"},
            "stock_or_flow: flow there, cumulative here",
            id="another kind of number",
        ),
        pytest.param({"supersedes_id": None}, None, id="nothing superseded"),
        pytest.param({"supersedes_id": "est-9"}, None, id="what there is not"),
    ],
)
def test_e309_supersession(later: dict[str, Any], clash: str | None) -> None:
    assert found("E309", revised(**later)) == ([f"estimates 1: est-1 ({clash})"] if clash else [])


def test_e309_no_figure_supersedes_itself() -> None:
    assert found("E309", revised(supersedes_id="est-2")) == ["estimates 1: est-2 (itself)"]


def test_e309_no_two_figures_supersede_each_other() -> None:
    assert found("E309", revised(_first={"supersedes_id": "est-2", **IN_THE_MONTH})) == [
        "estimates 0: est-2 (which supersedes this one)",
        "estimates 1: est-1 (which supersedes this one)",
    ]


FLOW: dict[str, Any] = {
    "stock_or_flow": "flow",
    "period_start": day("2025-01-01"),
    "period_end": day("2025-03-31"),
}


@pytest.mark.parametrize(
    ("first", "later", "clash"),
    [
        pytest.param(
            {"scope_id": "a"}, {"scope_id": "b"}, "scope: a there, b here", id="another scope"
        ),
        pytest.param({"scope_id": "a"}, {"scope_id": "a"}, None, id="the same scope"),
        pytest.param({"scope_id": "a"}, {}, None, id="one scope known"),
        pytest.param(
            {"subject_id": "dep-1"},
            {"subject_id": "dep-2"},
            "subject: dep-1 there, dep-2 here",
            id="another subject",
        ),
        pytest.param(
            {"stock_or_flow": "stock", "as_of": day("2025-06-01")},
            {"stock_or_flow": "stock", "as_of": day("2025-06-02")},
            "as_of: 2025-06-01 there, 2025-06-02 here",
            id="a stock of another day",
        ),
        pytest.param(
            {"stock_or_flow": "cumulative", "as_of": day("2025-06-01")},
            {"stock_or_flow": "cumulative", "as_of": day("2025-06-02")},
            None,
            id="a sum of another day",
        ),
        pytest.param(FLOW, FLOW, None, id="a flow of the same period"),
        pytest.param(
            FLOW,
            {**FLOW, "period_start": day("2025-02-01")},
            "period_start: 2025-01-01 there, 2025-02-01 here",
            id="another start",
        ),
        pytest.param(
            FLOW,
            {**FLOW, "period_end": day("2025-04-30")},
            "period_end: 2025-03-31 there, 2025-04-30 here",
            id="another end",
        ),
        pytest.param(
            {**FLOW, "stock_or_flow": "cumulative"},
            {**FLOW, "stock_or_flow": "cumulative", "period_end": day("2025-04-30")},
            None,
            id="a longer sum",
        ),
    ],
)
def test_w230_supersession_of_another_thing(
    first: dict[str, Any], later: dict[str, Any], clash: str | None
) -> None:
    assert found("W230", revised(_first=first, **later)) == (
        [f"estimates 1: est-1 ({clash})"] if clash else []
    )


def test_w231_one_figure_is_superseded_once() -> None:
    links = [
        ("est-1", None),
        ("est-2", "est-1"),
        ("est-3", "est-2"),
        ("est-4", "est-2"),
        ("est-5", "est-2"),
    ]
    rows: Rows = {
        "estimates": [{"estimate_id": one, "supersedes_id": other} for one, other in links]
    }
    assert found("W231", rows) == ["estimates 3: est-2 (est-3)", "estimates 4: est-2 (est-3)"]
    assert found("W231", {"estimates": rows["estimates"][:3]}) == []


def counts(*figures: dict[str, Any]) -> Rows:
    """Return figures of one estimator, of the same day, numbered from 1, which are sums of persons since the start."""
    one = {
        "estimator_id": "nis",
        "unit": "persons",
        "stock_or_flow": "cumulative",
        "bound": "exact",
        **ON_THE_DAY,
    }
    return {
        "estimates": [
            {"estimate_id": f"est-{number}", **one, **figure}
            for number, figure in enumerate(figures, 1)
        ]
    }


def lost(killed: dict[str, Any], casualties: dict[str, Any]) -> Rows:
    return counts({"measure": "killed", **killed}, {"measure": "casualties", **casualties})


JUNE: dict[str, Any] = {
    "stock_or_flow": "flow",
    "period_start": day("2025-06-01"),
    "period_end": day("2025-06-30"),
}


@pytest.mark.parametrize(
    ("killed", "casualties", "more"),
    [
        pytest.param({"best": 6.0}, {"best": 5.0}, True, id="more"),
        pytest.param({"best": 5.0}, {"best": 5.0}, False, id="as many"),
        pytest.param({"low": 6.0, "best": 4.0}, {"best": 5.0}, True, id="the lower bound counts"),
        pytest.param(
            {"low": 4.0, "best": 6.0}, {"best": 5.0}, False, id="not the point estimate beside it"
        ),
        pytest.param({"best": 6.0}, {"best": 5.0, "high": 7.0}, False, id="the upper bound counts"),
        pytest.param({"best": 6.0}, {"low": 5.0}, False, id="no upper bound"),
        pytest.param(
            {"best": 6.0, "scope_id": "kursk"},
            {"best": 5.0, "scope_id": "kursk"},
            True,
            id="in one place",
        ),
        pytest.param(
            {"best": 6.0, "scope_id": "kursk"}, {"best": 5.0}, False, id="in another place"
        ),
        pytest.param(
            {"best": 6.0, "as_of": day("2025-06-01")},
            {"best": 5.0, "as_of": day("2025-06-01")},
            True,
            id="for one day",
        ),
        pytest.param(
            {"best": 6.0, "as_of": day("2025-06-01")}, {"best": 5.0}, True, id="for an earlier day"
        ),
        pytest.param(
            {"best": 6.0}, {"best": 5.0, "as_of": day("2025-06-01")}, False, id="for a later day"
        ),
        pytest.param(
            {"best": 6.0, "as_of": day("2025-06-17")},
            {"best": 5.0},
            True,
            id="for the day on which it was said",
        ),
        pytest.param(
            {"best": 6.0, "as_of": day("2025-06-01"), "stock_or_flow": "stock"},
            {"best": 5.0},
            False,
            id="a level of an earlier day",
        ),
        pytest.param({"best": 6.0, **A_DAY_LATER}, {"best": 5.0}, False, id="said on another day"),
        pytest.param(
            {"best": 6.0, **IN_THE_MONTH},
            {"best": 5.0, **IN_THE_MONTH},
            True,
            id="said in one month",
        ),
        pytest.param(
            {"best": 6.0, **IN_THE_MONTH},
            {"best": 5.0, "said_on": day("2025-06-01")},
            False,
            id="said in the month, and on its first day",
        ),
        pytest.param({"best": 6.0, "estimator_id": "mod"}, {"best": 5.0}, False, id="by another"),
        pytest.param({"best": 6.0, "measure": "wounded"}, {"best": 5.0}, True, id="wounded"),
        pytest.param({"best": 6.0, "measure": "captured"}, {"best": 5.0}, False, id="captured"),
        pytest.param(
            {"best": 6.0}, {"best": 5.0, "measure": "wounded"}, False, id="not casualties"
        ),
        pytest.param(
            {"best": 6.0, "subject_id": "dep-1"},
            {"best": 5.0, "subject_id": "dep-2"},
            False,
            id="of two deployments",
        ),
        pytest.param(
            {"best": 6.0, "subject_id": "dep-1"},
            {"best": 5.0},
            True,
            id="of one deployment, as far as is known",
        ),
        pytest.param({"best": 6.0}, {"best": 5.0, **JUNE}, False, id="so far, and in a month"),
        pytest.param({"best": 6.0, **JUNE}, {"best": 5.0, **JUNE}, True, id="in one month"),
        pytest.param(
            {"best": 6.0, **JUNE},
            {"best": 5.0, **JUNE, "period_start": day("2025-06-02")},
            False,
            id="in two periods",
        ),
    ],
)
def test_e311_more_dead_than_casualties(
    killed: dict[str, Any], casualties: dict[str, Any], more: bool
) -> None:
    assert found("E311", lost(killed, casualties)) == (
        ["estimates 0: 6 (est-2: 5)"] if more else []
    )


@pytest.mark.parametrize(
    ("bounds", "casualties", "code"),
    [
        (("exact", "exact", "exact"), 119.0, "E311"),
        (("exact", "exact", "exact"), 120.0, None),
        (("about", "exact", "exact"), 119.0, "W234"),
        (("exact", "about", "exact"), 119.0, "W234"),
        (("exact", "exact", "about"), 119.0, "W234"),
        (("about", "about", "about"), 120.0, None),
    ],
)
def test_killed_and_wounded_together(
    bounds: tuple[str, ...], casualties: float, code: str | None
) -> None:
    figures = zip(
        ("killed", "wounded", "casualties"), (50.0, 70.0, casualties), bounds, strict=True
    )
    rows = counts(
        *({"measure": measure, "best": best, "bound": bound} for measure, best, bound in figures)
    )
    for rule in ("E311", "W234"):
        assert found(rule, rows) == (
            [f"estimates 0: 50 + 70 (est-3: {casualties:.0f})"] if rule == code else []
        )


def test_what_e311_finds_is_left_to_it() -> None:
    assert found("W234", lost({"best": 6.0}, {"best": 5.0})) == []
    assert found("W234", lost({"best": 6.0, "as_of": day("2025-06-01")}, {"best": 5.0})) == []
    assert found("W234", lost({"best": 6.0}, {"best": 5.0, "as_of": day("2025-06-16")})) == [
        "estimates 0: 6 (est-2: 5)"
    ]


@pytest.mark.parametrize(
    ("whole", "part"), [(whole, part) for part in WHOLES for whole in list_wholes(part)]
)
def test_w234_measures_within_measures(whole: str, part: str) -> None:
    later = {"best": 5.0, **A_DAY_LATER}
    rows = counts({"measure": part, "best": 6.0}, {"measure": whole, **later})
    assert found("W234", rows) == ["estimates 0: 6 (est-2: 5)"]
    assert found("W234", counts({"measure": whole, "best": 6.0}, {"measure": part, **later})) == []


PLACES: list[dict[str, Any]] = [
    {"place_id": "russia"},
    {"place_id": "kursk", "parent_id": "russia"},
    {"place_id": "sudzha", "parent_id": "kursk"},
]


@pytest.mark.parametrize(
    ("inner", "outer", "found_"),
    [
        ("sudzha", "kursk", True),
        ("sudzha", "russia", True),
        ("sudzha", None, True),
        ("kursk", "sudzha", False),
        (None, "kursk", False),
        ("kursk", "kursk", False),
    ],
)
@pytest.mark.parametrize("kind", ["stock", "cumulative"])
def test_w234_places_within_places(
    inner: str | None, outer: str | None, found_: bool, kind: str
) -> None:
    figures = ({"best": 6.0, "scope_id": inner}, {"best": 5.0, "scope_id": outer})
    rows = {
        **counts(*({"measure": "captured", "stock_or_flow": kind, **one} for one in figures)),
        "places": PLACES,
    }
    assert found("W234", rows) == (["estimates 0: 6 (est-2: 5)"] if found_ else [])


@pytest.mark.parametrize(
    ("part", "whole", "clash"),
    [
        pytest.param({}, A_DAY_LATER, True, id="the whole a day later"),
        pytest.param(A_DAY_LATER, {}, False, id="the part a day later"),
        pytest.param(
            {**A_DAY_LATER, "as_of": day("2025-06-17")},
            {},
            True,
            id="the part said later, of that day",
        ),
        pytest.param(
            {},
            {**A_DAY_LATER, "as_of": day("2025-06-16")},
            False,
            id="the whole said later, of the day before",
        ),
        pytest.param(IN_THE_MONTH, A_DAY_LATER, False, id="the part perhaps later"),
        pytest.param(IN_MAY, {}, True, id="the part in the month before"),
        pytest.param(
            {},
            {"said_on": day("2025-07-01"), "said_on_precision": "on_or_before"},
            False,
            id="the whole perhaps long before",
        ),
        pytest.param(
            {"stock_or_flow": "stock"},
            {**A_DAY_LATER, "stock_or_flow": "stock"},
            False,
            id="levels",
        ),
        pytest.param(
            {"stock_or_flow": "stock", "as_of": day("2025-05-17")},
            {"stock_or_flow": "stock"},
            True,
            id="levels a month apart",
        ),
        pytest.param(
            {"stock_or_flow": "stock"},
            {"stock_or_flow": "stock", "as_of": day("2025-05-17")},
            True,
            id="levels a month apart, the whole first",
        ),
        pytest.param(
            {"stock_or_flow": "stock", "as_of": day("2025-05-16")},
            {"stock_or_flow": "stock"},
            False,
            id="levels more than a month apart",
        ),
        pytest.param(
            {"stock_or_flow": "stock"},
            {"stock_or_flow": "stock", "as_of": day("2025-05-16")},
            False,
            id="levels more than a month apart, the whole first",
        ),
        pytest.param({"unit": "trips"}, A_DAY_LATER, False, id="another unit"),
        pytest.param({"estimator_id": "mod"}, A_DAY_LATER, False, id="another estimator"),
        pytest.param({"subject_id": "dep-1"}, A_DAY_LATER, False, id="another subject"),
        pytest.param({}, {**A_DAY_LATER, "note": "Counted anew."}, False, id="a note explains it"),
        pytest.param({}, {**A_DAY_LATER, "supersedes_id": "est-9"}, False, id="a revision"),
        pytest.param({"unit": "percent"}, {"unit": "percent"}, False, id="shares"),
        pytest.param(
            {"measure": "pay_per_person"}, {"measure": "pay_per_person"}, False, id="rates"
        ),
    ],
)
def test_w234_a_part_of_an_earlier_day(
    part: dict[str, Any], whole: dict[str, Any], clash: bool
) -> None:
    rows = counts(
        {"measure": "captured", "scope_id": "kursk", "best": 6.0, **part},
        {"measure": "captured", "best": 5.0, **whole},
    )
    assert found("W234", rows) == (["estimates 0: 6 (est-2: 5)"] if clash else [])


def test_w234_the_highest_part_so_far_counts_and_a_superseded_one_does_not() -> None:
    kursk = {"measure": "captured", "scope_id": "kursk"}
    days = [{"said_on": day(f"2025-06-{number}")} for number in range(10, 15)]
    parts = [{**kursk, "best": best, **on} for best, on in zip((6.0, 9.0, 7.0), days, strict=False)]
    whole = {"measure": "captured", "best": 5.0, **days[4]}
    assert found("W234", counts(*parts, whole)) == ["estimates 1: 9 (est-4: 5)"]
    revision = {**kursk, "best": 4.0, "supersedes_id": "est-2", **days[3]}
    assert found("W234", counts(parts[1], parts[1], revision, whole)) == [
        "estimates 0: 9 (est-4: 5)"
    ]
    assert found("W234", counts({"measure": "missing"}, parts[1], revision, whole)) == []


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(0, 9), st.booleans()), max_size=12))
@settings(max_examples=25, deadline=None)
def test_w234_finds_the_parts_that_a_naive_search_finds(told: list[tuple[int, int, bool]]) -> None:
    figures = [
        {
            "measure": "captured",
            "scope_id": "kursk" if part else None,
            "best": float(best),
            "as_of": day(f"2025-05-{on:02}"),
            "said_on": day(f"2025-06-{1 + n:02}"),
        }
        for n, (on, best, part) in enumerate(told)
    ]
    wholes = [(on, best) for on, best, part in told if not part]
    above = {
        n
        for n, (on, best, part) in enumerate(told)
        if part and any(on <= by and best > most and best == _peak(told, by) for by, most in wholes)
    }
    assert {
        int(line.split()[1].removesuffix(":")) for line in found("W234", counts(*figures))
    } == above


def _peak(told: list[tuple[int, int, bool]], by: int) -> int:
    return max(best for on, best, part in told if part and on <= by)


def banded(**values: Any) -> Rows:
    actors = [
        {"actor_id": "di", "kind": "intelligence_service", "country": "GB"},
        {"actor_id": "white-house", "kind": "government_body", "country": "US"},
        {"actor_id": "nis", "kind": "intelligence_service", "country": "KR"},
        {"actor_id": "times", "kind": "outlet", "country": "GB"},
        {"actor_id": "someone", "kind": "person"},
    ]
    band = {
        "estimate_id": "est-1",
        "estimator_id": "di",
        "confidence": "likely",
        "confidence_low": 55.0,
        "confidence_high": 75.0,
    }
    return {"actors": actors, "estimates": [{**band, **values}]}


NONE = "it has none for this phrase"


@pytest.mark.parametrize(
    ("values", "own"),
    [
        pytest.param({}, None, id="its own"),
        pytest.param(
            {"estimator_id": "white-house", "confidence_high": 80.0},
            None,
            id="its own, of the other government",
        ),
        pytest.param({"estimator_id": "white-house"}, "55 to 80", id="of another government"),
        pytest.param({"confidence": "unlikely"}, "25 to 35", id="of another phrase"),
        pytest.param({"confidence_low": 54.5}, "55 to 75", id="half a point lower"),
        pytest.param({"confidence": "believed"}, NONE, id="of a phrase without band"),
        pytest.param({"estimator_id": "nis"}, NONE, id="of a government that publishes none"),
        pytest.param({"estimator_id": "times"}, NONE, id="of an outlet"),
        pytest.param({"estimator_id": "someone"}, NONE, id="of a person of no country"),
        pytest.param({"estimator_id": "nobody"}, None, id="of who is not there"),
        pytest.param({"confidence_low": None}, None, id="without its lower end"),
        pytest.param({"confidence_high": None}, None, id="without its upper end"),
        pytest.param({"confidence_low": 76.0}, None, id="out of order"),
        pytest.param({"confidence": None}, None, id="without its phrase"),
    ],
)
def test_w236_a_band_is_of_the_estimators_own_yardstick(
    values: dict[str, Any], own: str | None
) -> None:
    given_ = {"confidence_low": 55.0, "confidence_high": 75.0, **values}
    band = f"{given_['confidence_low'] or 0:g} to {given_['confidence_high'] or 0:g}"
    assert found("W236", banded(**values)) == ([f"estimates 0: {band} ({own})"] if own else [])


def test_yardsticks_of_the_rule_are_those_that_are_shown() -> None:
    shown = (
        yardsticks()
        .select("country", "confidence", "confidence_low", "confidence_high")
        .collect()
        .rows()
    )
    assert {(country, phrase): (low, high) for country, phrase, low, high in shown} == dict(BANDS)


def test_e323_a_circle_is_told_once_a_claim_and_what_leads_into_it_is_not() -> None:
    statements = [
        {"statement_id": one, "subject_id": other}
        for one, other in (("stm-1", "est-1"), ("stm-2", "stm-1"), ("stm-3", "stm-3"))
    ]
    rows: Rows = {
        "statements": statements,
        "estimates": [{"estimate_id": "est-1", "subject_id": "stm-1"}],
    }
    assert found("E323", rows) == [
        "estimates 0: stm-1 (None)",
        "statements 0: est-1 (None)",
        "statements 2: stm-3 (None)",
    ]
    assert found("E323", rows, ["statements"]) == ["statements 2: stm-3 (None)"]


@pytest.mark.parametrize("length", [1, 2, 3, LONGEST_CIRCLE])
def test_e323_circles_of_every_length(length: int) -> None:
    circle = [
        {"statement_id": f"stm-{one}", "subject_id": f"stm-{(one + 1) % length}"}
        for one in range(length)
    ]
    assert len(found("E323", {"statements": circle})) == length
    assert found("E323", {"statements": circle[:-1]}) == []


@pytest.mark.parametrize("table", ["statements", "estimates", "agreements"])
@pytest.mark.parametrize(
    ("by", "precision", "agrees", "late"),
    [
        ("2025-06-18", "on_or_before", True, False),
        ("2025-06-19", "on_or_before", True, True),
        ("2025-06-19", "on_or_before", None, True),
        ("2025-06-19", "on_or_before", False, False),
        ("2025-06-19", "day", True, False),
        ("2025-06-01", "on_or_before", True, False),
    ],
)
def test_e324_what_is_published_was_said_by_then(
    table: str, by: str, precision: str, agrees: bool | None, late: bool
) -> None:
    column = "signed" if table == "agreements" else "said_on"
    key = f"{table.removesuffix('s')}_id"
    rows: Rows = {
        table: [{key: "x-1", column: day(by), f"{column}_precision": precision}],
        "sources": [
            {"source_id": "a", "published": day("2025-06-18"), "published_precision": "day"},
            {"source_id": "b", "published": day("2025-06-01"), "published_precision": "month"},
            {"source_id": "c"},
        ],
        "citations": [
            {"record_id": "x-1", "source_id": source, "agrees": agrees} for source in "abc"
        ],
    }
    assert found("E324", rows) == ([f"{table} 0: {by} (../2025-06-18)"] if late else [])


EVENTS: Rows = {
    "meetings": [{"meeting_id": "mtg-1", "start_date": day("2025-06-17"), "date_precision": "day"}],
    "deployments": [
        {"deployment_id": "dep-1", "start_date": day("2025-06-01"), "date_precision": "month"},
        {"deployment_id": "dep-2"},
    ],
    "agreements": [
        {"agreement_id": "agr-1", "signed": day("2025-06-17"), "signed_precision": "on_or_before"}
    ],
}


@pytest.mark.parametrize(
    ("stance", "said", "precision", "subject", "early"),
    [
        ("confirms", "2025-06-15", "day", "mtg-1", True),
        ("confirms", "2025-06-16", "day", "mtg-1", False),
        ("confirms", "2025-06-15", "on_or_before", "mtg-1", True),
        ("confirms", "2025-06-01", "month", "mtg-1", False),
        ("confirms", "2025-05-01", "month", "mtg-1", True),
        ("confirms", "2025-05-30", "day", "dep-1", True),
        ("confirms", "2025-05-31", "day", "dep-1", False),
        ("confirms", "2020-01-01", "day", "dep-2", False),
        ("confirms", "2020-01-01", "day", "agr-1", False),
        ("confirms", "2020-01-01", "day", "mtg-9", False),
        *(
            (stance, "2025-06-15", "day", "mtg-1", True)
            for stance in ("acknowledges", "omits", "reports", "thanks")
        ),
        *(
            (stance, "2025-06-15", "day", "mtg-1", False)
            for stance in ("announces", "denies", "expects", "warns")
        ),
    ],
)
def test_w233_statements_of_what_had_not_happened(
    stance: str, said: str, precision: str, subject: str, early: bool
) -> None:
    statement = {
        "stance": stance,
        "said_on": day(said),
        "said_on_precision": precision,
        "subject_id": subject,
    }
    breaches = found("W233", {**EVENTS, "statements": [statement]})
    assert [line.split(":")[0] for line in breaches] == (["statements 0"] if early else [])


@pytest.mark.parametrize(
    ("figure", "spoken_for"),
    [
        pytest.param({}, "2025-06-15", id="the day on which it was said"),
        pytest.param({"as_of": day("2025-06-14")}, "2025-06-14", id="its day"),
        pytest.param({"as_of": day("2025-06-16")}, None, id="its day, the date line away"),
        pytest.param({"period_end": day("2025-05-31")}, "2025-05-31", id="the end of its period"),
        pytest.param({"period_end": day("2025-06-30")}, None, id="the end of its period, to come"),
        pytest.param(
            {"as_of": day("2025-06-16"), "period_end": day("2025-05-31")},
            None,
            id="its day before its period",
        ),
        pytest.param({"stock_or_flow": "flow"}, None, id="a flow of no period"),
        pytest.param({"measure": "troops_planned"}, None, id="a plan"),
        pytest.param({"measure": "delegation_size"}, None, id="a delegation to come"),
        pytest.param({"subject_id": None}, None, id="no subject"),
    ],
)
def test_w233_figures_of_what_had_not_happened(
    figure: dict[str, Any], spoken_for: str | None
) -> None:
    given_ = {
        "measure": "returned",
        "stock_or_flow": "stock",
        "said_on": day("2025-06-15"),
        "said_on_precision": "day",
    }
    rows = {**EVENTS, "estimates": [{**given_, "subject_id": "mtg-1", **figure}]}
    assert found("W233", rows) == (
        [f"estimates 0: {spoken_for} (mtg-1 of 2025-06-17)"] if spoken_for else []
    )


SAID: dict[str, Any] = {
    "speaker_id": "a",
    "stance": "announces",
    "about": "Rail links",
    "summary": "Trains will run.",
    "subject_id": "agr-1",
    **ON_THE_DAY,
}


@pytest.mark.parametrize(
    ("other", "twice"),
    [
        pytest.param({}, True, id="alike"),
        pytest.param(
            {"about": "rail links", "summary": "Others."}, True, id="one about, however cased"
        ),
        pytest.param(
            {"about": "trains", "summary": "trains will run."},
            True,
            id="one summary, however cased",
        ),
        pytest.param({"about": "trains", "summary": "Others."}, False, id="other words"),
        pytest.param({"subject_id": None}, True, id="one subject known"),
        pytest.param({"subject_id": "agr-2"}, False, id="another subject"),
        pytest.param({"speaker_id": "b"}, False, id="another speaker"),
        pytest.param({"stance": "hopes"}, False, id="another stance"),
        pytest.param(A_DAY_LATER, False, id="another day"),
        pytest.param({"said_on_precision": "on_or_before"}, False, id="another precision"),
    ],
)
def test_w238_two_statements_that_look_like_one(other: dict[str, Any], twice: bool) -> None:
    rows: Rows = {
        "statements": [
            {"statement_id": "stm-1", **SAID},
            {"statement_id": "stm-2", **SAID, **other},
        ]
    }
    assert found("W238", rows) == (["statements 1: stm-2 (stm-1)"] if twice else [])
