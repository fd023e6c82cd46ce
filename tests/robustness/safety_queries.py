"""Queries to `tumen sql` that try to leave their database, take all memory, or never end."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from hostile_sql import ENDLESS, HUGE, SQL, UNREADABLE
from trials import TUMEN, Row, run_cli

import tumen
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REFUSED = "the query failed: "


def trials(*, long: bool) -> Iterator[Row]:
    """Yield a row for queries that must be refused, that take too much, and that do not end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _refused(folder)
        yield _on_command_line(
            folder, [query for query in SQL if "\0" not in query][:: 1 if long else 12]
        )
        yield _too_much(folder, HUGE if long else HUGE[:1])
        yield _without_end(folder, ENDLESS if long else ENDLESS[:1])


def _refused(folder: Path) -> Row:
    mine = secret = pl.DataFrame({"a": [1]})  # noqa: F841
    snapshot, taken, queries = tumen.open(), [], (*SQL, *UNREADABLE, "from mine, secret")
    with chdir(folder):
        for query in queries:
            try:
                taken.append(f"{query[:80]!r}: {snapshot.sql(query).rows()[:1]}")
            except TumenError as error:
                taken += [] if str(error).startswith(REFUSED) else [f"{query[:80]!r}: {error}"]
    left = [path.name for path in folder.iterdir()]
    happened = (
        taken[0] if taken else f"each refused with one message; {len(left)} files left behind"
    )
    return Row(
        "a query that reads, writes, loads, attaches, sets",
        "Snapshot.sql",
        len(queries),
        happened,
        sound=not taken and not left,
    )


def _on_command_line(folder: Path, queries: Sequence[str]) -> Row:
    runs = [(query, run_cli("sql", "--", query, folder=folder)) for query in queries]
    bad = [
        query
        for query, run in runs
        if run.returncode != 2 or not run.stderr.startswith(f"tumen: {REFUSED}")
    ]
    left = [path.name for path in folder.iterdir()]
    happened = f"not refused: {bad[0][:80]!r}" if bad else "exit status 2 and one message"
    return Row(
        "the same on the command line", "tumen sql", len(runs), happened, sound=not bad and not left
    )


def _too_much(folder: Path, queries: Sequence[str]) -> Row:
    bad, most = [], 0
    for query in queries:
        with subprocess.Popen(
            [TUMEN, "sql", query],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as run:
            errors = run.stderr.read() if run.stderr else ""
            _, status, used = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
        most = max(most, used.ru_maxrss >> 10)
        if run.returncode != 2 or not errors.startswith(f"tumen: {REFUSED}"):
            bad.append(f"{query}: {run.returncode} {errors[-100:]}")
    happened = bad[0] if bad else f"refused; at most {most:,} MiB were in use"
    return Row(
        "a query that asks for 1 to 80 GB",
        "tumen sql",
        len(queries),
        happened,
        sound=not bad and most < 6 * 1024,
    )


def _without_end(folder: Path, queries: Sequence[str]) -> Row:
    bad, slowest = [], 0.0
    for query in queries:
        with subprocess.Popen(
            [TUMEN, "sql", query],
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as run:
            time.sleep(4)
            start = time.monotonic()
            os.killpg(run.pid, signal.SIGINT)
            try:
                _, errors = run.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                run.kill()
                errors = "did not end"
            slowest = max(slowest, time.monotonic() - start)
        if run.returncode != 130 or errors:
            bad.append(f"{query}: {run.returncode} {errors}")
    happened = bad[0] if bad else f"exit status 130 and no word, after {slowest:.1f} s at most"
    return Row(
        "Ctrl-C in a query that does not end",
        "SIGINT after 4 s",
        len(queries),
        happened,
        sound=not bad,
    )
