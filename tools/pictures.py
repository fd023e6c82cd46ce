"""Draw the pictures of the README from the newest release.

python tools/pictures.py            write them, as `make pictures` does
python tools/pictures.py --check    compare them with those in the repository; exit with 1 if
one differs
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import tumen
from tumen import plot

if TYPE_CHECKING:
    import altair as alt

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"


def draw(folder: Path) -> list[Path]:
    """Write each picture to a folder, and return their paths."""
    snapshot = tumen.open()
    charts: dict[str, alt.TopLevelMixin] = {
        "casualties.svg": plot.series(snapshot, "casualties"),
        "timeline.svg": plot.timeline(snapshot, start="2023-01-01"),
    }
    folder.mkdir(exist_ok=True)
    return [plot.save(chart, folder / name, overwrite=True) for name, chart in charts.items()]


def differing() -> list[str]:
    """Return the names of the pictures that are not those of the newest release."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = {path.name: path.read_bytes() for path in draw(Path(folder))}
    kept = {path.name: path.read_bytes() for path in FOLDER.glob("*.svg")}
    return sorted(name for name in drawn | kept if drawn.get(name) != kept.get(name))


def main() -> int:
    """Write or compare the pictures."""
    if "--check" not in sys.argv:
        draw(FOLDER)
        return 0
    names = differing()
    for name in names:
        sys.stdout.write(f"{FOLDER / name} is not of the newest release; run make pictures.\n")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
