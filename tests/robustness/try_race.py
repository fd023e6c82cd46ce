"""Start commands at the same time: nothing may be lost or assigned twice.

A command that comes too late must report it.
"""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from sandbox import FIRST, SECOND, STORED, leftovers, new_sandbox, visible_files
from trials import TUMEN, Row, describe_wrong, ended_cleanly, run_cli

from tumen.cli.exit import COULD_NOT_RUN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Run = subprocess.CompletedProcess[str]


def trials(*, long: bool) -> Iterator[Row]:
    """Yield the result of each pair or crowd of processes."""
    yield from (
        _news(2, 3 if long else 1),
        _news(10, 3 if long else 1),
        _fetches(10, 5 if long else 1),
    )
    yield from (
        _builds(10 if long else 2),
        _build_and_withdraw(10 if long else 2),
        _checks(5 if long else 1),
    )
    yield _check_and_fmt(10 if long else 2)


def at_once(commands: Sequence[Sequence[str]], folder: Path, env: Mapping[str, str]) -> list[Run]:
    """Start commands at the same time, and return how they ended."""
    piped = subprocess.PIPE
    running = [
        subprocess.Popen(
            [TUMEN, *command],
            cwd=folder,
            env={**os.environ, **env},
            stdout=piped,
            stderr=piped,
            text=True,
        )
        for command in commands
    ]
    return [
        subprocess.CompletedProcess(process.args, process.wait(), *output)
        for process in running
        for output in [process.communicate()]
    ]


def _news(number: int, rounds: int) -> Row:
    wrong, repeated = [], 0
    for _ in range(rounds):
        with new_sandbox() as (folder, env):
            runs = at_once(
                [
                    ("new", "meetings", "--date", f"2026-06-{day:02}")
                    for day in range(1, number + 1)
                ],
                folder,
                env,
            )
            text = "".join(
                path.read_text(encoding="utf-8") for path in (folder / "dataset").glob("meetings*")
            )
            ids, days = (
                re.findall(r"^- id: (mtg-\d+)", text, re.MULTILINE),
                re.findall(r"^  start: (2026-06-\d+)", text, re.MULTILINE),
            )
            repeated += len(set(ids)) - 1
            if (
                any(run.returncode for run in runs)
                or len(set(ids)) != number + 1
                or len(set(days)) != number
                or leftovers(folder)
            ):
                wrong.append(
                    f"{ids} {[run.stderr for run in runs if run.returncode]} {leftovers(folder)}"
                )
    return Row(
        f"{number} `new` at once",
        "processes started together",
        rounds,
        f"{repeated} records, {repeated} ids{describe_wrong(wrong)}",
        not wrong,
    )


def _fetches(number: int, rounds: int) -> Row:
    wrong = []
    for _ in range(rounds):
        with new_sandbox() as (folder, env):
            runs = at_once([("fetch", STORED, "--store", "store")] * number, folder, env)
            places = list((folder / "cache" / "releases").glob(f"*/{STORED}"))
            good = len(places) == 1 and visible_files(places[0]) == visible_files(
                folder / "store" / STORED
            )
            if any(run.returncode for run in runs) or not good or leftovers(folder):
                wrong.append(
                    f"{[run.stderr for run in runs if run.returncode]} {places} {leftovers(folder)}"
                )
    happened = (
        f"each time one release, every file as published, nothing else left{describe_wrong(wrong)}"
    )
    return Row(
        f"{number} `fetch` at once",
        "processes started together, an empty cache",
        rounds,
        happened,
        not wrong,
    )


def _builds(rounds: int) -> Row:
    wrong = []
    for _ in range(rounds):
        with new_sandbox() as (folder, env):
            runs = at_once([("build", SECOND)] * 2, folder, env)
            won = [run for run in runs if run.returncode == 0]
            lost = [
                run
                for run in runs
                if run.returncode == COULD_NOT_RUN
                and f"tumen: release {SECOND} exists and never changes" in run.stderr
            ]
            verified = run_cli("verify", folder=folder, env=env)
            if len(won) != 1 or len(lost) != 1 or verified.returncode or leftovers(folder):
                wrong.append(f"{[run.stderr[-200:] for run in runs]} {verified.stdout}")
    happened = (
        "each time one publishes, the other reports that the release exists; all verify"
        f"{describe_wrong(wrong)}"
    )
    return Row(
        "2 `build` of a version at once", "processes started together", rounds, happened, not wrong
    )


def _build_and_withdraw(rounds: int) -> Row:
    wrong, both = [], 0
    for _ in range(rounds):
        with new_sandbox() as (folder, env):
            built, withdrawn = at_once(
                [("build", SECOND), ("withdraw", FIRST, "--reason", "A trial.")], folder, env
            )
            index = (folder / "releases" / "index.json").read_text(encoding="utf-8")
            verified = run_cli("verify", folder=folder, env=env)
            consistent = (SECOND in index) == (built.returncode == 0) and ("A trial." in index) == (
                withdrawn.returncode == 0
            )
            both += built.returncode == withdrawn.returncode == 0
            if (
                not (consistent and ended_cleanly(built) and ended_cleanly(withdrawn))
                or verified.returncode
                or leftovers(folder)
            ):
                wrong.append(f"{built.stderr} {withdrawn.stderr} {verified.stdout}")
    happened = (
        f"both done {both}, the build reports that the releases changed {rounds - both};"
        f" no entry is lost{describe_wrong(wrong)}"
    )
    return Row(
        "`build` and `withdraw` at once", "processes started together", rounds, happened, not wrong
    )


def _checks(rounds: int) -> Row:
    wrong = []
    for _ in range(rounds):
        with new_sandbox() as (folder, env):
            alone = run_cli("check", "--no-cache", folder=folder, env=env).stdout
            runs = [
                *at_once([("check",)] * 2, folder, env),
                run_cli("check", folder=folder, env=env),
            ]
            if any((run.returncode, run.stdout) != (0, alone) for run in runs) or leftovers(folder):
                wrong.append(f"{[run.stdout + run.stderr for run in runs]} {leftovers(folder)}")
    return Row(
        "2 `check` at once",
        "an empty cache, shared",
        rounds,
        f"both, and one after, say what one alone says{describe_wrong(wrong)}",
        not wrong,
    )


def _check_and_fmt(rounds: int) -> Row:
    wrong = []
    for _ in range(rounds):
        with new_sandbox() as (folder, env):
            checked, formatted = at_once([("check",), ("fmt",)], folder, env)
            if checked.returncode or formatted.returncode:
                wrong.append(checked.stdout + checked.stderr + formatted.stderr)
    return Row(
        "`check` while `fmt` writes",
        "processes started together",
        rounds,
        f"no finding, each time{describe_wrong(wrong)}",
        not wrong,
    )
