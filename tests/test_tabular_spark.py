"""Spark gives the report that polars gives: same rules, same counts, same rows, in any number of partitions, and by itself.

It lives in a folder beside the other packages: where it can be imported, pandera imports all of it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import story
import tabled
from on_spark import told

import tumen
from tumen.publishing import digests

SPARK = Path(sys.prefix, "spark")
SCRIPT = Path(__file__).with_name("on_spark.py")
DOCUMENT = Path(__file__).parent.parent / "docs" / "cluster.md"
EVERY_TYPE = ("meetings", "participants", "estimates", "citations")

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark runs on Java, and there is no java on the PATH"),
]


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "faulty").mkdir()
    for name, frame in tabled.faulty().items():
        frame.write_parquet(folder / "faulty" / f"{name}.parquet")
    (folder / "release").mkdir()
    for name in EVERY_TYPE:
        shutil.copy(story.folder() / f"{name}.parquet", folder / "release")
    tabled.estimates().write_parquet(folder / "estimates.parquet")
    faults: dict[str, dict[int, object]] = {
        "low": {0: "6000+", 1: " 1"},
        "said_on": {2: "2025-02-29", 3: "1969-12-31"},
        "note": {0: 'say "a, b"\nc'},
    }
    text = tabled.tables()["estimates"].with_columns(pl.col("low", "said_on").cast(pl.String))
    tabled.changed(text, faults).write_csv(folder / "text.csv")
    return folder


def run(*command: str | Path, workers: str = sys.executable, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command where Spark can be imported; `workers` is the Python that would run in its workers.

    Java compiles once and quickly, since it runs for a minute; Spark's warnings of pandas are its own matter.
    """
    assert SPARK.is_dir(), f"{SPARK} is missing: make test puts Spark there"
    spark = {"PYTHONPATH": str(SPARK), "PYSPARK_PYTHON": workers, "PYSPARK_DRIVER_PYTHON": sys.executable}
    hurry = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC", "PYTHONWARNINGS": "ignore::FutureWarning"}
    path = f"{SPARK / 'bin'}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, **spark, **hurry, "SPARK_LOCAL_IP": "127.0.0.1", "PATH": path}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=env, cwd=cwd)


@pytest.fixture(scope="module")
def said(laid: Path) -> dict[str, Any]:
    """Return what Spark says of it all, in one session that can start no Python worker."""
    done = run(sys.executable, SCRIPT, laid, workers="/no/python/for/workers")
    assert done.returncode == 0, done.stderr[-4000:]
    spoken: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return spoken


def test_files_of_a_release_are_read_unchanged(said: dict[str, Any]) -> None:
    files = {name: (story.folder() / f"{name}.parquet").read_bytes() for name in EVERY_TYPE}
    assert said["release"] == {name: digests.rows(content) for name, content in files.items()}


def test_rows_in_any_number_of_partitions(laid: Path, said: dict[str, Any]) -> None:
    faulty = told(tumen.check(laid / "estimates.parquet", table="estimates", max_findings=5))
    assert (said["estimates 1"], said["estimates 7"], said["by engine"]) == (faulty, faulty, faulty)
    assert said["coerced"] == told(tumen.check(laid / "text.csv", table="estimates", coerce=True))
    assert said["empty"]


def test_all_rules_of_a_whole_dataset(said: dict[str, Any]) -> None:
    assert said["faulty"] == told(tumen.check(tabled.faulty(), max_findings=3))


def test_one_query_for_all_rules_one_for_suspicious_texts_and_one_for_each_that_failed(said: dict[str, Any]) -> None:
    failed = {(code, *columns) for _, code, columns, *_ in said["estimates 1"]}
    twice = ("E301", "estimate_id") in failed
    assert said["queries of none"] == 1
    assert said["queries 1"] == said["queries 7"] == 2 + len(failed) + twice


def test_no_python_worker_in_any_plan(said: dict[str, Any]) -> None:
    assert said["python"] == []
    assert said["plans"] > len(said["faulty"])


def test_a_stopped_session_is_told(said: dict[str, Any]) -> None:
    assert said["stopped"].endswith("whose session was stopped; open the table anew.")


def test_spark_submit_as_documented(laid: Path, tmp_path: Path) -> None:
    section = DOCUMENT.read_text().partition("## With spark-submit")[2]
    script, line = re.findall(r"```(?:python|sh)\n(.+?)```", section, re.DOTALL)[:2]
    (tmp_path / "check_estimates.py").write_text(script)
    documented = line.replace("yarn", "local[2]").replace("s3a://claims/estimates/", str(laid / "estimates.parquet")).split()
    done = run(*documented, cwd=tmp_path)
    assert done.returncode == 1, done.stderr[-4000:]
    report = tumen.check(laid / "estimates.parquet", table="estimates")
    assert placeless(done.stdout.removesuffix("\n")) == placeless(str(report))


def placeless(text: str) -> list[str]:
    """Return the lines of a report without file and row, which Spark does not know."""
    return [re.sub(r"^\S+:\d+:\d+ ", "", line) for line in text.split("\n")]
