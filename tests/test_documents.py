"""Documents are true: generated ones are up to date, versions agree."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import polars as pl
import yaml

import tumen

ROOT = Path(__file__).parent.parent


def test_generated_documents_are_up_to_date() -> None:
    run = subprocess.run([sys.executable, ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_newest_release_is_cited_and_in_the_changelog() -> None:
    newest = tumen.releases().filter(pl.col("withdrawn").is_null())["version"][-1]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == newest
    assert f"### {newest} " in (ROOT / "CHANGELOG.md").read_text()
    assert (
        f"### {tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']['version']}" in (ROOT / "CHANGELOG.md").read_text()
    )
