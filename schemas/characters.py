r"""What characters a text may hold: one definition for the reader of records, for tables on every engine, and for pandera.

A text is one line of words with a single plain space between two, none at its ends, no character that cannot be seen, and in
normal form C of Unicode (NFC), in which an accented letter or a syllable of Hangul is one character wherever there is one: what
looks alike is then alike. Patterns keep to what the expressions of Rust, RE2 and Java share, see `integrity.breach`.

Of NFC, the patterns know the letters, marks and compositions of Unicode 3.2, whose data every Python carries, so that the verdict
is the same on each; the order of marks they know for Latin, Greek, Cyrillic, Hebrew, Arabic and kana. What they find is never in
NFC.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, product
from typing import Final

NULL_WORDS: Final = ("~", "null", "Null", "NULL")
"""Words that stand for no value in YAML: as a text they are a slip."""

_INVISIBLE: Final = (
    *(
        (0x00, 0x08),
        (0x0B, 0x1F),
        (0x7F, 0x9F),
        (0xAD, 0xAD),
        (0x34F, 0x34F),
        (0x61C, 0x61C),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
    ),
    *(
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x2028, 0x202E),
        (0x2060, 0x206F),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
    ),
    *(
        (0xE000, 0xF8FF),
        (0xFDD0, 0xFDEF),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFFF),
    ),
    *(
        (0x13430, 0x1345F),
        (0x16FE4, 0x16FE4),
        (0x1BCA0, 0x1BCA3),
        (0x1D159, 0x1D159),
        (0x1D173, 0x1D17A),
        (0xE0000, 0xE0FFF),
    ),
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0x10000, 0xE0000, 0x10000)),
    (0xEFFFE, 0x10FFFF),
)
"""Control characters but tab and line feed; what displays ignore (Default_Ignorable_Code_Point); blanks that are no space; private
use; the sign of a character that was lost, U+FFFD; and what is no character."""

_SPACES: Final = (
    (0x09, 0x0A),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
"""White space that is neither the plain space nor among the invisible."""

_COMPOSING: Final = (
    range(0xA0, 0x3400),
    range(0xF900, 0x10000),
    range(0x1D100, 0x1D200),
    range(0x2F800, 0x2FA1E),
)
_ORDERED: Final = (
    range(0x300, 0x370),
    range(0x483, 0x487),
    range(0x591, 0x5C5),
    range(0x64B, 0x671),
    range(0x3099, 0x309B),
)


def _python(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


def _class(ranges: Iterable[tuple[int, int]]) -> str:
    """Return the class of these characters as every engine reads it."""
    return (
        "["
        + "".join(
            rf"\x{{{first:x}}}" + rf"-\x{{{last:x}}}" * (first < last) for first, last in ranges
        )
        + "]"
    )


def _one_of(characters: Iterable[int]) -> str:
    ranges: list[tuple[int, int]] = []
    for number in sorted(set(characters)):
        follows = ranges and ranges[-1][1] == number - 1
        ranges.append((ranges.pop()[0] if follows else number, number))
    return _class(ranges)


STRAY: Final = re.compile(f"[{_python((*_INVISIBLE, (0xD800, 0xDFFF)))}]")
"""A character that no file of records may hold: what cannot be seen, and half of a surrogate pair."""

WHITE: Final = _class([(0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), *_SPACES[1:], (0x2028, 0x2029)])
"""White space of Unicode."""

UNSEEN: Final = _class(_INVISIBLE)
"""What `STRAY` finds, as engines read it."""

_FAULT: Final = re.compile(rf"{STRAY.pattern}|[{_python(_SPACES)}]|  |^ | \Z")
_SAID: Final = {
    "  ": "two spaces in a row",
    "\t": "a tab",
    "\n": "an end of line",
    "\N{NO-BREAK SPACE}": "a no-break space",
}


def named(stray: re.Match[str]) -> str:
    """Return what to say of a character that `STRAY` found."""
    return f"invisible or control character U+{ord(stray.group()):04X}"


def fault_of(text: str) -> str | None:
    """Return what is wrong with a text and at which character, none where it is sound."""
    if not text or text in NULL_WORDS:
        return f"the word {text} stands for no value" if text else "it is empty"
    if found := _FAULT.search(text):
        return f"{_spelt(found, len(text))} at character {found.start() + 1}"
    composed = _normal(text)
    if composed == text:
        return None
    alike = next(
        (
            number
            for number, pair in enumerate(zip(text, composed, strict=False))
            if pair[0] != pair[1]
        ),
        len(composed),
    )
    return f"not in normal form C (NFC) from character {alike + 1} on"


def _spelt(found: re.Match[str], length: int) -> str:
    if STRAY.match(found[0]):
        return named(found)
    if found[0] == " ":
        return "a space at its end" if found.end() == length else "a space at its start"
    return _SAID.get(found[0]) or f"a space that is not the plain one, U+{ord(found[0]):04X},"


def _normal(text: str) -> str:
    return text if text.isascii() else unicodedata.ucd_3_2_0.normalize("NFC", text)


@cache
def faulty() -> str:
    """Return a pattern of what is wrong with a text; it has a hundred alternatives, so `suspicious` is better asked before."""
    return "|".join((_simple(), *_decomposed()))


@cache
def suspicious() -> str:
    """Return a short pattern of all that is faulty, and of marks that NFC may not leave where they are."""
    marks = chain(
        _compositions(),
        chain.from_iterable(_ordered().values()),
        range(0x1161, 0x1176),
        range(0x11A8, 0x11C3),
    )
    return f"{_simple()}|{_one_of(_undone())}|{_one_of(marks)}"


def _simple() -> str:
    return rf"{_class((*_INVISIBLE, *_SPACES))}|  |^ | \z|^\z|^(?:{'|'.join(NULL_WORDS)})\z"


def _decomposed() -> Iterator[str]:
    """Yield patterns of which none matches a text in NFC.

    They are: characters that NFC replaces; a letter and a mark that have a character of their own, with marks between that do not
    keep them apart; marks of which the later belongs first; parts of a syllable of Hangul.
    """
    yield _one_of(_undone())
    classes = _ordered()
    for mark, letters in sorted(_compositions().items()):
        rank = _rank(chr(mark))
        between = _one_of(
            chain.from_iterable(marks for other, marks in classes.items() if other < rank)
        )
        yield f"{_one_of(letters)}{f'{between}*' if between != '[]' else ''}{_one_of([mark])}"
    for rank, marks in sorted(classes.items()):
        if above := [
            *chain.from_iterable(others for other, others in classes.items() if other > rank)
        ]:
            yield f"{_one_of(above)}{_one_of(marks)}"
    yield _class([(0x1100, 0x1112)]) + _class([(0x1161, 0x1175)])
    yield _one_of(range(0xAC00, 0xD7A4, 28)) + _class([(0x11A8, 0x11C2)])


@cache
def _undone() -> list[int]:
    """Return the characters that NFC replaces by others."""
    return [number for number in chain(*_COMPOSING) if _normal(chr(number)) != chr(number)]


@cache
def _compositions() -> dict[int, list[int]]:
    """Return, of each mark, the letters with which NFC does not leave it: letters with a mark that belongs behind it among them."""
    found: dict[int, list[int]] = defaultdict(list)
    composed = []
    for char in map(chr, chain(*_COMPOSING)):
        parts = unicodedata.ucd_3_2_0.decomposition(char).split()
        if len(parts) == 2 and parts[0][0] != "<" and _normal(char) == char:  # noqa: PLR2004
            letter, mark = (int(part, 16) for part in parts)
            found[mark].append(letter)
            composed.append(char)
    for mark, char in product(list(found), composed):
        if 0 < _rank(chr(mark)) < _rank(unicodedata.normalize("NFD", char)[-1]) and _normal(
            char + chr(mark)
        ) != char + chr(mark):
            found[mark].append(ord(char))
    return found


def _rank(mark: str) -> int:
    return unicodedata.ucd_3_2_0.combining(mark)


@cache
def _ordered() -> dict[int, list[int]]:
    """Return combining marks by the rank in which NFC has them behind a letter (canonical combining class)."""
    found: dict[int, list[int]] = defaultdict(list)
    for number in chain(*_ORDERED):
        if rank := _rank(chr(number)):
            found[rank].append(number)
    return found
