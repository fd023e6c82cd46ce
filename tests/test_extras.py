"""Records are checked, and releases read, without the packages that only tables need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCKED = ("pyarrow", "pandas", "numpy", "duckdb")
PROGRAM = f"""
from importlib.machinery import PathFinder

find = PathFinder.find_spec

def find_spec(name, path=None, target=None):
    return None if name.partition(".")[0] in {BLOCKED} else find(name, path, target)

PathFinder.find_spec = find_spec
from tumen.__main__ import main
main()
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (("check", "dataset", "--no-cache"), "0 errors, 0 warnings"),
        (("timeline", "--start", "2025-06-01", "--end", "2025-06-30"), "mtg-0005"),
        (("show", "mtg-0005"), "mtg-0005"),
        (("explain", "E302"), "E302"),
    ],
)
def test_command_needs_only_the_extra_of_records(arguments: tuple[str, ...], output: str) -> None:
    result = run(*arguments)
    assert (result.returncode, result.stderr) == (0, "")
    assert output in result.stdout


def test_formatter_needs_only_the_extra_of_records() -> None:
    result = run("fmt", "--check", "dataset/launches.yaml")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "0 of 1 files would change, 0 findings\n"


def test_table_needs_more() -> None:
    result = run("check", "releases/2026.11.0/meetings.parquet", "--table", "meetings")
    assert result.returncode == 2
    assert "a check of tables needs packages that are not installed" in result.stderr
    assert "pip install 'tumen[check]'" in result.stderr
