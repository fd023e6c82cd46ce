"""Paths in a report.

Its readers expect them to start at the root of the repository, whatever the current folder is.
"""

from __future__ import annotations

import os
from pathlib import Path


def find_source_root() -> Path:
    """Return the nearest git repository at or above the current folder, else that folder."""
    current = Path.cwd()
    folders = (current, *current.parents)
    return next((folder for folder in folders if (folder / ".git").exists()), current)


def find_workspace() -> Path:
    """Return the folder that GitHub Actions resolves paths against, else the source root."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    return Path(workspace) if workspace else find_source_root()


def relative_path(file: str, root: Path) -> str | None:
    """Return the path of a file from `root`, with forward slashes.

    It is None if the file is outside of `root`, or at a URL.
    """
    if "://" in file:
        return None
    absolute = Path(os.path.normpath(Path.cwd() / file))
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else None
