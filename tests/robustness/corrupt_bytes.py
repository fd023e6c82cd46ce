"""Bytes as damaged disks and broken connections leave them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE: Final = 64
_DEEP: Final = 100_000


class Corrupted(NamedTuple):
    """What was done to the bytes, where, and the result."""

    how: str
    where: int
    content: bytes


def corrupted(content: bytes, lengths: int, flips: int, seed: int) -> Iterator[Corrupted]:
    """Yield the bytes cut off at many lengths, with flipped bits, and with blocks changed.

    `lengths` is the number of lengths and `flips` that of flipped bits. Blocks are swapped, zeroed
    and appended.
    """
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
        start, later = sorted(drawn.sample(range(len(content)), 2))
        size = drawn.randint(1, min(_PAGE, later - start, len(content) - later))
        first, second = content[start : start + size], content[later : later + size]
        swapped = (
            content[:start]
            + second
            + content[start + size : later]
            + first
            + content[later + size :]
        )
        yield Corrupted("blocks swapped", start, swapped)
        empty = content[:start] + bytes(min(_PAGE, len(content) - start)) + content[start + _PAGE :]
        yield Corrupted("a page of zeros", start, empty)
        yield Corrupted("bytes appended", start, content + drawn.randbytes(1 + start % _PAGE))
    for opening in (b"[", b'{"a":'):
        yield Corrupted("all nested", 0, opening * _DEEP)
