"""One query, closed in: what it may not read, write or reach, how much it may return, and that Ctrl-C ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import polars as pl
import pytest
from cli_process import TUMEN
from hostile_sql import ENDLESS, HUGE, SQL, UNREADABLE

from tumen.errors import TumenError
from tumen.views import sql

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = {
    "meetings": pl.LazyFrame(
        {"meeting_id": ["mtg-0001"], "note": [None]}, schema_overrides={"note": pl.String}
    )
}


@pytest.mark.parametrize("query", SQL, ids=lambda query: query[:60])
def test_attack_is_refused(query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = pl.DataFrame({"a": [1]})
    secret = pl.DataFrame({"a": [2]})
    assert mine.height == secret.height == 1
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TumenError, match="^the query failed: "):
        sql.run_query(FRAMES, query)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("query", UNREADABLE)
def test_rows_that_no_frame_holds_are_refused(query: str) -> None:
    with pytest.raises(TumenError, match="column 'x' .* cast it to VARCHAR"):
        sql.run_query(FRAMES, query)


def test_setting_of_a_proxy_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://user:password@127.0.0.1:9")
    settings = sql.run_query(FRAMES, "select string_agg(value) as x from duckdb_settings()").item()
    assert "password" not in settings
    assert sql.run_query(FRAMES, "select current_setting('http_proxy') as x").item() == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select meeting_id from meetings", {"meeting_id": ["mtg-0001"]}),
        ("from meetings select count(*) as n;", {"n": [1]}),
        ("select 1 as a, 2 as a, 3 as a", {"a": [1], "a_1": [2], "a_2": [3]}),
        ("select 1 as x where false", {"x": []}),
        ("select column_name from (describe meetings)", {"column_name": ["meeting_id", "note"]}),
        ("pivot (select 'a' as k, 1 as v) on k using sum(v)", {"a": [1]}),
        ("select date '9999-12-31' as d, 'INTERVAL' as t", None),
    ],
)
def test_query_is_answered(query: str, expected: dict[str, list[object]] | None) -> None:
    found = sql.run_query(FRAMES, query)
    assert expected is None or found.to_dict(as_series=False) == expected


def test_plan_is_shown() -> None:
    assert sql.run_query(FRAMES, "explain select 1").height == 1


def test_rows_without_end_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "LARGEST", 2**20)
    with pytest.raises(
        TumenError, match="it returns more than 1 MiB; aggregate the rows, or add LIMIT"
    ):
        sql.run_query(FRAMES, "select a.range, b.range from range(100000) a, range(100000) b")


@pytest.mark.slow
def test_interrupt_ends_it(tmp_path: Path) -> None:
    running = [
        subprocess.Popen(
            [TUMEN, "sql", query],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        for query in ENDLESS[::2]
    ]
    time.sleep(4)
    for one in running:
        os.killpg(one.pid, signal.SIGINT)
    told = [one.communicate(timeout=30)[1] for one in running]
    assert [(one.returncode, said) for one, said in zip(running, told, strict=True)] == [
        (130, "")
    ] * len(running)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
@pytest.mark.parametrize("query", HUGE[:2])
def test_memory_of_the_command_is_bounded(query: str) -> None:
    run = subprocess.run([TUMEN, "sql", query], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith("tumen: the query failed: Out of Memory Error")
