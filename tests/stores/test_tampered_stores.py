"""Signatures with flipped bits, and answers that unpack to more than they are."""

from __future__ import annotations

import gzip
from typing import Any

import faulty_stores as faulty
import pytest
from minisign import Error as MinisignError
from minisign import Signature

from tumen.errors import StoreError, TumenError
from tumen.release import catalog
from tumen.stores import trust

INDEX = "index.json"
SIGNATURE = "index.json.minisig"
UNPACKED = 2**27


def flip(content: bytes, bit: int) -> bytes:
    """Return the content with one bit changed."""
    at = bit // 8
    return content[:at] + bytes([content[at] ^ (1 << bit % 8)]) + content[at + 1 :]


def verify(index: bytes, signature: bytes) -> None:
    trust.signer(index, signature, [faulty.PUBLIC], "https://store.example/index.json")


def is_same_signature(content: bytes, original: bytes) -> bool:
    try:
        return bool(Signature.from_bytes(content) == Signature.from_bytes(original))
    except MinisignError:
        return False


def test_own_signature_is_accepted() -> None:
    files = faulty.indexed(faulty.entry())
    verify(files[INDEX], files[SIGNATURE])


def test_index_with_a_flipped_bit_is_refused() -> None:
    files = faulty.indexed(faulty.entry())
    for bit in range(0, 8 * len(files[INDEX]), 13):
        with pytest.raises(StoreError):
            verify(flip(files[INDEX], bit), files[SIGNATURE])


def test_signature_with_a_flipped_bit_is_refused() -> None:
    """The first line is a comment, which minisign itself does not sign.

    The last letters of base64 have bits that belong to no byte of the signature.
    """
    files = faulty.indexed(faulty.entry())
    comment = files[SIGNATURE].index(b"\n") + 1
    for bit in range(8 * comment, 8 * len(files[SIGNATURE]), 7):
        flipped = flip(files[SIGNATURE], bit)
        if not is_same_signature(flipped, files[SIGNATURE]):
            with pytest.raises(StoreError):
                verify(files[INDEX], flipped)


def test_signature_of_something_else_is_refused() -> None:
    files = faulty.indexed(faulty.entry())
    index, signature = files[INDEX], files[SIGNATURE]
    of_another_index = faulty.indexed(faulty.entry(date="2031-01-30"))[SIGNATURE]
    by_another_key = faulty.indexed(faulty.entry(), keys=faulty.OTHERS)[SIGNATURE]
    for content, signed in (
        (index, of_another_index),
        (index, by_another_key),
        (index + b"\n", signature),
        (index[:-1], signature),
        (index, b""),
        (b"", signature),
    ):
        with pytest.raises(StoreError):
            verify(content, signed)


@pytest.mark.parametrize("name", [faulty.MEETINGS, INDEX])
def test_compressed_answer_is_not_unpacked(name: str) -> None:
    """A table is limited by its verified size, and the index by 64 MiB."""
    packed = gzip.compress(bytes(UNPACKED), compresslevel=9)

    def answer(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    with faulty.reader() as folder, faulty.serving(faulty.sound()) as server:
        server.manner[name] = answer
        with pytest.raises(TumenError):
            catalog.find(faulty.NEW, server.url)
        sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    assert max(sizes, default=0) <= max(len(packed), 2**20)
