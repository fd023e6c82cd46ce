"""What a file gave is kept and taken again only if it is whole and nothing that it depends on has changed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumen.records import cache, parser, reader
from tumen.records.cache import Cache
from tumen.validation.explain import read_clean_dataset, read_page
from tumen.validation.records import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from tumen.records.parser import Row
    from tumen.records.reader import Dataset

FILES = read_clean_dataset()
SCRAPS = (
    "&a x",
    "*a",
    "!t x",
    "",
    "[a, a]",
    "{a: b}",
    "[[a]]",
    "2025-06",
    "NO",
    "true",
    "1e5",
    "'",
    "---",
    "Søren 서",
    "{W205: why}",
)


@pytest.fixture
def kept(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entries(kept: Cache) -> list[Path]:
    return sorted(kept.folder.iterdir())


def same(one: Dataset, other: Dataset) -> bool:
    plain = ("findings", "files", "tables", "broken", "records")
    frames = all(one.frames[name].equals(other.frames[name]) for name in one.frames | other.frames)
    return frames and all(getattr(one, name) == getattr(other, name) for name in plain)


def told(row: Row) -> tuple[object, ...]:
    """Return what a row says, its file and columns without a value apart."""
    values = {name: value for name, value in row.values.items() if value is not None}
    owner = None if row.owner is None else told(row.owner)
    return (
        row.table,
        row.line,
        row.column,
        row.prefix,
        owner,
        row.sound,
        row.allowed,
        values,
        row.places,
    )


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, int, str]:
    """Draw a line of a file of the clean dataset, and what to write in its place."""
    name = draw(st.sampled_from(sorted(FILES)))
    lines = FILES[name].splitlines()
    number = draw(st.integers(0, len(lines) - 1))
    field, colon, _ = lines[number].partition(": ")
    scrap = draw(st.sampled_from(SCRAPS) | st.text(max_size=8))
    return (
        name,
        number,
        draw(
            st.sampled_from(
                [field + colon + scrap, lines[number] + "\n" + lines[number], scrap, ""]
            )
        ),
    )


@given(st.lists(edits(), max_size=4))
@settings(max_examples=25, deadline=None)
def test_edited_files_read_the_same_with_and_without_a_cache(
    changes: list[tuple[str, int, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, kept = Path(folder, "dataset"), Cache(Path(folder, "cache"))
        root.mkdir()
        for name, content in FILES.items():
            (root / name).write_text(content, encoding="utf-8")
        assert same(reader.read(root, kept), reader.read(root))
        for name, number, line in changes:
            lines = (root / name).read_text(encoding="utf-8").split("\n")
            lines[number : number + 1] = [line]
            (root / name).write_bytes("\n".join(lines).encode("utf-8", "replace"))
            fresh = reader.read(root)
            assert same(reader.read(root, kept), fresh)
            assert same(reader.read(root, kept), fresh)


@pytest.mark.slow
@pytest.mark.parametrize("code", ["E006", "E106", "E301", "E302", "E307", "W205", "W207"])
def test_rules_point_to_the_same_places_from_a_cache(
    code: str, write_dataset: Callable[..., Path]
) -> None:
    example = read_page(code)
    root = write_dataset({str(example.file): example.failing})
    check(root)
    assert [str(finding) for finding in check(root).findings] == list(example.findings)


def test_a_row_from_the_cache_is_the_row_that_was_read(
    write_dataset: Callable[..., Path], kept: Cache
) -> None:
    root = write_dataset(
        {
            "estimates.yaml": read_page("W205").failing.replace(
                "  summary:", "  allow: {W205: Corrected.}\n  summary:", 1
            )
        }
    )
    reader.read(root, kept)
    again = reader.read(root, kept)
    for file, top in zip(again.files, again.tables, strict=True):
        for table, rows in parser.read(Path(file).read_bytes(), top).rows.items():
            held = [row for row in again.rows[table] if row.file == file]
            assert list(map(told, held)) == list(map(told, rows))
    assert [row.allowed for row in again.rows_with_allow()] == [{"W205": (11, 11)}]
    assert again.rows["participants"][1].owner is again.rows["meetings"][0]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="emptied"),
        pytest.param(lambda content: content[:-1], id="cut short"),
        pytest.param(lambda content: content[:32], id="payload lost"),
        pytest.param(
            lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:],
            id="a bit turned",
        ),
        pytest.param(lambda _: b"\x80\x04N.", id="something else"),
    ],
)
def test_damaged_entry_is_made_again(
    damage: Callable[[bytes], bytes], write_dataset: Callable[..., Path], kept: Cache
) -> None:
    root = write_dataset()
    fresh = reader.read(root, kept)
    whole = {path: path.read_bytes() for path in entries(kept)}
    for path, content in whole.items():
        path.write_bytes(damage(content))
    assert same(reader.read(root, kept), fresh)
    assert {path: path.read_bytes() for path in entries(kept)} == whole


def test_entry_under_the_key_of_another_is_refused(kept: Cache) -> None:
    kept.put("one", b"payload")
    (kept.folder / "one").rename(kept.folder / "two")
    assert kept.get("two") is None


def test_key_changes_with_all_that_reading_depends_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys = {
        cache.key("places", b"- id: a\n"),
        cache.key("actors", b"- id: a\n"),
        cache.key("places", b"- id: b\n"),
    }
    cache._reader_digest.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(pl, "__version__", "0.0.0")
        keys.add(cache.key("places", b"- id: a\n"))
    cache._reader_digest.cache_clear()
    with monkeypatch.context() as patch:
        (tmp_path / "more.py").write_text("")
        patch.setattr("tumen.schemas.__path__", [str(tmp_path)])
        keys.add(cache.key("places", b"- id: a\n"))
    cache._reader_digest.cache_clear()
    assert cache.key("places", b"- id: a\n") in keys
    assert len(keys) == 5


def test_entries_longest_unused_go_first(kept: Cache) -> None:
    kept.limit = 3 * (32 + 100)
    for number, name in enumerate("abcd"):
        kept.put(name, bytes(100))
        os.utime(kept.folder / name, (number, number))
    assert kept.get("a") == bytes(100)
    kept.prune()
    assert [path.name for path in entries(kept)] == ["a", "c", "d"]


def test_entry_in_a_folder_that_is_only_read_is_taken(
    kept: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    kept.put("one", b"payload")
    monkeypatch.setattr(os, "utime", refused)
    assert kept.get("one") == b"payload"


def test_folder_that_cannot_be_made_costs_time_alone(
    write_dataset: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    root = write_dataset()
    blocked = Cache(tmp_path / "file" / "cache")
    assert same(reader.read(root, blocked), reader.read(root))


def run(root: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    code = f"import os; os.environ['TUMEN_CACHE'] = {str(folder)!r}; from tumen.cli.app import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "check", str(root), *options],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_processes_share_a_cache_and_see_every_edit(
    write_dataset: Callable[..., Path], tmp_path: Path
) -> None:
    root, folder = write_dataset(), tmp_path / "cache"
    assert (
        run(root, folder, "--no-cache").stdout == "0 errors, 0 warnings (11 records in 5 files)\n"
    )
    assert not folder.exists()
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda _: run(root, folder), range(3)))
    assert {(one.returncode, one.stdout, one.stderr) for one in runs} == {
        (0, "0 errors, 0 warnings (11 records in 5 files)\n", "")
    }
    assert len(list((folder / "readings").iterdir())) == 5
    (root / "places.yaml").write_text(FILES["places.yaml"].replace("kind: city", "kind: citi", 1))
    edited = run(root, folder)
    assert edited.stdout.startswith(
        "dataset/places.yaml:3:9 E103 kind: 'citi': a code is not in the vocabulary"
    )
    assert edited.returncode == 1
