"""Letters that look like others: a Cyrillic o in a Latin name is seen by no reader, and no search finds the name.

Names in any alphabet are good; one word in two of them is none. A word mixes them where Latin letters meet Cyrillic or Greek ones,
with at most digits, apostrophes and accents between.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas import TABLES
from tumen.schemas.integrity.breach import breach
from tumen.schemas.rules import Frame, Tables

_LATIN: Final = r"[A-Za-z\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{24f}\x{1e00}-\x{1eff}]"
_OTHER: Final = r"[\x{370}-\x{373}\x{376}\x{377}\x{37b}-\x{37d}\x{37f}-\x{481}\x{48a}-\x{52f}\x{1f00}-\x{1fff}]"
_BETWEEN: Final = r"['\x{2019}\x{300}-\x{36f}0-9]*"
_MIXED: Final = f"{_LATIN}{_BETWEEN}{_OTHER}|{_OTHER}{_BETWEEN}{_LATIN}"
_WORD: Final = re.compile(r"[\w'\u2019\u0300-\u036f]+")


def mixed_words(tables: Tables) -> Iterator[Frame]:
    """Yield the texts and addresses, those in lists among them, in which a word has letters of two alphabets."""
    for name, frame in tables.items():
        for column, spec in TABLES[name].columns().items():
            if spec.kind in ("text", "texts", "url"):
                values = frame.select("row", nw.col(column).alias("value"))
                if spec.kind == "texts":
                    values = values.explode("value")
                yield breach(values.filter(nw.col("value").str.contains(_MIXED)), name, column, nw.col("value"))


def mixture(text: str) -> tuple[str, str]:
    """Return the first word of a text that mixes alphabets, and the first letter of the alphabet of which it has less."""
    for word in _WORD.findall(text):
        letters = {char: unicodedata.name(char, "").partition(" ")[0] for char in word if char.isalpha()}
        found = sorted(("LATIN", "CYRILLIC", "GREEK"), key=[*letters.values()].count)
        stranger = next((char for name in found for char in letters if letters[char] == name), "")
        if len({*letters.values()} & {*found}) > 1:
            return word, f"U+{ord(stranger):04X} {unicodedata.name(stranger)}"
    return text, ""
