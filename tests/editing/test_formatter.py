"""`tumen fmt`, as a process: what it prints, what it changes, what it leaves alone."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from cli import tumen
from cli_process import tumen as process

from tumen.editing import formatter
from tumen.errors import TumenError
from tumen.report import UNREADABLE_FILE_CODES
from tumen.validation.explain import read_clean_dataset
from tumen.validation.records import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLACES = read_clean_dataset()["places.yaml"]
QUOTED = PLACES.replace("name: Moscow", "name: 'Moscow' # the city")
WRITTEN = PLACES.replace("name: Moscow", "name: Moscow  # the city")


def test_check_prints_a_diff_that_patch_applies(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset({"places.yaml": QUOTED.rstrip("\n")})
    run = process("fmt", "--check", str(root))
    assert (run.returncode, run.stderr) == (1, "1 of 5 files would change, 0 findings\n")
    assert run.stdout.startswith("--- dataset/places.yaml\n+++ dataset/places.yaml\n@@ ")
    assert "\n-  name: 'Moscow' # the city\n+  name: Moscow  # the city\n" in run.stdout
    assert (root / "places.yaml").read_text() == QUOTED.rstrip("\n")
    subprocess.run(
        ["patch", "--strip=0"], input=run.stdout, text=True, check=True, capture_output=True
    )
    assert (root / "places.yaml").read_text() == WRITTEN


def test_write_then_nothing_is_left_to_change(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset({"places.yaml": QUOTED})
    (root / "places.yaml").chmod(0o640)
    run = tumen("fmt")
    assert (run.returncode, run.stdout, run.stderr) == (
        0,
        "dataset/places.yaml\n1 of 5 files changed, 0 findings\n",
        "",
    )
    assert (root / "places.yaml").read_text() == WRITTEN
    assert (root / "places.yaml").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in root.iterdir()) == sorted(read_clean_dataset())
    again = tumen("fmt", "--check")
    assert (again.returncode, again.stdout) == (0, "")


def test_a_file_that_is_not_valid_is_left_and_the_others_are_formatted(
    write_dataset: Callable[..., Path],
) -> None:
    bad = "- id: &x a\n  name: 'A'\n  name: B\n"
    root = write_dataset(
        {
            "places.yaml": QUOTED,
            "actors.yaml": bad,
            "launches.yaml": "- {id: [lch-0001\n",
            "retired.yaml": "- a\n",
            "x.txt": "",
        }
    )
    run = process("fmt", "dataset")
    assert run.returncode == 1
    assert run.stderr.splitlines()[::2] == [
        "dataset/actors.yaml:1:7 E005 anchor '&x'",
        "dataset/actors.yaml:3:3 E006 field 'name' is already on line 2",
        "dataset/launches.yaml:2:1 E003 not YAML: did not find expected ',' or ']'",
        "dataset/retired.yaml:1:3 E007 a record is fields and values, not a value or a list",
        "dataset/x.txt:1:1 E011 x.txt is not a .yaml file of a table",
    ]
    assert "    Write the value out in full.\n" in run.stderr
    assert run.stdout == "dataset/places.yaml\n1 of 7 files changed, 5 findings\n"
    assert (root / "actors.yaml").read_text() == bad


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("actors.yaml", "- id: &x a\n  id: b\n"),
        ("places.yaml", "- {a: {b: {c: {d: {e: {f: {g: 1}}}}}}}\n"),
        ("places.yaml", "- id: a\n---\n- id: b\n"),
        ("retired.yaml", "- id\n- [id]\n"),
        ("retired.yaml", ""),
        ("set_aside.yaml", "url: a\n"),
        ("sources.yaml", b"- id: \xff\n"),
        ("sources.yaml", "- id: [a\n"),
        ("source.yaml", "- id: a\n"),
    ],
)
def test_what_is_refused_is_what_a_check_finds(
    name: str, content: str | bytes, write_dataset: Callable[..., Path]
) -> None:
    root = write_dataset({name: content})
    _, report = formatter.find_changes(root)
    assert report.findings
    assert report.findings == tuple(
        one
        for one in check(root).findings
        if one.place.file == f"{root}/{name}"
        and one.code in {*UNREADABLE_FILE_CODES, "E005", "E006", "E008"}
    )


@pytest.mark.parametrize(
    "path", ["dataset/meetings", "dataset/meetings/2025", "dataset/meetings/2025/06.yaml"]
)
def test_a_folder_of_a_table_and_a_file(path: str, write_dataset: Callable[..., Path]) -> None:
    root = write_dataset(
        {
            "places.yaml": QUOTED,
            "meetings/2025/06.yaml": read_clean_dataset()["meetings.yaml"].replace(
                "talks\n", "'talks'\n"
            ),
        }
    )
    (root / "meetings.yaml").unlink()
    assert (
        tumen("fmt", path).stdout
        == "dataset/meetings/2025/06.yaml\n1 of 1 files changed, 0 findings\n"
    )
    assert (root / "places.yaml").read_text() == QUOTED


def test_a_link_stays_one(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset()
    kept = root / ".kept.yaml"
    kept.write_text(QUOTED)
    (root / "places.yaml").unlink()
    (root / "places.yaml").symlink_to(kept.name)
    assert tumen("fmt", "dataset/places.yaml").returncode == 0
    assert (root / "places.yaml").is_symlink()
    assert kept.read_text() == WRITTEN


def test_windows_line_ends_become_plain(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset({"places.yaml": PLACES.replace("\n", "\r\n")})
    assert tumen("fmt").returncode == 0
    assert (root / "places.yaml").read_bytes() == PLACES.encode()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "nowhere.yaml does not exist"),
        (
            {
                "nowhere.yaml": f"- ? {'k' * 1100}\n  : a\n",
                "actors.yaml": f"- ? {'k' * 1100}\n  : a\n",
            },
            "would not mean the same",
        ),
    ],
)
def test_could_not_run(
    files: dict[str, str], message: str, write_dataset: Callable[..., Path]
) -> None:
    root = write_dataset(files)
    run = tumen("fmt", str(root / ("actors.yaml" if files else "nowhere.yaml")))
    assert run.returncode == 2
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert all((root / name).read_text() == content for name, content in files.items())


def test_what_an_editor_saves_meanwhile_is_not_lost(
    write_dataset: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_dataset({"places.yaml": QUOTED})
    found = formatter.find_changes(root)
    (root / "places.yaml").write_text(PLACES + "# new\n")
    monkeypatch.setattr(formatter, "find_changes", lambda _: found)
    with pytest.raises(
        TumenError, match=r"dataset/places\.yaml was changed by another program meanwhile"
    ):
        formatter.format_files(root)
    assert (root / "places.yaml").read_text() == PLACES + "# new\n"


def test_a_failed_write_leaves_the_file_and_no_draft(
    write_dataset: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_dataset({"places.yaml": QUOTED})

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        TumenError,
        match=r"places\.yaml cannot be written: No space left on device; it is left as it is",
    ):
        formatter.format_files(root)
    assert (root / "places.yaml").read_text() == QUOTED
    assert [path for path in root.iterdir() if path.name.startswith(".")] == []
