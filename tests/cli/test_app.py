"""The command line: output, messages, exit status; as a process where the process matters."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cli import tumen
from cli_process import TUMEN, on_terminal
from cli_process import tumen as process

from tumen.validation.explain import read_page

if TYPE_CHECKING:
    from collections.abc import Callable


def test_help_shows_an_example() -> None:
    run = process("site", "--help")
    assert run.returncode == 0
    assert "Example: tumen site explorer" in run.stdout


@pytest.mark.parametrize(
    "command", [("check",), ("fmt",), ("verify", "--releases"), ("new", "place", "X", "--dataset")]
)
def test_name_that_no_file_can_have(command: tuple[str, ...]) -> None:
    run = tumen(*command, "a" * 10_000)
    assert run.returncode == 2
    assert run.stderr == f"tumen: {'a' * 60}…: File name too long. Use a shorter path.\n"


def test_clean_dataset(write_dataset: Callable[..., Path]) -> None:
    run = process("check", str(write_dataset()))
    assert (run.returncode, run.stdout) == (0, "0 errors, 0 warnings (11 records in 5 files)\n")


def test_findings(write_dataset: Callable[..., Path]) -> None:
    example = read_page("E302")
    run = process("check", str(write_dataset({"meetings.yaml": example.failing})))
    assert run.returncode == 1
    assert run.stdout.splitlines()[0] == example.findings[0]
    assert "E302 (1): Correct the id, or add the record it names." in run.stdout
    assert run.stderr == ""


def test_one_file_of_a_dataset(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset(
        {"meetings.yaml": read_page("E103").failing, "places.yaml": read_page("E107").failing}
    )
    assert "E107" not in tumen("check", str(root / "meetings.yaml")).stdout
    assert "E103" in tumen("check", str(root / "meetings.yaml")).stdout


def test_json(write_dataset: Callable[..., Path]) -> None:
    run = tumen(
        "check",
        str(write_dataset({"meetings.yaml": read_page("E103").failing})),
        "--format",
        "json",
    )
    report = json.loads(run.stdout)
    assert run.returncode == 1
    assert report["ok"] is False
    assert report["findings"] == [
        {
            "file": "dataset/meetings.yaml",
            "line": 3,
            "column": 11,
            "code": "E103",
            "severity": "error",
            "message": "format: 'talk': a code is not in the vocabulary; did you mean 'talks'?",
            "remedy": "Use one of the codes; `tumen codebook TABLE` defines them.",
        }
    ]


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ((), 0),
        (("--strict",), 1),
        (("--only", "w205", "--strict"), 1),
        (("--ignore", "W205", "--strict"), 0),
        (("--only", "E302"), 0),
    ],
)
def test_warnings_count_when_strict_and_shown(
    options: tuple[str, ...], status: int, write_dataset: Callable[..., Path]
) -> None:
    run = tumen(
        "check",
        str(write_dataset({"estimates.yaml": read_page("W205").failing})),
        "--format",
        "json",
        *options,
    )
    report = json.loads(run.stdout)
    assert (run.returncode, report["ok"], report["strict"]) == (
        status,
        status == 0,
        "--strict" in options,
    )


def test_unread_file_shows_whatever_is_asked_for(write_dataset: Callable[..., Path]) -> None:
    run = tumen(
        "check", str(write_dataset({"meetings.yaml": read_page("E003").failing})), "--only", "W205"
    )
    assert (run.returncode, " E003 " in run.stdout) == (1, True)


@pytest.mark.slow
def test_ignore_is_refused_where_the_repository_says_so(write_dataset: Callable[..., Path]) -> None:
    root = str(write_dataset({"estimates.yaml": read_page("W205").failing}))
    Path("pyproject.toml").write_text("[tool.tumen]\nignore-in-ci = false\n")
    arguments = ("check", root, "--ignore", "W205")
    refused = process(*arguments, env={"CI": "true"})
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "ignore-in-ci = false" in refused.stderr
    assert process(*arguments, env={"CI": ""}).returncode == 0


@pytest.mark.slow
def test_changed_since(write_dataset: Callable[..., Path], git: Callable[..., str]) -> None:
    root = write_dataset({"meetings.yaml": read_page("E103").failing})
    git("add", ".")
    git("commit", "--quiet", "--message", "First")
    (root / "places.yaml").write_text(read_page("E107").failing)
    run = process(
        "check",
        str(root),
        "--changed-since",
        "HEAD",
        "--format",
        "github",
        env={"GITHUB_WORKSPACE": ""},
    )
    assert run.returncode == 1
    assert [line.split(",")[0] for line in run.stdout.splitlines()[:-1]] == [
        "::error file=dataset/places.yaml"
    ]
    unknown = process("check", str(root), "--changed-since", "v9")
    assert (
        unknown.returncode,
        unknown.stderr.startswith("tumen: no revision 'v9' in the repository of dataset"),
    ) == (2, True)


def test_explain_lists_rules_and_takes_several() -> None:
    assert tumen("explain").stdout.startswith("E001  a file or folder cannot be read\nE002  ")
    several = tumen("explain", "e104", "W205").stdout
    assert several.startswith("## E104: an id has the wrong form\n")
    assert "\n## W205: " in several


@pytest.mark.slow
def test_page_and_findings_are_set_for_a_terminal(write_dataset: Callable[..., Path]) -> None:
    shown = on_terminal("explain", "E104")
    assert "E104: an id has the wrong form" in shown
    assert "**" not in shown
    assert "```" not in shown
    found = on_terminal("check", str(write_dataset({"meetings.yaml": read_page("E103").failing})))
    assert "\x1b[31mE103\x1b[0m" in found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "nowhere"), "nowhere does not exist"),
        (("check", "--only", "E3002"), "no rule 'E3002'; did you mean 'E302'"),
        (("check", "--ignore", "W2005"), "no rule 'W2005'; did you mean 'W205'"),
        (("check", "--only", "E302", "--ignore", "E302"), "no rule is left to check"),
        (("show", "mtg-9999"), "no record 'mtg-9999'"),
        (("timeline", "--actor", "shoigu"), "no actor 'shoigu'; did you mean 'sergei-shoigu'"),
        (("timeline", "--known-by", "yesterday"), "known_by='yesterday' is not a date"),
        (("codebook", "meeting"), "no table 'meeting'; did you mean 'meetings'"),
        (("verify", "--releases", "nowhere"), "nowhere is not a folder of releases"),
        (("explain", "E999"), "no rule 'E999'"),
    ],
)
def test_could_not_run(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dataset").mkdir()
    run = tumen(*arguments)
    assert run.returncode == 2
    assert run.stderr.startswith(f"tumen: {message}")
    assert "Traceback" not in run.stderr


def test_build_with_findings(write_dataset: Callable[..., Path]) -> None:
    write_dataset({"estimates.yaml": read_page("E201").failing})
    run = tumen("build")
    assert run.returncode == 1
    assert "dataset/estimates.yaml:4:8 E201" in run.stderr


def test_timeline_formats() -> None:
    arguments = (
        "timeline",
        "--release",
        "2026.11.0",
        "--actor",
        "sergei-shoigu",
        "--table",
        "meetings",
    )
    assert [
        row["record_id"] for row in json.loads(tumen(*arguments, "--format", "json").stdout)
    ] == [
        "mtg-0002",
        "mtg-0003",
        "mtg-0005",
    ]
    assert tumen(*arguments, "--format", "csv").stdout.startswith(
        "start_date,end_date,precision,table,record_id"
    )
    assert tumen(*arguments, "--format", "md").stdout.startswith("| start_date | end_date |")
    assert "mtg-0005" in tumen(*arguments).stdout


def test_show() -> None:
    run = tumen("show", "mtg-0005", "--release", "2026.11.0")
    assert "The Korea Herald, via KCNA, 2025-06-19" in run.stdout
    assert "named by           dep-0001 (meeting_id)" in run.stdout
    assert json.loads(tumen("show", "kim-jong-un", "--format", "json").stdout)["table"] == "actors"


def test_ascii_locale_and_closed_pipe() -> None:
    assert process("show", "sergei-shoigu", env={"LC_ALL": "C", "PYTHONUTF8": "0"}).returncode == 0
    piped = subprocess.run(  # noqa: S602
        f"{TUMEN} timeline --format csv | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert piped.stderr == ""
