"""Run commands with a full or closed output, without UTF-8, and interrupt them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sandbox import SECOND, STORED, leftovers, new_sandbox
from trials import TUMEN
from without_resources import resource_row, run_tumen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trials import Row

_PLACE: Final = "北京"
READERS: Final = {
    "check": ("check",),
    "verify": ("verify",),
    "timeline": ("timeline",),
    "timeline, csv": ("timeline", "--format", "csv"),
    "timeline, parquet": ("timeline", "--format", "parquet"),
    "show": ("show", "mtg-0005", "--format", "json"),
    "find": ("find", "Шойгу"),
    "cite": ("cite",),
    "codebook": ("codebook",),
    "explain": ("explain", "E104"),
    "diff": ("diff", "2026.11.0", "2026.11.1"),
    "--help": ("--help",),
}


def trials(*, long: bool) -> Iterator[Row]:
    """Yield the result of each loss, for commands that print."""
    readers = READERS if long else {name: READERS[name] for name in ("check", "timeline, parquet")}
    yield _output_full(readers)
    yield from _reader_gone(readers)
    yield _without_utf8(READERS if long else {name: READERS[name] for name in ("check", "find")})
    yield from _interrupted(long=long)


def _output_full(readers: Mapping[str, Sequence[str]]) -> Row:
    wrong = []
    for name, arguments in readers.items():
        with new_sandbox() as (folder, env), Path("/dev/full").open("wb") as full:
            ended = run_tumen(arguments, folder, env, stdout=full.fileno())
            if not ended.refused or "could not be written: No space left" not in ended.errors:
                wrong.append(f"{name}: status {ended.status}, {ended.errors[-200:]}")
    return resource_row(
        "the output is full",
        "> /dev/full",
        wrong,
        len(readers),
        "status 2, and a sentence that says so",
    )


def _reader_gone(readers: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    wrong = []
    for name, arguments in readers.items():
        with new_sandbox() as (folder, env):
            reading, writing = os.pipe()
            os.close(reading)
            ended = run_tumen(arguments, folder, env, stdout=writing)
            os.close(writing)
            if ended.status != 128 + signal.SIGPIPE or ended.errors:
                wrong.append(f"{name}: status {ended.status}, {ended.errors[-200:]}")
    yield resource_row(
        "the reader of the output is gone",
        "a pipe without a reader, as after `| head`",
        wrong,
        len(readers),
        "status 141, and silence",
    )
    wrong = []
    for name, arguments in readers.items():
        with new_sandbox() as (folder, env):
            ended = run_tumen(arguments, folder, env, prepare=lambda: os.close(1))
            if ended.status or ended.errors:
                wrong.append(f"{name}: status {ended.status}, {ended.errors[-200:]}")
    yield resource_row(
        "there is no output",
        "started with its output closed, `>&-`",
        wrong,
        len(readers),
        "done, as with /dev/null",
    )


def _without_utf8(readers: Mapping[str, Sequence[str]]) -> Row:
    plain = {
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    }
    wrong = []
    for name, arguments in readers.items():
        with new_sandbox() as (folder, env):
            lettered = folder / _PLACE
            shutil.copytree(folder / "dataset", lettered / "dataset")
            shutil.copytree(folder / "releases", lettered / "releases")
            text = (
                (lettered / "dataset" / "places.yaml")
                .read_text(encoding="utf-8")
                .replace("name: Moscow", "name: Москва")
            )
            (lettered / "dataset" / "places.yaml").write_text(text, encoding="utf-8")
            usual, bare = (
                run_tumen(arguments, lettered, env),
                run_tumen(arguments, lettered, {**env, **plain}),
            )
            if (bare.status, bare.output) != (usual.status, usual.output) or not bare.is_clean:
                wrong.append(f"{name}: status {bare.status}, {bare.errors[-200:]}")
    happened = "the same bytes as with UTF-8, names in any script included"
    return resource_row(
        "the locale has no UTF-8",
        "LC_ALL=C, PYTHONUTF8=0, PYTHONIOENCODING=ascii, a folder named 北京",
        wrong,
        len(readers),
        happened,
    )


def _interrupted(*, long: bool) -> Iterator[Row]:
    commands = {
        "check": ("check", "--no-cache"),
        "fetch": ("fetch", STORED, "--store", "store"),
        "build": ("build", SECOND),
    }
    for name, arguments in commands.items():
        wrong, stopped, early, done = [], 0, 0, 0
        moments = 40 if long else 5
        with new_sandbox() as (folder, env):
            length = run_tumen(arguments, folder, env).seconds
        for moment in range(moments):
            with new_sandbox() as (folder, env):
                environment = {**os.environ, **env}
                run = subprocess.Popen(
                    [TUMEN, *arguments],
                    cwd=folder,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                time.sleep(length * (moment + 1) / moments)
                run.send_signal(signal.SIGINT)
                _, errors = run.communicate()
                before_us = run.returncode in (1, -signal.SIGINT) and not re.search(
                    r'tumen/\w+\.py", line \d+, in main', errors
                )
                stopped += run.returncode == 130
                early += before_us
                done += run.returncode == 0
                if not before_us and (
                    run.returncode not in (0, 130)
                    or "Traceback" in errors
                    or (leftovers(folder) and name != "fetch")
                ):
                    wrong.append(f"status {run.returncode}, {errors[-200:]} {leftovers(folder)}")
        happened = (
            f"status 130 and silence {stopped}, done before {done},"
            f" while Python itself was starting {early}"
        )
        yield resource_row(
            f"`{name}` is interrupted",
            "SIGINT at moments spread over its run",
            wrong,
            moments,
            happened,
        )
