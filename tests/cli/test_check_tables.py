"""`tumen check --table`: exit statuses, formats, and errors of one line, whatever an engine says of its own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import generated_tables
import pytest
import unreadable_files
from cli import tumen
from cli_process import tumen as process

if TYPE_CHECKING:
    from pathlib import Path


def test_clean_and_faulty_files(tmp_path: Path) -> None:
    generated_tables.tables()["estimates"].write_parquet(tmp_path / "a.parquet")
    run = tumen("check", str(tmp_path / "a.parquet"), "--table", "estimates")
    assert (run.returncode, run.stdout) == (
        0,
        f"0 errors, 0 warnings ({generated_tables.tables()['estimates'].height} rows in 1 table)\n",
    )
    generated_tables.estimates().write_parquet(tmp_path / "b.parquet")
    paths = [str(tmp_path / "b.parquet"), str(tmp_path / "a.parquet")]
    run = tumen(
        "check", *paths, "--table", "estimates", "--engine", "duckdb", "--max-findings", "1"
    )
    assert (run.returncode, run.stderr) == (1, "")
    assert [
        line.split(": ")[0].split(" ")[-1] for line in run.stdout.splitlines() if " E106 " in line
    ] == ["note", "summary"]
    assert "E106 (12): Type the text again: one line" in run.stdout


@pytest.mark.parametrize("form", ["json", "sarif", "github", "junit"])
def test_formats_count_what_is_not_shown(form: str, tmp_path: Path) -> None:
    generated_tables.estimates().write_parquet(tmp_path / "b.parquet")
    run = tumen(
        "check",
        str(tmp_path / "b.parquet"),
        "--table",
        "estimates",
        "--format",
        form,
        "--max-findings",
        "0",
    )
    assert (run.returncode, run.stderr) == (1, "")
    if form == "json":
        told = json.loads(run.stdout)
        assert (told["ok"], told["findings"], told["counts"]["E106"]) == (False, [], 12)
    if form == "junit":
        assert 'failures="0"' not in run.stdout.partition('name="warnings"')[0]


def test_csv_is_coerced(tmp_path: Path) -> None:
    generated_tables.tables()["estimates"].write_csv(tmp_path / "a.csv")
    refused = tumen("check", str(tmp_path / "a.csv"), "--table", "estimates")
    assert refused.returncode == 2
    assert (
        "E112 low: the column has String, not numbers (Float64); coerce=True converts it"
        in refused.stdout
    )
    assert (
        tumen("check", str(tmp_path / "*.csv"), "--table", "estimates", "--coerce").returncode == 0
    )


@pytest.mark.parametrize("choice", ["--only", "--ignore"])
def test_columns_that_do_not_fit_are_told_whatever_rules_are_chosen(
    choice: str, tmp_path: Path
) -> None:
    generated_tables.tables()["estimates"].drop("low").write_parquet(tmp_path / "a.parquet")
    run = process(
        "check", str(tmp_path / "a.parquet"), "--table", "estimates", choice, "E107", env={"CI": ""}
    )
    assert (run.returncode, run.stderr) == (2, "")
    assert "E112 low: the column is missing" in run.stdout


def test_a_column_in_another_case(tmp_path: Path) -> None:
    generated_tables.tables()["estimates"].rename({"summary": "Summary"}).write_parquet(
        tmp_path / "a.parquet"
    )
    run = tumen("check", str(tmp_path / "a.parquet"), "--table", "estimates", "--format", "github")
    assert (run.returncode, run.stderr, run.stdout.count("::error")) == (2, "", 1)
    assert (
        "summary: the column is written 'Summary'; names of columns are in lower case, without spaces"
        in run.stdout
    )


@pytest.mark.parametrize("case", unreadable_files.CASES)
def test_bad_files_are_one_line(case: str, tmp_path: Path) -> None:
    path, words = unreadable_files.files(tmp_path, case)
    run = process(
        "check", str(path), "--table", "estimates", *(["--coerce"] if case == "encoding" else [])
    )
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert re.search(f"^tumen: .*{words}", run.stderr)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["no.parquet", "--table", "estimates"],
            "no.parquet: no such file, and no file matches it as a pattern.",
        ),
        (
            ["a", "b"],
            "several files, --engine, --coerce and --max-findings need --table, as in --table estimates.",
        ),
        (
            ["a.csv", "--table", "x", "--changed-since", "HEAD"],
            "--changed-since compares records with git",
        ),
        (
            ["s3://127.0.0.1:1/none/a.parquet", "--table", "estimates"],
            "s3://127.0.0.1:1/none/a.parquet cannot be read: ",
        ),
    ],
)
def test_what_cannot_run_is_one_line(arguments: list[str], message: str) -> None:
    env = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_METADATA_ENDPOINT": "http://127.0.0.1:1",
    }
    run = process("check", *arguments, env=env)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith(f"tumen: {message}")
