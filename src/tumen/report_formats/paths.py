"""Where paths in a report start: at the root of the repository, as its readers expect, whatever folder is the current one."""

from __future__ import annotations

import os
from pathlib import Path


def source_root() -> Path:
    """Return the nearest folder, from the current one upwards, that is a git repository, else the current folder."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def workspace() -> Path:
    """Return the folder that GitHub Actions resolves paths against, else the root of the repository."""
    given = os.environ.get("GITHUB_WORKSPACE")
    return Path(given) if given else source_root()


def within(file: str, root: Path) -> str | None:
    """Return the path of a file from `root` on, with forward slashes, or None where it stands outside or is an address."""
    if "://" in file:
        return None
    absolute = Path(os.path.normpath(Path.cwd() / file))
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else None
