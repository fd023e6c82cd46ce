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
from tumen.schemas.cross_table.helpers import breach
from tumen.schemas.rules import Frame, Tables, TablesRule

_LATIN: Final = r"[A-Za-z\x{00c0}-\x{00d6}\x{00d8}-\x{00f6}\x{00f8}-\x{024f}\x{1e00}-\x{1eff}]"
_OTHER: Final = (
    r"[\x{0370}-\x{0373}\x{0376}\x{0377}\x{037b}-\x{037d}\x{037f}-\x{03e1}\x{03f0}-\x{0481}"
    r"\x{048a}-\x{052f}\x{1f00}-\x{1fff}]"
)
_BETWEEN: Final = r"['\x{2019}\x{0300}-\x{036f}0-9]*"
_MIXED: Final = f"{_LATIN}{_BETWEEN}{_OTHER}|{_OTHER}{_BETWEEN}{_LATIN}"
_WORD: Final = r"[\w'\x{2019}\x{0300}-\x{036f}]*"


def _python(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\x{", r"\u").replace("}", ""))


def mixed_words(tables: Tables) -> Iterator[Frame]:
    """Yield the texts and addresses, those in lists among them, in which a word has letters of two alphabets."""
    for name, frame in tables.items():
        for column, spec in TABLES[name].columns().items():
            if spec.kind in ("text", "texts", "url"):
                values = frame.select("row", nw.col(column).alias("value"))
                if spec.kind == "texts":
                    values = values.explode("value")
                yield breach(
                    values.filter(nw.col("value").str.contains(_MIXED)),
                    name,
                    column,
                    nw.col("value"),
                )


def mixture(text: str) -> tuple[str, str]:
    """Return the first word that mixes alphabets, of a text that has one, and the first letter of that of which it has less."""
    word = next(_python(f"{_WORD}(?:{_MIXED}){_WORD}").finditer(text))[0]
    stranger = min((_python(letters).findall(word) for letters in (_LATIN, _OTHER)), key=len)[0]
    return word, f"U+{ord(stranger):04X} {unicodedata.name(stranger)}"


RULES: Final = (
    TablesRule(
        "W211",
        "a word mixes letters of two alphabets",
        "Type the word anew in one alphabet.",
        severity="warning",
        needs=(),
        breaches=mixed_words,
    ),
)
