"""The look that all charts share, their titles, and their data as Vega-Lite reads it.

The colours are those of Okabe and Ito (Color Universal Design, 2008), which colour-blind readers
can tell apart. A shape or a label always says the same as a colour.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tumen.snapshot import Snapshot

BLACK: Final = "#222222"
GREY: Final = "#7f7f7f"
BLUE: Final = "#0072b2"
ORANGE: Final = "#e69f00"
GREEN: Final = "#009e73"
VERMILION: Final = "#d55e00"
SKY: Final = "#56b4e9"
PURPLE: Final = "#cc79a7"
WIDTH: Final = 720

LANES: Final[Mapping[str, str]] = {
    "meetings": BLUE,
    "statements": GREEN,
    "estimates": VERMILION,
    "deployments": PURPLE,
    "transfers": ORANGE,
    "agreements": SKY,
    "launches": GREY,
}
SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-right", "stroke")

DATES: Final = alt.Scale(type="utc")


def colour_scale(meaning: Mapping[str, str]) -> alt.Scale:
    """Return the scale that gives each code its colour."""
    return alt.Scale(domain=list(meaning), range=list(meaning.values()))


def code_in_words(code: str) -> str:
    """Return a code as words: "troops deployed" for troops_deployed."""
    return code.replace("_", " ")


def count_in_words(number: int, what: str) -> str:
    """Return a number of things in words: "1 record", "1,283 records"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def date_in_words(first: str, last: str, precision: str) -> pl.Expr:
    """Return a date in words, no more precise than it is known.

    Examples: "2025-06-17", "some day of 2025-06", "2025-06 to 2025-08".
    """
    kind = pl.col(precision).cast(pl.String)
    # How many characters of an ISO date are known.
    length = kind.replace_strict({"year": 4, "month": 7}, default=10)
    start, end = (pl.col(day).cast(pl.String).str.head(length) for day in (first, last))
    return (
        pl.when(kind == "on_or_before")
        .then(pl.format("on or before {}", end))
        .when(start != end)
        .then(pl.format("{} to {}", start, end))
        .when(kind == "day")
        .then(start)
        .otherwise(pl.format("some day of {}", start))
    )


def json_rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, with dates as ISO text.

    Vega-Lite reads ISO dates as UTC, so that no date depends on the reader's time zone.
    """
    return [
        {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in row.items()
        }
        for row in frame.iter_rows(named=True)
    ]


def inline_data(values: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Return rows as the data of a chart."""
    return alt.InlineData(values=[dict(value) for value in values])


def source_line(ds: Snapshot) -> str:
    """Return the source of the data: release, its date, the date of the view, and the licence."""
    description = ds.description
    known = f", as could be cited on {ds.known_by}" if ds.known_by else ""
    created = description["created"][:10]
    licence = description["licenses"][0]["name"]
    return f"Source: Tumen, release {ds.release} ({created}){known}. {licence}."


def add_title(chart: Any, ds: Snapshot, title: str, *subtitles: str) -> Any:
    """Return the chart with a title, subtitles, the source line and the style of print."""
    lines = [line for line in subtitles if line]
    heading = alt.TitleParams(
        title, subtitle=[*lines, source_line(ds)], anchor="start", frame="group"
    )
    return apply_style(chart.properties(title=heading, background="white"))


def apply_style(chart: Any) -> Any:
    """Return the chart with the fonts, grid and legends of all charts."""
    return (
        chart.configure(font="sans-serif", padding=12, aria=False)
        .configure_title(
            fontSize=17,
            subtitleFontSize=12,
            subtitleColor="#555555",
            offset=14,
            subtitleLineHeight=16,
        )
        .configure_axis(
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor="#e6e6e6",
            domainColor="#888888",
        )
        .configure_legend(
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            symbolSize=90,
            labelLimit=240,
        )
        .configure_header(
            labelFontSize=13, labelFontWeight="bold", labelAnchor="start", titleFontSize=12
        )
        .configure_view(strokeOpacity=0)
    )
