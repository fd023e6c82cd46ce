"""Stores that never end an answer, releases with wrong metadata, one store under several URLs."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import ssl
import subprocess
import time
from threading import Event
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from cli_process import TUMEN
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from false_descriptions import DESCRIPTIONS, TABLES, described, laid, tabled
from faulty_stores import (
    FAULTS,
    MEETINGS,
    NEW,
    Handler,
    endless_trailers,
    endlessly,
    entry,
    indexed,
    reader,
    serving,
    sound,
)
from hypothesis import given
from hypothesis import strategies as st

import tumen
from tumen._system import cache_dir
from tumen.errors import StoreError, TumenError, UnreachableError, WithdrawnWarning
from tumen.publishing import verify
from tumen.release import catalog, datapackage, index
from tumen.stores import cache, location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from faulty_stores import Server

LIES = {
    **{lie: (described, (change,), words) for lie, (change, words) in DESCRIPTIONS.items()},
    **{lie: (tabled, (name, change), words) for lie, (name, change, words) in TABLES.items()},
}
CALLS: dict[str, Callable[[tumen.Snapshot], object]] = {
    "heights": lambda ds: ds.heights(),
    "timeline": lambda ds: ds.timeline(),
    "network": lambda ds: ds.network(),
    "series": lambda ds: ds.series(),
    "record": lambda ds: ds.record("mtg-0001"),
    "cite": lambda ds: ds.cite("mtg-0001"),
    "find": lambda ds: ds.find("Kim"),
    "sql": lambda ds: ds.sql("select * from meetings"),
}


def run(
    *arguments: str | bytes | Path, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TUMEN, *arguments], capture_output=True, text=True, check=False, cwd=cwd, timeout=120
    )


def lying(lie: str, folder: Path) -> tuple[Path, str]:
    make, given_, words = LIES[lie]
    return laid(folder, make(*given_)), words  # type: ignore[operator]


@pytest.mark.parametrize("lie", LIES)
def test_wrong_metadata_is_reported_in_one_sentence(lie: str, tmp_path: Path) -> None:
    store, words = lying(lie, tmp_path)
    name = TABLES[lie][0] if lie in TABLES else "meetings"
    with reader(TUMEN_STORE_KEY=None), pytest.raises(TumenError, match=words) as caught:
        tumen.load(name, release=NEW, store=store)  # type: ignore[call-overload]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("lie", LIES)
def test_wrong_metadata_is_found_by_verify(lie: str, tmp_path: Path) -> None:
    store, words = lying(lie, tmp_path)
    faults = "\n".join(verify.verify(store, rows=True))
    assert re.search(words, faults), faults


def test_release_with_correct_metadata_is_valid(tmp_path: Path) -> None:
    store = laid(tmp_path, sound())
    assert verify.verify(store, rows=True) == []
    assert verify.verify(catalog.folder(), rows=True) == []


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("lie", ["a day beyond 9999", "a code of no vocabulary", "a column less"])
def test_first_call_on_a_wrong_release_reports_it(lie: str, call: str, tmp_path: Path) -> None:
    store, words = lying(lie, tmp_path)
    with reader(TUMEN_STORE_KEY=None), pytest.raises(TumenError, match=words):
        CALLS[call](tumen.open(release=NEW, store=store))


@pytest.mark.parametrize(
    "lie", ["NaN", "a day beyond 9999", "codes in another order", "no licence"]
)
@pytest.mark.parametrize(
    "arguments",
    [
        ["timeline"],
        ["cite", "mtg-0001"],
        ["export", "x.zip", "--to", "csv"],
        ["sql", "select * from estimates"],
    ],
)
def test_wrong_metadata_on_the_command_line(lie: str, arguments: list[str], tmp_path: Path) -> None:
    store, _ = lying(lie, tmp_path)
    with reader(TUMEN_STORE_KEY=None, TUMEN_STORE=str(store)):
        said = run(*arguments, "--release", NEW, cwd=tmp_path)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith("tumen: ")
    assert said.stderr.count("\n") == 1
    assert not (tmp_path / "x.zip").exists()


def test_verify_on_the_command_line_names_row_and_column(tmp_path: Path) -> None:
    store, words = lying("NaN", tmp_path)
    said = run("verify", "--rows", "--releases", store)
    assert (said.returncode, said.stderr) == (1, "")
    assert "best is not a number" in said.stdout
    assert said.stdout.endswith("1 releases, 1 faults\n"), words


def test_description_and_tables_are_copies() -> None:
    ds = tumen.open()
    heights = ds.heights()
    ds.description["resources"].clear()
    ds.description["licenses"][0]["name"] = "none"
    ds.tables.clear()
    assert tumen.open().heights() == ds.heights() == heights
    assert tumen.open().description["licenses"][0]["name"] != "none"


@pytest.fixture
def server() -> Iterator[Server]:
    with reader(), serving(sound()) as running:
        yield running


@pytest.mark.parametrize("pause", [0.02, 0])
@pytest.mark.parametrize(
    "name", ["index.json", "index.json.minisig", f"{NEW}/datapackage.json", MEETINGS]
)
def test_trailers_without_end_are_ended(
    name: str, pause: float, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUMEN_TIMEOUT", "0.3")
    server.manner[name] = endless_trailers(pause)
    with pytest.raises(
        UnreachableError,
        match=f"{name} could not be read in 4 attempts: (nothing arrived|it was slower)",
    ):
        catalog.find(NEW, server.url)


def test_trailers_that_end_are_no_fault(server: Server) -> None:
    def answer(handler: Handler) -> None:
        content = server.files[MEETINGS]
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in range(0, len(content), 999):
            part = content[start : start + 999]
            handler.wfile.write(b"%x;why=not\r\n%b\r\n" % (len(part), part))
        handler.wfile.write(b"0\r\nX-Trailer: and the last\r\n\r\n")

    server.manner[MEETINGS] = answer
    assert tumen.load("meetings", release=NEW, store=server.url).height


def certified(folder: Path) -> Path:
    """Return a file with a key and a self-signed certificate of this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
    built = built.add_extension(
        x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
    )
    file = folder / "localhost.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.mark.parametrize(
    "manner",
    [None, "trailers without end, slowly", "trailers without end, fast", "a flood, and then drops"],
)
def test_deadline_holds_within_tls(manner: str | None, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file := certified(tmp_path))
    timeout = "5" if manner is None else "0.6"
    with (
        serving(sound()) as server,
        reader(REQUESTS_CA_BUNDLE=str(file), NO_PROXY="localhost", TUMEN_TIMEOUT=timeout),
    ):
        server.socket = context.wrap_socket(server.socket, server_side=True)
        url = server.url.replace("http://127.0.0.1", "https://localhost")
        if manner is None:
            assert tumen.load("meetings", release=NEW, store=url).height
            return
        (server.manner["index.json"],) = FAULTS[manner][1].values()
        with pytest.raises(
            UnreachableError,
            match="index.json could not be read in 4 attempts: (nothing arrived|it was slower)",
        ):
            catalog.find(NEW, url)


def test_untrusted_certificate_is_refused(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified(tmp_path))
    with serving(sound()) as server, reader(NO_PROXY="localhost", TUMEN_TIMEOUT="5"):
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        with pytest.raises(StoreError, match="CERTIFICATE_VERIFY_FAILED"):
            catalog.find(NEW, f"https://localhost:{server.server_port}")


def test_body_of_a_redirect_is_not_read(server: Server) -> None:
    def redirecting(handler: Handler) -> None:
        handler.wfile.write(
            b"HTTP/1.1 302 Found\r\nLocation: /moved.parquet\r\nContent-Length: 1000000000000\r\n\r\n"
        )
        endlessly(handler, b"x" * 2**16, 0)

    server.files["moved.parquet"] = server.files[MEETINGS]
    server.manner[MEETINGS] = redirecting
    assert tumen.load("meetings", release=NEW, store=server.url).height


@pytest.mark.parametrize(
    "manner",
    ["a connection that falls silent", "headers that come drop by drop", "a flood, and then drops"],
)
def test_s3_keeps_the_deadline(manner: str) -> None:
    from s3fs import S3FileSystem  # noqa: PLC0415

    keys = {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with (
        serving({MEETINGS: b"x" * 4096}) as server,
        reader(AWS_ENDPOINT_URL=server.url, TUMEN_TIMEOUT="0.4", **keys),
    ):
        S3FileSystem.clear_instance_cache()
        (server.manner["tumen/open/index.json"],) = FAULTS[manner][1].values()
        with pytest.raises(
            UnreachableError,
            match="s3://tumen/open/index.json could not be read in 4 attempts: (nothing arrived|it was slower)",
        ):
            catalog.find(NEW, "s3://tumen/open")
        S3FileSystem.clear_instance_cache()


def test_fetch_that_hangs_does_not_keep_others_waiting(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first fetch is paused; in the end both processes find one complete release."""
    let_go = Event()

    def late(handler: Handler) -> None:
        let_go.wait(60)
        handler.answer(server.files[MEETINGS])

    server.manner[MEETINGS] = late
    first = subprocess.Popen(
        [TUMEN, "fetch", NEW, "--store", server.url], stdout=-1, stderr=-1, text=True
    )
    while MEETINGS not in server.asked:
        assert first.poll() is None
        time.sleep(0.02)
    first.send_signal(signal.SIGSTOP)
    monkeypatch.setenv("TUMEN_TIMEOUT", "0.5")
    monkeypatch.delenv("TUMEN_STORE_KEY")
    second = run("fetch", NEW, "--store", laid(tmp_path, sound()))
    place = cache.place(NEW, entry()["datapackage"])
    assert (second.returncode, second.stdout, second.stderr) == (0, f"{NEW}: {place}\n", "")
    assert first.poll() is None
    let_go.set()
    first.send_signal(signal.SIGCONT)
    assert first.communicate(timeout=60) == (f"{NEW}: {place}\n", "")
    assert [path.name for path in place.parent.iterdir()] == [NEW]
    assert tumen.load("meetings", release=NEW).height


SPELLINGS = (
    "HTTP://127.0.0.1:{port}/tumen", "http://127.0.0.1:0{port}/tumen", "http://127.0.0.1:{port}/./tumen",
    "http://127.0.0.1:{port}/tumen/.", "http://127.0.0.1:{port}//tumen//", "http://127.0.0.1:{port}/x/../tumen",
    "http://127.0.0.1:{port}/%74um%65n", "http://127.0.0.1:{port}/%2e/tumen", "http://localhost:{port}/tumen",
    "http://LOCALHOST:{port}/tumen/", "http://LocalHost:{port}/a/%2E%2E/tumen",
)  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_rollback_is_noticed_under_every_form_of_the_url(spelling: str, server: Server) -> None:
    port = server.server_address[1]
    withdrawn = indexed(entry(withdrawn={"date": "2031-02-01", "reason": "wrong figures"}))
    base = dict(server.files)
    first, other = f"http://127.0.0.1:{port}/tumen", spelling.format(port=port)
    served_at(server, base | withdrawn)
    with pytest.warns(WithdrawnWarning):
        catalog.find(NEW, first)
    served_at(server, base)
    for store in (other, first):
        with pytest.raises(
            StoreError,
            match=f"older than the index that this store served before: its {NEW} is no longer withdrawn",
        ):
            catalog.find("2031.09.0", store)


def served_at(server: Server, files: dict[str, bytes]) -> None:
    """Serve the files under any path that resolves to theirs, as some servers do."""
    paths = (
        "tumen",
        "/tumen",
        "./tumen",
        "x/../tumen",
        "%74um%65n",
        "%2e/tumen",
        "a/../tumen",
        "tumen/.",
        "/tumen/",
    )
    server.files = {
        f"{path}/{name}".lstrip("/"): content for path in paths for name, content in files.items()
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/tumen", "HTTPS://EXAMPLE.ORG:443/tumen/"),
        ("https://example.org", "https://example.org.:0443//"),
        ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
        ("https://example.org/~x", "https://example.org/%7ex"),
        ("https://example.org/\u00fc", "https://example.org/%C3%BC"),
        ("https://b\u00fccher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://192.0.2.1/x", "https://192.0.513/x"),
        ("https://[2001:db8::1]/x", "https://[2001:0DB8:0:0::0001]/x"),
        ("s3://bucket/tumen", "S3://bucket/tumen/"),
        ("/data/tumen", "/data/./x/..//tumen/"),
    ],
)
def test_urls_of_one_store(one: str, other: str) -> None:
    assert location.parse_store(one).key == location.parse_store(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/tumen", "https://example.org/Tumen"),
        ("https://example.org/tumen", "https://example.org:8443/tumen"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org", "https://www.example.org"),
        ("s3://bucket/a/b", "s3://bucket/a//b"),
        ("s3://bucket/a%62", "s3://bucket/ab"),
        ("/data/tumen", "/data/Tumen"),
    ],
)
def test_urls_of_two_stores(one: str, other: str) -> None:
    assert location.parse_store(one).key != location.parse_store(other).key


PARTS = st.lists(st.sampled_from(["a", "B", "%C3%BC", "~", "x.y"]), max_size=4)


@given(
    parts=PARTS,
    dots=st.lists(st.sampled_from(["", ".", "z/.."]), min_size=4, max_size=4),
    loud=st.booleans(),
)
def test_form_of_a_path_does_not_change_the_store(
    parts: list[str], dots: list[str], loud: bool
) -> None:
    plain = "/".join(["https://example.org", *parts])
    spelt = "/".join(part for pair in zip(parts, dots, strict=False) for part in pair)
    host = "HTTPS://Example.ORG:443" if loud else "https://example.org"
    assert location.parse_store(f"{host}/{spelt}").key == location.parse_store(plain).key
    assert (
        location.parse_store(location.parse_store(plain).key).key == location.parse_store(plain).key
    )


def test_folder_by_a_link_is_one_store(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "link").symlink_to("store")
    assert (
        location.parse_store(tmp_path / "link").key == location.parse_store(tmp_path / "store").key
    )


def test_withdrawal_saved_under_an_older_name_counts(server: Server) -> None:
    """An index saved by a version that named the file by the URL as written is found by content."""
    (remembered := cache_dir.root() / "stores").mkdir(parents=True)
    withdrawn = [entry(withdrawn={"date": "2031-02-01", "reason": "wrong figures"})]
    memory = {
        "store": server.url.replace("127.0.0.1", "LOCALHOST"),
        "key": os.environ["TUMEN_STORE_KEY"],
        "releases": withdrawn,
    }
    (remembered / "0123.json").write_text(json.dumps(memory))
    with pytest.raises(StoreError, match="no longer withdrawn"):
        catalog.find("2031.09.0", server.url)


class Counted(str):
    """Text that counts how often it is compared or hashed."""

    __slots__ = ()
    work = 0

    def __eq__(self, other: object) -> bool:
        Counted.work += 1
        return str.__eq__(self, other)

    def __hash__(self) -> int:
        Counted.work += 1
        return str.__hash__(self)


def _work(read: Callable[[bytes], object], content: Any) -> int:
    Counted.work = 0
    loads = SimpleNamespace(loads=lambda _: content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "json", loads)
        patch.setattr(datapackage, "json", loads)
        read(b"")
    return Counted.work


def _entries(count: int) -> Any:
    return {
        "releases": [
            {**entry(), "version": Counted(f"2031.01.{number}")} for number in range(count)
        ]
    }


def _files(count: int) -> Any:
    one = {"bytes": 1, "hash": f"sha256:{'0' * 64}"}
    return {
        "resources": [{**one, "path": Counted(f"x{number}.parquet")} for number in range(count)]
    }


@pytest.mark.parametrize(
    ("read", "content"), [(index.parse_complete, _entries), (datapackage.parse, _files)]
)
def test_reading_takes_linear_work(
    read: Callable[[bytes], object], content: Callable[[int], Any]
) -> None:
    few, many = (_work(read, content(count)) for count in (200, 2000))
    assert 0 < few <= many <= 12 * few


@pytest.mark.parametrize(
    "arguments", [["timeline", "--release", NEW], ["fetch", NEW], ["releases"]]
)
@pytest.mark.parametrize("by_variable", [False, True])
def test_store_that_is_not_utf8(arguments: list[str], by_variable: bool) -> None:
    with reader():
        if by_variable:
            os.environb[b"TUMEN_STORE"] = b"\xff"
            said = run(*arguments)
        elif arguments[0] == "timeline":
            return
        else:
            said = run(*arguments, "--store", b"\xff")
    assert (said.returncode, said.stdout) == (2, "")
    assert (
        said.stderr
        == "tumen: the store '\\udcff' is not in UTF-8; rename it, or use a link to it.\n"
    )


@pytest.mark.parametrize(
    "given_",
    ["a\0b", "https://example.org/a\nb", "https://example.org/\u202eb", "https://ex\tample.org"],
)
def test_urls_with_invisible_characters(given_: str) -> None:
    with pytest.raises(StoreError, match="null character|is not the URL of a store"):
        location.parse_store(given_)
