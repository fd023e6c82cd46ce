"""Size of the explorer of the newest release, and the time to the first paint of its overview.

Each run loads it from loopback in a new Chromium with an empty cache. The ratio is to an empty page
in the same browser.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import explorer

import tumen
from tumen.site.build import build

RUNS = 7
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def first_paint(address: str) -> float:
    """Return milliseconds from the start of the load to the first text, in a new browser."""
    with explorer.browser() as chromium:
        page = chromium.new_page()
        page.goto(address)
        page.wait_for_function(PAINTED)
        return float(page.evaluate(PAINTED))


def main() -> None:
    """Print bytes, compressed bytes, and the median time to the first paint of the overview."""
    with tempfile.TemporaryDirectory() as folder:
        site = build(tumen.open(), Path(folder) / "site")
        parts = [
            path for path in site.rglob("*") if path.is_file() and "downloads" not in path.parts
        ]
        whole = [path.read_bytes() for path in parts]
        packed = sum(len(gzip.compress(content)) for content in whole)
        (site / "empty.html").write_text("<!doctype html><title>empty</title><p>empty")
        with explorer.served(site) as home:
            taken: dict[str, list[float]] = {"index.html": [], "empty.html": []}
            for _ in range(RUNS):
                for name, times in taken.items():
                    times.append(first_paint(home + name))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    print(
        f"page without downloads  {sum(map(len, whole)) / 1e6:6.2f} MB,"
        f" {packed / 1e6:.2f} MB compressed"
    )
    for name, median in medians.items():
        print(f"{name:<22} {median:7.0f} ms to the first paint, cold")
    print(f"overview / empty page: {medians['index.html'] / medians['empty.html']:.2f}")


if __name__ == "__main__":
    main()
