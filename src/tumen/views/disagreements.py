"""Pairs of claims that disagree, each with the reason.

There are four kinds:

- `figures`: two estimates of the same measure, unit, kind of number and scope, for the same day or
  period, whose intervals have no number in common. Also a cumulative figure that lies wholly below
  an earlier one.
- `denial`: a statement that denies, doubts or refuses what another record says.
- `omission`: a report that leaves out what another record says, so that both can be true.
- `source`: a document that gives a field of a record differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen import as_known_on
from tumen.table_names import KEYS
from tumen.views.intervals import above, exclude_each_other, with_interval
from tumen.views.lookup import require_code, with_actor_name
from tumen.views.record import table_of
from tumen.views.timeline import DATE_COLUMNS, SPEAKER_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

_AGAINST = {"denies": "denial", "doubts": "denial", "refuses": "denial", "omits": "omission"}
_SUPPORTING = ("announces", "acknowledges", "confirms")
_NUMBER_KEYS = ("measure", "unit", "stock_or_flow", "scope_id")


def disagreements(
    tables: Mapping[str, pl.LazyFrame], measure: str | None = None, *, record: str | None = None
) -> pl.LazyFrame:
    """List pairs of claims that disagree, by day and record (see `Snapshot.disagreements`)."""
    require_code(tables, "estimates", "measure", measure)
    pairs = pl.concat(
        [_figures(tables), _falling_totals(tables), _statements(tables), _sources(tables)]
    )
    if measure is not None:
        of_measure = (
            tables["estimates"]
            .filter(pl.col("measure") == measure)
            .select(record_id="estimate_id")
            .collect()["record_id"]
        )
        pairs = pairs.filter(
            pl.col("record_id").is_in(of_measure.implode())
            | pl.col("other_id").is_in(of_measure.implode())
        )
    if record is not None:
        table_of(tables, record)
        pairs = pairs.filter((pl.col("record_id") == record) | (pl.col("other_id") == record))
    return pairs.sort("known_since", "record_id", "other_id", "kind", nulls_last=True)


def _figures(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Pair estimates for the same day (stock, cumulative) or the same period (flow)."""
    frame = _comparable(tables)
    on = [*_NUMBER_KEYS, "first_day", "last_day"]
    dated = frame.filter(pl.col("first_day").is_not_null())
    # Comparing the ids keeps each pair once, and no figure with itself.
    pairs = dated.join(dated, on=on, suffix="_2", nulls_equal=True).filter(
        (pl.col("estimate_id") < pl.col("estimate_id_2"))
        & exclude_each_other("_2")
        & ~_is_revision()
        & _may_share_subject()
    )
    reason = pl.format("same measure, scope and {}, and no number fits both", _day_or_period())
    return _as_pairs(pairs, "figures", reason)


def _falling_totals(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Pair a cumulative figure with the highest earlier one where it lies wholly below it.

    A sum since the start cannot fall.
    """
    totals = _comparable(tables).filter(
        (pl.col("stock_or_flow").cast(pl.String) == "cumulative")
        & pl.col("first_day").is_not_null()
    )
    # A total lies below some earlier one only if it lies below the highest lower end so far. So it
    # is enough to keep the totals that raise that end, the last of each day.
    peaks = (
        totals.filter(pl.col("lower").is_not_null())
        .sort("first_day", "estimate_id")
        .with_columns(peak=pl.col("lower").cum_max().over(_NUMBER_KEYS))
        .filter(pl.col("lower") == pl.col("peak"))
        .unique([*_NUMBER_KEYS, "first_day"], keep="last", maintain_order=True)
    )
    # Totals for one day are compared in `_figures`, so a peak must be of an earlier day.
    # join_asof matches no nulls, and a scope may be null: the keys become text.
    keys_as_text = [pl.col(name).cast(pl.String).fill_null("") for name in _NUMBER_KEYS]
    pairs = (
        totals.with_columns(day_before=pl.col("first_day").dt.offset_by("-1d"))
        .with_columns(keys_as_text)
        .sort("day_before")
        .join_asof(
            peaks.with_columns(keys_as_text).sort("first_day"),
            left_on="day_before",
            right_on="first_day",
            by=list(_NUMBER_KEYS),
            suffix="_2",
            check_sortedness=False,  # with `by`, polars cannot check it
        )
        .filter(above("_2", "") & ~_is_revision())
    )
    reason = pl.lit("a sum since the start that lies below an earlier one")
    return _as_pairs(pairs, "figures", reason)


def _comparable(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return the estimates with their intervals, and the days that they are for.

    These days are the period of a flow. Of other figures they are `as_of`, or else the day on which
    the figure was said, if that is known to the day.
    """
    flow = pl.col("stock_or_flow").cast(pl.String) == "flow"
    said_on_a_day = pl.col("said_on_precision").cast(pl.String).is_in(["day", "on_or_before"])
    day = pl.coalesce("as_of", pl.when(said_on_a_day).then("said_on"))
    return with_interval(
        with_actor_name(tables["estimates"], tables, "estimator_id", "estimator")
    ).with_columns(
        first_day=pl.when(flow).then("period_start").otherwise(day),
        last_day=pl.when(flow).then("period_end").otherwise(day),
    )


def _is_revision() -> pl.Expr:
    """Return true where one estimate of a pair supersedes the other: a correction is no dispute."""
    forwards = pl.col("supersedes_id") == pl.col("estimate_id_2")
    backwards = pl.col("supersedes_id_2") == pl.col("estimate_id")
    return forwards.fill_null(value=False) | backwards.fill_null(value=False)


def _may_share_subject() -> pl.Expr:
    """Return false where the two figures have different subjects, and so are about two things."""
    return (pl.col("subject_id") == pl.col("subject_id_2")).fill_null(value=True)


def _day_or_period() -> pl.Expr:
    return (
        pl.when(pl.col("stock_or_flow").cast(pl.String) == "flow")
        .then(pl.lit("period"))
        .otherwise(pl.lit("day"))
    )


def _as_pairs(pairs: pl.LazyFrame, kind: str, reason: pl.Expr) -> pl.LazyFrame:
    return pairs.select(
        kind=pl.lit(kind),
        record_id="estimate_id",
        who="estimator",
        says=quote_figure(""),
        other_id="estimate_id_2",
        other_who="estimator_2",
        other_says=quote_figure("_2"),
        reason=reason,
        known_since=_later("known_since", "known_since_2"),
    )


def _later(first: str, second: str) -> pl.Expr:
    """Return the later of two days, null where either is null.

    A claim without a day is not known to be public on any day, so the pair is not either.
    """
    return pl.when(pl.col(first).is_not_null() & pl.col(second).is_not_null()).then(
        pl.max_horizontal(first, second)
    )


def quote_figure(suffix: str) -> pl.Expr:
    """Return an estimate in words.

    Examples: "more_than 6000 persons", "range 10000 to 12000 persons".
    """
    numbers = [
        pl.col(f"{name}{suffix}").cast(pl.String).str.strip_suffix(".0")
        for name in ("low", "best", "high")
    ]
    return pl.concat_str(
        pl.col(f"bound{suffix}").cast(pl.String),
        pl.concat_str(*numbers, separator=" to ", ignore_nulls=True),
        pl.col("unit").cast(pl.String),
        separator=" ",
        ignore_nulls=True,
    )


def _statements(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Pair statements against a record with that record, and with statements that support it."""
    statements = with_actor_name(tables["statements"], tables, "speaker_id", "who").with_columns(
        pl.col("stance").cast(pl.String)
    )
    against = statements.filter(
        pl.col("stance").is_in(list(_AGAINST)) & pl.col("subject_id").is_not_null()
    )
    events = _subjects(tables)
    direct = against.join(
        events, left_on="subject_id", right_on="other_id", how="inner"
    ).with_columns(
        other_id="subject_id", reason=pl.format("{} what the other record says", "stance")
    )
    supporting = statements.filter(pl.col("stance").is_in(_SUPPORTING)).select(
        "subject_id",
        other_id="statement_id",
        other_who="who",
        other_says="summary",
        other_stance="stance",
        other_since="known_since",
    )
    # An omission contradicts no other statement: both can be true.
    indirect = (
        against.filter(pl.col("stance") != "omits")
        .join(supporting, on="subject_id")
        .with_columns(reason=pl.format("{} what the other {}", "stance", "other_stance"))
    )
    columns = (
        "statement_id",
        "who",
        "summary",
        "stance",
        "other_id",
        "other_who",
        "other_says",
        "reason",
        "known_since",
        "other_since",
    )
    return pl.concat([direct.select(columns), indirect.select(columns)]).select(
        kind=pl.col("stance").replace_strict(_AGAINST),
        record_id="statement_id",
        who="who",
        says="summary",
        other_id="other_id",
        other_who="other_who",
        other_says="other_says",
        reason="reason",
        known_since=_later("known_since", "other_since"),
    )


def _subjects(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return other_id, other_who, other_says, other_since of every event and claim."""
    parts = [
        tables[table].select(
            other_id=pl.col(KEYS[table]),
            actor_id=pl.col(SPEAKER_COLUMNS[table])
            if table in SPEAKER_COLUMNS
            else pl.lit(None, pl.String),
            other_says=pl.col("summary"),
            other_since=pl.col("known_since"),
        )
        for table in DATE_COLUMNS
    ]
    return with_actor_name(pl.concat(parts), tables, "actor_id", "other_who").drop("actor_id")


def _sources(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Pair each record with the documents that disagree with it."""
    notes = pl.col("note").drop_nulls().unique().sort().str.join("; ").replace("", None)
    against = (
        tables["citations"]
        .filter(~pl.col("agrees"))
        .group_by("record_id", "source_id")
        .agg(note=notes)
    )
    events = _subjects(tables).rename(
        {"other_id": "record_id", "other_who": "who", "other_says": "says", "other_since": "since"}
    )
    published_by = as_known_on.last_possible_day("published", "published_precision")
    documents = with_actor_name(
        tables["sources"].with_columns(published_by=published_by),
        tables,
        "publisher_id",
        "other_who",
    )
    return (
        against.join(events, on="record_id")
        .join(documents, on="source_id")
        .select(
            kind=pl.lit("source"),
            record_id="record_id",
            who="who",
            says="says",
            other_id="source_id",
            other_who="other_who",
            other_says="note",
            reason=pl.lit("the document gives a field of the record differently"),
            known_since=_later("since", "published_by"),
        )
    )
