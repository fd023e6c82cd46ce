"""Run commands without what they rely on.

That is a home, a cache, a temporary folder, a working folder, a network, or the right date.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from sandbox import STORED, new_sandbox
from trials import Row
from without_resources import NO_ROOT, ROOT, resource_row, run_tumen
from writers import WRITERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_MINUTE: Final = 60
_UNKNOWN: Final = (
    "unshare",
    "-m",
    "sh",
    "-c",
    'mount --bind /dev/null /etc/passwd && exec "$0" "$@"',
)


def trials(*, long: bool) -> Iterator[Row]:
    """Yield the result of each loss, for the commands that notice it."""
    yield _without_home()
    yield _cache_unwritable()
    yield _without_scratch()
    yield _folder_gone(long=long)
    yield from _without_network()
    yield from _clock_back()


def _without_home() -> Row:
    wrong = []
    commands = (
        ("check",),
        ("fetch", STORED, "--store", "store"),
        ("new", "meetings"),
        ("timeline",),
    )
    for arguments in commands:
        for before in ((), _UNKNOWN) if ROOT else ((),):
            with new_sandbox() as (folder, env):
                unset = {"HOME": None, "XDG_CACHE_HOME": None, "TUMEN_CACHE": None}
                ended = run_tumen(arguments, folder, {**env, **unset}, before)
                fetch_without_place = arguments[0] == "fetch" and bool(before) and ended.refused
                if (
                    not ((ended.is_clean and ended.status == 0) or fetch_without_place)
                    or (folder / "~").exists()
                ):
                    wrong.append(
                        f"{arguments[0]} {before[:1]}: status {ended.status},"
                        f" {ended.errors[-200:]} {(folder / '~').exists()}"
                    )
    tried = len(commands) * (2 if ROOT else 1)
    happened = (
        "done; a fetch by a user without a home is refused and names TUMEN_CACHE;"
        " no folder `~` is made"
    )
    return resource_row(
        "there is no home",
        "HOME and XDG_CACHE_HOME unset, also as a user unknown to the system",
        wrong,
        tried,
        happened,
    )


def _cache_unwritable() -> Row:
    wrong = []
    for cache in ("/proc/nowhere", "CHANGELOG.md/cache", "~nobody-there/cache"):
        for arguments in (("check",), ("fetch", STORED, "--store", "store")):
            with new_sandbox() as (folder, env):
                ended = run_tumen(arguments, folder, {**env, "TUMEN_CACHE": cache})
                done = ended.is_clean and ended.status == 0 and arguments[0] == "check"
                if not done and not ended.refused:
                    wrong.append(
                        f"{arguments[0]}, TUMEN_CACHE={cache}: status {ended.status},"
                        f" {ended.errors[-300:]}"
                    )
    happened = (
        "`check` does without it, `fetch` is refused in a sentence,"
        " and both are refused if the path is in the home of an unknown user"
    )
    return resource_row(
        "the cache cannot be written",
        "TUMEN_CACHE in /proc, under a file, of no user",
        wrong,
        6,
        happened,
    )


def _without_scratch() -> Row:
    wrong = []
    commands = (
        ("fetch", STORED, "--store", "store"),
        ("export", "--overwrite", "out.db", "--to", "sqlite"),
        ("check",),
    )
    for arguments in commands:
        with new_sandbox() as (folder, env):
            ended = run_tumen(arguments, folder, {**env, "TMPDIR": "/nowhere"})
            if not ended.is_clean or ended.status:
                wrong.append(f"{arguments[0]}: status {ended.status}, {ended.errors[-200:]}")
    return resource_row(
        "there is no TMPDIR",
        "TMPDIR=/nowhere",
        wrong,
        len(commands),
        "done: Python finds another place",
    )


def _folder_gone(*, long: bool) -> Row:
    commands = [
        *(writer.arguments for writer in WRITERS[: None if long else 3]),
        ("check",),
        ("verify",),
        ("check", "../dataset"),
    ]
    wrong = []
    for arguments in commands:
        with new_sandbox() as (folder, env):
            gone = folder / "gone"
            gone.mkdir()
            ended = run_tumen(arguments, gone, env, prepare=gone.rmdir)
            fine = ended.refused or (ended.is_clean and ended.status == 0)
            if not fine:
                wrong.append(f"{arguments}: status {ended.status}, {ended.errors[-200:]}")
    return resource_row(
        "the working folder is gone",
        "started in a folder that was deleted",
        wrong,
        len(commands),
        "refused in a sentence, or done where it is not needed",
    )


def _without_network() -> Iterator[Row]:
    waits = {
        "TUMEN_TIMEOUT": "2",
        "TUMEN_STORE_KEY": "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
    }
    ways = {"no interface": ("unshare", "-n"), "an address that leads nowhere": ()}
    for name, before in ways.items():
        address = "https://store.example/tumen" if before else "https://192.0.2.1/tumen"
        if before and not ROOT:
            yield Row(f"there is no network: {name}", "unshare -n", 0, NO_ROOT, sound=True)
            continue
        with new_sandbox() as (folder, env):
            ended = run_tumen(
                ["fetch", STORED, "--store", address], folder, {**env, **waits}, before
            )
            wrong = (
                []
                if ended.refused and ended.seconds < _MINUTE
                else [f"status {ended.status}, {ended.seconds:.0f} s, {ended.errors[-200:]}"]
            )
        happened = "refused in a sentence after 4 attempts, within a minute, with TUMEN_TIMEOUT=2"
        yield resource_row(
            f"there is no network: {name}", f"{' '.join(before) or '192.0.2.1'}", wrong, 1, happened
        )


def _clock_back() -> Iterator[Row]:
    back = {"SOURCE_DATE_EPOCH": "946684800"}
    expected: dict[str, tuple[tuple[str, ...], str]] = {
        "build": (("build",), "correct the clock, or SOURCE_DATE_EPOCH"),
        "withdraw": (
            ("withdraw", "2026.11.0", "--reason", "A trial."),
            "correct the clock, or SOURCE_DATE_EPOCH",
        ),
        "new": (("new", "meetings", "--date", "2026-06-17"), ""),
        "check": (("check",), ""),
        "timeline": (("timeline",), ""),
    }
    wrong = []
    for name, (arguments, sentence) in expected.items():
        with new_sandbox() as (folder, env):
            ended = run_tumen(arguments, folder, {**env, **back})
            if (
                not ended.is_clean
                or (sentence and sentence not in ended.errors)
                or (not sentence and ended.status)
            ):
                wrong.append(f"{name}: status {ended.status}, {ended.errors[-200:]}")
    yield resource_row(
        "the clock is set back to 2000",
        "SOURCE_DATE_EPOCH",
        wrong,
        len(expected),
        "`build` and `withdraw` are refused: no release is of such a day; all else does not ask",
    )
    faketime = shutil.which("faketime")
    if faketime is None:
        yield Row(
            "the system's clock is set back",
            "faketime",
            0,
            "skipped: faketime is not installed (apt-get install faketime)",
            sound=True,
        )
        return
    wrong = []
    for name, (arguments, sentence) in expected.items():
        with new_sandbox() as (folder, env):
            run_tumen(["check"], folder, env)
            ended = run_tumen(
                arguments, folder, {**env, "SOURCE_DATE_EPOCH": None}, [faketime, "2000-01-01"]
            )
            if (
                not ended.is_clean
                or (sentence and sentence not in ended.errors)
                or (not sentence and ended.status)
            ):
                wrong.append(f"{name}: status {ended.status}, {ended.errors[-200:]}")
    yield resource_row(
        "the system's clock is set back",
        "faketime 2000-01-01, the cache from later",
        wrong,
        len(expected),
        "the same",
    )
