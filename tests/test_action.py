"""The GitHub action: its own steps, run by bash as a runner does, with the inputs in their environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tabled
import yaml

from tumen.checking.explain import page

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
_EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")


@pytest.fixture
def act(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run every step of the action with inputs; what is not given has its default, but the installed library is used."""
    runner = tmp_path_factory.mktemp("runner")
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)

    def run(**given: str) -> subprocess.CompletedProcess[str]:
        inputs = {name: spec["default"] for name, spec in ACTION["inputs"].items()} | {"version": "installed"} | given
        known = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.action_path": str(ROOT)}
        paths = runner / "path"
        paths.write_text("")
        outer = {**os.environ, "RUNNER_TEMP": str(runner), "GITHUB_PATH": str(paths), "GITHUB_WORKSPACE": str(Path.cwd())}
        outer["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        for step in STEPS:
            script = runner / "step.sh"
            script.write_text(step["run"])
            env = {name: _EXPRESSION.sub(lambda match: known[match[1]], value) for name, value in step["env"].items()}
            added = os.pathsep.join(reversed(paths.read_text().splitlines()))
            env["PATH"] = f"{added}{os.pathsep}{outer['PATH']}" if added else outer["PATH"]
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
            done = subprocess.run(command, env={**outer, **env}, capture_output=True, text=True, check=False)
            if done.returncode:
                break
        return done

    return run


def test_action_is_valid_and_puts_no_input_into_a_script() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    run = subprocess.run(
        [checker, "--builtin-schema", "vendor.github-actions", ROOT / "action.yml"], capture_output=True, check=False
    )
    assert (run.returncode, run.stdout.strip()) == (0, b"ok -- validation done")
    for step in STEPS:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"


def test_findings_are_annotated(lay: Callable[..., Path], act: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    lay({"meetings.yaml": page("E103").bad})
    run = act()
    assert run.returncode == 1
    assert run.stdout.startswith("::error file=dataset/meetings.yaml,line=3,col=11,title=Tumen E103::format: 'talk'")


def test_options_reach_the_check(lay: Callable[..., Path], act: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    lay({"meetings.yaml": page("E103").bad, "estimates.yaml": page("W205").bad}).rename("-my records")
    run = act(path="-my records", format="sarif", arguments="--ignore=E103\n\n--ignore\nE304\n", report="my report.sarif")
    assert run.returncode == 0, run.stderr
    assert Path("my report.sarif").read_text() == run.stdout
    (result,) = json.loads(run.stdout)["runs"][0]["results"]
    assert result["ruleId"] == "W205"
    assert act(path="-my records", strict="true", arguments="--only=W205").returncode == 1


def test_files_of_a_table(tmp_path: Path, act: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    tabled.estimates().write_csv(tmp_path / "a.csv")
    tabled.estimates()[:4].write_csv(tmp_path / "b c.csv")
    told = {"table": "estimates", "engine": "duckdb", "max-findings": "1", "coerce": "true"}
    run = act(path=str(tmp_path / "*.csv"), **told)
    assert run.returncode == 1, run.stderr
    assert run.stdout.count("title=Tumen E109") == 1
    assert act(path=f"{tmp_path}/a.csv\n{tmp_path}/b c.csv", **told).stdout.replace("a.csv and 1 more", "*.csv") == run.stdout
    assert act(path=str(tmp_path / "*.csv"), coerce="yes").stderr == "tumen: coerce is 'yes'; write true or false.\n"


@pytest.mark.parametrize("name", ACTION["inputs"])
def test_input_is_never_run(name: str, lay: Callable[..., Path], act: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    lay()
    run = act(**{name: """"; touch pwned; "$(touch pwned)`touch pwned`' && touch pwned; '*\ntouch pwned"""})
    assert not Path("pwned").exists()
    assert (run.returncode == 0) == (name == "report")


def test_bad_strict_is_named(lay: Callable[..., Path], act: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    lay()
    run = act(strict="yes")
    assert (run.returncode, run.stderr) == (2, "tumen: strict is 'yes'; write true or false.\n")


def test_library_beside_the_action_is_installed(
    lay: Callable[..., Path], act: Callable[..., subprocess.CompletedProcess[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library is built and installed for real; what it depends on is borrowed from this environment, to save minutes."""
    lay()
    monkeypatch.setenv("PIP_NO_DEPS", "1")
    monkeypatch.setenv("PYTHONPATH", sysconfig.get_path("purelib"))
    run = act(version="", arguments="--strict")
    assert (run.returncode, run.stdout) == (0, "0 errors, 0 warnings (11 records in 5 files, strict)\n"), run.stderr
