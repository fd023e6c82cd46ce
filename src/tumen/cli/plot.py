"""Commands that draw a view of a snapshot as a chart; `tumen.plot` documents the charts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import tumen
from tumen import _extras
from tumen.cli.options import (
    Actor,
    App,
    End,
    Estimator,
    KnownBy,
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
    help="Draw a view as a chart; needs `tumen[plot]`.",
)

Out = Annotated[
    Path,
    typer.Option(
        help="File to write, such as chart.svg. The ending sets the format: .svg, .png, or .html"
        " that works offline.",
        metavar="FILE",
    ),
]


Picture = Annotated[
    bool,
    typer.Option("--overwrite", help="Replace the file if it exists.", show_default="off"),
]


def _draw(
    out: Path,
    release: str | None,
    known_by: str | None,
    overwrite: bool,  # noqa: FBT001
    chart: Callable[[Any, Any], Any],
) -> None:
    _extras.require("plot", "tumen plot")
    from tumen import plot  # noqa: PLC0415
    from tumen.plot import files  # noqa: PLC0415

    files.check_path(out, overwrite=overwrite)
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
    overwrite: Picture = False,
) -> None:
    """Draw all dated events and claims, with a lane per table.

    A record with an imprecise date is drawn if it may fall between `--start` and `--end`.

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
    overwrite: Picture = False,
) -> None:
    """Draw all estimates of a measure, with bounds and their envelope.

    The envelope spans the lowest and the highest figure that is current on a date.

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
        typer.Argument(
            help="What is counted, such as casualties.", show_default="all measures and records"
        ),
    ] = None,
    record: RecordOfPairs = None,
    most: Annotated[
        int, typer.Option(help="Number of parties to draw: those that disagree most often.", min=1)
    ] = 25,
    release: Release = None,
    known_by: KnownBy = None,
    *,
    overwrite: Picture = False,
) -> None:
    """Draw who contradicts whom, how often and in what way.

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
    most: Annotated[
        int,
        typer.Option(help="Number of actors to draw per side: those that met most often.", min=1),
    ] = 30,
    release: Release = None,
    known_by: KnownBy = None,
    *,
    overwrite: Picture = False,
) -> None:
    """Draw who met whom, with the two sides facing each other.

    The width of a line is the number of meetings.

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
    overwrite: Picture = False,
) -> None:
    """Draw a map of the places of events.

    The area of a circle is the number of records.

    Example: `tumen plot map --table meetings --out meetings.png`
    """
    _draw(
        out,
        release,
        known_by,
        overwrite,
        lambda plot, ds: plot.map(ds, start, end, actor=actor, table=table, topic=topic),
    )
