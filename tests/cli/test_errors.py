"""Whatever goes wrong ends in one sentence and the status 2, and what is shown is what is there."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import polars as pl
import pytest

import tumen
from tumen._text import format_number, format_value
from tumen.cli.formats import as_json, with_written_days
from tumen.plot import disagreements_chart, network_chart, series_chart
from tumen.views.intervals import rounding_unit

TUMEN = str(Path(sysconfig.get_path("scripts"), "tumen"))
SPARK = Path(sys.prefix, "spark")

BROKEN = """
import sys
import polars as pl
from tumen import api
from tumen.cli.app import main
def broken(**_):
    raise {error}
api.open = broken
sys.argv = ["tumen", "visits", "kim-jong-un"]
main()
"""
FORKED = """
import multiprocessing as mp
import tumen
def ask(_):
    try:
        {call}
    except tumen.TumenError as error:
        return str(error)
    return "answered"
{before}
if __name__ == "__main__":
    with mp.get_context("fork").Pool(1) as pool:
        print(pool.map_async(ask, [0]).get(20)[0])
"""


def ran(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    environment = {**os.environ, **environment}
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, env=environment
    )


@pytest.mark.parametrize(
    "error", ["TypeError('odd')", "RecursionError()", "pl.exceptions.PanicException('odd')"]
)
def test_what_nobody_foresaw_is_a_sentence_and_not_taken_for_findings(error: str) -> None:
    ended = ran(BROKEN.format(error=error))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("tumen: unexpected error: ")
    assert ended.stderr.count("\n") == 1
    assert "TUMEN_DEBUG=1" in ended.stderr
    assert "Traceback" in ran(BROKEN.format(error=error), TUMEN_DEBUG="1").stderr


def test_too_little_memory_is_a_sentence() -> None:
    ended = ran(BROKEN.format(error="MemoryError"))
    assert (ended.returncode, ended.stderr) == (2, "tumen: not enough memory.\n")


@pytest.mark.spark
@pytest.mark.skipif(not SPARK.exists(), reason="pyspark is not installed")
@pytest.mark.parametrize("setting", ["error", "error::FutureWarning", "default"])
def test_a_check_says_nothing_of_the_warnings_of_other_libraries(
    setting: str, tmp_path: Path
) -> None:
    (tmp_path / "places.yaml").write_text(
        "- {id: moscow, name: Moscow, kind: city, country: RU}\n", encoding="utf-8"
    )
    environment = {**os.environ, "PYTHONWARNINGS": setting, "PYTHONPATH": str(SPARK)}
    ended = subprocess.run(
        [TUMEN, "check", tmp_path], check=False, capture_output=True, text=True, env=environment
    )
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    "call",
    [
        "tumen.load('places')",
        "tumen.open().timeline()",
        "tumen.scan('places').collect()",
        "used.meetings",
    ],
)
def test_a_forked_child_is_told_that_it_cannot_ask(call: str) -> None:
    ended = ran(FORKED.format(call=call, before="used = tumen.open()\nused.timeline()"))
    assert "get_context('spawn')" in ended.stdout, ended.stderr


def test_a_child_may_ask_where_its_parent_did_not() -> None:
    assert ran(FORKED.format(call="tumen.load('places')", before="")).stdout == "answered\n"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (27e9, "27,000,000,000"),
        (12345678901.0, "12,345,678,901"),
        (19.6, "19.6"),
        (0.004, "0.004"),
        (1e-7, "0.0000001"),
        (0.0, "0"),
    ],
)
def test_a_figure_is_written_in_full(number: float, written: str) -> None:
    assert format_number(number) == written
    assert format_value(number) == written.replace(",", "")


def test_no_figure_of_the_release_is_shown_as_a_power_of_ten() -> None:
    figures = series_chart.labelled_estimates(tumen.open())["figure"].drop_nulls()
    assert figures.filter(figures.str.contains(r"\de[+-]?\d")).to_list() == []
    assert any("000,000,000" in text for text in figures)


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (19.65, 0.01),
        (0.05, 0.01),
        (0.004, 0.001),
        (19.6, 0.1),
        (1.5, 0.1),
        (2, 1),
        (30, 10),
        (0.000001, 1e-6),
    ],
)
def test_the_last_digit_of_a_decimal_is_its_precision(value: float, unit: float) -> None:
    assert pl.select(rounding_unit(pl.lit(float(value)))).item() == pytest.approx(unit)


def test_more_than_there_can_be_is_all_there_is() -> None:
    ds = tumen.open()
    names = ds.actors.select("actor_id", "name").collect()
    assert network_chart.chart_rows(ds.network(), names, 10**20) == network_chart.chart_rows(
        ds.network(), names, 10**6
    )
    assert disagreements_chart.chart_rows(
        ds.disagreements(), 10**20
    ) == disagreements_chart.chart_rows(ds.disagreements(), 10**6)


def test_more_findings_than_there_can_be_are_all_there_are() -> None:
    places = tumen.load("places").with_columns(name=pl.lit(""))
    report = tumen.check(places, table="places", max_findings=10**20)
    assert len([finding for finding in report.findings if finding.code == "E106"]) == places.height


@pytest.mark.parametrize(
    "arguments",
    [
        ["timeline", "--actor", "kim-jong-un", "--actor", "sergei-shoigu"],
        ["plot", "map", "--out=a.svg", "--out=b.svg"],
    ],
)
def test_an_option_given_twice_is_refused(arguments: list[str]) -> None:
    ended = subprocess.run([TUMEN, *arguments], check=False, capture_output=True, text=True)
    assert ended.returncode == 2
    assert "is given 2 times; give it once." in " ".join(ended.stderr.split())


def test_an_option_that_takes_several_may_be_given_twice() -> None:
    command = [TUMEN, "check", "--only", "E101", "--only", "E102", "--help"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_the_folder_of_releases_does_not_hide_the_function() -> None:
    code = "import tumen, importlib.util as u\nassert u.find_spec('tumen.releases') is None\nprint(len(tumen.releases()))"
    assert int(ran(code).stdout) >= 3


def test_a_query_sees_nothing_of_the_machine() -> None:
    settings = tumen.open().sql("select name, value from duckdb_settings()")
    assert [name for name, value in settings.rows() if value and str(Path.home()) in value] == []


def test_dates_of_a_query_are_written_as_precise_as_they_are_and_texts_as_they_stand() -> None:
    query = (
        "select '2025 a' as start_date, date '2025-06-01' as end_date, 'month' as date_precision"
    )
    rows = with_written_days(tumen.open().sql(query))
    assert rows.row(0) == ("2025 a", "2025-06", "month")


def test_a_time_that_a_frame_cannot_hold_is_refused() -> None:
    with pytest.raises(tumen.TumenError, match="column 't' has the time 24:00:00"):
        tumen.open().sql("select '24:00:00'::time as t")


def test_numbers_and_moments_in_json_are_exact() -> None:
    ds = tumen.open()
    height = ds.places.collect().height
    query = "select sum(1) n, sum(1.5) d, '23:59:59'::time t, timestamp_ns '2025-01-01 00:00:00.123456789' m from places"
    rows = as_json(ds.sql(query))
    assert f'"n": {height},' in rows
    assert f'"d": {height * 1.5:g}' in rows
    assert '"t": "23:59:59",' in rows
    assert "123456789" in rows
