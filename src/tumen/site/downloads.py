"""What the site offers for download: the release's own files, byte for byte, and the whole as one file for other tools."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tumen.exports import export

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.snapshot import Snapshot

_WHOLE: Final = {
    "sqlite": ("db", "All tables and the codebook, as an SQLite database"),
    "csv": ("csv.zip", "All tables and the codebook, as CSV files in a zip"),
    "xlsx": ("xlsx", "All tables and the codebook, as an Excel workbook"),
}
_OTHERWISE: Final = "Description of the release: fields, digests, licence"


@dataclass(frozen=True, slots=True)
class Download:
    """A file under the site's folder, what it holds, its bytes and its SHA-256."""

    name: str
    address: str
    title: str
    size: int
    digest: str


def write(ds: Snapshot, folder: Path) -> list[Download]:
    """Write the exports and copy the files of the release to `folder`, and return what there is, the exports first."""
    folder.mkdir(parents=True)
    titles = {}
    for form, (ending, title) in _WHOLE.items():
        for path in export.write(ds, form, folder / f"tumen-{ds.release}.{ending}"):
            titles[path.name] = (
                "How Datasette shows the database" if path.suffix == ".json" else title
            )
    for path in sorted(ds.folder.iterdir(), key=lambda path: (path.suffix, path.name)):
        shutil.copyfile(path, folder / path.name)
        titles[path.name] = _OTHERWISE
    titles |= {resource["path"]: resource["title"] for resource in ds.description["resources"]}
    return [_offered(folder / name, title) for name, title in titles.items()]


def _offered(path: Path, title: str) -> Download:
    content = path.read_bytes()
    address = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    return Download(path.name, address, title, len(content), hashlib.sha256(content).hexdigest())
