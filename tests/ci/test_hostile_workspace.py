"""What CI systems of others are given: an action that runs nothing of the workspace, and reports that their readers take."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from action_runner import ROOT, run_installing, run_steps
from documents import anchors
from hostile_workspace import (
    FORGED,
    MODULES,
    hostile_environment,
    lay_traps,
    marked,
    run_careless,
    run_git,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from junit_structure import structure_faults

from tumen._text import escape_workflow_commands
from tumen.cli.check import ReportFormat
from tumen.report import Finding, Place, Report
from tumen.report_formats.text import FORMATS
from tumen.validation.explain import read_page

if TYPE_CHECKING:
    from collections.abc import Callable

PYTHON = sys.executable
PIP = ("env", "-u", "PYTHONPATH", PYTHON, "-P", "-m", "pip")


@pytest.fixture
def marks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("marks")


@pytest.fixture
def hostile(tmp_path: Path, marks: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, full of traps."""
    monkeypatch.chdir(tmp_path)
    lay_traps(tmp_path, marks)
    return tmp_path


@pytest.fixture
def act(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., subprocess.CompletedProcess[str]]:
    runner = tmp_path_factory.mktemp("runner")
    return lambda **given: run_steps(
        runner, {"version": "installed"} | given, env=hostile_environment(Path.cwd())
    )


@pytest.mark.parametrize(
    ("trap", "command"),
    [
        *((name, (PYTHON, "-c", f"import {name}")) for name in (*MODULES, "pip")),
        ("sitecustomize", (PYTHON, "-c", "pass")),
        ("venv", (PYTHON, "-m", "venv", "new")),
        ("pip", (PYTHON, "-m", "pip", "--version")),
        ("tumen", (PYTHON, "-m", "tumen")),
        ("pth", (PYTHON, "-c", "import site; site.addsitedir('.')")),
        ("pip.conf", (*PIP, "list")),
        ("pip-report", (*PIP, "install", "--dry-run", "--no-index", "pip")),
        ("backend", (*PIP, "wheel", "--no-deps", "--no-build-isolation", ".")),
        ("setup", (PYTHON, "setup.py")),
        ("fsmonitor", ("git", "status")),
        ("hook", ("git", "add", "dataset")),
        ("bare-fsmonitor", ("git", "-C", "bare", "status")),
        ("through-dangling-link", ("tee", "link.sarif")),
        ("through-folder.sarif", ("tee", "reports/through-folder.sarif")),
    ],
)
def test_every_trap_is_one(trap: str, command: tuple[str, ...], hostile: Path, marks: Path) -> None:
    assert marked(marks) == set()
    run_careless(hostile, *command)
    assert trap in marked(marks)


def test_nothing_of_the_workspace_runs(
    hostile: Path, marks: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inputs = {"report": "report.txt", "arguments": "--changed-since=HEAD\n", "path": "dataset\n"}
    run = run_installing(
        tmp_path_factory.mktemp("runner"), inputs, env=hostile_environment(hostile)
    )
    assert marked(marks) == set()
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == Path("report.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ReportFormat)
def test_installed_library_runs_nothing_of_it(
    form: str, hostile: Path, marks: Path, act: Callable[..., Any]
) -> None:
    run = act(format=form)
    assert marked(marks) == set()
    assert run.returncode == 1, run.stderr
    assert run.stdout.count("E103") >= len(FORGED)


def test_folder_that_git_takes_for_a_bare_repository(
    hostile: Path, marks: Path, act: Callable[..., Any]
) -> None:
    run = act(path="bare", arguments="--changed-since=HEAD")
    assert marked(marks) == set()
    assert run.returncode == 2
    assert run.stderr.startswith("tumen: bare is not in a git repository that can be read: ")


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("link.sarif", "which is a link"),
        ("./link.sarif", "which is a link"),
        ("reports/through-folder.sarif", "in a folder that is a link"),
        ("reports/../new.sarif", "which leads upwards"),
        ("../new.sarif", "which leads upwards"),
        ("..", "which leads upwards"),
        ("/new.sarif", "which is outside"),
        ("/proc/self/new.sarif", "in a folder that is a link"),
        ("absent/new.sarif", "in a folder that is not there"),
        ("fifo.sarif", "which is no regular file"),
        ("folder.sarif", "which is no regular file"),
        ("folder.sarif/", "which is no regular file"),
        (".", "which is no regular file"),
    ],
)
def test_report_elsewhere_is_refused(
    report: str, reason: str, hostile: Path, marks: Path, act: Callable[..., Any]
) -> None:
    there = sorted(hostile.iterdir())
    run = act(report=report)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == f"tumen: report is '{report}', {reason}; name a file in the workspace.\n"
    assert marked(marks) == set()
    assert sorted(hostile.iterdir()) == there


@pytest.mark.parametrize(
    "report", ["new.sarif", "./new.sarif", "folder.sarif/new.sarif", "-a", "a b\n.sarif"]
)
def test_report_in_the_workspace_is_written(
    report: str, hostile: Path, act: Callable[..., Any]
) -> None:
    run = act(report=report, format="sarif")
    assert json.loads(Path(report).read_text(encoding="utf-8")) == json.loads(run.stdout)
    assert act(report=str(Path(report).absolute()), format="sarif").stdout == Path(
        report
    ).read_text(encoding="utf-8")


def test_report_that_was_committed_is_not_taken_for_a_new_one(
    hostile: Path, act: Callable[..., Any]
) -> None:
    Path("new.sarif").write_text("forged", encoding="utf-8")
    assert act(report="new.sarif", strict="yes").returncode == 2
    assert not Path("new.sarif").exists()


def workflow_commands(output: str) -> list[str]:
    """Return the lines that the runner of GitHub Actions takes for workflow commands, in either syntax that it knows."""
    lines = re.split(r"\r\n|\r|\n", output)
    return [line for line in lines if line.strip().startswith("::") or "##[" in line]


@pytest.mark.parametrize("form", ReportFormat)
def test_no_record_gives_a_workflow_command(
    form: str, hostile: Path, act: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("dataset/meetings")
    run = act(format=form, path=".")
    assert run.stdout.count("E011") > len(FORGED)
    commands = workflow_commands(run.stdout + run.stderr)
    assert len(commands) == (len(FORGED) + 1 if form == "github" else 0)
    assert all(
        re.fullmatch(r"::error file=[^:]+,line=\d+,col=\d+,title=Tumen E\d+::.+", line)
        for line in commands
    )


def test_no_error_gives_a_workflow_command(hostile: Path, act: Callable[..., Any]) -> None:
    run = act(path="##[error]forged.csv", table="estimates")
    assert run.returncode == 2
    assert workflow_commands(run.stdout + run.stderr) == []
    assert r"\x23#[error]forged.csv" in run.stderr


def read_xml(document: str) -> ET.Element:
    return ET.fromstring(document.encode())  # noqa: S314


TEXTS = st.text(st.sampled_from([*"ab:#[] \n\r\t\x0b\x85\u2028é"]), min_size=1, max_size=12)
FINDINGS = st.builds(
    Finding,
    st.builds(Place, TEXTS, st.integers(1, 9), st.integers(1, 9)),
    st.sampled_from(["E302", "W205"]),
    TEXTS,
    TEXTS,
    st.sampled_from(["error", "warning"]),
)
REPORTS = st.builds(
    Report,
    st.lists(FINDINGS, max_size=3).map(tuple),
    rules=st.just(("E302", "W205")),
    strict=st.booleans(),
)


@given(REPORTS)
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_out_of_a_format(report: Report) -> None:
    written = {form: FORMATS[form](report) for form in FORMATS}
    assert [form for form in FORMATS if form != "github" and workflow_commands(written[form])] == []
    assert len(workflow_commands(written["github"])) == len(report.findings)
    messages = [one["message"] for one in json.loads(written["json"])["findings"]]
    assert messages == [one.message for one in report.findings]
    assert list(structure_faults(read_xml(written["junit"]))) == []


@given(TEXTS)
@settings(max_examples=1000)
def test_what_is_no_command_stays_as_it_is(text: str) -> None:
    assert (escape_workflow_commands(text) == text) == (workflow_commands(text) == [])


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ('<testsuites skipped="1"/>', "testsuites: skipped is not allowed"),
        ('<testcase name="a" file="b" line="1"/>', "testcase: file is not allowed"),
        ("<testcase/>", "testcase: no name"),
        ('<testcase name="a"><rerun/></testcase>', "testcase: rerun is not allowed in it"),
        ('<testcase name="a">text</testcase>', "testcase: text is not allowed"),
        ('<testsuites time="soon"/>', "testsuites: time is 'soon'"),
        ("<report/>", "report: no such element"),
    ],
)
def test_structure_of_junit_can_fail(document: str, fault: str) -> None:
    assert fault in structure_faults(read_xml(document))


def test_junit_names_file_and_line_of_each_finding(hostile: Path, act: Callable[..., Any]) -> None:
    run = act(format="junit")
    (failure,) = (one for one in read_xml(run.stdout).iter("failure") if one.get("type") == "E103")
    lines = (failure.text or "").splitlines()
    assert [
        re.match(r"dataset/meetings/.+\.yaml:(\d+):(\d+) E103 ", line) is not None for line in lines
    ] == [True] * len(FORGED)
    first = lines[0].partition(" E103 ")[0]
    assert (failure.get("message") or "").startswith(f"{len(FORGED)} findings, first at {first}. ")


def installed_with_urls(folder: Path, *urls: str) -> dict[str, str]:
    """Return an environment in which the metadata of the package name these URLs."""
    about = folder / "tumen-9.9.9.dist-info"
    about.mkdir(parents=True)
    lines = [
        "Metadata-Version: 2.4",
        "Name: tumen",
        "Version: 9.9.9",
        *(f"Project-URL: {url}" for url in urls),
    ]
    (about / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(folder)}


@pytest.mark.parametrize(
    ("urls", "home", "rule"),
    [
        ((), None, None),
        (("Homepage, https://a.example/tumen",), "https://a.example/tumen", None),
        (
            ("homepage, https://a.example/", "Rules, https://a.example/reference/rules.html"),
            "https://a.example/",
            "https://a.example/reference/rules.html",
        ),
    ],
)
def test_sarif_names_the_urls_of_the_package_and_invents_none(
    urls: tuple[str, ...],
    home: str | None,
    rule: str | None,
    write_dataset: Callable[..., Path],
    tmp_path: Path,
) -> None:
    write_dataset({"meetings.yaml": read_page("E103").failing})
    command = [str(Path(PYTHON).with_name("tumen")), "check", "--format", "sarif"]
    env = installed_with_urls(tmp_path / "installed", *urls)
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    driver = json.loads(run.stdout)["runs"][0]["tool"]["driver"]
    assert driver["version"] == "9.9.9"
    assert driver.get("informationUri") == home
    found, _, fragment = driver["rules"][0].get("helpUri", "").partition("#")
    assert found == (rule or "")
    assert not rule or fragment in anchors(ROOT / "docs" / "reference" / "rules.md")


def test_repository_of_the_traps_is_sound(hostile: Path) -> None:
    assert run_git(hostile, "log", "--format=%s").stdout == "Records\n"


CARELESS = """
on: pull_request_target
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.pull_request.title }}
"""


def test_analyser_of_workflows_finds_what_is_careless(tmp_path: Path) -> None:
    workflow = tmp_path / "workflow.yml"
    workflow.write_text(CARELESS, encoding="utf-8")
    command = [
        str(Path(PYTHON).with_name("zizmor")),
        "--offline",
        "--quiet",
        "--strict-collection",
        "--collect=all",
    ]
    run = subprocess.run([*command, str(workflow)], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "template-injection" in run.stdout
    ours = [
        str(ROOT / name)
        for name in ("action.yml", ".pre-commit-hooks.yaml", "docs/guides/workflow.yml")
    ]
    run = subprocess.run([*command, *ours], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
