"""Draw the pictures of the README from the newest release: `make pictures`."""

from __future__ import annotations

from pathlib import Path

import tumen
from tumen import plot

FOLDER = Path(__file__).with_name("pictures")


def main() -> None:
    """Write each picture."""
    ds = tumen.open()
    charts = {"casualties.svg": plot.series(ds, "casualties"), "timeline.svg": plot.timeline(ds, start="2023-01-01")}
    FOLDER.mkdir(exist_ok=True)
    for name, chart in charts.items():
        plot.save(chart, FOLDER / name, overwrite=True)


if __name__ == "__main__":
    main()
