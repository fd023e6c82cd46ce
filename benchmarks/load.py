"""How long `tumen.load` takes in a fresh process, against `polars.read_parquet` of the same file in a fresh process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from tumen import catalog

RUNS = 15
FILE = catalog.find(None) / "meetings.parquet"
CASES = {
    "polars.read_parquet": f"import polars; polars.read_parquet({str(FILE)!r})",
    "tumen.load": "import tumen; tumen.load('meetings')",
    "import tumen": "import tumen",
    "python alone": "pass",
}


def seconds(code: str) -> float:
    """Return the wall time of one fresh process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the median of each case, all taken in turn in one run, and the ratio."""
    for code in CASES.values():
        seconds(code)
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(RUNS):
        for name, code in CASES.items():
            taken[name].append(seconds(code))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, median in medians.items():
        print(f"{name:<22} {median * 1000:7.1f} ms")
    print(f"tumen.load / polars.read_parquet: {medians['tumen.load'] / medians['polars.read_parquet']:.2f}")


if __name__ == "__main__":
    main()
