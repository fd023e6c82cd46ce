"""A folder of two releases of the story, the second with texts that try to break out of a page, read in place of the package's own."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from unittest import mock

from tumen import catalog
from tumen.publishing import release
from tumen.publishing.datapackage import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD, NEW = "2026.10.0", "2026.11.0"
HOSTILE = '<script>window.hurt = 1</script>"></td><img src=x onerror="window.hurt=1">'
CHANGES = {
    "meetings.yaml": {"summary: A letter.": f"summary: '{HOSTILE}'", "summary: First visit.": "summary: The first visit."},
    "sources.yaml": {"language: ru\n": "language: ru\n  title: '</script><b onmouseover=window.hurt=1>Визит & ко</b>'\n"},
    "places.yaml": {
        "name: Pyongyang\n  kind: city\n  country: KP\n": "name: '<i>Pyongyang</i>'\n  kind: city\n  country: KP\n  latitude: 39.03\n  longitude: 125.75\n",
        "kind: region\n": "kind: region\n  latitude: 51.5\n  longitude: 35.5\n",
    },
}


@cache
def releases() -> Path:
    """Return the folder, written once."""
    folder = Path(mkdtemp(prefix="tumen-shelf-"))
    story = Path(__file__).with_name("story")
    changed = folder / "records"
    shutil.copytree(story, changed)
    for name, texts in CHANGES.items():
        text = (changed / name).read_text(encoding="utf-8")
        for old, new in texts.items():
            assert old in text
            text = text.replace(old, new)
        (changed / name).write_text(text, encoding="utf-8")
    entries = [_publish(folder, OLD, "2026-10-20", story), _publish(folder, NEW, "2026-11-24", changed)]
    (folder / "index.json").write_text(json.dumps({"releases": entries}))
    return folder


def _publish(folder: Path, version: str, day: str, records: Path) -> dict[str, Any]:
    files = release.render(records, Stamp(version, day))
    (folder / version).mkdir()
    for name, content in files.items():
        (folder / version / name).write_bytes(content)
    digest = hashlib.sha256(files["datapackage.json"]).hexdigest()
    return {"version": version, "date": day, "schema_version": "1.0", "datapackage": f"sha256:{digest}"}


@contextmanager
def opened() -> Iterator[None]:
    """Let the library read these releases."""
    with mock.patch.object(catalog, "folder", releases):
        yield
