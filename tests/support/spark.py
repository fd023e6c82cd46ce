"""Spark in its own process: once it can be imported, other tests behave differently."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SPARK = Path(sys.prefix, "spark")

needed = [
    pytest.mark.spark,
    pytest.mark.skipif(
        shutil.which("java") is None, reason="Spark runs on Java, and there is no java on the PATH"
    ),
]


def run(
    *command: str | Path, workers: str = sys.executable, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command where Spark can be imported; `workers` is the Python of its workers.

    Java is set to compile once and quickly, because it runs only for a minute. Spark's warnings
    about pandas are ignored.
    """
    assert SPARK.is_dir(), f"{SPARK} is missing: make test puts Spark there"
    spark = {
        "PYTHONPATH": str(SPARK),
        "PYSPARK_PYTHON": workers,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
    }
    hurry = {
        "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "PYTHONWARNINGS": "ignore::FutureWarning",
    }
    path = f"{SPARK / 'bin'}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, **spark, **hurry, "SPARK_LOCAL_IP": "127.0.0.1", "PATH": path}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=env, cwd=cwd)
