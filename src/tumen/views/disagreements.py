"""Claims that disagree, each pair with the reason why it counts as one.

Four kinds. `figures`: two estimates of the same measure, unit, kind of number and scope, for the same day or period, whose
intervals have no number in common; and a cumulative figure that lies wholly below an earlier one. `denial`: a statement that
denies, doubts or refuses what another record says. `omission`: a report that leaves out what another record says, so that both
can hold. `source`: a document that gives a field of a record differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen import as_known_on
from tumen.table_names import KEYS
from tumen.views.intervals import above, exclude_each_other, with_interval
from tumen.views.lookup import named, require_code
from tumen.views.timeline import DAYS, SPEAKER

if TYPE_CHECKING:
    from collections.abc import Mapping

_AGAINST = {"denies": "denial", "doubts": "denial", "refuses": "denial", "omits": "omission"}
_FOR = ("announces", "acknowledges", "confirms")
_SAME = ("measure", "unit", "stock_or_flow", "scope_id")


def disagreements(
    tables: Mapping[str, pl.LazyFrame], measure: str | None = None, *, record: str | None = None
) -> pl.LazyFrame:
    """Return kind, record_id, who, says, other_id, other_who, other_says, reason, known_since: a row a pair, by day and record.

    `measure` keeps pairs about estimates of that measure, `record` those in which a record takes part. `other_id` is the record
    (or for kind `source` the document) that it disagrees with; `known_since` is the day on which both were public, null where
    one of them has no such day. Raises `UnknownNameError` for a measure that is not there.
    """
    require_code(tables, "estimates", "measure", measure)
    pairs = pl.concat([_figures(tables), _falls(tables), _statements(tables), _sources(tables)])
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
        pairs = pairs.filter((pl.col("record_id") == record) | (pl.col("other_id") == record))
    return pairs.sort("known_since", "record_id", "other_id", "kind", nulls_last=True)


def _figures(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Pair estimates for the same day (stock, cumulative) or the same period (flow)."""
    frame = _comparable(tables)
    on = [*_SAME, "speaks_for", "speaks_to"]
    dated = frame.filter(pl.col("speaks_for").is_not_null())
    pairs = dated.join(dated, on=on, suffix="_2", nulls_equal=True).filter(
        (pl.col("estimate_id") < pl.col("estimate_id_2"))
        & exclude_each_other("_2")
        & ~_revises()
        & _two_claims()
    )
    reason = pl.format("same measure, scope and {}, and no number fits both", _time())
    return _paired(pairs, "figures", reason)


def _falls(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Pair a cumulative figure with the highest earlier floor where it lies wholly below: a sum since the start cannot fall."""
    totals = _comparable(tables).filter(
        (pl.col("stock_or_flow").cast(pl.String) == "cumulative")
        & pl.col("speaks_for").is_not_null()
    )
    floors = (
        totals.filter(pl.col("lower").is_not_null())
        .sort("speaks_for", "estimate_id")
        .with_columns(peak=pl.col("lower").cum_max().over(_SAME))
        .filter(pl.col("lower") == pl.col("peak"))
        .unique([*_SAME, "speaks_for"], keep="last", maintain_order=True)
    )
    pairs = (
        totals.with_columns(eve=pl.col("speaks_for").dt.offset_by("-1d"))
        .with_columns(pl.col(name).cast(pl.String).fill_null("") for name in _SAME)
        .sort("eve")
        .join_asof(
            floors.with_columns(pl.col(name).cast(pl.String).fill_null("") for name in _SAME).sort(
                "speaks_for"
            ),
            left_on="eve",
            right_on="speaks_for",
            by=list(_SAME),
            suffix="_2",
            check_sortedness=False,
        )
        .filter(above("_2", "") & ~_revises())
    )
    return _paired(pairs, "figures", pl.lit("a sum since the start that lies below an earlier one"))


def _comparable(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    flow = pl.col("stock_or_flow").cast(pl.String) == "flow"
    day = pl.coalesce(
        "as_of",
        pl.when(pl.col("said_on_precision").cast(pl.String).is_in(["day", "on_or_before"])).then(
            "said_on"
        ),
    )
    return with_interval(
        named(tables["estimates"], tables, "estimator_id", "estimator")
    ).with_columns(
        speaks_for=pl.when(flow).then("period_start").otherwise(day),
        speaks_to=pl.when(flow).then("period_end").otherwise(day),
    )


def _revises() -> pl.Expr:
    return (pl.col("supersedes_id") == pl.col("estimate_id_2")).fill_null(value=False) | (
        pl.col("supersedes_id_2") == pl.col("estimate_id")
    ).fill_null(value=False)


def _two_claims() -> pl.Expr:
    """Return false for two figures about different things: their subjects tell them apart."""
    return (pl.col("subject_id") == pl.col("subject_id_2")).fill_null(value=True)


def _time() -> pl.Expr:
    return (
        pl.when(pl.col("stock_or_flow").cast(pl.String) == "flow")
        .then(pl.lit("period"))
        .otherwise(pl.lit("day"))
    )


def _paired(pairs: pl.LazyFrame, kind: str, reason: pl.Expr) -> pl.LazyFrame:
    return pairs.select(
        kind=pl.lit(kind),
        record_id="estimate_id",
        who="estimator",
        says=figure(""),
        other_id="estimate_id_2",
        other_who="estimator_2",
        other_says=figure("_2"),
        reason=reason,
        known_since=_later("known_since", "known_since_2"),
    )


def _later(one: str, other: str) -> pl.Expr:
    """Return the day by which two days have come, null where one of them is null, and so never does."""
    return pl.when(pl.col(one).is_not_null() & pl.col(other).is_not_null()).then(
        pl.max_horizontal(one, other)
    )


def figure(suffix: str) -> pl.Expr:
    """Return an estimate as it was said: "more_than 6000 persons", "range 10000 to 12000 persons"."""
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
    said = named(tables["statements"], tables, "speaker_id", "who").with_columns(
        pl.col("stance").cast(pl.String)
    )
    against = said.filter(
        pl.col("stance").is_in(list(_AGAINST)) & pl.col("subject_id").is_not_null()
    )
    events = _subjects(tables)
    direct = against.join(
        events, left_on="subject_id", right_on="other_id", how="inner"
    ).with_columns(
        other_id="subject_id", reason=pl.format("{} what the other record says", "stance")
    )
    supporting = said.filter(pl.col("stance").is_in(_FOR)).select(
        "subject_id",
        other_id="statement_id",
        other_who="who",
        other_says="summary",
        other_stance="stance",
        other_since="known_since",
    )
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
            actor_id=pl.col(SPEAKER[table]) if table in SPEAKER else pl.lit(None, pl.String),
            other_says=pl.col("summary"),
            other_since=pl.col("known_since"),
        )
        for table in DAYS
    ]
    return named(pl.concat(parts), tables, "actor_id", "other_who").drop("actor_id")


def _sources(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
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
    documents = named(
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
