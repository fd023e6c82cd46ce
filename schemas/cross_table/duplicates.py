"""Records that look like one: an event that a second document reports is a second citation, not a second record.

Estimates and meetings have rules of their own, beside what else is said of them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, first_day, key_of, last_day, lowered
from tumen.schemas.cross_table.wording import sort_words
from tumen.schemas.rules import Frame, Tables, TablesRule


def same_events(tables: Tables) -> Iterator[Frame]:
    """Yield the records that say nothing which an earlier one does not say as well, or leave open, in what tells events apart."""
    for name, pair in _PAIRS.items():
        if name in tables:
            pairs = pair(tables[name]).filter(nw.col("row") > nw.col("row_2"))
            key = key_of(name)
            twice = pairs.select("row", key, f"{key}_2").unique()
            yield breach(twice, name, key, nw.col(key), nw.col(f"{key}_2"))


def _agreements(agreements: Frame) -> Frame:
    """Pair texts of one name and one party at least, that may have been signed on one day."""
    signed = _with_days(agreements, "signed", "signed_precision").with_columns(
        sort_words(nw.col("name")).alias("words")
    )
    parties = signed.select("row", "agreement_id", "words", "parties", *_days("signed")).explode(
        "parties"
    )
    pairs = parties.join(parties, on=["words", "parties"], how="inner", suffix="_2")
    return pairs.filter(_may_be_one("signed"))


def _deployments(deployments: Frame) -> Frame:
    """Pair movements of one kind between the same places, that have a day or the summary in common."""
    compared = ("unit_name", "meeting_id", "announced_by")
    spans = _with_spans(deployments).with_columns(
        lowered(nw.col("summary")), nw.col("destination_id").fill_null("")
    )
    spans = spans.select(
        "row",
        "deployment_id",
        "kind",
        "origin",
        "destination_id",
        "summary",
        "announced_on",
        *compared,
        *_SPAN,
    )
    pairs = spans.join(spans, on=["kind", "origin", "destination_id"], how="inner", suffix="_2")
    announced = nw.col("announced_on") == nw.col("announced_on_2")
    shared = (_may_be_one("start_date"), announced, nw.col("summary") == nw.col("summary_2"))
    return pairs.filter(
        nw.any_horizontal(*shared, ignore_nulls=True),
        _same_span(),
        announced.fill_null(value=True),
        *_same_if_known(*compared),
    )


def _transfers(transfers: Frame) -> Frame:
    """Pair deliveries of one thing in one direction, of one period."""
    spans = _with_spans(transfers).with_columns(sort_words(nw.col("item")).alias("words"))
    spans = spans.select("row", "transfer_id", "origin", "destination", "words", *_SPAN)
    return spans.join(
        spans, on=["origin", "destination", "words"], how="inner", suffix="_2"
    ).filter(_same_span())


def _launches(launches: Frame) -> Frame:
    """Pair attempts of one day from one site, as far as the site is known."""
    on = ["launch_date", "date_precision"]
    days = launches.filter(nw.col("date_precision") == "day").select(
        "row", "launch_id", "site_id", *on
    )
    return days.join(days, on=on, how="inner", suffix="_2").filter(*_same_if_known("site_id"))


def _positions(positions: Frame) -> Frame:
    """Pair terms of one person in one office, of which one begins when the other may begin, or surely within it."""
    terms = _with_spans(positions).with_columns(sort_words(nw.col("title")).alias("words"))
    terms = terms.select("row", "position_id", "actor_id", "organisation_id", "words", *_SPAN)
    pairs = terms.join(terms, on=["actor_id", "words"], how="inner", suffix="_2")
    within = _begins_within("", "_2") | _begins_within("_2", "")
    return pairs.filter(_may_be_one("start_date") | within, *_same_if_known("organisation_id"))


_PAIRS: Final[Mapping[str, Callable[[Frame], Frame]]] = {
    "agreements": _agreements,
    "deployments": _deployments,
    "transfers": _transfers,
    "launches": _launches,
    "positions": _positions,
}


def _days(day: str) -> tuple[str, str, str]:
    return day, f"{day} first", f"{day} last"


_SPAN: Final = (*_days("start_date"), *_days("end_date"))


def _with_days(frame: Frame, day: str, precision: str) -> Frame:
    """Return the frame with the first and the last day that a date can mean."""
    return frame.with_columns(
        first_day(day, precision).alias(f"{day} first"),
        last_day(day, precision).alias(f"{day} last"),
    )


def _with_spans(frame: Frame) -> Frame:
    return _with_days(
        _with_days(frame, "start_date", "date_precision"), "end_date", "date_precision"
    )


def _may_be_one(day: str) -> nw.Expr:
    """Return whether both dates are known and may mean one day."""
    overlap = (nw.col(f"{day} first") <= nw.col(f"{day} last_2")) & (
        nw.col(f"{day} first_2") <= nw.col(f"{day} last")
    )
    return overlap.fill_null(value=False) | (nw.col(day) == nw.col(f"{day}_2")).fill_null(
        value=False
    )


def _same_span() -> nw.Expr:
    """Return whether neither start nor end surely differ."""
    start, end = (
        _may_be_one(day) | nw.col(day).is_null() | nw.col(f"{day}_2").is_null()
        for day in ("start_date", "end_date")
    )
    return start & end


def _begins_within(one: str, other: str) -> nw.Expr:
    """Return whether one term surely begins after the other began and before it ended."""
    after = nw.col(f"start_date first{one}") > nw.col(f"start_date last{other}")
    before = nw.col(f"start_date last{one}") < nw.col(f"end_date first{other}")
    return (after & before).fill_null(value=False)


def _same_if_known(*columns: str) -> Iterator[nw.Expr]:
    """Yield for each column whether both values are the same, or one is not known."""
    return ((nw.col(name) == nw.col(f"{name}_2")).fill_null(value=True) for name in columns)


RULES: Final = (
    TablesRule(
        "W222",
        "two records look like one",
        "Join them under one id, each document a citation, or tell them apart by what they differ in.",
        severity="warning",
        needs=(),
        breaches=same_events,
    ),
)
