"""Which files a path means: the file of that name, whatever the name; else those that match it. Links are not followed."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import Final

from tumen.errors import TumenError
from tumen.validation import remote

_LINK: Final = (
    "it is a link, or lies behind a linked folder, which is not followed; name the file itself."
)
_FOLDER: Final = "it is a folder; name its files, as in folder/*.parquet."
_NO_FILE: Final = (
    "it is a pipe, a socket or a device; write what it holds to a file, and name that."
)


def find_files(paths: list[str]) -> list[str]:
    """Return the files that paths name or match, and addresses as they are; raises `TumenError` for what is no file."""
    found: list[str] = []
    for path in paths:
        matches = [path] if remote.is_remote(path) or os.path.lexists(path) else _match(path)
        if not matches:
            raise TumenError(f"{path}: there is no such file, and no file that matches.")
        found += matches
    for path in found:
        if not remote.is_remote(path) and (reason := _refusal(path)):
            raise TumenError(f"{path}: {reason}")
    return found


def _match(path: str) -> list[str]:
    """Return what a pattern matches; the folders at its start that exist are taken by their names, brackets and all."""
    folder = Path(path).parent
    while not folder.exists():
        folder = folder.parent
    rest = Path(path).relative_to(folder)
    return sorted(glob.glob(str(Path(glob.escape(str(folder)), rest)), recursive=True))  # noqa: PTH207


def _refusal(path: str) -> str:
    if Path(path).is_symlink() or _leads_away(Path(path)):
        return _LINK
    if Path(path).is_dir():
        return _FOLDER
    return "" if Path(path).is_file() else _NO_FILE


def _leads_away(path: Path) -> bool:
    """Return whether a path that starts here and does not climb ends elsewhere."""
    if path.is_absolute() or ".." in path.parts:
        return False
    return not path.resolve().is_relative_to(Path.cwd().resolve())
