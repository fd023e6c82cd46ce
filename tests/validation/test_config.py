"""Whether rules may be left out: by where the records stand, and whether this is CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tumen.errors import TumenError
from tumen.validation.config import refuse_ignore_in_ci

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CI", "true")
    folder = tmp_path / "outer" / "dataset"
    folder.mkdir(parents=True)
    return folder


def test_allowed_where_nothing_is_said(records: Path) -> None:
    (records.parent / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    refuse_ignore_in_ci(records)


def test_refused_in_ci_alone(records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (records.parent / "pyproject.toml").write_text("[tool.tumen]\nignore-in-ci = false\n")
    with pytest.raises(
        TumenError,
        match="--ignore is refused: CI is set, and .*pyproject.toml has ignore-in-ci = false",
    ):
        refuse_ignore_in_ci(records / "meetings.yaml")
    for value in ("", "0", "false"):
        monkeypatch.setenv("CI", value)
        refuse_ignore_in_ci(records)


def test_nearest_settings_hold(records: Path) -> None:
    (records.parent.parent / "pyproject.toml").write_text("[tool.tumen]\nignore-in-ci = false\n")
    (records.parent / "pyproject.toml").write_text("[tool.tumen]\nignore-in-ci = true\n")
    refuse_ignore_in_ci(records)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "[tool.tumen]\nignore-in-cy = false\n",
            "no setting of tool.tumen in .* 'ignore-in-cy'; did you mean 'ignore-in-ci'",
        ),
        ("[tool.tumen]\nignore-in-ci = 'no'\n", "ignore-in-ci is 'no'; write true or false"),
        ("[tool.tumen\n", "pyproject.toml cannot be read: "),
        ("[tool]\ntumen = 1\n", "tool.tumen is not a table"),
        ("tool = 1\n", "tool is not a table"),
    ],
)
def test_bad_settings_are_named(records: Path, content: str, message: str) -> None:
    (records.parent / "pyproject.toml").write_text(content)
    with pytest.raises(TumenError, match=message):
        refuse_ignore_in_ci(records)
