"""Names brought to what they have in common: for who looks for a name, case, accents, width and hyphens make no other one.

All is done by the expressions of the engine, a class of letters after the other, so that no name leaves it. What the classes do not
know is text that is not in normal form C: polars and DuckDB compose it first; Spark cannot, and finds there the error of the text
alone.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import chain
from typing import Final

import narwhals as nw
import polars as pl

from tumen.schemas.cross_table.helpers import lowered
from tumen.schemas.rules import Frame

_BETWEEN: Final = r"[\t-\r\x{85}\p{Z}\p{Pd}\p{M}.'`\x{b4}\x{b7}\x{2bb}\x{2bc}\x{2018}\x{2019}\x{30fb}\x{ff07}\x{ff0e}]"
"""What stands between the parts of a name, or on its letters."""

_FOLDED: Final = (
    range(0xC0, 0x250),
    range(0x386, 0x3CF),
    range(0x400, 0x4FA),
    range(0x1E00, 0x1F00),
    range(0xFB00, 0xFB07),
    range(0xFF10, 0xFF5B),
)
_PLAIN: Final = {
    "\xe6": "ae",
    "\u0111": "d",
    "\xf0": "d",
    "\u0131": "i",
    "\u0127": "h",
    "\xfe": "th",
    "\u0142": "l",
    "\xf8": "o",
    "\u0153": "oe",
}
"""Letters that Unicode does not take apart, as they are written where they cannot be typed."""

NOT_ASCII: Final = r"[^\x00-\x7f]"
_LOOKS: Final[Mapping[str, str]] = {
    "a": "\u0391\u0410\u03b1\u0430",
    "b": "\u0392\u0412\u042c\u044c",
    "c": "\u03f9\u0421\u03f2\u0441",
    "d": "\u0501",
    "e": "\u0395\u0415\u0435\u04bd",
    "f": "\u03dc\u0584",
    "g": "\u050c\u0581",
    "h": "\u0397\u041d\u04bb\u0570",
    "i": "\u0399\u0406\u04c0\u03b9\u0456\u04cf",
    "j": "\u037f\u0408\u03f3\u0458",
    "k": "\u039a\u041a\u03ba\u043a",
    "m": "\u039c\u03fa\u041c",
    "n": "\u039d\u0578\u057c",
    "o": "\u039f\u041e\u0555\u03bf\u03c3\u043e\u0585",
    "p": "\u03a1\u0420\u03c1\u03f1\u0440",
    "q": "\u051b\u0563\u0566",
    "r": "\u0433",
    "s": "\u0405\u054f\u0455",
    "t": "\u03a4\u0422",
    "u": "\u054d\u03c5\u057d",
    "v": "\u0474\u03bd\u0475",
    "w": "\u051c\u0461\u051d\u0561",
    "x": "\u03a7\u0425\u0445",
    "y": "\u03a5\u03d2\u0423\u04ae\u03b3\u0443\u04af",
    "z": "\u0396",
}
"""Greek, Cyrillic and Armenian letters by the Latin letter that they look like, small
here whatever its case (confusables of Unicode Technical Standard 39)."""


def composed(frame: Frame, column: str) -> Frame:
    """Return the frame with the texts of a column in normal form C, where its engine can do that."""
    if frame.implementation.is_polars():
        frame = nw.from_native(frame.to_native().with_columns(pl.col(column).str.normalize("NFC")))
    elif frame.implementation.is_duckdb():
        frame = nw.from_native(
            frame.to_native().project(f'* REPLACE (nfc_normalize("{column}") AS "{column}")')
        )
    return frame


def plain(name: nw.Expr) -> nw.Expr:
    """Return a name of ASCII without what makes no other name of it."""
    return lowered(name).str.replace_all(_BETWEEN, "")


def folded(name: nw.Expr) -> nw.Expr:
    """Return any name without what makes no other name of it."""
    name = lowered(name)
    for letter, others in _classes().items():
        name = name.str.replace_all(f"[{others}]", letter)
    return name.str.replace_all(_BETWEEN, "")


def latin(name: nw.Expr) -> nw.Expr:
    """Return a name with the Latin letters that its letters look like, whose case no longer counts."""
    for letter, others in _LOOKS.items():
        name = name.str.replace_all(f"[{others}]", letter)
    return name


@cache
def _classes() -> dict[str, str]:
    """Return the letters that are folded, by what they become."""
    classes: dict[str, str] = defaultdict(str)
    for letter in map(chr, chain(*_FOLDED)):
        simple = "".join(_PLAIN.get(char, char) for char in _without_marks(letter))
        if simple not in ("", letter) and simple.isalnum() and letter == letter.lower():
            classes[simple] += letter
    return classes


def _without_marks(letter: str) -> str:
    """Return the letter by its compatibility decomposition and case folding, without marks, as of Unicode 3.2."""
    apart = unicodedata.ucd_3_2_0.normalize("NFKD", letter).casefold()
    return "".join(char for char in apart if not unicodedata.combining(char))
