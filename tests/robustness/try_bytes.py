"""Releases with corrupted bytes, read in every way.

Files are cut off at every length, bits are flipped, and blocks are swapped, zeroed and appended.
Each way of reading is a process with limits on memory and time (`corrupt_reader.py`). If one ends
early, the corruption that ended it counts as `ended`, and another process continues after it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from corrupt_reader import TABLE, VERSION, published
from limits import run_limited
from trials import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED: Final = 20251117
_MEMORY: Final = 6 * 2**20
_SECONDS: Final = 900
_MOST_ENDS: Final = 20
_FEW: Final = (60, 60)
_SOME: Final = (250, 250)
_MANY: Final = (6000, 3000)
_WHOLE: Final = (
    "parquet-cache",
    "parquet-polars",
    "parquet-duckdb",
    "package-cache",
    "memory-cache",
)


class Way(NamedTuple):
    """How a file is read, the allowed outcomes, and why `other` data are harmless if allowed."""

    fault: str
    read: str
    may: frozenset[str]
    harmless: str = ""


_PROVEN: Final = frozenset({"right", "refused"})
_FOUND: Final = frozenset({"found", "refused"})
_UNPROVEN: Final = frozenset({"right", "refused", "found", "other"})
WAYS: Final = {
    "parquet-cache": Way("Parquet in the cache", "`tumen.load`", _PROVEN),
    "parquet-store": Way("Parquet in a store", "`tumen.load(store=)`", _PROVEN),
    "parquet-diff": Way("Parquet in the cache", "what `tumen.diff` compares", _PROVEN),
    "parquet-verify": Way("Parquet in a store", "`verify(rows=True)`", _FOUND),
    "package-cache": Way("datapackage.json in the cache", "`tumen.load`", _PROVEN),
    "package-store": Way("datapackage.json in a store", "`tumen.load(store=)`", _PROVEN),
    "package-verify": Way("datapackage.json in a store", "`verify(rows=True)`", _FOUND),
    "index-store": Way("index.json in a store that is not signed", "`tumen.load(store=)`", _PROVEN),
    "index-verify": Way(
        "index.json in a store that is not signed", "`verify(rows=True)`", _FOUND | {"right"}
    ),
    "memory-cache": Way("what a store served before, in the cache", "`tumen.load`", _PROVEN),
    "parquet-polars": Way(
        "Parquet of unknown origin",
        '`tumen.check(table=, engine="polars")`',
        _UNPROVEN,
        "no checksum",
    ),
    "parquet-duckdb": Way(
        "Parquet of unknown origin",
        '`tumen.check(table=, engine="duckdb")`',
        _UNPROVEN,
        "no checksum",
    ),
}


def trials(*, long: bool) -> Iterator[Row]:
    """Yield a row for each way of reading, and for the commands."""
    for name in WAYS:
        yield _read(name, *(_MANY if long and name in _WHOLE else _SOME if long else _FEW))
    with tempfile.TemporaryDirectory() as top:
        yield _commands(Path(top))


def _read(name: str, lengths: int, flips: int) -> Row:
    way = WAYS[name]
    lines, ended = _lines(name, lengths, flips)
    became = Counter(line[3] for line in lines)
    bad = next((line for line in lines if line[3] not in way.may), None)
    parts = [
        f"{became[outcome]:,} {outcome}"
        for outcome in ("refused", "found", "right")
        if became[outcome]
    ]
    if became["other"] and "other" in way.may:
        parts.append(
            f"{became['other']:,} other values or unread columns, harmless: {way.harmless}"
        )
    happened = ", ".join(parts)
    if ended or bad:
        happened = f"{f'ended by {ended[0]}' if ended else f'{bad}'}; {happened}"
    cut = sum(line[1] == "cut off" for line in lines)
    injected = f"cut off at {cut:,} lengths, {flips:,} bits, {flips // 10 * 3:,} blocks; {way.read}"
    return Row(
        way.fault,
        injected,
        len(lines) + len(ended),
        happened,
        sound=bool(lines) and not ended and bad is None,
    )


def _lines(name: str, lengths: int, flips: int) -> tuple[list[list[str | int]], list[str]]:
    """Return the outcome of each try, and what ended a process."""
    lines: list[list[str | int]] = []
    ended: list[str] = []
    first, script = 0, Path(__file__).with_name("corrupt_reader.py")
    while len(ended) < _MOST_ENDS:
        command = [sys.executable, f"{script}", name, *map(str, (lengths, flips, SEED, first))]
        limited = ["/bin/sh", "-c", f'ulimit -v {_MEMORY} && exec "$@"', "sh", *command]
        with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile("w+") as stream:
            env = {**os.environ, "TMPDIR": scratch, "POLARS_MAX_THREADS": "2"}
            status: int | None = None
            with suppress(subprocess.TimeoutExpired):
                run = subprocess.run(
                    limited,
                    env=env,
                    stdout=stream,
                    stderr=subprocess.DEVNULL,
                    timeout=_SECONDS,
                    check=False,
                )
                status = run.returncode
            stream.seek(0)
            more = [json.loads(line) for line in stream if line.endswith("\n")]
        lines += more
        if status == 0:
            break
        first = more[-1][0] + 1 if more else first + 1
        ended.append(f"number {first} of {name}, status {status}")
        first += 1
    return lines, ended


def _commands(top: Path) -> Row:
    """Return how commands end on a file that makes an engine panic, and on files cut in half."""
    store = published(top)
    whole = {
        path: path.read_bytes() for path in store.rglob("*") if path.suffix in (".json", ".parquet")
    }
    bad, tried = [], 0
    parquet = store / VERSION / f"{TABLE}.parquet"
    for path in (parquet, store / VERSION / "datapackage.json", store / "index.json"):
        path.write_bytes(whole[path][: len(whole[path]) // 2])
        commands: list[list[str | Path]] = [
            ["verify", "--rows", "--releases", store],
            ["fetch", VERSION, "--store", store],
            ["releases", "--store", store],
        ]
        if path == parquet:
            commands += [
                ["check", path, "--table", TABLE, "--engine", engine]
                for engine in ("polars", "duckdb")
            ]
        for command in commands:
            ended = run_limited(*command, folder=store, TUMEN_CACHE=str(store / ".cache"))
            tried += 1
            bad += [] if ended.clear else [f"{command[0]} {path.name}: {ended}"]
        path.write_bytes(whole[path])
    happened = bad[0] if bad else "reported in a sentence or as a fault"
    return Row(
        "Parquet, datapackage and index cut in half",
        "`tumen verify`, `fetch`, `releases`, `check`",
        tried,
        happened,
        sound=not bad,
    )
