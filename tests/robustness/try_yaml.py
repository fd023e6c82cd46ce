"""Odd records, each checked by the command: a finding at its place, in bounded memory and time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from limits import MEMORY, SECONDS, run_limited
from odd_yaml import large, read, unread
from trials import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limits import Ended
    from odd_yaml import Awkward

LIMITS: Final = f"`tumen check` in {MEMORY // 2**20} GiB and {SECONDS} s"
_DEEP: Final = 1500
_LONG: Final = 10_000
_NAMES: Final = (
    b"a\nb",
    b"\x1b[2J",
    b"\xff\xfe",
    b"-x",
    b" ",
    "\u202e".encode(),
    b"a" * 250,
    b"%0A::error",
    b"'\"<&>",
)
_COMMANDS: Final = (
    "check",
    "fmt",
    "sign",
    "check --table places",
    "verify --releases",
    "new place X --dataset",
)


def trials(*, long: bool) -> Iterator[Row]:
    """Yield a row for each kind of small file, for each large one, and for odd names."""
    yield from _side_by_side([*unread()])
    yield from _side_by_side([*read()])
    for case in large(1_000_000 if long else 50_000):
        with tempfile.TemporaryDirectory() as folder:
            _lay(Path(folder), case, "a")
            ended = _check(Path(folder))
        sound = ended.clear and f"a.yaml:{case.says} " in ended.out
        yield Row(
            case.group, LIMITS, 1, f"found at {case.says}" if sound else str(ended), sound=sound
        )
    yield _names()
    yield _long_path()
    yield _deep_folders()


def _check(folder: Path) -> Ended:
    return run_limited(
        "check", "dataset", "--no-cache", "--ignore", "E010", "--ignore", "E301", folder=folder
    )


def _side_by_side(cases: list[Awkward]) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(cases):
            _lay(Path(folder), case, f"{number}")
        ended = _check(Path(folder))
    reports = [
        [line for line in ended.out.splitlines() if f"/{number}.yaml:" in line]
        for number in range(len(cases))
    ]
    for group, members in groupby(zip(cases, reports, strict=True), key=lambda pair: pair[0].group):
        group_cases = [*members]
        wrong = [
            f"{case.name}: {' '.join(lines)[:200] or ended}"
            for case, lines in group_cases
            if not _as_wanted(case, lines)
        ]
        codes = sorted({case.says.partition(" ")[2] for case, _ in group_cases} - {""})
        good = f"found at their places: {', '.join(codes)}" if codes else "nothing found"
        yield Row(
            group,
            LIMITS,
            len(group_cases),
            wrong[0] if wrong else good,
            sound=ended.clear and not wrong,
        )


def _as_wanted(case: Awkward, lines: list[str]) -> bool:
    return any(f".yaml:{case.says} " in line for line in lines) if case.says else not lines


def _lay(folder: Path, case: Awkward, name: str) -> None:
    place = folder / "dataset" / case.table / f"{name}.yaml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(case.content)


def _names() -> Row:
    with tempfile.TemporaryDirectory() as folder:
        places = Path(folder, "dataset", "places")
        places.mkdir(parents=True)
        for name in _NAMES:
            Path(os.fsdecode(os.fsencode(places) + b"/" + name + b".yaml")).write_bytes(
                b"- {id: A, name: b, kind: city, country: RU}\n"
            )
        ended = _check(Path(folder))
    reports = [
        line
        for line in ended.out.splitlines()
        if line.startswith("dataset/places/") and ".yaml:1:8 E104 " in line
    ]
    sound = ended.clear and len(reports) == len(_NAMES) and "\x1b" not in ended.out
    fault = "a file name with a line end, an escape sequence, bytes that are no text"
    return Row(
        fault,
        LIMITS,
        len(_NAMES),
        "each found, on a line of its own" if sound else str(ended),
        sound=sound,
    )


def _long_path() -> Row:
    runs = [
        run_limited(*command.split(), "a" * _LONG, folder=Path(tempfile.gettempdir()))
        for command in _COMMANDS
    ]
    bad = [str(run) for run in runs if run.status != 2 or not run.clear]
    happened = bad[0] if bad else "refused in a sentence"
    return Row(
        f"a path of {_LONG:,} characters",
        f"{len(_COMMANDS)} commands",
        len(runs),
        happened,
        sound=not bad,
    )


def _deep_folders() -> Row:
    folder = tempfile.mkdtemp()
    make = (
        "import os, sys\nfor _ in range(int(sys.argv[1])):\n"
        "    os.mkdir('places')\n    os.chdir('places')\n"
    )
    subprocess.run([sys.executable, "-c", make, f"{_DEEP}"], cwd=folder, check=True)
    ended = run_limited("check", ".", "--no-cache", folder=Path(folder))
    subprocess.run(["rm", "-r", folder], check=True)
    sound = ended.clear and ":1:1 E001 " in ended.out
    return Row(
        f"folders {_DEEP:,} deep",
        LIMITS,
        1,
        "followed so far and no farther: E001" if sound else str(ended),
        sound=sound,
    )
