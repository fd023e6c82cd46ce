"""Scripts: the letters that each language is written in, as blocks of Unicode."""

from typing import Final, NamedTuple

import narwhals as nw

from tumen.schemas.iso import LANGUAGES


class Script(NamedTuple):
    """A script.

    Attributes:
        letters: Its letters, as the content of a character class.
        languages: The codes of the languages that are written in it, with spaces between.

    """

    letters: str
    languages: str


_HAN: Final = r"\x{3005}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{f900}-\x{faff}\x{20000}-\x{323af}"
_OTHER_SCRIPTS: Final = (
    Script(
        r"\x{0400}-\x{052f}\x{1c80}-\x{1c8f}\x{a640}-\x{a69f}",
        "ab av ba be bg ce cu cv kv ky mk os ru tt uk",
    ),
    Script(rf"\x{{1100}}-\x{{11ff}}\x{{3131}}-\x{{318e}}\x{{ac00}}-\x{{d7a3}}{_HAN}", "ko"),
    Script(rf"\x{{3041}}-\x{{30ff}}\x{{31f0}}-\x{{31ff}}\x{{ff66}}-\x{{ff9f}}{_HAN}", "ja"),
    Script(_HAN, "zh"),
    Script(
        r"\x{0620}-\x{06ff}\x{0750}-\x{077f}\x{08a0}-\x{08ff}\x{fb50}-\x{fdff}\x{fe70}-\x{fefc}",
        "ar fa ps ug ur",
    ),
    Script(r"\x{05d0}-\x{05f2}\x{fb1d}-\x{fb4f}", "he yi"),
    Script(r"\x{0370}-\x{03ff}\x{1f00}-\x{1fff}", "el"),
    Script(r"\x{0531}-\x{0587}", "hy"),
    Script(r"\x{10a0}-\x{10ff}\x{1c90}-\x{1cbf}", "ka"),
    Script(r"\x{0900}-\x{0963}\x{0971}-\x{097f}", "hi mr ne sa"),
    Script(r"\x{0980}-\x{09e3}", "as bn"),
    Script(r"\x{0e01}-\x{0e4e}", "th"),
    Script(r"\x{0e81}-\x{0eae}", "lo"),
    Script(r"\x{1000}-\x{103f}", "my"),
    Script(r"\x{1780}-\x{17d3}", "km"),
    Script(r"\x{1200}-\x{135a}", "am ti"),
)
_UNCHECKED_LANGUAGES: Final = (
    "az bo bs cr dv dz gu ha ie ii iu kk kn ks ku ml mn ms oj or pa sd si sr ta te tg tk uz za"
)
"""Languages that are written in several scripts, or in one that is not listed above."""

_LATIN_WORDS: Final = r"a-z\x{00df}-\x{00f6}\x{00f8}-\x{024f}\x{1e00}-\x{1eff}"
"""Lower case only: titles in every language contain names of bodies in Latin capitals."""

_OTHER_LETTERS: Final = "".join(script.letters for script in _OTHER_SCRIPTS)


def is_in_script_of(text: nw.Expr, language: nw.Expr) -> nw.Expr:
    """Return whether the script of a text fits its language.

    It fits if the text has a letter of a script of the language, or no letter of another script.
    The result is true where text or language is unknown, or the language is not checked.
    """
    in_other_scripts = {code for script in _OTHER_SCRIPTS for code in script.languages.split()}
    latin = sorted({*LANGUAGES} - {*in_other_scripts, *_UNCHECKED_LANGUAGES.split()})
    fails_latin = (
        language.is_in(latin)
        & _has_no_letter(text, _LATIN_WORDS)
        & text.str.contains(f"[{_OTHER_LETTERS}]")
    )
    letters = f"[{_LATIN_WORDS}{_OTHER_LETTERS}]"
    fails_other = (
        language.is_in(script.languages.split())
        & _has_no_letter(text, script.letters)
        & text.str.contains(letters)
        for script in _OTHER_SCRIPTS
    )
    return ~nw.any_horizontal(fails_latin, *fails_other, ignore_nulls=True)


def _has_no_letter(text: nw.Expr, letters: str) -> nw.Expr:
    return ~text.str.contains(f"[{letters}]")
