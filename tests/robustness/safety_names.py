"""Paths, versions and links that lead out of the folder.

They are in an index, in a datapackage, in a dataset and on the command line.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import hostile_release
from hostile_sql import PATHS
from trials import Row, ended_cleanly, run_cli

from tumen.validation.explain import read_clean_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VERSIONS = (
    "../x",
    "../../etc",
    "/etc/passwd",
    "2031.01.0/..",
    "2031.1.0",
    "20310.01.0",
    "2031.01.0\n",
    "CON",
    "",
    "2031.01.00",
)
TARGETS = (
    "../outside.yaml",
    "/etc/passwd",
    "/dev/zero",
    "/proc/self/environ",
    "../missing.yaml",
    "launches.yaml",
    "../folder",
)

_REPORTED: Final = "reported, with exit status 2 or as a fault; nothing outside was read or written"
_COULD_NOT: Final = 2
_NEW: Final = ("new", "launches", "--date", "2024-01-01")
_ARGUMENTS: Final = (
    ("new", "actor", "Some One", "--file", "../x"),
    ("new", "actor", "Some One", "--file", "/etc/x"),
    ("new", "launches", "--date", "../.."),
    ("build", "../x"),
    ("build", "2031.01.0/../x"),
    ("show", "mtg-0001", "--release", "../../x"),
    ("export", "--to", "csv", "dataset"),
    ("export", "--to", "csv", "dataset/meetings.yaml"),
    ("export", "--to", "sqlite", "no/x.db"),
    ("site", "dataset", "--overwrite"),
    ("site", "dataset/meetings.yaml"),
    ("plot", "network", "--out", "dataset/meetings.yaml"),
    ("fetch", "../../x", "--store", "dataset"),
    ("withdraw", "../x", "--reason", "x"),
    ("verify", "--rebuild", "--output=x"),
    ("verify", "--history=--output=x"),
    ("check", "dataset", "--changed-since=--output=x"),
    ("diff", "../x", "2026.11.0"),
)


def trials(*, long: bool) -> Iterator[Row]:
    """Yield a row for each place where a name may be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _of_description(folder, PATHS if long else PATHS[::6])
        yield _of_index(folder, VERSIONS if long else VERSIONS[::4])
        yield _of_links(folder, TARGETS if long else TARGETS[:3])
        yield _of_drafts(folder)
        yield _on_command_line(folder)


def _store(
    folder: Path, change: dict[str, Any] | None = None, version: str = hostile_release.VERSION
) -> Path:
    """Return a new copy of a store with one resource changed, and an index that matches."""
    store = folder / "store"
    shutil.rmtree(store, ignore_errors=True)
    shutil.rmtree(folder / "cache", ignore_errors=True)
    shutil.copytree(hostile_release.store(), store)
    path = store / hostile_release.VERSION / "datapackage.json"
    described = json.loads(path.read_bytes())
    described["resources"][0] |= change or {}
    path.write_text(json.dumps(described), encoding="utf-8")
    index = json.loads((store / "index.json").read_bytes())
    index["releases"][0] |= {
        "version": version,
        "datapackage": f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
    }
    (store / "index.json").write_text(json.dumps(index), encoding="utf-8")
    return store


def _refused(folder: Path, store: Path) -> str | None:
    """Return what went wrong if `fetch` or `verify` accepted the store, or left a file of it."""
    env = {"TUMEN_CACHE": str(folder / "cache")}
    fetched = run_cli("fetch", hostile_release.VERSION, "--store", store, folder=folder, env=env)
    verified = run_cli("verify", "--releases", store, folder=folder, env=env)
    for run, refused in (
        (fetched, fetched.returncode == _COULD_NOT),
        (verified, verified.returncode != 0),
    ):
        if not refused or not ended_cleanly(run):
            return f"{run.args[1]} {run.returncode} {run.stderr[-90:]!r}"
    came = {
        path
        for path in folder.rglob("*.*")
        if path.is_file() and not path.is_relative_to(store) and "locks" not in path.parts
    }
    return next(
        (
            f"{path} came"
            for path in came
            if "stores" not in path.parts and path.name != "datapackage.json"
        ),
        None,
    )


def _of_description(folder: Path, paths: Sequence[Any]) -> Row:
    bad = [
        f"{path!r}: {fault}"
        for path in paths
        if (fault := _refused(folder, _store(folder, {"path": path})))
    ]
    fault = "a path in datapackage.json that leads elsewhere"
    return Row(
        fault, "fetch and verify", 2 * len(paths), bad[0] if bad else _REPORTED, sound=not bad
    )


def _of_index(folder: Path, versions: Sequence[str]) -> Row:
    bad = [
        f"{version!r}: {fault}"
        for version in versions
        if (fault := _refused(folder, _store(folder, version=version)))
    ]
    fault = "a version in index.json that leads elsewhere"
    return Row(
        fault, "fetch and verify", 2 * len(versions), bad[0] if bad else _REPORTED, sound=not bad
    )


def _dataset(folder: Path) -> Path:
    root = folder / "dataset"
    shutil.rmtree(root, ignore_errors=True)
    for name, content in read_clean_dataset().items():
        root.mkdir(exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    (folder / "outside.yaml").write_text(
        "- {date: 2024-01-01, id: lch-0001, note: precious}\n", encoding="utf-8"
    )
    (folder / "folder").mkdir(exist_ok=True)
    return root


def _of_links(folder: Path, targets: Sequence[str]) -> Row:
    bad, tried = [], 0
    for target in (*targets, None):
        root = _dataset(folder)
        before = (folder / "outside.yaml").read_bytes()
        if target is None:
            os.mkfifo(root / "launches.yaml")
        else:
            (root / "launches.yaml").symlink_to(target)
        for arguments in (
            ("check", "dataset"),
            ("fmt", "dataset"),
            _NEW,
            ("build",),
        ):
            run = run_cli(*arguments, folder=folder)
            tried += 1
            if (
                run.returncode == 0
                or not ended_cleanly(run)
                or "precious" in run.stdout + run.stderr
            ):
                bad.append(f"{target}: {arguments[0]} {run.returncode} {run.stderr[-90:]!r}")
        if (folder / "outside.yaml").read_bytes() != before or (folder / "missing.yaml").exists():
            bad.append(f"{target}: written through")
    happened = (
        bad[0]
        if bad
        else "reported at its place; neither read, nor waited for, nor written through"
    )
    return Row(
        "a link out of a dataset, or a pipe in it",
        "check, fmt, new, build",
        tried,
        happened,
        sound=not bad,
    )


def _of_drafts(folder: Path) -> Row:
    bad = []
    names = (".meetings.yaml.draft", ".launches.yaml.draft", ".tumen.lock")
    for name in names:
        root, victim = _dataset(folder), folder / "victim"
        (root / "meetings.yaml").write_text(
            read_clean_dataset()["meetings.yaml"].replace("format: ", "format:   "),
            encoding="utf-8",
        )
        victim.write_text("precious", encoding="utf-8")
        (root / name).symlink_to("../victim")
        runs = [run_cli(*arguments, folder=folder) for arguments in (("fmt", "dataset"), _NEW)]
        if victim.read_text(encoding="utf-8") != "precious" or not all(map(ended_cleanly, runs)):
            bad.append(name)
    happened = f"written through: {bad[0]}" if bad else "the file that it leads to is as it was"
    return Row(
        "a link laid where a draft or a lock will be",
        "fmt, new",
        2 * len(names),
        happened,
        sound=not bad,
    )


def _on_command_line(folder: Path) -> Row:
    _dataset(folder)
    before = {path for path in folder.rglob("*") if "cache" not in path.parts}
    runs = [(arguments, run_cli(*arguments, folder=folder)) for arguments in _ARGUMENTS]
    bad = [
        f"{arguments}: {run.returncode} {run.stderr[-90:]!r}"
        for arguments, run in runs
        if run.returncode != _COULD_NOT or not ended_cleanly(run)
    ]
    new = {
        path for path in folder.rglob("*") if "cache" not in path.parts and path.name != "releases"
    } - before
    happened = bad[0] if bad else f"exit status 2; {len(new)} files came or went"
    return Row(
        "names that lead elsewhere, or are taken",
        "as arguments",
        len(runs),
        happened,
        sound=not bad and not new,
    )
