"""The pictures of the README are those of the newest release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pictures
import pytest

if TYPE_CHECKING:
    from pathlib import Path


def test_pictures_are_of_the_newest_release() -> None:
    assert pictures.differing() == []


@pytest.mark.slow
def test_changed_picture_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pictures, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["pictures.py", "--check"])
    first, _ = pictures.draw(tmp_path)
    assert pictures.main() == 0
    first.write_text(first.read_text(encoding="utf-8").replace("release", "Release", 1), "utf-8")
    (tmp_path / "old.svg").touch()
    assert pictures.main() == 1
    assert capsys.readouterr().out.count("run make pictures") == 2
