"""Commands that print a view of a snapshot as a table; `tumen.views` documents the views."""

from __future__ import annotations

from typing import Annotated

import typer

import tumen
from tumen.cli.options import (
    Actor,
    App,
    AsFrame,
    End,
    Estimator,
    FrameFormat,
    KnownBy,
    Place,
    RecordOfPairs,
    Release,
    Scope,
    Start,
    Table,
    Topic,
    print_frame,
)

app = App()

Measure = Annotated[
    str | None,
    typer.Argument(help="What is counted, such as casualties.", show_default="all measures"),
]
RecordId = Annotated[
    str | None,
    typer.Argument(metavar="ID", help="Id of a record, such as mtg-0005.", show_default="all"),
]


@app.command()
def timeline(
    start: Start = None,
    end: End = None,
    actor: Actor = None,
    table: Table = None,
    place: Place = None,
    topic: Topic = None,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print all dated events and claims, by date.

    A record with an imprecise date is included if it may fall between `--start` and `--end`.

    Example: `tumen timeline --actor sergei-shoigu --start 2025-01-01`
    """
    import polars as pl  # noqa: PLC0415

    snapshot = tumen.open(release=release, known_by=known_by)
    frame = snapshot.timeline(start, end, actor=actor, table=table, place=place, topic=topic)
    if form is FrameFormat.table:
        dates = pl.col("start_date").cast(pl.String)
        ends = (
            pl.when(pl.col("start_date") != pl.col("end_date"))
            .then(pl.lit(" … ") + pl.col("end_date").cast(pl.String))
            .otherwise(pl.lit(""))
        )
        frame = frame.select(
            (dates + ends).alias("date"),
            pl.col("record_id").alias("record"),
            "kind",
            "actors",
            "summary",
        )
    print_frame(frame, form)


@app.command()
def series(
    measure: Measure = None,
    scope: Scope = None,
    estimator: Estimator = None,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print all estimates of a measure, with bounds as intervals.

    Example: `tumen series casualties --known-by 2025-03-31`
    """
    frame = tumen.open(release=release, known_by=known_by).series(
        measure, scope=scope, estimator=estimator
    )
    shown = (
        "estimate_id",
        "stock_or_flow",
        "scope_id",
        "estimator",
        "said_by",
        "bound",
        "low",
        "best",
        "high",
        "superseded_by",
        "sources",
    )
    print_frame(frame, form, *shown)


@app.command()
def envelope(
    measure: Annotated[str, typer.Argument(help="What is counted, such as casualties.")],
    scope: Scope = None,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print the lowest and highest current figure of a measure, by date.

    A figure is current until its estimator revises it. Each row also names the estimators.

    Example: `tumen envelope casualties`
    """
    frame = tumen.open(release=release, known_by=known_by).envelope(measure, scope=scope)
    shown = (
        "stock_or_flow",
        "scope_id",
        "day",
        "lowest",
        "lowest_by",
        "highest",
        "highest_by",
        "figures",
    )
    print_frame(frame, form, *shown)


@app.command()
def disagreements(
    measure: Measure = None,
    record: RecordOfPairs = None,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print pairs of claims that disagree, with the reason.

    Example: `tumen disagreements troops_deployed`
    """
    frame = tumen.open(release=release, known_by=known_by).disagreements(measure, record=record)
    print_frame(
        frame,
        form,
        "kind",
        "record_id",
        "who",
        "says",
        "other_id",
        "other_who",
        "other_says",
        "reason",
    )


@app.command()
def accounts(
    record: RecordId = None,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print what each source reports of a record, and what was not seen.

    Most documents were read in part, so a topic in `not_seen` may still be in the document.

    Example: `tumen accounts mtg-0005`
    """
    frame = tumen.open(release=release, known_by=known_by).accounts(record)
    shown = ("publisher", "via", "origin", "published", "reports", "not_seen", "agrees", "differs")
    print_frame(frame, form, *(("record_id",) if record is None else ()), *shown)


@app.command()
def known(
    what: Annotated[
        str,
        typer.Argument(help="Id of a record, such as dep-0001, or a measure, such as casualties."),
    ],
    on: Annotated[str, typer.Option(help="The date, such as 2025-03-31.", metavar="YYYY-MM-DD")],
    release: Release = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print what was public about a record or a measure on a date.

    Example: `tumen known casualties --on 2025-03-31`
    """
    frame = tumen.open(release=release).known(what, on)
    print_frame(
        frame,
        form,
        "record_id",
        "known_since",
        "first_publishers",
        "first_vias",
        "sources",
        "summary",
    )


@app.command(name="first-known")
def first_known(
    record: RecordId = None,
    table: Table = None,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print when each record became public, how late, and who published it.

    The lag is in days from the event to its first publication.

    Example: `tumen first-known --table deployments`
    """
    frame = tumen.open(release=release, known_by=known_by).first_known(record, table=table)
    print_frame(
        frame,
        form,
        "record_id",
        "end_date",
        "known_since",
        "lag_min",
        "lag_max",
        "first_publishers",
        "first_vias",
        "summary",
    )


@app.command()
def acknowledgement(
    deployment: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help="Id of a deployment, such as dep-0001.", show_default="all"
        ),
    ] = None,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print how long each side took to acknowledge a deployment.

    `days` counts from the first claim to the first official statement of the side.

    Example: `tumen acknowledgement dep-0001`
    """
    frame = tumen.open(release=release, known_by=known_by).acknowledgement(deployment)
    print_frame(frame, form, *(column for column in frame.columns if column != "stance"))


@app.command()
def visits(
    actor: Annotated[str, typer.Argument(help="Id of a person or body, such as sergei-shoigu.")],
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print the meetings of an actor, with the days between them.

    Letters and calls are left out.

    Example: `tumen visits sergei-shoigu`
    """
    frame = tumen.open(release=release, known_by=known_by).visits(actor)
    print_frame(
        frame,
        form,
        "meeting_id",
        "start_date",
        "end_date",
        "place_id",
        "counterparts",
        "days_since",
        "rank",
        "three_within",
        "summary",
    )


@app.command()
def network(
    release: Release = None, known_by: KnownBy = None, form: AsFrame = FrameFormat.table
) -> None:
    """Print who met whom, how often and at what level, as an edge list.

    Example: `tumen network --known-by 2024-12-31 --format csv`
    """
    print_frame(tumen.open(release=release, known_by=known_by).network(), form)
