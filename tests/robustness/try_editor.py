"""Save a file as editors do while it is formatted: no save may be lost."""

from __future__ import annotations

import random
import time
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from sandbox import new_sandbox
from trials import Row, describe_wrong, ended_cleanly, run_cli

from tumen._system import atomic
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SEED: Final = 9
_MOMENT: Final = 0.3
_TEXT: Final = "- id: moscow\n  name: Moscow\n  kind: city\n  country: RU\n"


def trials(*, long: bool) -> Iterator[Row]:
    """Yield the result of each way to save."""
    draw = random.Random(SEED)  # noqa: S311
    for name, save in (("in place", _save_in_place), ("by renaming", _save_by_renaming)):
        yield _fmt_and_editor(10 if long else 1, name, save, draw)
        yield _replaced_under_an_editor(20 if long else 3, name, save)


def _save_in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _save_by_renaming(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.swp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _editing(
    path: Path,
    save: Callable[[Path, str], None],
    done: Event,
    pause: Callable[[], float],
    lost: list[str],
    saves: list[int],
) -> None:
    """Save a file with a new number until the formatter is done, and note each lost save.

    A save is lost if it is gone when the file is opened next and a moment later.
    """
    number = 0
    while not done.is_set():
        save(path, f"# save {number}\n\n{_TEXT}")
        time.sleep(pause())
        if not _holds(path, number):
            time.sleep(_MOMENT)
            if not _holds(path, number):
                lost.append(f"save {number}")
        number += 1
    saves.append(number)


def _holds(path: Path, number: int) -> bool:
    return f"# save {number}\n" in path.read_text(encoding="utf-8")


def _fmt_and_editor(
    rounds: int, how: str, save: Callable[[Path, str], None], draw: random.Random
) -> Row:
    lost: list[str] = []
    ends = {"formatted": 0, "reported": 0}
    saves = 0
    for _ in range(rounds):
        with new_sandbox() as (folder, env):
            path, done = folder / "dataset" / "places.yaml", Event()
            _save_in_place(path, _TEXT)
            (folder / "dataset" / "meetings.yaml").unlink()
            counted: list[int] = []
            editor = Thread(
                target=_editing,
                args=(path, save, done, partial(draw.uniform, 0, 0.04), lost, counted),
            )
            editor.start()
            run = run_cli("fmt", "dataset/places.yaml", folder=folder, env=env)
            done.set()
            editor.join()
            saves += sum(counted)
            ends["reported" if "was changed by another program" in run.stderr else "formatted"] += 1
            if not ended_cleanly(run):
                lost.append(run.stderr)
    happened = (
        f"{saves} saves, none lost: formatted between two {ends['formatted']},"
        f" reported and left {ends['reported']}{describe_wrong(lost)}"
    )
    return Row(
        f"`fmt`, and an editor that saves {how}",
        "a save every 0 to 40 ms, read again",
        rounds,
        happened,
        not lost,
    )


def _replaced_under_an_editor(seconds: int, how: str, save: Callable[[Path, str], None]) -> Row:
    lost: list[str] = []
    with new_sandbox() as (folder, _):
        path, done = folder / "dataset" / "places.yaml", Event()
        counted: list[int] = []
        editor = Thread(target=_editing, args=(path, save, done, lambda: 0.0002, lost, counted))
        editor.start()
        end, tried, refused = time.monotonic() + seconds, 0, 0
        while time.monotonic() < end:
            before = path.read_bytes()
            if not before.endswith(_TEXT.encode()):
                continue  # the editor is amid a save
            tried += 1
            try:
                atomic.replace_unchanged(path, before, before + b"# formatted\n")
            except TumenError:
                refused += 1
        done.set()
        editor.join()
        exchanges = atomic.exchange_paths(path, folder / "CHANGELOG.md")
    happened = f"{counted[0]} saves, none lost; {refused} writes refused{describe_wrong(lost)}"
    how_replaced = "with" if exchanges else "WITHOUT"
    injected = f"a save every 0.2 ms for {seconds} s, {how_replaced} exchange of files"
    return Row(
        f"a file replaced under an editor that saves {how}", injected, tried, happened, not lost
    )
