"""What the pictures share: colours that colour-blind readers tell apart, a title that says whose data it is, rows for Vega-Lite.

The colours are those of Okabe and Ito (Color Universal Design, 2008); a shape or a label always says the same as a colour.
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


def colours(meaning: Mapping[str, str]) -> alt.Scale:
    """Return the scale that gives each code its colour."""
    return alt.Scale(domain=list(meaning), range=list(meaning.values()))


def words(code: str) -> str:
    """Return a code as words: troops_deployed as "troops deployed"."""
    return code.replace("_", " ")


def counted(number: int, what: str) -> str:
    """Return how many there are in words: "1 record", "1,283 records"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def dated(first: str, last: str, precision: str) -> pl.Expr:
    """Return a date in words, no more precise than it is: "2025-06-17", "some day of 2025-06", "2025-06 to 2025-08"."""
    kind = pl.col(precision).cast(pl.String)
    known = kind.replace_strict({"year": 4, "month": 7}, default=10)
    start, end = (pl.col(day).cast(pl.String).str.head(known) for day in (first, last))
    return (
        pl.when(kind == "on_or_before")
        .then(pl.format("on or before {}", end))
        .when(start != end)
        .then(pl.format("{} to {}", start, end))
        .when(kind == "day")
        .then(start)
        .otherwise(pl.format("some day of {}", start))
    )


def rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame with days as ISO text, which Vega-Lite reads as UTC, so that no day shifts with the reader."""
    return [
        {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in row.items()
        }
        for row in frame.iter_rows(named=True)
    ]


def inline(values: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Return rows as data of a chart."""
    return alt.InlineData(values=[dict(value) for value in values])


def source_line(ds: Snapshot) -> str:
    """Return whose data it is: the release, its day, the second clock if it was set, and the licence."""
    description = ds.description
    known = f", as could be cited on {ds.known_by}" if ds.known_by else ""
    return f"Source: Tumen, release {ds.release} ({description['created'][:10]}){known}. {description['licenses'][0]['name']}."


def titled(chart: Any, ds: Snapshot, title: str, *told: str) -> Any:
    """Return the chart with its title, what a reader must know beside it, its source line, and the look of print."""
    lines = [line for line in told if line]
    described = alt.TitleParams(
        title, subtitle=[*lines, source_line(ds)], anchor="start", frame="group"
    )
    return styled(chart.properties(title=described, background="white"))


def styled(chart: Any) -> Any:
    """Return the chart with fonts, grid and legends as all pictures have them."""
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
