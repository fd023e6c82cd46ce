"""Commands that answer questions: each prints one view of a snapshot, see `tumen.views`."""

from __future__ import annotations

import os
from typing import Annotated, Final

import typer

from tumen.cli.exit import INTERRUPTED
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
    as_typed,
    print_frame,
)

app = App()

_FOR_A_QUERY: Final = 4 * 2**30
"""Bytes of memory that a query may take."""

Measure = Annotated[
    str | None,
    typer.Argument(help="What is counted, such as casualties; all measures, if none is named."),
]
RecordId = Annotated[
    str | None, typer.Argument(metavar="ID", help="Id of a record; all records, if none is named.")
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
    """Print every dated event and claim, by date.

    Example: `tumen timeline --actor sergei-shoigu --start 2025-01-01`
    """
    import polars as pl  # noqa: PLC0415

    import tumen  # noqa: PLC0415

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
    """Print what each estimator said of a measure, with bounds as intervals.

    Example: `tumen series casualties --known-by 2025-03-31`
    """
    import tumen  # noqa: PLC0415

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
    """Print per day the lowest and the highest figure that stood unrevised, and whose they were.

    Example: `tumen envelope casualties`
    """
    import tumen  # noqa: PLC0415

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
    """Print pairs of claims that disagree, and the reason why each counts as one.

    Example: `tumen disagreements troops_deployed`
    """
    import tumen  # noqa: PLC0415

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
    """Print source by source what is reported of a record, and what was not seen in each.

    Example: `tumen accounts mtg-0005`
    """
    import tumen  # noqa: PLC0415

    frame = tumen.open(release=release, known_by=known_by).accounts(record)
    shown = ("publisher", "via", "origin", "published", "reports", "not_seen", "agrees", "differs")
    print_frame(frame, form, *(("record_id",) if record is None else ()), *shown)


@app.command()
def known(
    what: Annotated[str, typer.Argument(help="Id of a record, or a measure.")],
    on: Annotated[str, typer.Option(help="The day.", metavar="YYYY-MM-DD")],
    release: Release = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print what could be cited on a day about a record, or of a measure.

    Example: `tumen known casualties --on 2025-03-31`
    """
    import tumen  # noqa: PLC0415

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
    table: Annotated[str | None, typer.Option(help="Records of this table alone.")] = None,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print when a record became public, how long after the event, and through whom.

    Example: `tumen first-known --table deployments`
    """
    import tumen  # noqa: PLC0415

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
        str | None, typer.Argument(metavar="ID", help="Id of a deployment; all, if none is named.")
    ] = None,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print how many days passed from the first claim of a deployment to the first official word of each side.

    Example: `tumen acknowledgement dep-0001`
    """
    import tumen  # noqa: PLC0415

    frame = tumen.open(release=release, known_by=known_by).acknowledgement(deployment)
    print_frame(frame, form, *(column for column in frame.columns if column != "stance"))


@app.command()
def visits(
    actor: Annotated[str, typer.Argument(help="Id of a person or body.")],
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print the meetings of an actor in a row, with the days between them.

    Example: `tumen visits sergei-shoigu`
    """
    import tumen  # noqa: PLC0415

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
    """Print who met whom, how often, and at what level, as an edge list.

    Example: `tumen network --known-by 2024-12-31 --format csv`
    """
    import tumen  # noqa: PLC0415

    print_frame(tumen.open(release=release, known_by=known_by).network(), form)


@app.command()
def find(
    text: Annotated[
        str,
        typer.Argument(help="A name in any script, with or without slips, or words of a record."),
    ],
    limit: Annotated[int, typer.Option(help="Rows at most.", min=1)] = 20,
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Find actors, places and records by any spelling.

    Example: `tumen find Шойгу`
    """
    import tumen  # noqa: PLC0415

    print_frame(
        tumen.open(release=release, known_by=known_by).find(as_typed(text), limit=limit), form
    )


@app.command()
def sql(
    query: Annotated[
        str, typer.Argument(help="One query of DuckDB's dialect over the tables and views.")
    ],
    release: Release = None,
    known_by: KnownBy = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print the rows of an SQL query over all tables and views, read-only. Ctrl-C ends one that takes too long.

    Example: `tumen sql "select stance, count(*) from statements group by all"`
    """
    import tumen  # noqa: PLC0415
    from tumen._system.limits import limit_memory  # noqa: PLC0415

    try:
        with limit_memory(_FOR_A_QUERY):
            rows = tumen.open(release=release, known_by=known_by).sql(as_typed(query))
    except KeyboardInterrupt:
        os._exit(
            INTERRUPTED
        )  # and not only when DuckDB is done with a step that it does not break off
    print_frame(rows, form)


@app.command()
def yardsticks(form: AsFrame = FrameFormat.table) -> None:
    """Print what words of probability mean, by the yardsticks of the UK and the US.

    Example: `tumen yardsticks`
    """
    import tumen  # noqa: PLC0415

    print_frame(tumen.yardsticks(), form)
