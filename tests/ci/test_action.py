"""The GitHub action: its own steps, with each input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import generated_tables
import pytest
from action_runner import ACTION, ROOT, STEPS, run_installing, run_steps

from tumen.validation.explain import read_page

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def act(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the action with inputs and the installed library."""
    runner = tmp_path_factory.mktemp("runner")
    return lambda **given: run_steps(runner, {"version": "installed"} | given)


def test_action_is_valid_and_puts_no_input_into_a_script() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    run = subprocess.run(
        [checker, "--builtin-schema", "vendor.github-actions", ROOT / "action.yml"],
        capture_output=True,
        check=False,
    )
    assert (run.returncode, run.stdout.strip()) == (0, b"ok -- validation done")
    for step in STEPS:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"


def test_findings_are_annotated(
    write_dataset: Callable[..., Path], act: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    write_dataset({"meetings.yaml": read_page("E103").failing})
    run = act()
    assert run.returncode == 1
    assert run.stdout.startswith(
        "::error file=dataset/meetings.yaml,line=3,col=11,title=Tumen E103::format: 'talk'"
    )


def test_options_reach_the_check(
    write_dataset: Callable[..., Path], act: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    write_dataset(
        {"meetings.yaml": read_page("E103").failing, "estimates.yaml": read_page("W205").failing}
    ).rename("-my records")
    run = act(
        path="-my records",
        format="sarif",
        arguments="--ignore=E103\n \n--ignore\nE304\n",
        report="my report.sarif",
    )
    assert run.returncode == 0, run.stderr
    assert Path("my report.sarif").read_text() == run.stdout
    (result,) = json.loads(run.stdout)["runs"][0]["results"]
    assert result["ruleId"] == "W205"
    assert act(path="-my records", strict="true", arguments="--only=W205").returncode == 1


def test_files_of_a_table(
    tmp_path: Path, act: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    generated_tables.estimates().write_csv(tmp_path / "a.csv")
    generated_tables.estimates()[:4].write_csv(tmp_path / "b c.csv")
    told = {"table": "estimates", "engine": "duckdb", "max-findings": "1", "coerce": "true"}
    run = act(path=str(tmp_path / "*.csv"), **told)
    assert run.returncode == 1, run.stderr
    assert run.stdout.count("title=Tumen E109") == 1
    one_a_line = act(path=f"\n{tmp_path}/a.csv\n  \n{tmp_path}/b c.csv\n\n", **told)
    assert one_a_line.stdout.replace("a.csv and 1 more", "*.csv") == run.stdout
    assert (
        act(path=str(tmp_path / "*.csv"), coerce="yes").stderr
        == "tumen: coerce is 'yes'; write true or false.\n"
    )


@pytest.mark.parametrize("path", ["", "\n", " \n\t\n"])
def test_empty_path_is_refused(
    path: str, act: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    run = act(path=path)
    assert (run.returncode, run.stderr) == (
        2,
        "tumen: path is empty; name a folder, a file or a glob.\n",
    )


@pytest.mark.parametrize("name", ACTION["inputs"])
def test_input_is_never_run(
    name: str,
    write_dataset: Callable[..., Path],
    act: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    write_dataset()
    run = act(
        **{
            name: """"; touch pwned; "$(touch pwned)`touch pwned`' && touch pwned; '*\ntouch pwned"""
        }
    )
    assert not Path("pwned").exists()
    assert (run.returncode == 0) == (name == "report")


def test_bad_strict_is_named(
    write_dataset: Callable[..., Path], act: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    write_dataset()
    run = act(strict="yes")
    assert (run.returncode, run.stderr) == (2, "tumen: strict is 'yes'; write true or false.\n")


def test_absent_library_is_told(
    write_dataset: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    write_dataset()
    path = {"PATH": os.pathsep.join(["/usr/bin", "/bin"])}
    run = run_steps(tmp_path_factory.mktemp("runner"), {"version": "installed"}, env=path)
    assert (run.returncode, run.stderr) == (
        2,
        "tumen: version is 'installed', and no tumen is on the PATH; install it, or name a release.\n",
    )


def test_library_beside_the_action_is_installed(
    write_dataset: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    write_dataset()
    run = run_installing(tmp_path_factory.mktemp("runner"), {"arguments": "--strict"})
    assert (run.returncode, run.stdout) == (
        0,
        "0 errors, 0 warnings (11 records in 5 files, strict)\n",
    ), run.stderr
