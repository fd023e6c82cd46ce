"""A store on loopback that fails in every way, and the messages that the reader gets.

`python tests/support/faulty_stores.py` writes the table in `docs/guides/stores.md` from the results.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import struct
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pooch.core
from minisign import KeyPair

from tumen.errors import TumenError
from tumen.publishing import build
from tumen.publishing.datapackage import Stamp
from tumen.release import catalog
from tumen.schemas import SCHEMA_VERSION
from tumen.stores import fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
NEW, NEWER = "2031.01.0", "2031.02.0"
KEYS, OTHERS = KeyPair.generate(), KeyPair.generate()
PUBLIC = KEYS.public_key.to_base64().decode()
Files = dict[str, bytes]


@cache
def published(version: str = NEW) -> tuple[tuple[str, bytes], ...]:
    """Return the files of a release of the example records, as a store has them."""
    files = build.render(Path(__file__).with_name("example_release"), Stamp(version, "2031-01-31"))
    return tuple((f"{version}/{name}", content) for name, content in files.items())


def entry(version: str = NEW, **changes: Any) -> dict[str, Any]:
    described = dict(published(version))[f"{version}/datapackage.json"]
    digest = f"sha256:{hashlib.sha256(described).hexdigest()}"
    return {
        "version": version,
        "date": "2031-01-31",
        "schema_version": SCHEMA_VERSION,
        "datapackage": digest,
        **changes,
    }


def indexed(*entries: dict[str, Any], keys: KeyPair = KEYS) -> Files:
    """Return an index and its signature."""
    index = json.dumps({"releases": list(entries)}).encode()
    return {"index.json": index, "index.json.minisig": bytes(keys.secret_key.sign(index))}


def sound(*versions: str) -> Files:
    """Return the files of a store without fault."""
    listed = versions or (NEW,)
    return indexed(*map(entry, listed)) | {
        name: content for version in listed for name, content in published(version)
    }


class Handler(BaseHTTPRequestHandler):
    """A handler that serves the files of its server, as the server's `manner` says."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer the request."""
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        manner = self.server.manner.get(name)
        if manner:
            manner(self)
        elif name in self.server.files:
            self.answer(self.server.files[name])
        else:
            self.refuse(404)

    def answer(self, content: bytes, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, files: Files) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked = files, list[str]()
        self.manner: dict[str, Callable[[Handler], None]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a reader hang up, as readers of faulty stores do."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(files: Files) -> Iterator[Server]:
    """Serve the files on loopback."""
    with Server(files) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def reader(**settings: str | None) -> Iterator[Path]:
    """Set up the reader: an empty cache, a trusted key, and waits that are noted and skipped."""
    before, waits = dict(os.environ), list[float]()
    real = pooch.core.time
    with tempfile.TemporaryDirectory() as folder:
        wanted = {
            "TUMEN_CACHE": folder,
            "TUMEN_STORE_KEY": PUBLIC,
            "TUMEN_TIMEOUT": "30",
            "NO_PROXY": "127.0.0.1",
            "TUMEN_STORE": None,
        }
        for name, value in {**wanted, "TUMEN_OFFLINE": None, **settings}.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        pooch.core.time = SimpleNamespace(sleep=waits.append)
        fetch._served_or_remembered.cache_clear()
        try:
            yield Path(folder)
        finally:
            pooch.core.time = real
            os.environ.clear()
            os.environ.update(before)


OLDER = "an index that is older than the one served before"
MEETINGS = f"{NEW}/meetings.parquet"


def _cut(handler: Handler) -> None:
    content = handler.server.files[MEETINGS]
    handler.answer(content[: len(content) // 2], len(content))
    handler.close_connection = True


def _slow(handler: Handler) -> None:
    content = handler.server.files[MEETINGS]
    handler.answer(b"", len(content))
    for number in range(40):
        handler.wfile.write(content[number : number + 1])
        time.sleep(0.05)
    handler.close_connection = True


def _silent(handler: Handler) -> None:
    handler.answer(b"", len(handler.server.files[MEETINGS]))
    time.sleep(2)
    handler.close_connection = True


def _dripping(handler: Handler) -> None:
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drops: ")
        for _ in range(200):
            handler.wfile.write(b"x")
            time.sleep(0.05)
    handler.close_connection = True


def endless_trailers(pause: float) -> Callable[[Handler], None]:
    """Return a manner that sends all content in a chunk, and then trailers without end."""

    def answer(handler: Handler) -> None:
        content = handler.server.files[handler.path.lstrip("/")]
        _chunked(handler, b"%x\r\n%b\r\n0\r\n" % (len(content), content))
        endlessly(handler, b"X-Trailer: and on\r\n" * (1 if pause else 1000), pause)

    return answer


def _dripping_chunk_size(handler: Handler) -> None:
    _chunked(handler, b"1\r\nP\r\n")
    endlessly(handler, b"0", 0.02)


def _drops_after_a_flood(handler: Handler) -> None:
    """Send much at once and then next to nothing.

    The average stays above 1 KiB/s for a long time.
    """
    handler.answer(b"x" * 2**20, 2**22)
    endlessly(handler, b"x", 0.02)


def _chunked(handler: Handler, begin: bytes) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + begin)


def endlessly(handler: Handler, part: bytes, pause: float) -> None:
    """Send a part again and again until the reader hangs up or the test ends."""
    end = time.monotonic() + 20
    with suppress(OSError):
        while time.monotonic() < end:
            handler.wfile.write(part)
            time.sleep(pause)
    handler.close_connection = True


def _headers(*lines: str) -> Callable[[Handler], None]:
    """Return a manner that sends these header lines before the file."""

    def answer(handler: Handler) -> None:
        header = "".join(f"{line}\r\n" for line in lines).encode()
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\n"
            + header
            + b"\r\n"
            + handler.server.files[handler.path.lstrip("/")]
        )
        handler.close_connection = True

    return answer


def _dying(handler: Handler) -> None:
    handler.answer(handler.server.files[MEETINGS][:900], len(handler.server.files[MEETINGS]))
    time.sleep(0.05)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(handler.connection.detach())
    handler.close_connection = True


def _away(handler: Handler) -> None:
    handler.refuse(302, Location="http://127.0.0.2:9/meetings.parquet")


def _to_a_password(handler: Handler) -> None:
    host = f"127.0.0.1:{handler.server.server_address[1]}"
    handler.refuse(302, Location=f"http://me:secret@{host}/meetings.parquet")


def _circle(handler: Handler) -> None:
    handler.refuse(302, Location=handler.path)


def _status(status: int) -> Callable[[Handler], None]:
    return lambda handler: handler.refuse(status)


def _flipped(content: bytes) -> bytes:
    return content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]


def _described(**changes: Any) -> Files:
    """Return a store whose release describes its first file differently, and is signed."""
    files = sound()
    described = json.loads(files[f"{NEW}/datapackage.json"])
    described["resources"][0] |= changes
    content = json.dumps(described).encode()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return files | {f"{NEW}/datapackage.json": content} | indexed(entry(datapackage=digest))


FAULTS: dict[str, tuple[Callable[[], Files], dict[str, Callable[[Handler], None]]]] = {
    "a file is cut short": (sound, {MEETINGS: _cut}),
    "a file has other bytes": (lambda: sound() | {MEETINGS: _flipped(sound()[MEETINGS])}, {}),
    "a file has another length": (lambda: sound() | {MEETINGS: b"PAR1"}, {}),
    "a description has other bytes": (lambda: sound() | {f"{NEW}/datapackage.json": b"{}"}, {}),
    "a redirect to another host": (sound, {MEETINGS: _away}),
    "a redirect in a circle": (sound, {MEETINGS: _circle}),
    "a connection slower than 1 KiB/s": (sound, {MEETINGS: _slow}),
    "a connection that falls silent": (sound, {MEETINGS: _silent}),
    "headers that come drop by drop": (sound, {MEETINGS: _dripping}),
    "trailers without end, slowly": (sound, {MEETINGS: endless_trailers(0.02)}),
    "trailers without end, fast": (sound, {MEETINGS: endless_trailers(0)}),
    "a chunk whose size comes digit by digit": (sound, {MEETINGS: _dripping_chunk_size}),
    "a flood, and then drops": (sound, {"index.json": _drops_after_a_flood}),
    "a length that is no number": (sound, {MEETINGS: _headers("Content-Length: \u00b2")}),
    "a length of 5,000 digits": (sound, {MEETINGS: _headers(f"Content-Length: {'9' * 5000}")}),
    "two lengths": (sound, {MEETINGS: _headers("Content-Length: 3", "Content-Length: 4")}),
    "a redirect with a password": (sound, {MEETINGS: _to_a_password}),
    "a connection that dies": (sound, {MEETINGS: _dying}),
    "404": (sound, {MEETINGS: _status(404)}),
    "403": (sound, {MEETINGS: _status(403)}),
    "500": (sound, {MEETINGS: _status(500)}),
    "no index": (dict, {}),
    "an index that is not signed": (
        lambda: {
            name: content for name, content in sound().items() if name != "index.json.minisig"
        },
        {},
    ),
    "an index that was changed": (
        lambda: sound() | {"index.json": sound()["index.json"] + b" "},
        {},
    ),
    "an index that others signed": (lambda: sound() | indexed(entry(), keys=OTHERS), {}),
    "an index that is not one": (lambda: _signed(b"<html>"), {}),
    "an index that names `../../etc/passwd`": (
        lambda: indexed(entry(), entry(NEWER) | {"version": "../../etc/passwd"}),
        {},
    ),
    "a description that names `../../etc/passwd`": (
        lambda: _described(path="../../etc/passwd"),
        {},
    ),
    "another release under a version of the package": (
        lambda: indexed(entry(), entry() | {"version": _packaged()}),
        {},
    ),
    "a newer MAJOR of the schema": (lambda: indexed(entry(schema_version="99.0")), {}),
    "a release that the store does not have": (lambda: sound(NEWER), {}),
}


def _packaged() -> str:
    return str(catalog.index(catalog.folder())[0]["version"])


def _signed(index: bytes) -> Files:
    return {"index.json": index, "index.json.minisig": bytes(KEYS.secret_key.sign(index))}


def told(fault: str) -> str:
    """Return the message about a fault with the store's URL replaced, or `nothing`."""
    files, manner = FAULTS.get(fault, (sound, {}))
    with reader(**SETTINGS.get(fault, {})) as folder, serving(files()) as server:
        server.manner = manner
        try:
            if fault == OLDER:
                _of_older_index(server)
            else:
                catalog.find(NEW, server.url)
        except TumenError as error:
            cached = list(folder.rglob(f"{NEW}/*.parquet"))
            assert not cached, cached
            return _plain(f"{type(error).__name__}: {error}", server)
    return "nothing"


def _of_older_index(server: Server) -> None:
    server.files = sound(NEW, NEWER)
    catalog.find(NEWER, server.url)
    server.files = sound(NEW)
    catalog.find("2031.03.0", server.url)


SETTINGS: dict[str, dict[str, str | None]] = {
    "a connection slower than 1 KiB/s": {"TUMEN_TIMEOUT": "0.6"},
    "a connection that falls silent": {"TUMEN_TIMEOUT": "0.6"},
    "headers that come drop by drop": {"TUMEN_TIMEOUT": "0.6"},
    "trailers without end, slowly": {"TUMEN_TIMEOUT": "0.6"},
    "trailers without end, fast": {"TUMEN_TIMEOUT": "0.6"},
    "a chunk whose size comes digit by digit": {"TUMEN_TIMEOUT": "0.6"},
    "a flood, and then drops": {"TUMEN_TIMEOUT": "0.6"},
    "`TUMEN_OFFLINE=1`, and the release was never fetched": {"TUMEN_OFFLINE": "1"},
    "no key is trusted": {"TUMEN_STORE_KEY": None},
}


def _plain(message: str, server: Server) -> str:
    message = message.replace(server.url, "https://store.example")
    message = re.sub(
        r"did you mean '[^?]*\? Valid names: [\d., ]+", "did you mean …? Valid names: ….", message
    )
    message = re.sub(r"after \d+ bytes", "after … bytes", message)
    message = re.sub(r"9{9,}…?", "99…", message)
    message = re.sub(r"sha256:[0-9a-f]{60,}", "sha256:…", message)
    message = re.sub(r"\d+ (bytes read|more expected)", r"… \1", message)
    return re.sub(r"\d+ (of \d+ bytes|in [\d.]+ seconds|bytes, not \d+)", "…", message).replace(
        "0.6 seconds", "30 seconds"
    )


def table() -> str:
    """Return the table of faults and of what the user sees."""
    rows = {fault: told(fault) for fault in dict.fromkeys((*FAULTS, OLDER, *SETTINGS))}
    lines = [f"| {fault} | {message} |" for fault, message in rows.items()]
    return "\n".join(["| fault | what the user sees |", "|---|---|", *lines]) + "\n"


def documented(text: str, faults: str) -> str:
    """Return the document with its table of faults replaced."""
    return re.sub(
        r"(<!-- faults -->\n).*(<!-- end -->\n)",
        lambda match: f"{match[1]}{faults}{match[2]}",
        text,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    document = ROOT / "docs" / "guides" / "stores.md"
    document.write_text(documented(document.read_text(encoding="utf-8"), table()), encoding="utf-8")
