"""A folder for each try, with records, a release, a store with another release, and a key."""

from __future__ import annotations

import atexit
import shutil
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Lock
from typing import TYPE_CHECKING, Final

from minisign import KeyPair
from trials import run_cli

from tumen.validation.explain import read_clean_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST: Final = "2026.11.0"
SECOND: Final = "2026.11.1"
STORED: Final = "2027.01.0"
BEFORE: Final = "what stood there before"
DAY: Final = {"SOURCE_DATE_EPOCH": "1795608000"}
_LATER: Final = {"SOURCE_DATE_EPOCH": "1799539200"}
_UNTIDY: Final = ("places.yaml", "sources.yaml")
_MAKING: Final = Lock()
"""Threads that call `stage` at the same time share one copy.

A cache alone would make one for each, with different keys.
"""


@contextmanager
def new_sandbox() -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield a separate folder with a copy of everything, and the environment that keeps to it."""
    with _MAKING:
        made = _made()
    with TemporaryDirectory(prefix="tumen-trial-") as scratch:
        folder = Path(scratch).resolve() / "stage"
        shutil.copytree(made, folder)
        yield folder, {**DAY, "TUMEN_CACHE": str(folder / "cache"), "HOME": str(folder)}


@cache
def _made() -> Path:
    folder = Path(mkdtemp(prefix="tumen-stage-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, content in read_clean_dataset().items():
        path = folder / "dataset" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"# by hand\n\n{content}\n\n" if name in _UNTIDY else content, encoding="utf-8"
        )
    (folder / "CHANGELOG.md").write_text("# Changelog\n\n## Data\n\n", encoding="utf-8")
    for version, releases, day in ((FIRST, "releases", DAY), (STORED, "store", _LATER)):
        built = run_cli("build", version, "--releases", releases, folder=folder, env=day)
        if built.returncode:
            raise SystemExit(f"the stage cannot be set: {built.stderr}")
    for name in (
        "out.db",
        "out.metadata.json",
        "out.duckdb",
        "out.zip",
        "out.xlsx",
        "out.jsonl",
        "out.svg",
    ):
        (folder / name).write_text(BEFORE, encoding="utf-8")
    (folder / "explorer" / "data").mkdir(parents=True)
    (folder / "explorer" / "index.html").write_text(BEFORE, encoding="utf-8")
    (folder / "explorer" / "data" / "release.js").write_text(
        f'tumen.receive("release", "{BEFORE}");\n', encoding="utf-8"
    )
    (folder / "key").write_bytes(bytes(KeyPair.generate().secret_key))
    return folder


def visible_files(*folders: Path) -> dict[str, bytes]:
    """Return the files in these folders, or the given files, by name, without hidden ones."""
    paths = [
        path for folder in folders for path in (folder.rglob("*") if folder.is_dir() else [folder])
    ]
    root = folders[0].parent
    by_name = {str(path.relative_to(root)): path for path in paths if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in by_name.items()
        if not any(part.startswith(".") for part in Path(name).parts)
    }


def leftovers(folder: Path) -> list[str]:
    """Return the hidden files below a folder, apart from locks: unfinished drafts."""
    hidden = [path for path in folder.rglob(".*") if path.name != ".tumen.lock"]
    drawn = [path for path in folder.rglob("tmp*") if len(path.name) == len("tmp12345678")]
    return sorted(str(path.relative_to(folder)) for path in (*hidden, *drawn))
