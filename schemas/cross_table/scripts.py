"""Rules on words that mix two alphabets.

A Cyrillic o in a Latin name looks right to every reader, and no search finds the name. Names in
any alphabet are accepted, but a single word must not mix two. A word mixes them where a Latin
letter meets a Cyrillic or Greek one, with at most digits, apostrophes and accents between.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from tumen.schemas import TABLES
from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import select_violations
from tumen.schemas.rules import Frame, Tables, TablesRule

_LATIN: Final = r"[A-Za-z\x{00c0}-\x{00d6}\x{00d8}-\x{00f6}\x{00f8}-\x{024f}\x{1e00}-\x{1eff}]"
_OTHER: Final = (
    r"[\x{0370}-\x{0373}\x{0376}\x{0377}\x{037b}-\x{037d}\x{037f}-\x{03e1}\x{03f0}-\x{0481}"
    r"\x{048a}-\x{052f}\x{1f00}-\x{1fff}]"
)
_BETWEEN: Final = r"['\x{2019}\x{0300}-\x{036f}0-9]*"
_MIXED: Final = f"{_LATIN}{_BETWEEN}{_OTHER}|{_OTHER}{_BETWEEN}{_LATIN}"
_WORD: Final = r"[\w'\x{2019}\x{0300}-\x{036f}]*"


def _compile_for_python(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern whose characters are written `\x{...}`, which Python does not know."""
    return re.compile(pattern.replace(r"\x{", r"\u").replace("}", ""))


def find_mixed_words(tables: Tables) -> Iterator[Frame]:
    """Yield the texts and URLs, also in lists, in which a word mixes letters of two alphabets."""
    for name, frame in tables.items():
        for column, spec in TABLES[name].columns().items():
            if spec.kind not in ("text", "texts", "url"):
                continue
            values = frame.select("row", ex.col(column).alias("value"))
            if spec.kind == "texts":
                values = values.explode("value")
            mixed = values.filter(ex.col("value").str.contains(_MIXED))
            yield select_violations(mixed, name, column, ex.col("value"))


def find_mixed_word(text: str) -> tuple[str, str]:
    """Return the first word of a text that mixes alphabets, and the letter that does not belong.

    Args:
        text: A text in which at least one word mixes alphabets.

    Returns:
        The word, and code point and name of the first letter of the alphabet that has fewer
        letters in it, such as `U+043E CYRILLIC SMALL LETTER O`.

    """
    word = next(_compile_for_python(f"{_WORD}(?:{_MIXED}){_WORD}").finditer(text))[0]
    by_alphabet = (_compile_for_python(letters).findall(word) for letters in (_LATIN, _OTHER))
    stranger = min(by_alphabet, key=len)[0]
    return word, f"U+{ord(stranger):04X} {unicodedata.name(stranger)}"


RULES: Final = (
    TablesRule(
        "W211",
        "a word mixes letters of two alphabets",
        "Type the word again in one alphabet.",
        severity="warning",
        tables=(),
        find_violations=find_mixed_words,
        excerpt=lambda text: find_mixed_word(text)[0],
        explain=lambda text: find_mixed_word(text)[1],
    ),
)
