"""The downloads of the site: the release's own files, and exports of the whole release."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tumen.exports import export

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.snapshot import Snapshot

_EXPORTS: Final = {
    "sqlite": ("db", "All tables and the codebook, as an SQLite database"),
    "csv": ("csv.zip", "All tables and the codebook, as CSV files in a zip"),
    "xlsx": ("xlsx", "All tables and the codebook, as an Excel workbook"),
}
_DESCRIPTION_TITLE: Final = "Description of the release: fields, digests, licence"


@dataclass(frozen=True, slots=True)
class Download:
    """A file to download.

    Attributes:
        name: Name of the file.
        url: Its URL within the site.
        title: What it contains.
        size: Its size in bytes.
        digest: Its SHA-256, in hexadecimal.

    """

    name: str
    url: str
    title: str
    size: int
    digest: str


def write(ds: Snapshot, folder: Path) -> list[Download]:
    """Write the exports and copy the files of the release to a folder.

    Returns:
        The files, the exports first.

    """
    folder.mkdir(parents=True)
    titles = {}
    for form, (ending, title) in _EXPORTS.items():
        for path in export.write(ds, form, folder / f"tumen-{ds.release}.{ending}"):
            titles[path.name] = (
                "How Datasette shows the database" if path.suffix == ".json" else title
            )
    for path in sorted(ds.folder.iterdir(), key=lambda path: (path.suffix, path.name)):
        shutil.copyfile(path, folder / path.name)
        titles[path.name] = _DESCRIPTION_TITLE
    titles |= {resource["path"]: resource["title"] for resource in ds.description["resources"]}
    return [_describe(folder / name, title) for name, title in titles.items()]


def _describe(path: Path, title: str) -> Download:
    content = path.read_bytes()
    url = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    return Download(path.name, url, title, len(content), hashlib.sha256(content).hexdigest())
