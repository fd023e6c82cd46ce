r"""The characters that a text may contain.

The reader of records, the checks of tables on every engine and pandera share this definition. A
text is one line of words, with a single plain space between two words and none at its ends. It has
no character that cannot be seen. It is in normal form C of Unicode (NFC), in which an accented
letter or a syllable of Hangul is one character wherever Unicode has one for it. Texts that look
alike are then equal.

Patterns use only what the regular expressions of Rust, RE2 and Java share; see
`cross_table.helpers`.

The patterns for NFC know the letters, marks and compositions of Unicode 3.2. Every Python carries
the data of that version, so that the result is the same on each. The order of marks is known for
Latin, Greek, Cyrillic, Hebrew, Arabic and kana. What the patterns match is never in NFC.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, product
from typing import Final

MARKUP: Final = (
    # HTML: tags, comments, declarations and entities
    r"</?[A-Za-z][A-Za-z0-9]*(?: [^<>]*=[^<>]*)? ?/?>|<!--|<[?!][A-Za-z]"
    r"|&(?:[A-Za-z][A-Za-z0-9]+|#[0-9]+|#[xX][0-9A-Fa-f]+);"
    # Markdown and wikis: emphasis, code, links, templates, headings, quotes and lists
    r"|\*\*|__|~~|`[^`]+`|\]\(|\]\[|\[\[|\{\{|^#+ |^[>*+-] "
    # BBCode, LaTeX and scripts
    r"|\[/?(?:b|i|u|url|img|quote)[\]=]|\\[A-Za-z]+\{|[Jj]ava[Ss]cript:"
)
"""A pattern of the markup languages in which text is copied from the web."""

NULL_WORDS: Final = ("~", "null", "Null", "NULL")
"""Words that mean null in YAML. As a text they are a mistake."""

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
"""Characters that cannot be seen, as ranges.

They are control characters except tab and line feed; characters that displays ignore
(Default_Ignorable_Code_Point); blanks that are not white space; private use; the replacement
character U+FFFD; and code points that are not characters.
"""

_SPACES: Final = (
    (0x09, 0x0A),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
"""White space other than the plain space and the invisible characters."""

# Blocks with characters that NFC composes or replaces, in Unicode 3.2.
_COMPOSED_RANGES: Final = (
    range(0xA0, 0x3400),
    range(0xF900, 0x10000),
    range(0x1D100, 0x1D200),
    range(0x2F800, 0x2FA1E),
)
# Blocks of the marks whose order is known.
_MARK_RANGES: Final = (
    range(0x300, 0x370),
    range(0x483, 0x487),
    range(0x591, 0x5C5),
    range(0x64B, 0x671),
    range(0x3099, 0x309B),
)


def _ranges_in_python(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


def _build_class(ranges: Iterable[tuple[int, int]]) -> str:
    """Return a pattern for one of these characters, in the notation of all engines."""
    parts = (
        rf"\x{{{first:x}}}" + (rf"-\x{{{last:x}}}" if first < last else "")
        for first, last in ranges
    )
    return f"[{''.join(parts)}]"


def _match_any(characters: Iterable[int]) -> str:
    """Return a pattern for one of these characters, with neighbours joined into ranges."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(set(characters)):
        extends_last = ranges and ranges[-1][1] == number - 1
        ranges.append((ranges.pop()[0] if extends_last else number, number))
    return _build_class(ranges)


STRAY: Final = re.compile(f"[{_ranges_in_python((*_INVISIBLE, (0xD800, 0xDFFF)))}]")
"""A character that no file of records may contain: an invisible one or half a surrogate pair."""

WHITE: Final = _build_class(
    [(0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), *_SPACES[1:], (0x2028, 0x2029)]
)
"""White space of Unicode, as a character class."""

UNSEEN: Final = _build_class(_INVISIBLE)
"""The invisible characters, in the notation of all engines."""

_FAULT: Final = re.compile(rf"{STRAY.pattern}|[{_ranges_in_python(_SPACES)}]|  |^ | \Z")
_FAULT_NAMES: Final = {
    "  ": "two spaces in a row",
    "\t": "a tab",
    "\n": "an end of line",
    "\N{NO-BREAK SPACE}": "a no-break space",
}


def describe_stray(stray: re.Match[str]) -> str:
    """Describe a character that `STRAY` matched."""
    return f"invisible or control character U+{ord(stray.group()):04X}"


def describe_fault(text: str) -> str | None:
    """Describe what is wrong with a text and at which character; None if nothing is."""
    if not text or text in NULL_WORDS:
        return f"the word {text} means null in YAML" if text else "it is empty"
    if fault := _FAULT.search(text):
        return f"{_describe_fault(fault, len(text))} at character {fault.start() + 1}"
    composed = _to_nfc(text)
    if composed == text:
        return None
    pairs = enumerate(zip(text, composed, strict=False))
    equal_characters = next((at for at, (old, new) in pairs if old != new), len(composed))
    return f"not in normal form C (NFC) from character {equal_characters + 1} on"


def _describe_fault(fault: re.Match[str], length: int) -> str:
    if STRAY.match(fault[0]):
        return describe_stray(fault)
    if fault[0] == " ":
        return "a space at its end" if fault.end() == length else "a space at its start"
    return _FAULT_NAMES.get(fault[0]) or f"a space other than the plain one, U+{ord(fault[0]):04X},"


def _to_nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.ucd_3_2_0.normalize("NFC", text)


@cache
def fault_pattern() -> str:
    """Return the pattern of a text with a fault.

    It has a hundred alternatives, so match the shorter `suspect_pattern` first.
    """
    return "|".join((_simple_faults(), *_nfc_faults()))


@cache
def suspect_pattern() -> str:
    """Return a short pattern that matches every faulty text.

    It also matches texts with marks that NFC may or may not compose or reorder.
    """
    marks = chain(
        _compositions(),
        chain.from_iterable(_marks_by_class().values()),
        range(0x1161, 0x1176),
        range(0x11A8, 0x11C3),
    )
    return f"{_simple_faults()}|{_match_any(_replaced_by_nfc())}|{_match_any(marks)}"


def _simple_faults() -> str:
    return rf"{_build_class((*_INVISIBLE, *_SPACES))}|  |^ | \z|^\z|^(?:{'|'.join(NULL_WORDS)})\z"


def _nfc_faults() -> Iterator[str]:
    """Yield patterns that never match a text in NFC."""
    # Characters that NFC replaces.
    yield _match_any(_replaced_by_nfc())
    # A letter and a mark that compose to one character, also across marks that do not block it:
    # those of a lower class than the mark.
    classes = _marks_by_class()
    for mark, letters in sorted(_compositions().items()):
        rank = _combining_class(chr(mark))
        between = _match_any(
            chain.from_iterable(others for other, others in classes.items() if other < rank)
        )
        skipped = "" if between == "[]" else f"{between}*"
        yield f"{_match_any(letters)}{skipped}{_match_any([mark])}"
    # Two marks in the wrong order: the later one has the lower class.
    for rank, marks in sorted(classes.items()):
        if above := [mark for other, others in classes.items() if other > rank for mark in others]:
            yield f"{_match_any(above)}{_match_any(marks)}"
    # Parts of a syllable of Hangul: a consonant and a vowel, and a syllable and a final consonant.
    yield _build_class([(0x1100, 0x1112)]) + _build_class([(0x1161, 0x1175)])
    yield _match_any(range(0xAC00, 0xD7A4, 28)) + _build_class([(0x11A8, 0x11C2)])


@cache
def _replaced_by_nfc() -> list[int]:
    """Return the characters that NFC replaces with others."""
    return [number for number in chain(*_COMPOSED_RANGES) if _to_nfc(chr(number)) != chr(number)]


@cache
def _compositions() -> dict[int, list[int]]:
    """Return for each mark the letters with which NFC composes it.

    Among them are letters that already have another mark, which belongs after this one.
    """
    letters_of: dict[int, list[int]] = defaultdict(list)
    composed = []
    for char in map(chr, chain(*_COMPOSED_RANGES)):
        parts = unicodedata.ucd_3_2_0.decomposition(char).split()
        if len(parts) == 2 and parts[0][0] != "<" and _to_nfc(char) == char:  # noqa: PLR2004
            letter, mark = (int(part, 16) for part in parts)
            letters_of[mark].append(letter)
            composed.append(char)
    for mark, char in product(list(letters_of), composed):
        pair = char + chr(mark)
        last_mark = unicodedata.normalize("NFD", char)[-1]
        if 0 < _combining_class(chr(mark)) < _combining_class(last_mark) and _to_nfc(pair) != pair:
            letters_of[mark].append(ord(char))
    return letters_of


def _combining_class(mark: str) -> int:
    return unicodedata.ucd_3_2_0.combining(mark)


@cache
def _marks_by_class() -> dict[int, list[int]]:
    """Return combining marks by their canonical combining class, which orders them in NFC."""
    marks: dict[int, list[int]] = defaultdict(list)
    for number in chain(*_MARK_RANGES):
        if rank := _combining_class(chr(number)):
            marks[rank].append(number)
    return marks
