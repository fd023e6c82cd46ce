"""Run the writing commands without free space, or without permission to write."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from sandbox import leftovers, new_sandbox
from trials import Row
from without_resources import NO_ROOT, ROOT, Ended, resource_row, run_tumen
from writers import WRITERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from writers import Writer

NOBODY: Final = 65534
_POWERLESS: Final = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner")


def trials(*, long: bool) -> Iterator[Row]:
    """Yield the result of each loss, for the commands that write."""
    writers = [writer for writer in WRITERS if long or writer.name in ("new", "build")]
    yield _without_room(writers, long=long)
    yield _beyond_a_limit(writers)
    yield _read_only(writers)
    yield _as_another(writers)


def _find_fault(writer: Writer, folder: Path, before: object, ended: Ended) -> str:
    """Return what is wrong with a command that had no space.

    Nothing is wrong if it did its work, or if it reported the failure and changed nothing.
    """
    if ended.is_clean and ended.status == 0:
        return ""
    if not ended.refused:
        return f"{writer.name}: status {ended.status}, {ended.errors[-300:]}"
    if not writer.piecewise and writer.seen(folder) != before:
        return f"{writer.name}: refused, and changed"
    litter = [name for name in leftovers(folder) if writer.name != "fetch"]
    return f"{writer.name}: leaves {litter}" if litter else ""


def _try_all(
    writers: Sequence[Writer], what: Callable[[Writer, Path, dict[str, str]], Ended]
) -> tuple[list[str], int]:
    wrong, refused = [], 0
    for writer in writers:
        with new_sandbox() as (folder, env):
            before = writer.seen(folder)
            ended = what(writer, folder, env)
            refused += ended.refused
            if fault := _find_fault(writer, folder, before, ended):
                wrong.append(fault)
    return wrong, refused


@contextmanager
def _small_disk(folder: Path, size: int) -> Iterator[None]:
    """Mount a separate disk over the folder, with its files and `size` free bytes."""
    copy = folder.with_name("kept")
    shutil.copytree(folder, copy)
    used = sum(-(-path.stat().st_size // 4096) * 4096 + 4096 for path in copy.rglob("*"))
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={used + size}", "tmpfs", folder], check=True
    )
    try:
        shutil.copytree(copy, folder, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _without_room(writers: Sequence[Writer], *, long: bool) -> Row:
    fault, sizes = "the disk is full", (0, 8192, 40960, 200_000) if long else (8192,)
    if not ROOT:
        return Row(fault, "a small tmpfs", 0, NO_ROOT, sound=True)
    wrong, refused = [], 0

    def run(writer: Writer, folder: Path, env: dict[str, str], size: int) -> Ended:
        with _small_disk(folder, size):
            before = writer.seen(folder)
            ended = run_tumen(writer.arguments, folder, env)
            if inner := _find_fault(writer, folder, before, ended):
                wrong.append(f"{size} bytes free: {inner}")
        return ended

    for size in sizes:
        refused += _try_all(writers, partial(run, size=size))[1]
    tried = len(writers) * len(sizes)
    happened = (
        f"{refused} refused in a sentence, nothing changed; {tried - refused} had enough space"
    )
    return resource_row(
        fault, f"a tmpfs with {', '.join(map(str, sizes))} bytes free", wrong, tried, happened
    )


def _beyond_a_limit(writers: Sequence[Writer]) -> Row:
    def run(writer: Writer, folder: Path, env: dict[str, str]) -> Ended:
        return run_tumen(
            writer.arguments,
            folder,
            env,
            prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (256, 256)),
        )

    wrong, refused = _try_all(writers, run)
    happened = (
        f"{refused} refused in a sentence, nothing changed; {len(writers) - refused} did without"
    )
    return resource_row(
        "a file may not grow", "RLIMIT_FSIZE of 256 bytes (SIGXFSZ)", wrong, len(writers), happened
    )


def _read_only(writers: Sequence[Writer]) -> Row:
    fault, injected = "the folder is read-only", "a read-only bind mount"
    if not ROOT:
        return Row(fault, injected, 0, NO_ROOT, sound=True)

    def run(writer: Writer, folder: Path, env: dict[str, str]) -> Ended:
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
            return run_tumen(writer.arguments, folder, env)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)

    wrong, refused = _try_all(writers, run)
    happened = (
        f"{refused} refused in a sentence, nothing changed; {len(writers) - refused} did without"
    )
    return resource_row(fault, injected, wrong, len(writers), happened)


def _as_another(writers: Sequence[Writer]) -> Row:
    fault, injected = (
        "the folder is another user's",
        "owned by nobody, run without the capabilities that let root write anywhere",
    )
    if not ROOT:
        return Row(fault, injected, 0, NO_ROOT, sound=True)

    def run(writer: Writer, folder: Path, env: dict[str, str]) -> Ended:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        return run_tumen(writer.arguments, folder, env, _POWERLESS)

    wrong, refused = _try_all(writers, run)
    happened = (
        f"{refused} refused in a sentence, nothing changed; {len(writers) - refused} did without"
    )
    return resource_row(fault, injected, wrong, len(writers), happened)
