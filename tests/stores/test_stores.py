"""Stores: releases are verified, cached and read offline; what cannot be verified is not used."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pooch.core
import pytest
from cli_process import TUMEN
from faulty_stores import (
    KEYS,
    MEETINGS,
    NEW,
    NEWER,
    OTHERS,
    PUBLIC,
    ROOT,
    Handler,
    documented,
    entry,
    indexed,
    published,
    reader,
    serving,
    sound,
    table,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from minisign import KeyPair
from moto.server import ThreadedMotoServer

import tumen
from tumen._system import cache_dir
from tumen.errors import (
    SchemaError,
    StoreError,
    StoreWarning,
    UnknownNameError,
    UnreachableError,
    WithdrawnWarning,
)
from tumen.release import catalog
from tumen.stores import cache, trust
from tumen.stores import fetch as stores_fetch
from tumen.stores import location as stores_location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from faulty_stores import Server

LOAD = "import sys, tumen; print(tumen.load('meetings', release=sys.argv[1]).height)"


@pytest.fixture
def server() -> Iterator[Server]:
    with reader(), serving(sound()) as running:
        yield running


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def run(*arguments: object, **setting: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, arguments)),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **setting},
    )


@pytest.mark.slow
def test_documented_table_is_what_the_user_sees() -> None:
    seen = table()
    assert "| nothing |" not in seen
    document = (ROOT / "docs" / "guides" / "stores.md").read_text()
    assert documented(document, seen) == document, "run python tests/support/faulty_stores.py"


def test_fetched_once_and_then_read_offline(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tumen.load("meetings", release=NEW, store=server.url)
    asked = len(server.asked)
    assert first.height
    assert tumen.load("estimates", release=NEW, store=server.url).height
    assert tumen.load("meetings", release=NEW).equals(first)
    assert tumen.codebook("meetings", release=NEW).height
    assert len(server.asked) == asked
    server.files.clear()
    monkeypatch.setenv("TUMEN_OFFLINE", "1")
    assert (
        tumen.open(release=NEW, known_by="2025-06-30", store=server.url).meetings.collect().height
    )
    assert tumen.load("meetings", store=server.url, columns=["meeting_id"]).height


def test_newest_of_package_and_store(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUMEN_STORE", server.url)
    assert tumen.open().release == NEW
    assert tumen.releases()["version"].to_list()[-1] == NEW
    server.files |= indexed(
        entry(), entry(NEWER, withdrawn={"date": "2031-02-01", "reason": "wrong figures"})
    )
    stores_fetch._served_or_remembered.cache_clear()
    assert tumen.open().release == NEW
    monkeypatch.delenv("TUMEN_STORE")
    assert tumen.open().release != NEW


def test_withdrawn_release_loads_when_named(server: Server) -> None:
    server.files = sound() | indexed(
        entry(withdrawn={"date": "2031-02-01", "reason": "wrong figures"})
    )
    with pytest.warns(WithdrawnWarning, match="was withdrawn on 2031-02-01: wrong figures"):
        assert tumen.open(release=NEW, store=server.url).release == NEW
    assert tumen.open(store=server.url).release != NEW


def test_bundled_release_needs_no_store(server: Server) -> None:
    held = str(catalog.index(catalog.folder())[0]["version"])
    assert tumen.load("meetings", release=held, store=server.url).height
    assert server.asked == []


def test_version_in_the_bundled_index_needs_no_signature(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {"index.json": json.dumps({"releases": [entry()]}).encode()})
    monkeypatch.setattr(catalog, "folder", lambda: tmp_path)
    monkeypatch.delenv("TUMEN_STORE_KEY")
    assert tumen.load("meetings", release=NEW, store=server.url).height
    assert "index.json" not in server.asked


def test_tries_again_with_longer_waits(server: Server) -> None:
    left = [500, 503, 429]

    def recovering(handler: Handler) -> None:
        if left:
            handler.refuse(left.pop(0))
        else:
            handler.answer(server.files[MEETINGS])

    server.manner[MEETINGS] = recovering
    waits: list[float] = []
    pooch.core.time.sleep = waits.append
    assert tumen.load("meetings", release=NEW, store=server.url).height
    assert waits == [1, 2, 3]


def test_interrupted_fetch_continues(server: Server) -> None:
    server.manner[MEETINGS.replace("meetings", "sources")] = lambda handler: handler.refuse(404)
    with pytest.raises(StoreError, match="404"):
        tumen.load("meetings", release=NEW, store=server.url)
    assert cache.cached_folder(NEW, entry()["datapackage"]) is None
    server.manner.clear()
    assert tumen.load("meetings", release=NEW, store=server.url).height
    assert server.asked.count(MEETINGS) == 1


def test_redirect_within_the_host_is_followed(server: Server) -> None:
    server.files["moved.parquet"] = server.files[MEETINGS]
    server.manner[MEETINGS] = lambda handler: handler.refuse(307, Location="/moved.parquet")
    assert tumen.load("meetings", release=NEW, store=server.url).height


@pytest.mark.slow
def test_ten_processes_fetch_once(server: Server) -> None:
    code = "import sys; from tumen.release import catalog; print(catalog.find(sys.argv[1], sys.argv[2]))"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, NEW, server.url], stdout=-1, stderr=-1, text=True
        )
        for _ in range(10)
    ]
    said = [process.communicate(timeout=60) for process in running]
    assert {process.returncode for process in running} == {0}
    assert said == [(f"{cache.place(NEW, entry()['datapackage'])}\n", "")] * 10
    assert all(server.asked.count(name) == 1 for name, _ in published())


def test_killed_fetch_loads_nothing_and_continues(server: Server) -> None:
    server.manner[MEETINGS] = lambda _: time.sleep(2)
    process = subprocess.Popen([TUMEN, "fetch", NEW, "--store", server.url], env=os.environ)
    while MEETINGS not in server.asked:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert cache.cached_folder(NEW, entry()["datapackage"]) is None
    server.manner.clear()
    assert (
        run(TUMEN, "fetch", NEW, "--store", server.url).stdout
        == f"{NEW}: {cache.place(NEW, entry()['datapackage'])}\n"
    )
    kept = {f"{NEW}/{path.name}" for path in cache.place(NEW, entry()["datapackage"]).iterdir()}
    assert kept == {name for name, _ in published()}


def test_damaged_datapackage_is_not_used(server: Server) -> None:
    path = catalog.find(NEW, server.url) / "datapackage.json"
    sound_one = path.read_bytes()
    path.write_bytes(sound_one.replace(b"Tumen", b"tumen"))
    with pytest.raises(
        StoreError, match="is not in the cache .*, or is damaged there; name a store that has it"
    ):
        catalog.find(NEW)
    assert catalog.find(NEW, server.url) == path.parent
    assert path.read_bytes() == sound_one


def test_redirect_that_leads_nowhere(server: Server) -> None:
    for location in ("http://[", "//other.example/x", "https://127.0.0.1/x"):
        server.manner[MEETINGS] = lambda handler, location=location: handler.refuse(
            302, Location=location
        )  # type: ignore[misc]
        with pytest.raises(StoreError, match="is redirected to"):
            catalog.find(NEW, server.url)


def test_damaged_cache_is_reported_and_fetched_again(server: Server) -> None:
    folder = catalog.find(NEW, server.url)
    path = folder / "meetings.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    told = run(sys.executable, "-c", LOAD, NEW)
    assert (
        f"{path} is not the file that was published: its digest differs; fetch it again: tumen fetch {NEW}."
        in told.stderr
    )
    assert run(TUMEN, "fetch", NEW, "--store", server.url).returncode == 0
    assert run(sys.executable, "-c", LOAD, NEW).stdout.strip().isdigit()
    assert server.asked.count(MEETINGS) == 2


@pytest.mark.parametrize("content", [None, b"half"])
def test_damaged_table_of_any_release_is_reported(content: bytes | None, tmp_path: Path) -> None:
    folder = write_files(tmp_path, dict(published())) / NEW
    (folder / "meetings.parquet").unlink()
    if content:
        (folder / "meetings.parquet").write_bytes(content)
    with pytest.raises(
        SchemaError, match="meetings.parquet (cannot be read|is not the file that was published)"
    ):
        catalog.verified_file(folder, "meetings")


def test_folder_is_trusted_unless_a_key_is_named(tmp_path: Path) -> None:
    write_files(tmp_path, sound())
    (tmp_path / "index.json.minisig").unlink()
    with reader(TUMEN_STORE_KEY=None):
        assert tumen.load("meetings", release=NEW, store=tmp_path).height
    with reader(), pytest.raises(StoreError, match=r"index.json.minisig cannot be read"):
        tumen.load("meetings", release=NEW, store=tmp_path)
    with reader(TUMEN_STORE_KEY=None, TUMEN_OFFLINE="1"):
        assert tumen.load("meetings", release=NEW, store=tmp_path).height


def test_keys_are_named_by_file_and_may_follow_each_other(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = OTHERS.public_key.to_base64().decode()
    (tmp_path / "keys.pub").write_text(f"untrusted comment: two keys\n{other}\n{PUBLIC}\n")
    monkeypatch.setenv("TUMEN_STORE_KEY", str(tmp_path / "keys.pub"))
    assert tumen.load("meetings", release=NEW, store=server.url).height
    monkeypatch.setenv("TUMEN_STORE_KEY", other)
    with pytest.raises(UnknownNameError):
        catalog.find(NEW)
    with pytest.raises(StoreError, match="is not signed with a trusted key"):
        catalog.find(NEW, server.url)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("/no/such/file", "is neither a minisign public key nor a file of them"),
        ("RWnonsense", "is not a minisign public key"),
    ],
)
def test_invalid_key(
    key: str, message: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUMEN_STORE_KEY", key)
    with pytest.raises(StoreError, match=message):
        catalog.find(NEW, server.url)


@pytest.mark.parametrize(
    ("after", "fault"),
    [
        ([], f"it no longer lists {NEW}"),
        ([entry() | {"datapackage": f"sha256:{'0' * 64}"}], f"its {NEW} has another digest"),
        ([entry()], f"its {NEW} is no longer withdrawn"),
    ],
)
def test_older_index_is_refused(after: list[dict[str, Any]], fault: str, server: Server) -> None:
    server.files |= indexed(entry(withdrawn={"date": "2031-02-01", "reason": "wrong figures"}))
    with pytest.warns(WithdrawnWarning):
        catalog.find(NEW, server.url)
    server.files |= indexed(*after)
    with pytest.raises(
        StoreError, match=f"is older than the index that this store served before: {fault}"
    ):
        catalog.find(NEWER, server.url)
    with pytest.warns(WithdrawnWarning):
        assert catalog.find(NEW, server.url).name == NEW


ENTRIES = st.dictionaries(
    st.sampled_from(["2030.01.0", "2030.01.1", "2030.02.0"]), st.sampled_from(["0", "1", "2"])
)


@settings(max_examples=60, deadline=None)
@given(before=ENTRIES, after=ENTRIES)
def test_an_index_may_only_grow(before: dict[str, str], after: dict[str, str]) -> None:
    def listed(entries: dict[str, str]) -> list[dict[str, Any]]:
        return [{"version": version, "datapackage": digest} for version, digest in entries.items()]

    if before.items() <= after.items():
        trust.refuse_older(listed(before), listed(after), "index.json")
    else:
        with pytest.raises(
            StoreError, match="is older than the index that this store served before"
        ):
            trust.refuse_older(listed(before), listed(after), "index.json")


def test_unreachable_store_uses_what_it_served_before(server: Server) -> None:
    catalog.find(NEW, server.url)
    server.manner["index.json"] = lambda handler: handler.refuse(503)
    with pytest.warns(
        StoreWarning,
        match="503 Service Unavailable; try again later. What the store served before is used",
    ):
        assert catalog.find(None, server.url).name == NEW


def test_unreachable_store_that_was_never_used() -> None:
    with (
        reader(),
        pytest.raises(
            UnreachableError,
            match=r"could not be read in 4 attempts: no connection to the host \(.*refused",
        ),
    ):
        catalog.find(NEW, "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "http://example.org/tumen",
            "is plain http, which others on the network can read and change; write https://example.org/tumen",
        ),
        ("http://127.0.0.1.example.org", "is plain http"),
        ("ftp://example.org", "is not a supported store; write https://"),
        (
            "https://me:secret@example.org",
            "contains a user name or a password; put them into ~/.netrc",
        ),
        ("https://example.org/?token=1", "is not the URL of a store"),
        ("https://", "is not the URL of a store"),
        ("https://[::1", "is not the URL of a store"),
        ("https://example.org:port/tumen", "is not the URL of a store (Port could not be cast"),
    ],
)
def test_refused_stores(given: str, message: str) -> None:
    with pytest.raises(StoreError) as caught:
        stores_location.parse_store(given)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "url", "kind"),
    [
        ("https://example.org/tumen/", "https://example.org/tumen", "http"),
        ("http://localhost:8000", "http://localhost:8000", "http"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x", "http"),
        ("s3://bucket/tumen", "s3://bucket/tumen", "s3"),
        ("/data/tumen/", "/data/tumen", "folder"),
    ],
)
def test_accepted_stores(given: str, url: str, kind: str) -> None:
    assert stores_location.parse_store(given) == stores_location.Store(url, kind)  # type: ignore[arg-type]


def test_invalid_settings(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("soon", "-1", "nan", "inf"):
        monkeypatch.setenv("TUMEN_TIMEOUT", wrong)
        with pytest.raises(StoreError, match="is not a number of seconds"):
            catalog.find(NEW, server.url)
    monkeypatch.delenv("TUMEN_TIMEOUT")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TUMEN_CACHE", str(tmp_path / "file"))
    with pytest.raises(StoreError, match="cannot be (written|read)"):
        catalog.find(NEW, server.url)


def test_damaged_saved_index_is_reported(server: Server) -> None:
    catalog.find(NEW, server.url)
    (memory,) = (cache_dir.root() / "stores").iterdir()
    memory.write_text('{"releases": [{"version": "../../etc"}]}')
    with pytest.raises(
        StoreError, match="delete it, which also forgets what the store served last"
    ):
        catalog.find(NEW, server.url)


def test_two_stores_that_differ(server: Server, tmp_path: Path) -> None:
    catalog.find(NEW, server.url)
    write_files(
        tmp_path,
        indexed(entry() | {"datapackage": f"sha256:{'0' * 64}"}, entry(NEWER))
        | dict(published(NEWER)),
    )
    catalog.find(NEWER, tmp_path)
    with pytest.raises(
        StoreError,
        match=f"two stores served different releases {NEW}; name the store that you mean",
    ):
        catalog.find(NEW)
    assert catalog.find(NEW, server.url).name == NEW


def test_s3(monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3  # noqa: PLC0415

    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    try:
        url = "http://{}:{}".format(*running.get_host_and_port())
        with reader(
            AWS_ENDPOINT_URL=url,
            AWS_ACCESS_KEY_ID="key",
            AWS_SECRET_ACCESS_KEY="secret",  # noqa: S106
            AWS_DEFAULT_REGION="us-east-1",
        ):
            client = boto3.client("s3")
            client.create_bucket(Bucket="tumen")
            for name, content in sound().items():
                client.put_object(Bucket="tumen", Key=f"open/{name}", Body=content)
            assert tumen.load("meetings", release=NEW, store="s3://tumen/open").height
            with pytest.raises(StoreError, match="s3://tumen/shut/index.json cannot be read"):
                catalog.find(NEWER, "s3://tumen/shut")
    finally:
        running.stop()


def test_fetch_on_the_command_line(server: Server) -> None:
    server.files = sound(NEW, NEWER) | indexed(
        entry(), entry(NEWER, withdrawn={"date": "2031-02-01", "reason": "wrong figures"})
    )
    held = str(catalog.index(catalog.folder())[0]["version"])
    fetched = run(TUMEN, "fetch", "--all", TUMEN_STORE=server.url)
    assert fetched.stderr == ""
    assert f"{held}: in the package\n" in fetched.stdout
    assert f"{NEW}: {cache.place(NEW, entry()['datapackage'])}\n" in fetched.stdout
    assert NEWER not in fetched.stdout
    assert run(TUMEN, "timeline", "--release", NEW).returncode == 0
    assert NEWER in run(TUMEN, "releases", "--store", server.url).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["fetch"],
            "name the releases to fetch, as in tumen fetch 2026.12.0, or fetch them all: tumen fetch --all",
        ),
        (["fetch", NEW, "--all"], "name the releases to fetch"),
        (["fetch", NEW], "name a store with --store ADDRESS, or set TUMEN_STORE."),
        (["fetch", NEW, "--store", "http://example.org"], "is plain http"),
        (["show", "mtg-0001", "--release", NEW], f"no release '{NEW}'"),
        (["sign", "no.key", "--releases", "nowhere"], "nowhere is not a folder of releases"),
    ],
)
def test_mistakes_on_the_command_line(arguments: list[str], message: str, tmp_path: Path) -> None:
    with reader():
        said = run(TUMEN, *arguments)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith(f"tumen: {message}") or message in said.stderr


def test_signed_on_the_command_line(tmp_path: Path) -> None:
    write_files(tmp_path, sound())
    (tmp_path / "index.json.minisig").unlink()
    pair = KeyPair.generate()
    (tmp_path / "secret.key").write_bytes(bytes(pair.secret_key) + b"\n")
    signed = run(TUMEN, "sign", tmp_path / "secret.key", "--releases", tmp_path)
    public = signed.stdout.splitlines()[-1]
    assert public == pair.public_key.to_base64().decode()
    with reader(TUMEN_STORE_KEY=public), serving({}) as server:
        server.files = {
            str(path.relative_to(tmp_path)): path.read_bytes()
            for path in tmp_path.rglob("*")
            if path.is_file()
        }
        assert tumen.load("meetings", release=NEW, store=server.url).height


def test_invalid_releases_are_not_signed(tmp_path: Path) -> None:
    write_files(tmp_path, sound())
    (tmp_path / "index.json.minisig").unlink()
    (tmp_path / "secret.key").write_text("no key\n")
    refused = run(TUMEN, "sign", tmp_path / "secret.key", "--releases", tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "cannot sign" in refused.stderr
    (tmp_path / MEETINGS).write_bytes(b"half")
    (tmp_path / "secret.key").write_bytes(bytes(KeyPair.generate().secret_key))
    refused = run(TUMEN, "sign", tmp_path / "secret.key", "--releases", tmp_path)
    assert refused.returncode == 1
    assert "nothing was signed" in refused.stdout
    assert not (tmp_path / "index.json.minisig").exists()


def test_locked_key_asks_for_its_password(tmp_path: Path) -> None:
    from tumen.stores import signing  # noqa: PLC0415

    write_files(tmp_path, sound())
    secret = KEYS.secret_key
    locked = type(secret).from_bytes(bytes(secret))
    locked.encrypt("open sesame")
    (tmp_path / "secret.key").write_bytes(bytes(locked))
    assert signing.sign(tmp_path, tmp_path / "secret.key", lambda: "open sesame")[1] == PUBLIC
    with pytest.raises(StoreError, match="cannot sign"):
        signing.sign(tmp_path, tmp_path / "secret.key", lambda: "sesame")


def test_home_of_an_unknown_user(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        StoreError,
        match="the store '~nobody-here/releases' is in the home folder of an unknown user",
    ):
        stores_location.parse_store("~nobody-here/releases")
    monkeypatch.setenv("TUMEN_STORE_KEY", "~nobody-here/key.pub")
    with pytest.raises(StoreError, match="TUMEN_STORE_KEY='~nobody-here/key.pub' is neither"):
        trust.keys(stores_location.parse_store("https://example.org"))


def test_unwritable_cache_is_reported(server: Server) -> None:
    wanted, store = stores_fetch.entry(NEW, server.url, {})
    (stores_fetch.fetch(wanted, store) / "stray").mkdir()
    with pytest.raises(StoreError, match=r"the cache .* cannot be written \(.*stray"):
        stores_fetch.fetch(wanted, store)
    (cache_dir.root() / "locks").rename(cache_dir.root() / "moved")
    (cache_dir.root() / "locks").write_text("")
    with pytest.raises(StoreError, match="cannot be written"), cache.lock("any"):
        pass


def test_loading_from_the_cache_imports_no_client(server: Server) -> None:
    catalog.find(NEW, server.url)
    code = (
        f"import sys, tumen; tumen.load('meetings', release={NEW!r}); "
        "print(sorted({'pooch', 'requests', 'minisign', 'cryptography', 's3fs', 'rich'} & set(sys.modules)))"
    )
    assert run(sys.executable, "-c", code).stdout == "[]\n"
