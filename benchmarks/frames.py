"""Cost of the check of a Parquet file, compared with other tools and a query by hand.

    make bench-check        50,000 rows, 5 and 50 million; SIZES="500000" for other sizes

The files hold estimates, without faults and with faults. Every run is its own process, with the
libraries imported before the time starts, and contenders take turns. Times are medians, with the
ratio to the hand-written query of the same turn. Memory is the peak of the process. A contender
that is killed or fails is left out of that size, and the table says so.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from frame_contenders import CONTENDERS
from processes import setting

CONTENDER: Final = str(Path(__file__).with_name("frame_contenders.py"))
DATA: Final = str(Path(__file__).with_name("frame_data.py"))
SIZES: Final = tuple(map(int, os.environ.get("SIZES", "50000 5000000 50000000").split()))
RUNS: Final = int(os.environ.get("RUNS", "3"))
FAULT_EVERY: Final = 1000
MOST: Final = {
    "frictionless": 50_000,
    **dict.fromkeys(("pandera", "dataframely", "pointblank", "great_expectations"), 5_000_000),
}
"""The most rows for a contender that keeps all rows in memory, or reads them one by one."""


def taken(name: str, path: Path) -> list[float] | None:
    """Return seconds, processor seconds, megabytes and violations of one run.

    A run that failed gives None.
    """
    run = subprocess.run(
        [sys.executable, CONTENDER, name, str(path)], capture_output=True, text=True, check=False
    )
    if run.returncode:
        print(f"  {name}: ended with {run.returncode}: {run.stderr.strip().splitlines()[-1:]}")
        return None
    figures: list[float] = json.loads(run.stdout.splitlines()[-1])
    return figures


def table(path: Path, names: list[str]) -> None:
    """Print a line for each contender."""
    turns = [{name: taken(name, path) for name in names} for _ in range(RUNS)]
    base = names[0]
    for name in names:
        runs = [result for turn in turns if (result := turn[name])]
        if not runs:
            continue
        wall, processor, memory, violations = (
            statistics.median(figures) for figures in zip(*runs, strict=True)
        )
        ratios = [
            (turn[name] or [0.0])[0] / (turn[base] or [1.0])[0]
            for turn in turns
            if turn[name] and turn[base]
        ]
        ratio = f"x{statistics.median(ratios):.2f}" if ratios else ""
        print(
            f"  {name:<20} {wall:8.2f} s {ratio:>7} {processor:8.2f} s"
            f" {memory:8,.0f} MB {violations:10,.0f}",
            flush=True,
        )


def main() -> None:
    """Measure each size, without faults and with a fault in every thousandth row."""
    print(setting())
    for rows in SIZES:
        for every in (0, FAULT_EVERY):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "estimates.parquet")
                subprocess.run([sys.executable, DATA, str(rows), str(every), str(path)], check=True)
                faults = f"a fault in every {every:,}th" if every else "clean"
                print(f"\n{rows:,} rows, {faults}, {path.stat().st_size / 2**20:,.0f} MB")
                print(
                    f"  {'':<20} {'wall':>10} {'ratio':>7} {'processor':>10}"
                    f" {'memory':>11} {'violations':>10}"
                )
                table(path, [name for name in CONTENDERS if rows <= MOST.get(name, rows)])


if __name__ == "__main__":
    main()
