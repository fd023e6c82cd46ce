"""Time and memory of fresh processes, and a line on the machine that the figures depend on."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import astuple, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LIBRARIES = ("polars", "pandera", "narwhals", "pandas", "PyYAML", "yamllint")
_MAXRSS_PER_MEGABYTE = 2**20 if sys.platform == "darwin" else 2**10


@dataclass(frozen=True, slots=True)
class Run:
    """Wall and processor time in seconds, peak memory in megabytes, and bytes printed."""

    seconds: float
    processor: float
    megabytes: float
    printed: int


def run(
    command: list[str],
    environment: Mapping[str, str] | None = None,
    *,
    folder: Path | None = None,
    may_end: tuple[int, ...] = (0,),
) -> Run:
    """Return what one process took; an unexpected exit status ends the benchmark."""
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=printed, env={**os.environ, **(environment or {})}, cwd=folder
        )
        _, ended, usage = os.wait4(process.pid, 0)
        taken = time.perf_counter() - start
        size = os.fstat(printed.fileno()).st_size
    process.returncode = os.waitstatus_to_exitcode(ended)
    if process.returncode not in may_end:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(taken, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MAXRSS_PER_MEGABYTE, size)


def median(runs: list[Run]) -> Run:
    """Return the median of each figure."""
    return Run(*(statistics.median(figures) for figures in zip(*map(astuple, runs), strict=True)))


def setting() -> str:
    """Return a line on the machine, Python and the libraries."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    model = next(
        (line.partition(": ")[2] for line in lines if line.startswith("model name")),
        platform.machine(),
    )
    load = ", ".join(f"{load_average:.1f}" for load_average in os.getloadavg())
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    python = f"Python {platform.python_version()}"
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()}, load {load}\n{python}, {libraries}"
    )
