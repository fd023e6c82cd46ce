"""Documents are true: generated ones are up to date, blocks hold and print what stands there, versions agree."""

from __future__ import annotations

import importlib.metadata
import inspect
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import document_blocks
import polars as pl
import pytest
import reference
import two_releases
import yaml
from documents import DOCUMENTS, pieces

import tumen
from tumen import plot

ROOT = Path(__file__).parents[2]
PINNED = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().split())
WRITERS = ("polars", "typer", "click", "narwhals")


@pytest.mark.skipif(
    any(importlib.metadata.version(name) != PINNED[name] for name in WRITERS),
    reason=f"documents are generated with the {', '.join(WRITERS)} of constraints.txt",
)
def test_generated_documents_are_up_to_date() -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "tools" / "generate.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_newest_release_is_cited_and_in_the_changelog() -> None:
    newest = tumen.releases().filter(pl.col("withdrawn").is_null())["version"][-1]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == newest
    assert f"### {newest} " in (ROOT / "CHANGELOG.md").read_text()
    assert (
        f"### {tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']['version']}"
        in (ROOT / "CHANGELOG.md").read_text()
    )


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("```python\n1 / 0\n```\n", "a.md:1: this block fails:"),
        ("```sh\ntumen show nobody\n```\n", "a.md:1: this block ends with 2 instead of 0:"),
        (
            "\n<!-- ends with 1: there is a fault -->\n```sh\ntrue\n```\n",
            "a.md:3: this block ends with 0 instead of 1:",
        ),
        ("```yaml\n- id: a\n```\n", "a.md:1: nothing runs or checks this block (yaml)"),
        ("```text\nout\n```\n", "a.md:1: nothing runs or checks this block (text)"),
        (
            "<!-- from: LICENSE -->\n```text\nGPL\n```\n",
            "a.md:2: this block is not an exact part of LICENSE",
        ),
        ("<!-- record: mtg-x -->\n```yaml\n```\n", "a.md:2: dataset/ has no record mtg-x"),
        (
            "<!-- checked by: python -m json.tool -->\n```json\n{]\n```\n",
            "a.md:2: this block ends with 1 instead of 0:",
        ),
    ],
)
def test_block_that_does_not_hold_is_told(page: str, told: str, tmp_path: Path) -> None:
    text, faults = document_blocks.run("a.md", page, tmp_path)
    assert text == page
    assert [fault[: len(told)] for fault in faults] == [told]


def test_what_a_block_prints_is_put_under_it(tmp_path: Path) -> None:
    page = "```python\na = 1\n```\n\n```python\nprint(a)\n```\n\n```text\n2\n```\n\n<!-- not run: far away -->\n```sh\nfalse\n```\n"
    assert document_blocks.run("a.md", page, tmp_path) == (page.replace("text\n2", "text\n1"), [])


def test_settings_of_helix_are_those_of_vs_code() -> None:
    (block,) = (
        piece.text
        for piece in pieces(ROOT / "docs" / "guides" / "editors.md")
        if piece.kind == "toml"
    )
    told = tomllib.loads(block)["language-server"]["yaml-language-server"]["config"]["yaml"][
        "schemas"
    ]
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text())["yaml.schemas"]
    assert told
    assert told.items() <= settings.items()


def test_files_of_a_release_are_those_listed() -> None:
    (block,) = (
        piece.text
        for piece in pieces(ROOT / "docs" / "reference" / "releases.md")
        if piece.kind == ""
    )
    listed = {
        name
        for line in block.splitlines()
        for name in re.findall(r"[\w.]+\.(?:parquet|md|json)", line)
    } - {"index.json"}
    with two_releases.opened():
        folder = tumen.open().folder
        tables = {f"{name}.parquet" for name in tumen.tables()}
    assert listed == {path.name for path in folder.iterdir()} - tables


def test_every_public_name_is_documented() -> None:
    named = {name for names in reference.public_names().values() for name in names}
    members = {
        f"Snapshot.{name}"
        for name, _ in inspect.getmembers(tumen.Snapshot)
        if not name.startswith("_")
    }
    assert {f"tumen.{name}" for name in tumen.__all__} | members | {
        f"tumen.plot.{name}" for name in plot.__all__
    } <= named


def test_blocks_that_nothing_runs_are_few() -> None:
    """Only what needs a network, a cluster or an editor that is not here may stand unproven; one more is a decision."""
    marked = Counter(
        path.name
        for path in DOCUMENTS
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("<!-- not run: ")
    )
    assert marked == {
        "check.md": 1,
        "cluster.md": 5,
        "contributing.md": 1,
        "editors.md": 2,
        "quickstart.md": 1,
        "releases.md": 1,
        "security.md": 1,
        "stores.md": 2,
    }
