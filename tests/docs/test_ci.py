"""`docs/guides/ci.md` says what is there: its configurations are valid, its tables whole."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from tumen.cli.check import ReportFormat

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "guides" / "ci.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
BIN = Path(sys.executable).parent


def test_every_format_and_input_is_in_a_table() -> None:
    assert re.findall(r"^\| `(\w[\w-]*)` \|", TEXT, re.MULTILINE) == [
        *ReportFormat,
        *yaml.safe_load((ROOT / "action.yml").read_text())["inputs"],
    ]


def test_hooks_are_those_of_the_manifest(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(BLOCKS[0])
    subprocess.run([BIN / "pre-commit", "validate-config", config], check=True)
    named = [hook["id"] for hook in yaml.safe_load(BLOCKS[0])["repos"][0]["hooks"]]
    assert sorted(named) == sorted(
        hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    )


def test_workflows_are_valid(tmp_path: Path) -> None:
    for schema, block in zip(
        ("vendor.github-workflows", "vendor.gitlab-ci"), BLOCKS[1:], strict=True
    ):
        file = tmp_path / "workflow.yaml"
        file.write_text(block)
        subprocess.run([BIN / "check-jsonschema", "--builtin-schema", schema, file], check=True)


def test_settings_are_those_of_this_repository() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert (
        tomllib.loads(block)["tool"]["tumen"]
        == tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["tumen"]
    )
