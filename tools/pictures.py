"""Draw the pictures of the README from the newest release: `make pictures`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import tumen
from tumen import plot

if TYPE_CHECKING:
    import altair as alt

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"


def main() -> None:
    """Write each picture."""
    snapshot = tumen.open()
    charts: dict[str, alt.TopLevelMixin] = {
        "casualties.svg": plot.series(snapshot, "casualties"),
        "timeline.svg": plot.timeline(snapshot, start="2023-01-01"),
    }
    FOLDER.mkdir(exist_ok=True)
    for name, chart in charts.items():
        plot.save(chart, FOLDER / name, overwrite=True)


if __name__ == "__main__":
    main()
