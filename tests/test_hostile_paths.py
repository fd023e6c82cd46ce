"""Names that lead elsewhere: paths of a datapackage, links in a dataset and in a release, what becomes an argument of git."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hostile_release
import pytest
from cli_process import TUMEN
from hostile_sql import PATHS

from tumen.errors import StoreError, TumenError, UnknownNameError
from tumen.publishing import index, verify
from tumen.publishing.rebuild import rebuild
from tumen.records import reader
from tumen.release import catalog, datapackage
from tumen.stores import fetch as stores_fetch
from tumen.stores import trust

if TYPE_CHECKING:
    from collections.abc import Callable

DIGEST = f"sha256:{'0' * 64}"


def described(*found: dict[str, Any]) -> bytes:
    return json.dumps({"resources": found}).encode()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: repr(path)[:30])
def test_path_that_leads_elsewhere_is_refused(path: Any) -> None:
    content = described({"path": path, "bytes": 1, "hash": DIGEST})
    with pytest.raises(ValueError, match="names the file .* which is not a plain file name"):
        datapackage.parse(content)
    with pytest.raises(StoreError, match="nothing was fetched"):
        trust.files(content, "https://store.example/datapackage.json")


@pytest.mark.parametrize(
    "path", ["meetings.parquet", "README.md", "a", "a-b_c.1.json", "console.json", "com10.txt"]
)
def test_name_of_a_file_is_taken(path: str) -> None:
    assert (
        datapackage.parse(described({"path": path, "bytes": 1, "hash": DIGEST}))["resources"][0][
            "path"
        ]
        == path
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{}", "is not the datapackage of a release"),
        (b"[]", "is not the datapackage of a release"),
        (b"\xff", "is not the datapackage of a release"),
        (b"[" * 100_000, "is not the datapackage of a release"),
        (
            described({"path": "a", "bytes": True, "hash": DIGEST}),
            "lacks the size or the digest of a",
        ),
        (
            described({"path": "a", "bytes": -1, "hash": DIGEST}),
            "lacks the size or the digest of a",
        ),
        (
            described({"path": "a", "bytes": 1, "hash": DIGEST[:-1]}),
            "lacks the size or the digest of a",
        ),
        (described(*[{"path": "a", "bytes": 1, "hash": DIGEST}] * 2), "names the file 'a' twice"),
    ],
)
def test_what_is_no_datapackage_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        datapackage.parse(content)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a copy of a store that holds one release."""
    subprocess.run(["cp", "-r", hostile_release.store(), tmp_path / "store"], check=True)
    return tmp_path / "store"


def test_verify_reads_nothing_outside(store: Path) -> None:
    (store.parent / "outside").write_bytes(b"x")
    content = described(
        {
            "path": "../../outside",
            "bytes": 1,
            "hash": f"sha256:{'2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'}",
        }
    )
    (store / hostile_release.VERSION / "datapackage.json").write_bytes(content)
    entry = index.read(store)[0] | {"datapackage": datapackage.sha256(content)}
    index.write(store, [entry])
    (fault,) = verify.verify(store)
    assert fault.endswith(
        "datapackage.json: names the file '../../outside', which is not a plain file name"
    )


@pytest.mark.parametrize(
    "version", ["../x", "/etc/passwd", "2031.01.0/..", "2031.1.0", "2031.01.0\n", "CON", ""]
)
def test_version_that_leads_elsewhere_is_refused(version: str, store: Path) -> None:
    path = store / "index.json"
    entries = json.loads(path.read_bytes())
    entries["releases"][0]["version"] = version
    path.write_text(json.dumps(entries))
    with pytest.raises(TumenError, match="is not a version"):
        verify.verify(store)
    with pytest.raises(TumenError):
        catalog.find(hostile_release.VERSION, store)


def test_verify_tells_links(store: Path) -> None:
    path = store / hostile_release.VERSION / "places.parquet"
    path.rename(store.parent / "moved.parquet")
    path.symlink_to(store.parent / "moved.parquet")
    assert verify.verify(store) == [f"{path}: is a link; a release must contain its own files"]
    (store / hostile_release.VERSION).rename(store.parent / "moved")
    (store / hostile_release.VERSION).symlink_to(store.parent / "moved")
    assert verify.verify(store) == [
        f"{store / hostile_release.VERSION}: is a link; a release must contain its own files"
    ]


@pytest.mark.parametrize("kind", ["fifo", "device"])
def test_fetch_waits_for_nothing_that_is_no_file(kind: str, store: Path) -> None:
    path = store / hostile_release.VERSION / "places.parquet"
    path.unlink()
    if kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    known = index.read(store)[0]
    with pytest.raises(StoreError, match="cannot be read \\(it is not a regular file\\)"):
        stores_fetch.fetch(
            *stores_fetch.entry(
                hostile_release.VERSION,
                store,
                {hostile_release.VERSION: known | {"datapackage": known["datapackage"]}},
            )
        )


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("../outside.yaml", "a link that leads out of the dataset is not followed"),
        ("/dev/zero", "a link that leads out of the dataset is not followed"),
        ("/proc/self/environ", "a link that leads out of the dataset is not followed"),
        ("missing.yaml", "the file cannot be read: No such file or directory"),
        ("launches.yaml", "the file cannot be read: "),
    ],
)
def test_link_out_of_the_dataset_is_neither_read_nor_written(
    target: str, told: str, write_dataset: Callable[..., Path]
) -> None:
    root = write_dataset()
    Path("outside.yaml").write_text("- secret: 1\n")
    (root / "launches.yaml").symlink_to(target)
    (found,) = [finding for finding in reader.read(root).findings if finding.code == "E001"]
    assert found.message.startswith(told)
    for arguments in (["fmt", "dataset"], ["new", "launches", "--date", "2024-01-01"]):
        run = subprocess.run([TUMEN, *arguments], capture_output=True, text=True, check=False)
        assert run.returncode == 1
        assert told in run.stdout + run.stderr
        assert "secret" not in run.stdout + run.stderr
    assert Path("outside.yaml").read_text() == "- secret: 1\n"


def test_pipe_is_not_waited_for(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset()
    os.mkfifo(root / "launches.yaml")
    assert [
        finding.message for finding in reader.read(root).findings if finding.code == "E001"
    ] == ["it is not a file"]


@pytest.mark.parametrize("name", [".places.yaml.draft", ".tumen.lock"])
def test_link_that_waits_for_a_draft_is_not_followed(
    name: str, write_dataset: Callable[..., Path]
) -> None:
    root = write_dataset(
        {"places.yaml": "- {kind: city, id: pyongyang, name: 'Pyongyang', country: KP}\n"}
    )
    Path("victim").write_text("precious")
    (root / name).symlink_to("../victim")
    run = subprocess.run([TUMEN, "fmt", "dataset"], capture_output=True, text=True, check=False)
    assert Path("victim").read_text() == "precious"
    assert (run.returncode, "Traceback" in run.stderr) == (2 if name == ".tumen.lock" else 0, False)


@pytest.mark.parametrize(
    ("part", "value", "kind"),
    [
        ("tree", "--output=pwned", TumenError),
        ("tree", "--remote=ext::touch% pwned", TumenError),
        ("tree", None, TumenError),
        ("commit", "HEAD", TumenError),
        ("changes_since", "../../x", TumenError),
        ("changes_since", "2026.10.0", UnknownNameError),
    ],
)
def test_description_gives_git_no_options(
    part: str, value: str | None, kind: type[TumenError], store: Path, git: Callable[..., str]
) -> None:
    git("add", "--all")
    git("commit", "--quiet", "--message", "Add all")
    path = store / hostile_release.VERSION / "datapackage.json"
    whole = json.loads(path.read_bytes())
    whole["records"] = {"tree": "0" * 40, "commit": "0" * 40}
    (whole if part == "changes_since" else whole["records"])[part] = value
    path.write_text(json.dumps(whole))
    with pytest.raises(kind):
        rebuild(store, hostile_release.VERSION)
    assert not list(store.parent.rglob("pwned"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "actor", "Some One", "--file", "../x"),
        ("new", "actor", "Some One", "--file", "/etc/x"),
        ("new", "launches", "--date", "../.."),
        ("build", "../x"),
        ("build", "2031.01.0/../x"),
        ("show", "mtg-0001", "--release", "../../x"),
        ("export", "--to", "csv", "dataset"),
        ("export", "--to", "csv", "dataset/meetings.yaml"),
        ("export", "--to", "sqlite", "no/x.db"),
        ("site", "dataset", "--overwrite"),
        ("site", "dataset/meetings.yaml"),
        ("plot", "network", "--out", "dataset/meetings.yaml"),
        ("fetch", "../../x", "--store", "dataset"),
        ("withdraw", "../x", "--reason", "x"),
        ("verify", "--rebuild", "--output=x"),
        ("verify", "--history=--output=x"),
        ("check", "dataset", "--changed-since=--output=x"),
        ("diff", "../x", "2026.11.0"),
    ],
)
def test_name_that_leads_elsewhere_is_refused(
    arguments: tuple[str, ...], write_dataset: Callable[..., Path]
) -> None:
    write_dataset()
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    run = subprocess.run([TUMEN, *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
