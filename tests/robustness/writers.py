"""The commands that write, and what a reader sees of their work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import duckdb
from sandbox import BEFORE, FIRST, SECOND, STORED, visible_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ALL: Final = 1000
Seen = dict[str, Any]
_EXPORT: Final = ("export", "--overwrite")


class Writer(NamedTuple):
    """A command that writes.

    `seen` returns what a reader of its work sees, by name. `piecewise` means that each name is
    replaced by itself, completely or not at all. `once` means that the command refuses to run again
    when it is done. `flushes` means that its work survives a loss of power. `steps` is the number
    of its steps in the short trial, and `most` in the long one.
    """

    name: str
    arguments: tuple[str, ...]
    seen: Callable[[Path], Seen]
    piecewise: bool = False
    once: bool = False
    flushes: bool = True
    steps: int = 1
    most: int = 8


def _published(folder: Path) -> Seen:
    releases = folder / "releases"
    entries = json.loads((releases / "index.json").read_bytes())["releases"]
    releases_seen = {
        entry["version"]: visible_files(releases / entry["version"]) for entry in entries
    }
    return {
        "releases": (entries, releases_seen),
        "changelog": (folder / "CHANGELOG.md").read_bytes(),
    }


def _together(*names: str) -> Callable[[Path], Seen]:
    return lambda folder: {", ".join(names): visible_files(*(folder / name for name in names))}


def _one_by_one(*names: str) -> Callable[[Path], Seen]:
    return lambda folder: visible_files(*(folder / name for name in names))


def _fetched(folder: Path) -> Seen:
    releases_seen = {
        str(path.relative_to(folder)): visible_files(path)
        for path in (folder / "cache" / "releases").glob("*/2*")
    }
    return {
        **releases_seen,
        "index": [
            json.loads(path.read_bytes())["releases"]
            for path in (folder / "cache" / "stores").glob("*.json")
        ],
    }


def _rows(folder: Path) -> Seen:
    """Return the rows of a DuckDB file, whose bytes differ each time."""
    path = folder / "out.duckdb"
    if path.read_bytes() == BEFORE.encode():
        return {path.name: BEFORE}
    with duckdb.connect(str(path), read_only=True) as database:
        names = [
            str(name)
            for (name,) in database.execute(
                "select table_name from duckdb_tables() order by 1"
            ).fetchall()
        ]
        return {
            path.name: {
                name: database.execute(f'select * from "{name}" order by all').fetchall()  # noqa: S608
                for name in names
            }
        }


WRITERS: Final = (
    Writer(
        "new", ("new", "meetings", "--date", "2026-06-17"), _together("dataset"), steps=3, most=ALL
    ),
    Writer("fmt", ("fmt",), _one_by_one("dataset"), piecewise=True, steps=3, most=ALL),
    Writer(
        "build",
        ("build", SECOND, "--changelog", "CHANGELOG.md"),
        _published,
        piecewise=True,
        once=True,
        steps=4,
        most=ALL,
    ),
    Writer(
        "withdraw", ("withdraw", FIRST, "--reason", "A trial."), _published, once=True, most=ALL
    ),
    Writer("sign", ("sign", "key"), _together("releases"), most=ALL),
    Writer(
        "fetch",
        ("fetch", STORED, "--store", "store"),
        _fetched,
        piecewise=True,
        flushes=False,
        steps=3,
        most=25,
    ),
    Writer("check, its cache", ("check",), lambda _: {}, flushes=False, most=12),
    Writer(
        "export to sqlite",
        (*_EXPORT, "out.db", "--to", "sqlite"),
        _one_by_one("out.db", "out.metadata.json"),
        piecewise=True,
    ),
    Writer("export to duckdb", (*_EXPORT, "out.duckdb", "--to", "duckdb"), _rows, steps=2, most=14),
    Writer("export to csv", (*_EXPORT, "out.zip", "--to", "csv"), _together("out.zip"), steps=0),
    Writer(
        "export to xlsx", (*_EXPORT, "out.xlsx", "--to", "xlsx"), _together("out.xlsx"), steps=0
    ),
    Writer(
        "export to jsonl", (*_EXPORT, "out.jsonl", "--to", "jsonl"), _together("out.jsonl"), steps=0
    ),
    Writer(
        "plot",
        ("plot", "network", "--out", "out.svg", "--overwrite"),
        _together("out.svg"),
        steps=0,
    ),
    Writer(
        "site", ("site", "explorer", "--overwrite"), _together("explorer"), flushes=False, steps=0
    ),
)
