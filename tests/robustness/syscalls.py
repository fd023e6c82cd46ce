"""The system calls by which a command changes files, and faults injected into them.

`strace` (Debian) records the system calls of an undisturbed run. Each call that changes something
below a watched folder is a step. A later run is killed as it enters that call, or the call fails
with an error.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from without_resources import run_tumen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from without_resources import Ended

PRESENT: Final = shutil.which("strace") is not None
ABSENT: Final = "skipped: strace is not installed (apt-get install strace)"
BY_NAME: Final = (
    "openat",
    "creat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
    "link",
    "linkat",
)
BY_FILE: Final = ("write", "pwrite64", "writev", "ftruncate", "copy_file_range", "sendfile")
FLUSHING: Final = ("fsync", "fdatasync")
_HERE: Final = "<folder>"
_LINE: Final = re.compile(
    r"(?P<process>\d+) +(?P<call>\w+)\((?P<arguments>.*?)"
    r"(?:\) += (?P<result>\S+).*| <unfinished \.\.\.>)$"
)
_OPENED: Final = re.compile(r"\d+<(/[^>]*)>")
_NAMED: Final = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<base>/[^>]*)>, )?"(?P<name>(?:[^"\\]|\\.)*)"')


class Call(NamedTuple):
    """A system call, its files, and how to find it in another run.

    `turn` counts the calls with the path `asked`.
    """

    name: str
    files: tuple[str, ...]
    asked: str
    turn: int
    turn_of_all: int

    def __str__(self) -> str:
        return f"{self.name} of {' and '.join(Path(file).name for file in self.files)}"


def run_traced(
    command: Sequence[str], folder: Path, env: Mapping[str, str]
) -> tuple[Ended, list[Call]]:
    """Run a command, and return its end and the calls of its first thread that changed the folder.

    Calls that flush something below the folder count too.
    """
    with TemporaryDirectory() as scratch:
        log = Path(scratch, "log")
        calls = f"trace={','.join((*BY_NAME, *BY_FILE, *FLUSHING))}"
        ended = run_tumen(
            command,
            folder,
            env,
            ("strace", "--seccomp-bpf", "-f", "-qq", "-y", "-s", "1", "-o", str(log), "-e", calls),
        )
        lines = [
            match
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
            if (match := _LINE.match(line))
        ]
    return ended, _calls([line for line in lines if line["process"] == lines[0]["process"]], folder)


def run_with_fault(
    command: Sequence[str],
    folder: Path,
    env: Mapping[str, str],
    call: Call,
    what: str,
    *,
    by_path: bool = True,
) -> Ended:
    """Run a command with a fault at a call, and return how it ended.

    `what` is the fault: `signal=KILL` before the call, or `error=ENOSPC` instead of it. Without
    `by_path`, the call is found by its number alone, which suits files with random names.
    """
    turn = call.turn if by_path else call.turn_of_all
    path = ("-P", call.asked.replace(_HERE, str(folder))) if by_path else ()
    fast = () if what.startswith("signal") else ("--seccomp-bpf",)
    injected = f"inject={call.name}:{what}:when={turn}"
    strace = (
        "strace",
        "-f",
        "-qq",
        "-o",
        os.devnull,
        *fast,
        *path,
        "-e",
        f"trace={call.name}",
        "-e",
        injected,
    )
    return run_tumen(command, folder, env, strace)


def _calls(lines: Sequence[re.Match[str]], folder: Path) -> list[Call]:
    calls: list[Call] = []
    turns: Counter[tuple[str, str]] = Counter()
    for line in lines:
        name, arguments = line["call"], line["arguments"]
        asked, files = _about(name, arguments, folder)
        turns.update([(name, asked), (name, "")])
        reads = name == "openat" and not re.search("O_CREAT|O_TRUNC", arguments)
        if files and not reads and line["result"] != "-1":
            calls.append(
                Call(
                    name,
                    files,
                    asked.replace(str(folder), _HERE),
                    turns[name, asked],
                    turns[name, ""],
                )
            )
    return calls


def _about(name: str, arguments: str, folder: Path) -> tuple[str, tuple[str, ...]]:
    """Return the path by which `strace -P` knows a call, and its files below the folder."""
    opened = _OPENED.match(arguments)
    names = list(_NAMED.finditer(arguments)) if name in BY_NAME else []
    paths = [os.path.normpath(Path(path["base"] or folder, path["name"])) for path in names] or (
        [opened[1]] if opened else []
    )
    asked = opened[1] if opened else names[0]["name"] if names else ""
    return asked, tuple(path for path in paths if Path(path).is_relative_to(folder))
