"""Pictures of the views: what is drawn, how it is titled, and the files that are written."""

from __future__ import annotations

import subprocess
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
import two_releases
from cli_process import TUMEN

import tumen
from tumen import plot
from tumen.errors import TumenError, UnknownNameError
from tumen.plot import (
    disagreements_chart,
    map_chart,
    network_chart,
    series_chart,
    theme,
    timeline_chart,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CHARTS: dict[str, Callable[[Any], Any]] = {
    "timeline": plot.timeline,
    "series": lambda ds: plot.series(ds, "casualties"),
    "disagreements": plot.disagreements,
    "network": plot.network,
    "map": plot.map,
}


@pytest.fixture(scope="module", autouse=True)
def releases() -> Iterator[None]:
    with two_releases.opened():
        yield


def subtitle(chart: Any) -> list[str]:
    lines: list[str] = chart.to_dict()["title"]["subtitle"]
    return lines


@pytest.mark.slow
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_says_whose_data_it_is(name: str) -> None:
    chart = CHARTS[name](tumen.open(release=two_releases.NEW, known_by="2025-06-17"))
    wanted = (
        "Source: Tumen, release 2026.11.0 (2026-11-24), as could be cited on 2025-06-17. CC-BY-4.0."
    )
    assert subtitle(chart)[-1] == wanted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "suffix"), [*((name, "svg") for name in CHARTS), ("map", "png"), ("series", "html")]
)
def test_a_chart_is_written(tmp_path: Path, name: str, suffix: str) -> None:
    content = plot.save(CHARTS[name](tumen.open()), tmp_path / f"picture.{suffix}").read_bytes()
    if suffix == "svg":
        assert "Source: Tumen" in "".join(ET.fromstring(content).itertext())  # noqa: S314
    elif suffix == "png":
        assert content.startswith(b"\x89PNG")
    else:
        assert b"<script src" not in content
        assert b"vegaEmbed" in content
    assert [path.name for path in tmp_path.iterdir()] == [f"picture.{suffix}"]


def test_a_chart_keeps_imprecise_dates_imprecise() -> None:
    rows = {row["record_id"]: row for row in timeline_chart.chart_rows(tumen.open().timeline())}
    letter = rows["mtg-0004"]
    assert (letter["when"], letter["shape"], letter["start_date"], letter["until"]) == (
        "some day of 2025-04",
        "within",
        "2025-04-01",
        "2025-05-01",
    )
    assert (rows["mtg-0001"]["when"], rows["mtg-0001"]["shape"]) == ("2025-03-21", "day")
    assert (rows["dep-0001"]["when"], rows["dep-0001"]["shape"]) == (
        "some day of 2024-10",
        "within",
    )


@pytest.mark.parametrize(
    ("first", "last", "precision", "words"),
    [
        ("2025-06-17", "2025-06-17", "day", "2025-06-17"),
        ("2025-06-17", "2025-06-19", "day", "2025-06-17 to 2025-06-19"),
        ("2025-06-01", "2025-06-30", "month", "some day of 2025-06"),
        ("2023-07-01", "2023-08-31", "month", "2023-07 to 2023-08"),
        ("2018-01-01", "2018-12-31", "year", "some day of 2018"),
        ("2018-01-01", "2020-12-31", "year", "2018 to 2020"),
        ("2025-06-17", "2025-06-17", "on_or_before", "on or before 2025-06-17"),
    ],
)
def test_a_date_in_words_is_as_precise_as_it_is(
    first: str, last: str, precision: str, words: str
) -> None:
    row = pl.DataFrame({"first": [first], "last": [last], "precision": [precision]})
    days = row.with_columns(pl.col("first", "last").str.to_date())
    assert days.select(theme.date_in_words("first", "last", "precision")).item() == words


def test_a_figure_of_some_month_is_not_said_on_its_first_day() -> None:
    told = tumen.open().tables
    month = told["estimates"].with_columns(said_on_precision=pl.lit("month"))
    ds = tumen.open()
    ds.__dict__["_tables"] = told | {"estimates": month}
    assert {
        row["when"]
        for row in series_chart.chart_rows(ds, "casualties")[0]
        if row["part"] == "claim"
    } == {
        "some day of 2025-01",
        "some day of 2025-06",
    }


def test_bounds_are_intervals_and_open_ends_arrows() -> None:
    drawn, mute = series_chart.chart_rows(tumen.open(), "casualties")
    told = {row["estimate_id"]: row for row in drawn if row["part"] == "claim"}
    arrows = {
        name: (row["arrow"], row["value"], row["superseded"], row["figure"])
        for name, row in told.items()
    }
    assert arrows == {
        "est-0001": ("none", 3000, False, "about 3,000 persons"),
        "est-0002": ("none", 4000, True, "4,000 persons"),
        "est-0003": ("up", 6000, False, "more than 6,000 persons"),
        "est-0004": ("down", 5000, False, "up to 5,000 persons"),
        "est-0005": ("none", 20, False, "20 persons"),
    }
    assert (told["est-0001"]["low"], told["est-0001"]["high"]) == (2500, 3500)
    assert told["est-0003"]["high"] > 6000 > told["est-0004"]["high"] > told["est-0004"]["low"]
    assert mute == 1
    assert "1 more without a number." in subtitle(plot.series(tumen.open(), "casualties"))[0]


def test_kinds_of_numbers_have_panels_of_their_own() -> None:
    panels = {row["panel"] for row in series_chart.chart_rows(tumen.open(), "casualties")[0]}
    assert panels == {"cumulative, persons: Kursk Oblast", "flow, persons: Kursk Oblast"}


@pytest.mark.parametrize("day", ["2025-01-31", "2025-06-17", "2025-06-18"])
def test_the_envelope_is_that_of_the_view(day: str) -> None:
    ds = tumen.open(known_by=day)
    steps = (
        ds.envelope("casualties")
        .filter(stock_or_flow="cumulative")
        .select("day", "lowest", "highest")
        .rows()
    )
    drawn = [
        (row["day"], row["low"], row["high"])
        for row in series_chart.chart_rows(ds, "casualties")[0]
        if row["part"] == "envelope"
    ]
    told = [(str(step[0]), *step[1:]) for step in steps]
    assert set(drawn) <= {*told, (str(steps[-1][0]), *told[-1][1:])}
    assert drawn[-1][1:] == told[-1][1:]


def test_many_parties_are_cut_and_the_rest_is_counted() -> None:
    all_pairs = tumen.open().disagreements()
    few = disagreements_chart.chart_rows(all_pairs, 1)
    assert (
        sum(row["pairs"] for row in few)
        < sum(row["pairs"] for row in disagreements_chart.chart_rows(all_pairs))
        == all_pairs.height
    )
    assert "more between other parties" in subtitle(plot.disagreements(tumen.open(), most=1))[0]


def test_the_network_joins_the_two_sides() -> None:
    ds = tumen.open()
    drawn, nodes = network_chart.chart_rows(
        ds.network(), ds.actors.select("actor_id", "name").collect()
    )
    assert {(row["source_side"], row["target_side"]) for row in drawn} == {("KP", "RU")}
    assert sum(row["meetings"] for row in drawn) == ds.network()["meetings"].sum()
    assert {node["name"] for node in nodes} >= {"Kim Jong Un", "Sergei Shoigu"}


def test_a_place_without_coordinates_counts_for_the_one_around_it() -> None:
    ds = tumen.open()
    drawn, lost = map_chart.chart_rows(ds.timeline(), ds.places.collect())
    assert {row["place_id"] for row in drawn} == {"kursk-oblast", "pyongyang"}
    assert sum(row["records"] for row in drawn) + lost == ds.timeline().height
    ring = map_chart.countries()["objects"]["countries"]["geometries"]
    assert {"Russia", "North Korea", "Ukraine"} <= {
        country["properties"]["name"] for country in ring
    }


@pytest.mark.parametrize("name", ["picture.pdf", "picture"])
def test_another_format_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        TumenError, match=r"is not the name of a picture; end it with \.svg, \.png or \.html"
    ):
        plot.save(plot.network(tumen.open()), tmp_path / name)


def test_a_picture_that_cannot_be_written_leaves_what_stood_there(tmp_path: Path) -> None:
    with pytest.raises(TumenError, match="could not be written: No such file or directory"):
        plot.save(plot.network(tumen.open()), tmp_path / "missing" / "picture.svg")


@pytest.mark.slow
def test_no_picture_is_overwritten_without_a_word(tmp_path: Path) -> None:
    out = tmp_path / "picture.svg"
    out.write_text("mine")
    run = subprocess.run(
        [TUMEN, "plot", "network", "--out", out], capture_output=True, text=True, check=False
    )
    told = f"{out} exists; name another file, or use --overwrite."
    assert (run.returncode, run.stdout, run.stderr) == (2, "", f"tumen: {told}\n")
    with pytest.raises(TumenError, match="exists; name another file, or use --overwrite"):
        plot.save(plot.network(tumen.open()), out)
    assert out.read_text() == "mine"
    run = subprocess.run(
        [TUMEN, "plot", "network", "--out", out, "--overwrite"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert out.read_text().startswith("<svg")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(TumenError, match="is a folder; name a file"):
        plot.save(plot.network(tumen.open()), tmp_path / "folder.svg", overwrite=True)


def test_an_unknown_measure_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'casualties'"):
        plot.series(tumen.open(), "casualty")


@pytest.mark.slow
@pytest.mark.parametrize("command", [("timeline", "--actor", "sergei-shoigu"), ("disagreements",)])
def test_the_command_writes_a_picture(tmp_path: Path, command: tuple[str, ...]) -> None:
    out = tmp_path / "picture.svg"
    run = subprocess.run(
        [TUMEN, "plot", *command, "--out", out], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == f"{out}: {out.stat().st_size} bytes\n"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("series", "casualty"), "tumen: no measure 'casualty'; did you mean 'casualties'"),
        (("timeline", "--start", "June"), "tumen: start='June' is not a date"),
        (("network", "--release", "2020.01.0"), "tumen: no release '2020.01.0'"),
    ],
)
def test_a_wrong_word_is_told(tmp_path: Path, command: tuple[str, ...], message: str) -> None:
    run = subprocess.run(
        [TUMEN, "plot", *command, "--out", tmp_path / "a.svg"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(message)
    assert list(tmp_path.iterdir()) == []


class Markup(HTMLParser):
    """The elements of a page, and the attributes that run scripts or load something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.running: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.running += [
            (name, value)
            for name, value in attrs
            if name.startswith("on") or name in ("src", "href", "srcdoc")
        ]


def test_no_text_breaks_out_of_a_page(tmp_path: Path) -> None:
    pages = [
        plot.save(draw(tumen.open()), tmp_path / "p.html", overwrite=True).read_text()
        for draw in (plot.timeline, plot.map)
    ]
    assert two_releases.HOSTILE.count("<") > 2
    for page in pages:
        markup = Markup(page)
        assert not {"img", "b", "i", "td"} & set(markup.elements)
        assert markup.elements.count("script") == page.count("</script>")
        assert markup.running == []
    assert r"\u003cimg src=x onerror" in pages[0]
