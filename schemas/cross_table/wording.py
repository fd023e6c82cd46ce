"""Texts by their words: "Security Council Secretary" and "Secretary of the Security Council" name one office.

Case, punctuation and order do not count, nor do articles, prepositions and the names of the two countries, which one source
writes and another leaves out.
"""

from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import lowered

_MOST_WORDS: Final = 16
_AFTER_ALL_WORDS: Final = "\U0010fffd"
_APART: Final = "  "
_BETWEEN_WORDS: Final = r"[^\p{L}\p{M}\p{N}]+"
_FILLERS: Final = (
    r" (of|the|and|for|in|to|at|on|a|an|russian  federation|russian?|north  korean?|dprk|"
    r"democratic  people  s  republic  of  korea|s) "
)


def sort_words(text: nw.Expr) -> nw.Expr:
    """Return the words of a text in order of the alphabet, as one text: equal for texts of the same words.

    Of more than sixteen words the first of the alphabet count. The list is filled up with what stands after all words, because an
    engine may refuse to take a word that a list does not have.
    """
    spaced = lowered(text).str.replace_all(_BETWEEN_WORDS, _APART)
    told = nw.concat_str(nw.lit(" "), spaced, nw.lit(" ")).str.replace_all(_FILLERS, "")
    one_apart = told.str.replace_all(" +", " ").str.replace_all(r"^ | \z", "")
    filled = nw.concat_str(one_apart, nw.lit(f" {_AFTER_ALL_WORDS}" * _MOST_WORDS))
    words = filled.str.split(" ").list.sort()
    return nw.concat_str(*(words.list.get(number) for number in range(_MOST_WORDS)), separator=" ")
