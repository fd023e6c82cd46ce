"""A folder of two releases that replaces that of the package.

The second has texts that try to break out of a page.
"""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import temporary

from tumen.publishing import build as publishing_build
from tumen.release import catalog

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD, NEW = "2026.10.0", "2026.11.0"
HOSTILE = '<script>window.hurt = 1</script>"></td><img src=x onerror="window.hurt=1">'
CHANGES = {
    "meetings.yaml": {
        "summary: A letter.": f"summary: '{HOSTILE}'",
        "summary: First visit.": "summary: The first visit.",
    },
    "sources.yaml": {
        "language: ru\n": (
            "language: ru\n  title: '</script><b onmouseover=window.hurt=1>Визит & ко</b>'\n"
        )
    },
    "places.yaml": {
        "name: Pyongyang\n  kind: city\n  country: KP\n": (
            "name: '<i>Pyongyang</i>'\n  kind: city\n  country: KP\n  latitude: 39.03\n"
            "  longitude: 125.75\n"
        ),
        "kind: region\n": "kind: region\n  latitude: 51.5\n  longitude: 35.5\n",
    },
}


@cache
def releases() -> Path:
    """Return the folder, written once."""
    folder = temporary.folder("shelf")
    records = folder / "records"
    shutil.copytree(Path(__file__).with_name("example_release"), records)
    publishing_build.build(records, folder / "releases", OLD, dt.date(2026, 10, 20))
    for name, texts in CHANGES.items():
        text = (records / name).read_text(encoding="utf-8")
        for old, new in texts.items():
            assert old in text
            text = text.replace(old, new)
        (records / name).write_text(text, encoding="utf-8")
    publishing_build.build(records, folder / "releases", NEW, dt.date(2026, 11, 24))
    return folder / "releases"


@contextmanager
def opened() -> Iterator[None]:
    """Let the library read these releases."""
    made = releases()  # before the library looks there: a build reads the releases that it knows
    with mock.patch.object(catalog, "folder", return_value=made):
        yield
