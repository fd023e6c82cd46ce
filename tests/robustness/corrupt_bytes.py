"""Bytes as bad disks and broken connections leave them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE: Final = 64
_DEEP: Final = 100_000


class Corrupted(NamedTuple):
    """What was done to the bytes, where, and what became of them."""

    how: str
    where: int
    content: bytes


def corrupted(content: bytes, lengths: int, flips: int, seed: int) -> Iterator[Corrupted]:
    """Yield the bytes cut off at each length or so many, with `flips` bits flipped, and with blocks swapped, emptied, added."""
    drawn = random.Random(seed)  # noqa: S311
    yield from (
        Corrupted("cut off", length, content[:length])
        for length in range(0, len(content), 1 + (len(content) - 1) // lengths)
    )
    for _ in range(flips):
        bit = drawn.randrange(8 * len(content))
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        yield Corrupted("a bit flipped", bit, bytes(flipped))
    for _ in range(flips // 10):
        here, there = sorted(drawn.sample(range(len(content)), 2))
        size = drawn.randint(1, min(_PAGE, there - here, len(content) - there))
        one, other = content[here : here + size], content[there : there + size]
        swapped = (
            content[:here] + other + content[here + size : there] + one + content[there + size :]
        )
        yield Corrupted("blocks swapped", here, swapped)
        empty = content[:here] + bytes(min(_PAGE, len(content) - here)) + content[here + _PAGE :]
        yield Corrupted("a page of zeros", here, empty)
        yield Corrupted("bytes appended", here, content + drawn.randbytes(1 + here % _PAGE))
    for opening in (b"[", b'{"a":'):
        yield Corrupted("all nested", 0, opening * _DEEP)
