"""Names in a folded form, in which case, accents, width and hyphens do not count.

The expressions of the engine do all the work, so that no name leaves it. They replace letters in
normal form C only. Polars and DuckDB compose other text first. Spark cannot, and there such a text
gives only the error of the text itself.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import chain
from typing import Final

import polars as pl

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import to_lower_case
from tumen.schemas.rules import Frame

_BETWEEN: Final = (
    r"[\t-\r\x{85}\p{Z}\p{Pd}\p{M}.'`"
    r"\x{b4}\x{b7}\x{2bb}\x{2bc}\x{2018}\x{2019}\x{30fb}\x{ff07}\x{ff0e}]"
)
"""Characters between the parts of a name, or on its letters."""

_FOLDED: Final = (
    range(0xC0, 0x250),
    range(0x386, 0x3CF),
    range(0x400, 0x4FA),
    range(0x1E00, 0x1F00),
    range(0xFB00, 0xFB07),
    range(0xFF10, 0xFF5B),
)
"""The blocks of Unicode whose letters are folded."""

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
"""Letters that Unicode does not decompose, as people write them where they cannot type them."""

NOT_ASCII: Final = r"[^\x00-\x7f]"
_LOOKALIKES: Final[Mapping[str, str]] = {
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
"""Greek, Cyrillic and Armenian letters by the Latin letter that they look like.

The Latin letters are small, whatever the case of the others. The pairs are confusables of Unicode
Technical Standard 39.
"""


def compose(frame: Frame, column: str) -> Frame:
    """Return the frame with a column in normal form C, if its engine can do that."""
    composed = pl.col(column).str.normalize("NFC")
    if isinstance(frame, pl.LazyFrame):
        frame = frame.with_columns(composed)
    elif frame.implementation.is_polars():
        frame = ex.from_native(frame.to_native().with_columns(composed))
    elif frame.implementation.is_duckdb():
        replacement = f'* REPLACE (nfc_normalize("{column}") AS "{column}")'
        frame = ex.from_native(frame.to_native().project(replacement))
    return frame


def fold_ascii(name: ex.Expr) -> ex.Expr:
    """Return the folded form of a name that has only ASCII characters."""
    return to_lower_case(name).str.replace_all(_BETWEEN, "")


def fold(name: ex.Expr) -> ex.Expr:
    """Return the folded form of any name."""
    return ex.replace_any(to_lower_case(name), _classes()).str.replace_all(_BETWEEN, "")


def to_latin_lookalikes(name: ex.Expr) -> ex.Expr:
    """Return a name with each letter replaced by the Latin letter that it looks like.

    The case of the result means nothing, so fold it before you compare it.
    """
    return ex.replace_any(name, _LOOKALIKES)


@cache
def _classes() -> dict[str, str]:
    """Return the letters that are folded, by the plain letters that they become."""
    classes: dict[str, str] = defaultdict(str)
    for letter in map(chr, chain(*_FOLDED)):
        plain = "".join(_PLAIN.get(char, char) for char in _without_marks(letter))
        changes = plain not in ("", letter) and plain.isalnum()
        # Capital letters need no class, because names are in lower case by then.
        if changes and letter == letter.lower():
            classes[plain] += letter
    return classes


def _without_marks(letter: str) -> str:
    """Return the letter in its compatibility decomposition, case-folded, without marks.

    Unicode 3.2 is used because it is the same in every version of Python.
    """
    decomposed = unicodedata.ucd_3_2_0.normalize("NFKD", letter).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char))
