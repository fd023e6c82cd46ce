"""Spark gives the report that polars gives: same rules, same counts, same rows, in any number of partitions, and by itself.

It lives in a folder beside the other packages: where it can be imported, pandera imports all of it.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import example_release
import generated_tables
import polars as pl
import pytest
import spark
from spark_check import content

import tumen
from tumen.publishing import parquet

SCRIPT = Path(__file__).parents[1] / "support" / "spark_check.py"
DOCUMENT = Path(__file__).parents[2] / "docs" / "guides" / "cluster.md"
EVERY_TYPE = ("meetings", "participants", "estimates", "citations")

pytestmark = spark.needed


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "faulty").mkdir()
    for name, frame in generated_tables.faulty().items():
        frame.write_parquet(folder / "faulty" / f"{name}.parquet")
    (folder / "release").mkdir()
    for name in EVERY_TYPE:
        shutil.copy(example_release.folder() / f"{name}.parquet", folder / "release")
    generated_tables.estimates().write_parquet(folder / "estimates.parquet")
    faults: dict[str, dict[int, object]] = {
        "low": {0: "6000+", 1: " 1"},
        "said_on": {2: "2025-02-29", 3: "1969-12-31"},
        "note": {0: 'say "a, b"\nc'},
    }
    text = generated_tables.tables()["estimates"].with_columns(
        pl.col("low", "said_on").cast(pl.String)
    )
    generated_tables.changed(text, faults).write_csv(folder / "text.csv")
    return folder


@pytest.fixture(scope="module")
def said(laid: Path) -> dict[str, Any]:
    """Return what Spark says of it all, in one session that can start no Python worker."""
    done = spark.run(sys.executable, SCRIPT, laid, workers="/no/python/for/workers")
    assert done.returncode == 0, done.stderr[-4000:]
    spoken: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return spoken


def test_files_of_a_release_are_read_unchanged(said: dict[str, Any]) -> None:
    files = {
        name: (example_release.folder() / f"{name}.parquet").read_bytes() for name in EVERY_TYPE
    }
    assert said["release"] == {name: parquet.read_rows(content) for name, content in files.items()}


def test_rows_in_any_number_of_partitions(laid: Path, said: dict[str, Any]) -> None:
    faulty = content(tumen.check(laid / "estimates.parquet", table="estimates", max_findings=5))
    assert (said["estimates 1"], said["estimates 7"], said["by engine"]) == (faulty, faulty, faulty)
    assert said["coerced"] == content(
        tumen.check(laid / "text.csv", table="estimates", coerce=True)
    )
    assert said["empty"]


def test_all_rules_of_a_whole_dataset(said: dict[str, Any]) -> None:
    assert said["faulty"] == content(tumen.check(generated_tables.faulty(), max_findings=3))


def test_one_query_for_all_rules_one_for_suspicious_texts_and_one_for_each_that_failed(
    said: dict[str, Any],
) -> None:
    failed = {(code, *columns) for _, code, columns, *_ in said["estimates 1"]}
    twice = ("E301", "estimate_id") in failed
    assert said["queries of none"] == 1
    assert said["queries 1"] == said["queries 7"] == 2 + len(failed) + twice


def test_no_python_worker_in_any_plan(said: dict[str, Any]) -> None:
    assert said["python"] == []
    assert said["plans"] > len(said["faulty"])


def test_a_stopped_session_is_told(said: dict[str, Any]) -> None:
    assert said["stopped"].endswith("as when a Spark session was stopped; open the table again.")


def test_spark_submit_as_documented(laid: Path, tmp_path: Path) -> None:
    section = DOCUMENT.read_text().partition("## With spark-submit")[2]
    script, line = re.findall(r"```(?:python|sh)\n(.+?)```", section, re.DOTALL)[:2]
    (tmp_path / "check_estimates.py").write_text(script)
    documented = (
        line.replace("yarn", "local[2]")
        .replace("s3a://claims/estimates/", str(laid / "estimates.parquet"))
        .split()
    )
    done = spark.run(*documented, cwd=tmp_path)
    assert done.returncode == 1, done.stderr[-4000:]
    report = tumen.check(laid / "estimates.parquet", table="estimates")
    assert placeless(done.stdout.removesuffix("\n")) == placeless(str(report))


def placeless(text: str) -> list[str]:
    """Return the lines of a report without file and row, which Spark does not know."""
    return [re.sub(r"^\S+:\d+:\d+ ", "", line) for line in text.split("\n")]
