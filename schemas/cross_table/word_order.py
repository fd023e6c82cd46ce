"""Texts reduced to their words, so that titles in different word order can be compared.

"Security Council Secretary" and "Secretary of the Security Council" name one office. Case,
punctuation and order do not count. Articles, prepositions and the names of the two countries do
not count either, because one source writes them and another leaves them out.
"""

from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import to_lower_case

_MAX_WORDS: Final = 16
_AFTER_ALL_WORDS: Final = "\U0010fffd"
"""A character that sorts after every word."""

_GAP: Final = "  "
"""Two spaces between words: a filler takes one on either side, so neighbouring fillers match."""

_BETWEEN_WORDS: Final = r"[^\p{L}\p{M}\p{N}]+"
_FILLERS: Final = (
    r" (of|the|and|for|in|to|at|on|a|an|russian  federation|russian?|north  korean?|dprk|"
    r"democratic  people  s  republic  of  korea|s) "
)


def sort_words(text: ex.Expr) -> ex.Expr:
    """Return the words of a text in alphabetical order, as one text.

    Texts with the same words give the same result. If there are more than sixteen words, the
    first sixteen of the alphabet count.
    """
    spaced = to_lower_case(text).str.replace_all(_BETWEEN_WORDS, _GAP)
    enclosed = ex.concat_str(ex.lit(" "), spaced, ex.lit(" "))
    significant = enclosed.str.replace_all(_FILLERS, "")
    single_spaced = significant.str.replace_all(" +", " ").str.replace_all(r"^ | \z", "")
    # An engine may refuse to take a word that a list does not have, so the list is padded.
    padded = ex.concat_str(single_spaced, ex.lit(f" {_AFTER_ALL_WORDS}" * _MAX_WORDS))
    words = padded.str.split(" ").list.sort()
    return ex.concat_str(*(words.list.get(number) for number in range(_MAX_WORDS)), separator=" ")
