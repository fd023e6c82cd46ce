"""Rules on records that look like one event.

If a second document reports an event, it becomes a second citation, not a second record. The
duplicates of estimates, meetings, statements, places and documents are in the modules of those
subjects.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import (
    equal_if_known,
    first_day,
    id_column,
    last_day,
    select_violations,
    to_lower_case,
)
from tumen.schemas.cross_table.word_order import sort_words
from tumen.schemas.rules import Frame, Tables, TablesRule


def find_duplicate_records(tables: Tables) -> Iterator[Frame]:
    """Yield the records that agree with an earlier one in everything that both give.

    Only what distinguishes events of the table is compared.
    """
    for name, pair in _PAIRS.items():
        if name in tables:
            key = id_column(name)
            pairs = pair(tables[name]).filter(ex.col("row") > ex.col("row_2"))
            duplicates = pairs.select("row", key, f"{key}_2").unique()
            yield select_violations(duplicates, name, key, ex.col(key), ex.col(f"{key}_2"))


def _pair_agreements(agreements: Frame) -> Frame:
    """Pair texts that share the name and a party, and may have been signed on one day."""
    signed = _with_days(agreements, "signed", "signed_precision")
    signed = signed.with_columns(sort_words(ex.col("name")).alias("words"))
    signed = signed.select("row", "agreement_id", "words", "parties", *_day_columns("signed"))
    by_party = signed.explode("parties")
    pairs = by_party.join(by_party, on=["words", "parties"], how="inner", suffix="_2")
    return pairs.filter(_may_be_same_day("signed"))


def _pair_deployments(deployments: Frame) -> Frame:
    """Pair movements of one kind between the same places that share a day or the summary."""
    route = ["kind", "origin", "destination_id"]
    compared = ("unit_name", "meeting_id", "announced_by")
    spans = _with_spans(deployments).with_columns(
        to_lower_case(ex.col("summary")), ex.col("destination_id").fill_null("")
    )
    spans = spans.select(
        "row", "deployment_id", *route, "summary", "announced_on", *compared, *_SPAN
    )
    pairs = spans.join(spans, on=route, how="inner", suffix="_2")
    same_start = _may_be_same_day("start_date")
    same_announcement = ex.col("announced_on") == ex.col("announced_on_2")
    same_summary = ex.col("summary") == ex.col("summary_2")
    shares_something = ex.any_horizontal(
        same_start, same_announcement, same_summary, ignore_nulls=True
    )
    return pairs.filter(
        shares_something,
        _may_be_same_span(),
        same_announcement.fill_null(value=True),
        *equal_if_known(*compared),
    )


def _pair_transfers(transfers: Frame) -> Frame:
    """Pair deliveries of the same thing in the same direction in the same period."""
    delivery = ["origin", "destination", "words"]
    spans = _with_spans(transfers).with_columns(sort_words(ex.col("item")).alias("words"))
    spans = spans.select("row", "transfer_id", *delivery, *_SPAN)
    pairs = spans.join(spans, on=delivery, how="inner", suffix="_2")
    return pairs.filter(_may_be_same_span())


def _pair_launches(launches: Frame) -> Frame:
    """Pair attempts of one day from one site, where a site that is not known may be any."""
    day = ["launch_date", "date_precision"]
    dated = launches.filter(ex.col("date_precision") == "day")
    dated = dated.select("row", "launch_id", "site_id", *day)
    pairs = dated.join(dated, on=day, how="inner", suffix="_2")
    return pairs.filter(*equal_if_known("site_id"))


def _pair_positions(positions: Frame) -> Frame:
    """Pair terms of one person in one office that may begin together or surely overlap."""
    terms = _with_spans(positions).with_columns(sort_words(ex.col("title")).alias("words"))
    terms = terms.select("row", "position_id", "actor_id", "organisation_id", "words", *_SPAN)
    pairs = terms.join(terms, on=["actor_id", "words"], how="inner", suffix="_2")
    begins_within = _begins_within("", "_2") | _begins_within("_2", "")
    return pairs.filter(
        _may_be_same_day("start_date") | begins_within, *equal_if_known("organisation_id")
    )


_PAIRS: Final[Mapping[str, Callable[[Frame], Frame]]] = {
    "agreements": _pair_agreements,
    "deployments": _pair_deployments,
    "transfers": _pair_transfers,
    "launches": _pair_launches,
    "positions": _pair_positions,
}


def _day_columns(day: str) -> tuple[str, str, str]:
    """Return the names of a date and of the first and last day that it can mean."""
    return day, f"{day} first", f"{day} last"


_SPAN: Final = (*_day_columns("start_date"), *_day_columns("end_date"))


def _with_days(frame: Frame, day: str, precision: str) -> Frame:
    """Return the frame with the first and the last day that a date can mean."""
    return frame.with_columns(
        first_day(day, precision).alias(f"{day} first"),
        last_day(day, precision).alias(f"{day} last"),
    )


def _with_spans(frame: Frame) -> Frame:
    """Return the frame with the days that its start and its end can mean."""
    with_start = _with_days(frame, "start_date", "date_precision")
    return _with_days(with_start, "end_date", "date_precision")


def _may_be_same_day(day: str) -> ex.Expr:
    """Return whether both dates are known and may mean one day."""
    starts_in_time = ex.col(f"{day} first") <= ex.col(f"{day} last_2")
    ends_in_time = ex.col(f"{day} first_2") <= ex.col(f"{day} last")
    overlap = (starts_in_time & ends_in_time).fill_null(value=False)
    # A date open to the past has no first day, so it may only be the very same.
    is_equal = (ex.col(day) == ex.col(f"{day}_2")).fill_null(value=False)
    return overlap | is_equal


def _may_be_same_span() -> ex.Expr:
    """Return whether neither start nor end surely differ."""
    start, end = (
        _may_be_same_day(day) | ex.col(day).is_null() | ex.col(f"{day}_2").is_null()
        for day in ("start_date", "end_date")
    )
    return start & end


def _begins_within(term: str, other: str) -> ex.Expr:
    """Return whether a term surely begins after another began and before it ended.

    Both are given as the suffix of their columns.
    """
    after_start = ex.col(f"start_date first{term}") > ex.col(f"start_date last{other}")
    before_end = ex.col(f"start_date last{term}") < ex.col(f"end_date first{other}")
    return (after_start & before_end).fill_null(value=False)


RULES: Final = (
    TablesRule(
        "W222",
        "two records look like one",
        "Merge them under one id, with each document as a citation. Or distinguish them by a"
        " field in which they differ.",
        severity="warning",
        tables=(),
        find_violations=find_duplicate_records,
    ),
)
