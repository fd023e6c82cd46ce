"""The command line where the locale is not UTF-8, and a folder has a name that is."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from cli_process import TUMEN

from tumen.release.index import bundled_folder
from tumen.validation.explain import read_clean_dataset

if TYPE_CHECKING:
    from pathlib import Path

LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    ("arguments", "status", "output"),
    [
        (["check", "dataset"], 1, "E340"),
        (["verify"], 0, "0 faults"),
        (["diff", "2026.11.0", "2026.11.1", "--table", "places"], 0, "differences"),
    ],
)
def test_folder_with_letters_outside_ascii(
    arguments: list[str], status: int, output: str, tmp_path: Path
) -> None:
    folder = tmp_path / "données 조선"
    for name, content in read_clean_dataset().items():
        path = folder / "dataset" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    shutil.copytree(bundled_folder(), folder / "releases")
    run = subprocess.run(
        [TUMEN, *arguments], cwd=folder, env=os.environ | LOCALE, capture_output=True, check=False
    )
    assert run.returncode == status, run.stderr
    assert output in run.stdout.decode(errors="replace")
