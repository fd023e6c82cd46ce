"""Hostile and slow stores.

Every fault of `tests/support/faulty_stores.py` is tried, and faults of a secure connection.
"""

from __future__ import annotations

import gzip
import shutil
import ssl
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faulty_stores as faulty
from trials import Row

from tumen.errors import StoreError, TumenError
from tumen.release import catalog
from tumen.stores import location, trust

if TYPE_CHECKING:
    from collections.abc import Iterator

REFUSED = (
    "http://example.org/x",
    "file:///etc",
    "ftp://example.org/x",
    "https://user:password@example.org/x",
    "https://example.org/x?y",
    "https://example.org/x#y",
    "https:///x",
    "javascript://x",
    "http://localhost.example.org/x",
    "http://127.0.0.1.example.org/x",
    "http://127.0.0.1@example.org/x",
    "https://example.org\\@127.0.0.1/x",
)


def trials(*, long: bool) -> Iterator[Row]:
    """Yield a row for served files, for signatures, addresses, compression and certificates."""
    faults = list(dict.fromkeys((*faulty.FAULTS, faulty.OLDER, *faulty.SETTINGS)))
    quick = [fault for fault in faults if "connection" not in fault and "drop" not in fault]
    yield _faults(faults if long else quick)
    yield _signatures(2**6 if long else 1)
    yield _addresses()
    yield _bomb()
    yield _certificate()


def _faults(faults: list[str]) -> Row:
    bad = [fault for fault in faults if not faulty.told(fault).split(":")[0].endswith("Error")]
    happened = (
        f"taken: {bad[0]}"
        if bad
        else "each reported in one sentence; nothing of it loads (the table in docs/guides/stores.md)"
    )
    return Row("a store that lies or drags", "on loopback", len(faults), happened, sound=not bad)


def _signatures(step: int) -> Row:
    """Try an index and a signature with flipped bits, and signatures of something else."""
    files = faulty.indexed(faulty.entry())
    index, signature = files["index.json"], files["index.json.minisig"]
    other = faulty.indexed(faulty.entry(date="2031-01-30"))["index.json.minisig"]
    theirs = faulty.indexed(faulty.entry(), keys=faulty.OTHERS)["index.json.minisig"]
    flips = range(0, 8 * len(index), max(1, 64 // step))
    tries = [(_flipped(index, bit), signature) for bit in flips]
    tries += [(index, _flipped(signature, bit)) for bit in range(0, 8 * len(signature), 7)]
    tries += [
        (index, other),
        (index, theirs),
        (index + b"\n", signature),
        (index[:-1], signature),
        (index, b""),
        (b"", signature),
    ]
    taken = []
    for number, (content, signed) in enumerate(tries):
        try:
            trust.signer(content, signed, [faulty.PUBLIC], "https://store.example/index.json")
        except StoreError:
            continue
        taken.append(number)
    harmless = [number for number in taken if _says_the_same(tries[number], index, signature)]
    bad = sorted(set(taken) - set(harmless))
    happened = (
        f"taken: try {bad[0]}"
        if bad
        else f"refused; {len(harmless)} flips in the comment that minisign itself does not sign"
    )
    return Row(
        "an index or a signature with a bit flipped, of others, of something else",
        "minisign",
        len(tries),
        happened,
        sound=not bad,
    )


def _says_the_same(tried: tuple[bytes, bytes], index: bytes, signature: bytes) -> bool:
    """Return whether only the untrusted comment differs, the first line, which is never signed."""
    return tried[0] == index and tried[1].partition(b"\n")[2] == signature.partition(b"\n")[2]


def _flipped(content: bytes, bit: int) -> bytes:
    place = bit // 8
    return content[:place] + bytes([content[place] ^ (1 << bit % 8)]) + content[place + 1 :]


def _addresses() -> Row:
    taken = []
    for address in REFUSED:
        try:
            taken.append(str(location.parse_store(address)))
        except StoreError as error:
            taken += (
                ["a password was shown"]
                if "password@" in str(error) or ":password" in str(error)
                else []
            )
    happened = f"taken: {taken[0]}" if taken else "each refused, and no password repeated"
    return Row(
        "an address that is not https, holds a password, means another host",
        "as a store",
        len(REFUSED),
        happened,
        sound=not taken,
    )


def _bomb() -> Row:
    """Serve compressed zeros for a table and for the index.

    A table is limited by its verified size, and the index by 64 MiB.
    """
    packed = gzip.compress(bytes(2**27), compresslevel=9)

    def packed_answer(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    wrong = []
    for name in (faulty.MEETINGS, "index.json"):
        with faulty.reader() as folder, faulty.serving(faulty.sound()) as server:
            server.manner[name] = packed_answer
            try:
                catalog.find(faulty.NEW, server.url)
            except TumenError as error:
                largest = max(
                    (path.stat().st_size for path in folder.rglob("*") if path.is_file()), default=0
                )
                wrong += (
                    []
                    if largest <= max(len(packed), 2**20)
                    else [f"{largest} bytes were written: {error}"]
                )
            else:
                wrong.append(f"{name} was taken")
    happened = wrong[0] if wrong else "nothing is unpacked; refused by size or digest"
    return Row(
        "an answer that unpacks to 128 MiB", "Content-Encoding: gzip", 2, happened, sound=not wrong
    )


def _certificate() -> Row:
    fault, injected = "an untrusted certificate", "https on loopback"
    if shutil.which("openssl") is None:
        return Row(
            fault,
            injected,
            0,
            "skipped: openssl is not installed (apt-get install openssl)",
            sound=True,
        )
    with tempfile.TemporaryDirectory() as name, _secure(Path(name)) as url, faulty.reader():
        try:
            catalog.find(faulty.NEW, url)
            message = "it was taken"
        except TumenError as error:
            message = str(error)
    sound = "CERTIFICATE_VERIFY_FAILED" in message
    happened = "reported: certificate verify failed" if sound else message
    return Row(fault, injected, 1, happened, sound=sound)


@contextmanager
def _secure(folder: Path) -> Iterator[str]:
    """Serve https with a self-signed certificate."""
    subject = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject)
    subprocess.run(
        [*made, "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
