"""Time of `tumen.load` in a fresh process, against `polars.read_parquet` of the same file.

One release comes with the package. Another is many times as large, was fetched from a store, and is
read from the cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from tumen.release import catalog

RUNS = 15
TIMES = 20_000
FILE = catalog.find(None) / "meetings.parquet"
FETCHED = "2099.12.0"
RATIOS = {
    "tumen.load": "polars.read_parquet",
    "tumen.load, fetched": "polars.read_parquet, fetched",
}


def seconds(code: str) -> float:
    """Return the wall time of one fresh process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def store(top: Path) -> Path:
    """Return a store with a release of many more meetings, in Parquet as releases have it."""
    folder = top / FETCHED
    shutil.copytree(FILE.parent, folder)
    rows = pl.read_parquet(FILE)
    many = pl.concat([rows] * TIMES).with_columns(
        pl.col("summary") + pl.int_range(rows.height * TIMES).hash().cast(pl.String)
    )
    many.write_parquet(folder / "meetings.parquet", compression="zstd")
    content = (folder / "meetings.parquet").read_bytes()
    described = json.loads((folder / "datapackage.json").read_bytes())
    changed = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    described["resources"] = [
        resource | (changed if resource["name"] == "meetings" else {})
        for resource in described["resources"]
    ]
    (folder / "datapackage.json").write_text(json.dumps(described))
    digest = hashlib.sha256((folder / "datapackage.json").read_bytes()).hexdigest()
    entry = {
        "version": FETCHED,
        "date": "2099-12-31",
        "schema_version": "1.0",
        "datapackage": f"sha256:{digest}",
    }
    (top / "index.json").write_text(json.dumps({"releases": [entry]}))
    return top


def cases(top: Path) -> dict[str, str]:
    """Return the code of each case by its name."""
    fetched = catalog.find(FETCHED, store(top)) / "meetings.parquet"
    print(f"{fetched.name} as fetched: {fetched.stat().st_size} bytes")
    return {
        "polars.read_parquet": f"import polars; polars.read_parquet({str(FILE)!r})",
        "tumen.load": "import tumen; tumen.load('meetings')",
        "polars.read_parquet, fetched": f"import polars; polars.read_parquet({str(fetched)!r})",
        "tumen.load, fetched": (
            f"import tumen; tumen.load('meetings', release={FETCHED!r}, store={str(top)!r})"
        ),
        "import tumen": "import tumen",
        "python alone": "pass",
    }


def main() -> None:
    """Print the median of each case and the ratios; the cases take turns in one run."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TUMEN_CACHE"] = str(Path(folder) / "cache")
        codes = cases(Path(folder) / "store")
        for code in codes.values():
            seconds(code)
        taken: dict[str, list[float]] = {name: [] for name in codes}
        for _ in range(RUNS):
            for name, code in codes.items():
                taken[name].append(seconds(code))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, median in medians.items():
        print(f"{name:<30} {median * 1000:7.1f} ms")
    for name, yardstick in RATIOS.items():
        print(f"{name} / {yardstick}: {medians[name] / medians[yardstick]:.2f}")


if __name__ == "__main__":
    main()
