"""Spark, run in a process of its own: where it can be imported, no other test would be what it is without it."""

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
    """Run a command where Spark can be imported; `workers` is the Python that would run in its workers.

    Java compiles once and quickly, since it runs for a minute; Spark's warnings of pandas are its own matter.
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
