"""The commands that publish and verify releases, as processes: output, messages, exit status."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from cli_process import TUMEN

from tumen.cli import options, releases
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = {"SOURCE_DATE_EPOCH": "1795608000"}  # 25 November 2026, 12:00 UTC


def tumen(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [TUMEN, *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **NOON, **(env or {})},
    )


def out(*arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    run = tumen(*arguments, env=env)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


def test_build_verify_withdraw(write_dataset: Callable[..., Path], git: Callable[..., str]) -> None:
    write_dataset()
    Path("CHANGELOG.md").write_text("# Changelog\n\n## Data\n")
    status, said, _ = out("build", "--changelog", "CHANGELOG.md")
    assert (status, said) == (2, "")  # nothing below the heading yet
    assert not Path("releases").exists()
    Path("CHANGELOG.md").write_text("# Changelog\n\n## Data\n\n## Library\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "Add records")
    status, said, _ = out("build", "--changelog", "CHANGELOG.md")
    assert status == 0
    assert said.startswith("releases/2026.11.0: 20 files\n\n### 2026.11.0 (schema ")
    assert "\n## Data\n\n### 2026.11.0 (schema " in Path("CHANGELOG.md").read_text()
    assert (
        json.loads(Path("releases/index.json").read_text())["releases"][0]["date"] == "2026-11-25"
    )
    status, _, complaint = out("build", "2026.11.0")
    assert (status, "exists and never changes; use the next version, 2026.11.1" in complaint) == (
        2,
        True,
    )
    git("add", ".")
    git("commit", "--quiet", "--message", "Publish")
    status, said, _ = out(
        "verify", "--rows", "--schema", "--history", "HEAD", "--rebuild", "2026.11.0"
    )
    assert (status, said) == (
        0,
        "2026.11.0 built again: bytes match; 20 files with the same bytes\n1 releases, 0 faults\n",
    )
    status, said, _ = out("withdraw", "2026.11.0", "--reason", "Dated a year late.")
    assert (status, said) == (
        0,
        "releases/index.json: 2026.11.0 is withdrawn; commit it, and note it in the changelog\n",
    )
    assert out("withdraw", "2026.11.0", "--reason", "Again.")[0] == 2
    assert out("verify", "--history", "HEAD")[0] == 0
    Path("releases/2026.11.0/README.md").unlink()
    status, said, _ = out("verify", "--history", "HEAD")
    assert (status, len(said.splitlines())) == (1, 3)
    status, _, complaint = out("verify", "--history", "v9")
    assert (status, complaint) == (
        2,
        "tumen: no revision 'v9' in the repository of releases; name a commit, branch or tag.\n",
    )


@pytest.mark.parametrize("epoch", ["yesterday", "", "99999999999999999999", "1.5"])
def test_invalid_source_date_epoch(monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(
        TumenError,
        match=f"^SOURCE_DATE_EPOCH={epoch!r} is not a valid date",
    ):
        options.today()


def test_differences_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    row = {
        "record_id": "mtg-0001",
        "table": "meetings",
        "field": "note",
        "old": '"a  b [b] :dog:"',
        "new": None,
        "kind": "corrected",
    }
    releases._print_changes(
        pl.DataFrame([row, {**row, "record_id": None, "field": None, "kind": "schema"}])
    )
    assert capsys.readouterr().out.splitlines() == [
        'corrected mtg-0001 meetings.note: "a  b [b] :dog:" → nothing',
        'schema meetings: "a  b [b] :dog:" → nothing',
        "2 differences",
    ]


def test_diff_in_every_format(tmp_path: Path) -> None:
    same = ("diff", "2026.11.0", "2026.11.0")
    assert out(*same) == (0, "0 differences\n", "")
    assert out(*same, "--format", "json") == (0, "[]\n", "")
    assert out(*same, "--format", "md") == (0, "- The same records as 2026.11.0.\n", "")
    (tmp_path / "changes.parquet").write_bytes(tumen(*same, "--format", "parquet").stdout)
    assert pl.read_parquet(tmp_path / "changes.parquet").columns == [
        "record_id",
        "table",
        "field",
        "old",
        "new",
        "kind",
    ]
    status, _, complaint = out("diff", "2026.11.0", "2026.1.0")
    assert status == 2
    assert complaint.startswith(
        "tumen: no release '2026.1.0'; did you mean '2026.12.0' or '2026.11.0'"
    )
