"""When a fact became public and through whom, and how long each side took to acknowledge it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tumen import as_known_on
from tumen.table_names import KEYS, PREFIXES
from tumen.views.lookup import require_code
from tumen.views.record import table_of
from tumen.views.timeline import timeline

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

SIDES = ("KP", "RU")
OFFICIAL_STANCES = ("announces", "acknowledges", "confirms")


def first_known(
    tables: Mapping[str, pl.LazyFrame], record: str | None = None, *, table: str | None = None
) -> pl.LazyFrame:
    """Show when each dated event or claim became public (see `Snapshot.first_known`).

    The lags are as wide as the imprecise date of the event: `lag_min` counts from its last possible
    day, `lag_max` from its first. `lag_max` is null for "on or before" a day, which has no first
    possible day.
    """
    frame = timeline(tables, table=table)
    if record is not None:
        table_of(tables, record)
        frame = frame.filter(pl.col("record_id") == record)
    dated = tables["sources"].select(
        "source_id",
        "publisher_id",
        published_by=as_known_on.last_possible_day("published", "published_precision"),
    )
    cited = tables["citations"].join(dated, on="source_id")
    first = pl.col("published_by") == pl.col("published_by").min()
    firsts = cited.group_by("record_id").agg(
        first_sources=pl.col("source_id").filter(first).unique().sort(),
        first_publishers=pl.col("publisher_id").filter(first).unique().sort(),
        first_vias=pl.col("via_id").filter(first).drop_nulls().unique().sort(),
        sources=pl.col("source_id").n_unique(),
    )
    return (
        frame.join(firsts, on="record_id", how="left")
        .select(
            "record_id",
            "table",
            "start_date",
            "end_date",
            "known_since",
            lag_min=(pl.col("known_since") - pl.col("end_date")).dt.total_days(),
            lag_max=pl.when(pl.col("precision") != "on_or_before").then(
                (pl.col("known_since") - pl.col("start_date")).dt.total_days()
            ),
            first_sources="first_sources",
            first_publishers="first_publishers",
            first_vias="first_vias",
            sources=pl.col("sources").fill_null(0),
            summary="summary",
        )
        .sort("known_since", "record_id", nulls_last=True)
    )


def known(tables: Mapping[str, pl.LazyFrame], what: str, on: str | dt.date) -> pl.LazyFrame:
    """List what could be cited on a date about a record or a measure (see `Snapshot.known`)."""
    day = as_known_on.parse_day(on, "on")
    if what.partition("-")[0] in PREFIXES:
        table_of(tables, what)
        ids = _ids_about(tables, what)
    else:
        require_code(tables, "estimates", "measure", what)
        ids = tables["estimates"].filter(pl.col("measure") == what).select(record_id="estimate_id")
    return first_known(as_known_on.known_by(tables, day)).join(
        ids, on="record_id", how="semi", maintain_order="left"
    )


def _ids_about(tables: Mapping[str, pl.LazyFrame], record: str) -> pl.LazyFrame:
    about = [
        tables[name].filter(pl.col("subject_id") == record).select(record_id=pl.col(KEYS[name]))
        for name in ("estimates", "statements")
    ]
    return pl.concat([pl.LazyFrame({"record_id": [record]}), *about])


def acknowledgement(
    tables: Mapping[str, pl.LazyFrame], deployment: str | None = None
) -> pl.LazyFrame:
    """Count the days from first claim to official word (see `Snapshot.acknowledgement`).

    The official word of a side is its own announcement of the deployment. It is also a statement
    about it by a speaker of that country that announces, acknowledges or confirms. An imprecise
    date counts as its last possible day.
    """
    if deployment is not None:
        table_of(tables, deployment)
    sides = (
        tables["actors"]
        .select(speaker_id="actor_id", side=pl.col("country").cast(pl.String))
        .filter(pl.col("side").is_in(SIDES))
    )
    deployments = tables["deployments"]
    if deployment is not None:
        deployments = deployments.filter(pl.col("deployment_id") == deployment)
    claims = _claims(tables).join(
        deployments.select("deployment_id"), on="deployment_id", how="semi"
    )
    first_claims = (
        claims.sort("day", "record_id")
        .group_by("deployment_id", maintain_order=True)
        .agg(first_claim_on=pl.col("day").first(), first_claim_in=pl.col("record_id").first())
    )
    speakers = first_known(tables).select(
        first_claim_in="record_id",
        first_claim_by=pl.concat_list("first_publishers", "first_vias").list.unique().list.sort(),
    )
    words = (
        _official_words(tables)
        .join(sides, on="speaker_id")
        .sort("acknowledged_on", "acknowledged_in")
    )
    first_words = words.group_by("deployment_id", "side", maintain_order=True).first()
    return (
        deployments.select("deployment_id", "summary")
        .join(pl.LazyFrame({"side": SIDES}), how="cross")
        .join(first_claims, on="deployment_id", how="left")
        .join(speakers, on="first_claim_in", how="left")
        .join(first_words, on=["deployment_id", "side"], how="left")
        .select(
            "deployment_id",
            "side",
            "first_claim_on",
            "first_claim_by",
            "acknowledged_on",
            acknowledged_by="speaker_id",
            acknowledged_in="acknowledged_in",
            stance="stance",
            days=(pl.col("acknowledged_on") - pl.col("first_claim_on")).dt.total_days(),
            summary="summary",
        )
        .sort("deployment_id", "side")
    )


def _claims(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return deployment_id, record_id and day of every deployment and every claim about one.

    The day is the earlier of the day on which it was said and the day on which it became public.
    """
    own = tables["deployments"].select(
        "deployment_id",
        record_id="deployment_id",
        day=pl.min_horizontal("announced_on", "known_since"),
    )
    about = [
        tables[name].select(
            deployment_id="subject_id",
            record_id=pl.col(KEYS[name]),
            day=pl.min_horizontal(
                as_known_on.last_possible_day("said_on", "said_on_precision"), "known_since"
            ),
        )
        for name in ("estimates", "statements")
    ]
    return pl.concat([own, *about]).filter(
        pl.col("deployment_id").is_not_null() & pl.col("day").is_not_null()
    )


def _official_words(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    announced = tables["deployments"].filter(
        pl.col("announced_on").is_not_null() & pl.col("announced_by").is_not_null()
    )
    stance = pl.col("stance").cast(pl.String)
    stated = tables["statements"].filter(
        stance.is_in(OFFICIAL_STANCES) & pl.col("subject_id").is_not_null()
    )
    return pl.concat(
        [
            announced.select(
                "deployment_id",
                speaker_id="announced_by",
                acknowledged_on="announced_on",
                acknowledged_in="deployment_id",
                stance=pl.lit("announces"),
            ),
            stated.select(
                deployment_id="subject_id",
                speaker_id="speaker_id",
                acknowledged_on=as_known_on.last_possible_day("said_on", "said_on_precision"),
                acknowledged_in="statement_id",
                stance=stance,
            ),
        ]
    )
