"""The steps by which a command changes the file system, as the kernel sees them, and how to let it die or fail at one of them.

`strace` (Debian) records the system calls of a run that is left alone; each call that changes something under a watched folder is a
step. A later run is killed as it enters that call, or the call is made to fail with an error of the system's.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from without_resources import tumen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from without_resources import Ended

PRESENT: Final = shutil.which("strace") is not None
ABSENT: Final = "skipped: strace is not installed (apt-get install strace)"
BY_NAME: Final = (
    "openat", "creat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "link", "linkat",
)  # fmt: skip
BY_FILE: Final = ("write", "pwrite64", "writev", "ftruncate", "copy_file_range", "sendfile")
FLUSHING: Final = ("fsync", "fdatasync")
_HERE: Final = "<folder>"
_LINE: Final = re.compile(
    r"(?P<process>\d+) +(?P<call>\w+)\((?P<arguments>.*?)(?:\) += (?P<result>\S+).*| <unfinished \.\.\.>)$"
)
_OPENED: Final = re.compile(r"\d+<(/[^>]*)>")
_NAMED: Final = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<base>/[^>]*)>, )?"(?P<name>(?:[^"\\]|\\.)*)"')


class Call(NamedTuple):
    """A system call, the files that it is about, and how to meet it again: `turn` counts such calls for the path `asked`."""

    name: str
    files: tuple[str, ...]
    asked: str
    turn: int
    turn_of_all: int

    def __str__(self) -> str:
        return f"{self.name} of {' and '.join(Path(file).name for file in self.files)}"


def traced(
    command: Sequence[str], folder: Path, env: Mapping[str, str]
) -> tuple[Ended, list[Call]]:
    """Return how a run ended, and the calls of its first thread that changed or flushed something under the folder."""
    with TemporaryDirectory() as scratch:
        log = Path(scratch, "log")
        calls = f"trace={','.join((*BY_NAME, *BY_FILE, *FLUSHING))}"
        ended = tumen(
            command,
            folder,
            env,
            ("strace", "--seccomp-bpf", "-f", "-qq", "-y", "-s", "1", "-o", str(log), "-e", calls),
        )
        lines = [
            found
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
            if (found := _LINE.match(line))
        ]
    return ended, _calls([line for line in lines if line["process"] == lines[0]["process"]], folder)


def met(
    command: Sequence[str],
    folder: Path,
    env: Mapping[str, str],
    call: Call,
    what: str,
    *,
    by_path: bool = True,
) -> Ended:
    """Return how a run ended to which `what` was done at a call: `signal=KILL` before it is carried out, or `error=ENOSPC`.

    Without `by_path`, the call is found by its number alone: for files whose names are drawn by lot.
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
    return tumen(command, folder, env, strace)


def _calls(lines: Sequence[re.Match[str]], folder: Path) -> list[Call]:
    found: list[Call] = []
    turns: Counter[tuple[str, str]] = Counter()
    for line in lines:
        name, arguments = line["call"], line["arguments"]
        asked, files = _about(name, arguments, folder)
        turns.update([(name, asked), (name, "")])
        reads = name == "openat" and not re.search("O_CREAT|O_TRUNC", arguments)
        if files and not reads and line["result"] != "-1":
            found.append(
                Call(
                    name,
                    files,
                    asked.replace(str(folder), _HERE),
                    turns[name, asked],
                    turns[name, ""],
                )
            )
    return found


def _about(name: str, arguments: str, folder: Path) -> tuple[str, tuple[str, ...]]:
    """Return the path by which `strace -P` knows a call, and the files under the folder that it is about."""
    opened = _OPENED.match(arguments)
    named = list(_NAMED.finditer(arguments)) if name in BY_NAME else []
    paths = [os.path.normpath(Path(one["base"] or folder, one["name"])) for one in named] or (
        [opened[1]] if opened else []
    )
    asked = opened[1] if opened else named[0]["name"] if named else ""
    return asked, tuple(path for path in paths if Path(path).is_relative_to(folder))
