"""The folder of the explorer: whole or not at all, nothing of the records as markup, nothing from outside."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import two_releases
from cli_process import TUMEN

import tumen
from tumen.errors import TumenError
from tumen.publishing import build as publishing_build
from tumen.site import data as site_data
from tumen.site.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with two_releases.opened():
        yield build(tumen.open(), tmp_path_factory.mktemp("explorer") / "site")


def files(site: Path) -> list[Path]:
    return [path for path in site.rglob("*") if path.is_file()]


def data(site: Path, name: str) -> Any:
    text = (site / "data" / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix(f'tumen.receive("{name}", ').removesuffix(");\n"))


@pytest.mark.slow
def test_the_page_is_light(site: Path) -> None:
    page = [path for path in files(site) if "downloads" not in path.parts]
    assert sum(len(gzip.compress(path.read_bytes())) for path in page) < 3 * MEGABYTE


def test_the_overview_needs_no_script(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    for part in (
        "release 2026.11.0",
        '<b>4</b> <a href="#/records/meetings">meetings</a>',
        "The Tumen curators (2026)",
        "meetings.parquet",
    ):
        assert part in page


def test_the_policy_allows_neither_inline_scripts_nor_strangers(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy[1]
    assert not re.search(r"<script(?! src)|\son\w+=|style=", page)
    assert set(re.findall(r'(?:src|href)="(https?:[^"]+)"', page)) == {
        "https://creativecommons.org/licenses/by/4.0/"
    }


def test_styles_and_scripts_of_ours_load_nothing_from_outside(site: Path) -> None:
    assert not re.search(r"url\(|@import|//", (site / "explorer.css").read_text(encoding="utf-8"))
    script = (site / "explorer.js").read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|\bfetch\b|XMLHttpRequest|new Function",
        script,
    )


def test_every_record_is_in_the_data(site: Path) -> None:
    with two_releases.opened():
        tables = {name: frame.collect() for name, frame in tumen.open().tables.items()}
    shown = data(site, "records")["tables"]
    assert {name: len(table["rows"]) for name, table in shown.items()} == {
        name: tables[name].height for name in shown
    }
    assert set(tables) - set(shown) == {"retired", "set_aside"}


def test_the_history_of_a_record_runs_over_the_releases(site: Path) -> None:
    told = data(site, "history")
    assert told["meetings mtg-0001"] == [
        {"release": two_releases.OLD, "date": "2026-10-20", "kind": "added", "changes": []},
        {
            "release": two_releases.NEW,
            "date": "2026-11-24",
            "kind": "changed",
            "changes": [["summary", '"First visit."', '"The first visit."']],
        },
    ]
    assert [one["kind"] for one in told["statements stm-0001"]] == ["added"]


def test_the_history_of_an_older_release_ends_with_it() -> None:
    with two_releases.opened():
        assert {
            one["release"]
            for told in site_data.history(tumen.open(release=two_releases.OLD)).values()
            for one in told
        } == {two_releases.OLD}


def test_a_release_that_was_fetched_tells_what_it_changed_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUMEN_CACHE", str(tmp_path / "cache"))
    store, records = tmp_path / "store", tmp_path / "records"
    shutil.copytree(Path(__file__).parents[1] / "support" / "example_release", records)
    publishing_build.build(records, store, "2099.10.0", dt.date(2099, 10, 1))
    meetings = records / "meetings.yaml"
    meetings.write_text(
        meetings.read_text(encoding="utf-8").replace("First visit.", "The first visit."),
        encoding="utf-8",
    )
    publishing_build.build(records, store, "2099.10.1", dt.date(2099, 10, 2))
    first, second = (
        site_data.history(tumen.open(release=version, store=store))
        for version in ("2099.10.0", "2099.10.1")
    )
    assert first["meetings mtg-0001"] == [
        {"release": "2099.10.0", "date": "2099-10-01", "kind": "added", "changes": []}
    ]
    change = ["summary", '"First visit."', '"The first visit."']
    assert second == {
        "meetings mtg-0001": [
            {"release": "2099.10.1", "date": "2099-10-02", "kind": "changed", "changes": [change]}
        ]
    }


def test_rules_and_codebook_are_whole(site: Path) -> None:
    from tumen.schemas.all_rules import ALL_RULES  # noqa: PLC0415

    assert [rule["code"] for rule in data(site, "rules")["rules"]] == list(ALL_RULES)
    with two_releases.opened():
        assert list(data(site, "codebook")["fields"]) == list(
            site_data.codebook(tumen.open())["fields"]
        )
    assert set(data(site, "codebook")["fields"]) == set(tumen.tables())


@pytest.mark.slow
def test_same_release_same_site(site: Path, tmp_path: Path) -> None:
    with two_releases.opened():
        again = build(tumen.open(), tmp_path / "again")
    assert sorted(path.relative_to(again) for path in files(again)) == sorted(
        path.relative_to(site) for path in files(site)
    )
    differing = [
        path.relative_to(site)
        for path in files(site)
        if path.read_bytes() != (again / path.relative_to(site)).read_bytes()
    ]
    assert differing == []


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(TumenError, match="contains other files; name a new folder"):
        build(tumen.open(), tmp_path, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(TumenError, match="is a file; name a folder"):
        build(tumen.open(), tmp_path / "letter.txt")


@pytest.mark.parametrize("release", [None, "", "tumen.receive('else', {});", "a folder"])
def test_a_folder_is_no_site_by_the_names_in_it(tmp_path: Path, release: str | None) -> None:
    (tmp_path / "explorer.js").write_text("mine")
    (tmp_path / "data").mkdir()
    if release == "a folder":
        (tmp_path / "data" / "release.js").mkdir()
    elif release is not None:
        (tmp_path / "data" / "release.js").write_text(release)
    with pytest.raises(TumenError, match="contains other files; name a new folder"):
        build(tumen.open(), tmp_path, overwrite=True)
    assert (tmp_path / "explorer.js").read_text() == "mine"


def test_what_others_put_beside_a_site_is_not_lost(site: Path, tmp_path: Path) -> None:
    out = shutil.copytree(site, tmp_path / "out")
    (out / "CNAME").write_text("example.org")
    with pytest.raises(TumenError, match="contains 'CNAME', which is not part of a site; move it"):
        build(tumen.open(), out, overwrite=True)
    assert (out / "CNAME").read_text() == "example.org"


@pytest.mark.slow
def test_a_site_is_replaced_when_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = subprocess.run([TUMEN, "site", out], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(f"{out / 'index.html'}: ")
    (out / "index.html").write_text("old")
    refused = subprocess.run([TUMEN, "site", out], capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "contains a site; name another folder, or replace it with --overwrite" in refused.stderr
    assert (out / "index.html").read_text() == "old"
    build(tumen.open(), out, overwrite=True)
    assert (out / "index.html").read_text(encoding="utf-8") != "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_view_on_a_day_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(TumenError, match="open the release without known_by"):
        build(tumen.open(known_by="2025-06-17"), tmp_path / "out")
