"""Commands that draw: each writes one view of a snapshot as a picture, see `tumen.plot`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tumen import _extras
from tumen.cli.options import (
    Actor,
    App,
    End,
    Estimator,
    KnownBy,
    Overwrite,
    Place,
    RecordOfPairs,
    Release,
    Scope,
    Start,
    Table,
    Topic,
    say,
)

if TYPE_CHECKING:
    from collections.abc import Callable

app = App(
    no_args_is_help=True,
    help="Draw one view as a picture: timeline, series, disagreements, network, map.",
)

Out = Annotated[
    Path,
    typer.Option(help="File to write: .svg, .png, or .html that needs no network.", metavar="FILE"),
]
Most = Annotated[int, typer.Option(help="Draw this many at most, the most frequent.", min=1)]


def _draw(
    out: Path,
    release: str | None,
    known_by: str | None,
    overwrite: bool,  # noqa: FBT001
    chart: Callable[[Any, Any], Any],
) -> None:
    _extras.require("plot", "tumen plot")
    import tumen  # noqa: PLC0415
    from tumen import plot  # noqa: PLC0415
    from tumen.plot import files  # noqa: PLC0415

    files.writable(out, overwrite=overwrite)
    path = plot.save(
        chart(plot, tumen.open(release=release, known_by=known_by)), out, overwrite=overwrite
    )
    say(f"{path}: {path.stat().st_size} bytes")


@app.command()
def timeline(
    out: Out,
    start: Start = None,
    end: End = None,
    actor: Actor = None,
    table: Table = None,
    place: Place = None,
    topic: Topic = None,
    release: Release = None,
    known_by: KnownBy = None,
    *,
    overwrite: Overwrite = False,
) -> None:
    """Draw every dated event and claim, a lane per table.

    Example: `tumen plot timeline --actor sergei-shoigu --out shoigu.svg`
    """
    _draw(
        out,
        release,
        known_by,
        overwrite,
        lambda plot, ds: plot.timeline(
            ds, start, end, actor=actor, table=table, place=place, topic=topic
        ),
    )


@app.command()
def series(
    measure: Annotated[str, typer.Argument(help="What is counted, such as casualties.")],
    out: Out,
    scope: Scope = None,
    estimator: Estimator = None,
    release: Release = None,
    known_by: KnownBy = None,
    *,
    overwrite: Overwrite = False,
) -> None:
    """Draw what each estimator said of a measure, bounds kept, and the envelope of what stood.

    Example: `tumen plot series casualties --known-by 2025-03-31 --out casualties.png`
    """
    _draw(
        out,
        release,
        known_by,
        overwrite,
        lambda plot, ds: plot.series(ds, measure, scope=scope, estimator=estimator),
    )


@app.command()
def disagreements(
    out: Out,
    measure: Annotated[
        str | None,
        typer.Argument(help="What is counted; all measures and records, if none is named."),
    ] = None,
    record: RecordOfPairs = None,
    most: Most = 25,
    release: Release = None,
    known_by: KnownBy = None,
    *,
    overwrite: Overwrite = False,
) -> None:
    """Draw who contradicts whom, how often, and in which way.

    Example: `tumen plot disagreements --out disagreements.svg`
    """
    _draw(
        out,
        release,
        known_by,
        overwrite,
        lambda plot, ds: plot.disagreements(ds, measure, record=record, most=most),
    )


@app.command()
def network(
    out: Out,
    most: Most = 30,
    release: Release = None,
    known_by: KnownBy = None,
    *,
    overwrite: Overwrite = False,
) -> None:
    """Draw who met whom: the two sides face each other, a line's width is the number of meetings.

    Example: `tumen plot network --most 20 --out network.svg`
    """
    _draw(out, release, known_by, overwrite, lambda plot, ds: plot.network(ds, most=most))


@app.command(name="map")
def places(
    out: Out,
    start: Start = None,
    end: End = None,
    actor: Actor = None,
    table: Table = None,
    topic: Topic = None,
    release: Release = None,
    known_by: KnownBy = None,
    *,
    overwrite: Overwrite = False,
) -> None:
    """Draw where it took place: a circle per place, its area the number of records.

    Example: `tumen plot map --table meetings --out meetings.png`
    """
    _draw(
        out,
        release,
        known_by,
        overwrite,
        lambda plot, ds: plot.map(ds, start, end, actor=actor, table=table, topic=topic),
    )
