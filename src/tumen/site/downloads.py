"""What the site offers for download: the release's own files, byte for byte."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tumen import catalog

if TYPE_CHECKING:
    from pathlib import Path

    from tumen.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Download:
    """A file under the site's folder, what it holds, its bytes and its SHA-256."""

    path: Path
    address: str
    title: str
    size: int
    digest: str


def write(ds: Snapshot, folder: Path) -> list[Download]:
    """Copy the files of the release to `folder`, and return what there is."""
    folder.mkdir(parents=True)
    described = {resource["path"]: resource["title"] for resource in catalog.describe(ds.folder)["resources"]}
    return [_copied(path, folder, described) for path in sorted(ds.folder.iterdir(), key=lambda path: (path.suffix, path.name))]


def _copied(path: Path, folder: Path, described: dict[str, Any]) -> Download:
    target = folder / path.name
    shutil.copyfile(path, target)
    content = target.read_bytes()
    title = described.get(path.name, "Description of the release: fields, digests, licence")
    address = f"{folder.parent.name}/{folder.name}/{path.name}"
    return Download(target, address, title, len(content), hashlib.sha256(content).hexdigest())
