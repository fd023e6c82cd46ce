"""Spark gives the report that polars gives: same rules, same counts, same rows, in any number of partitions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import tabled
from on_spark import ACROSS, told

import tumen

SPARK = Path(sys.prefix, "spark")
SCRIPT = Path(__file__).with_name("on_spark.py")


def laid(folder: Path) -> None:
    tables = dict(tabled.tables())
    tables["sources"] = tables["sources"][1:]
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
    tabled.estimates().write_parquet(folder / "faulty.parquet")
    text = tables["estimates"].with_columns(pl.col("low", "said_on").cast(pl.String))
    faults: dict[str, dict[int, object]] = {
        "low": {0: "6000+", 1: " 1"},
        "said_on": {2: "2025-02-29", 3: "1969-12-31"},
        "note": {0: 'say "a, b"\nc'},
    }
    tabled.changed(text, faults).write_csv(folder / "text.csv")


@pytest.mark.spark
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark runs on Java, and there is no java on the PATH")
def test_spark_says_what_polars_says(tmp_path: Path) -> None:
    assert SPARK.is_dir(), f"{SPARK} is missing: make test puts Spark there"
    laid(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(SPARK), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    run = subprocess.run([sys.executable, SCRIPT, tmp_path], check=True, capture_output=True, text=True, env=environment)
    said: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    faulty = told(tumen.check(tmp_path / "faulty.parquet", table="estimates", max_findings=5))
    assert (said["faulty 1"], said["faulty 7"], said["by engine"]) == (faulty, faulty, faulty)
    assert said["coerced"] == told(tumen.check(tmp_path / "text.csv", table="estimates", coerce=True))
    assert said["across"] == told(tumen.check({name: tmp_path / f"{name}.parquet" for name in ACROSS}, max_findings=3))
    assert (said["clean"], said["empty"], said["python"]) == ([], True, False)
    assert said["stopped"].endswith("whose session was stopped; open the table anew.")
