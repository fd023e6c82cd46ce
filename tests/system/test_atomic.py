"""Atomic writes: a file is replaced in one step, and a save by another program is never lost."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tumen._system import atomic
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Callable


def test_replaced(tmp_path: Path) -> None:
    file = tmp_path / "file"
    atomic.replace_unchanged(file, None, b"new")
    atomic.replace_unchanged(file, b"new", b"newer")
    assert file.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("before", [None, b"what was read"])
def test_a_file_saved_before_the_last_look_stays(tmp_path: Path, before: bytes | None) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"saved meanwhile")
    with pytest.raises(
        TumenError,
        match=r"file was changed by another program meanwhile; it was left as it is\. Run this again\.",
    ):
        atomic.replace_unchanged(file, before, b"new")
    assert file.read_bytes() == b"saved meanwhile"
    assert list(tmp_path.iterdir()) == [file]


def _in_place(file: Path) -> None:
    file.write_bytes(b"saved late")


def _by_renaming(file: Path) -> None:
    file.with_name("editor").write_bytes(b"saved late")
    file.with_name("editor").replace(file)


@pytest.mark.parametrize("save", [_in_place, _by_renaming])
def test_a_file_saved_after_the_last_look_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path], None]
) -> None:
    file, exchange = tmp_path / "file", atomic.exchange_paths
    file.write_bytes(b"old")
    file.with_name("other").write_bytes(b"old")
    if not exchange(file, file.with_name("other")):
        pytest.skip("this file system cannot exchange two files")
    saves = [save]

    def late(one: Path, other: Path) -> bool:
        if saves:
            saves.pop()(other)
        return exchange(one, other)

    monkeypatch.setattr(atomic, "exchange_paths", late)
    with pytest.raises(TumenError, match="changed by another program"):
        atomic.replace_unchanged(file, b"old", b"new")
    assert file.read_bytes() == b"saved late"


def test_a_draft_that_cannot_be_removed_undoes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlink(path: Path, *, missing_ok: bool = False) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    path = tmp_path / "2025.yaml"
    path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(atomic, "write_fsync", Path.write_bytes)
        patch.setattr(Path, "unlink", unlink)
        atomic.replace_unchanged(path, b"old", b"new")
    assert path.read_bytes() == b"new"
    atomic.replace_unchanged(path, b"new", b"newer")
    assert (path.read_bytes(), [*tmp_path.iterdir()]) == (b"newer", [path])


def test_folders_are_exchanged(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if atomic.exchange_paths(tmp_path / "one", tmp_path / "other"):
        assert [path.name for path in (tmp_path / "one").iterdir()] == ["other"]
    with pytest.raises(FileNotFoundError):
        atomic.exchange_paths(tmp_path / "one", tmp_path / "none")
