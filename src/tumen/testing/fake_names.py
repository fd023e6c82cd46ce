"""Invented names, made of syllables: each number gives another name.

Each name has its spelling in the script of its country. No syllable begins another, so that names
stay different also where case, spaces and hyphens are ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sounds(NamedTuple):
    """The parts of the names of a country, in Latin letters and in its own script."""

    first: Mapping[str, str]
    later: Mapping[str, str]
    ending: tuple[str, str]


_KOREAN: Final = Sounds(
    dict(
        zip(
            ("Kim", "Ri", "Pak", "Choe", "Jong", "Kang", "Yun", "Han"),
            "김리박최정강윤한",
            strict=True,
        )
    ),
    dict(
        zip(
            (
                "chol",
                "nam",
                "sun",
                "gil",
                "hun",
                "myong",
                "song",
                "jin",
                "guk",
                "hak",
                "ryong",
                "won",
            ),
            "철남순길훈명성진국학룡원",
            strict=True,
        )
    ),
    ("", ""),
)
_RUSSIAN: Final = Sounds(
    dict(
        zip(
            ("Ivan", "Sergei", "Oleg", "Maria", "Pavel", "Yuri", "Anna", "Dmitri"),
            ("Иван", "Сергей", "Олег", "Мария", "Павел", "Юрий", "Анна", "Дмитрий"),
            strict=True,
        )
    ),
    dict(
        zip(
            ("bel", "gil", "kuz", "mir", "nov", "pol", "sam", "tar", "vol", "zor", "dan", "lev"),
            ("бел", "гил", "куз", "мир", "нов", "пол", "сам", "тар", "вол", "зор", "дан", "лев"),
            strict=True,
        )
    ),
    ("ov", "ов"),
)
SOUNDS: Final[Mapping[str, Sounds]] = {"KP": _KOREAN, "RU": _RUSSIAN}


def person(country: str, number: int) -> tuple[str, str]:
    """Return a name in Latin letters, and in the script of its country."""
    sounds = SOUNDS[country]
    rest, which = divmod(number, len(sounds.first))
    latin, native = list(sounds.first.items())[which]
    latin_rest, native_rest = place(country, rest)
    gap = " " if sounds is _RUSSIAN else ""
    latin_ending, native_ending = sounds.ending
    return f"{latin} {latin_rest}{latin_ending}", f"{native}{gap}{native_rest}{native_ending}"


def place(country: str, number: int) -> tuple[str, str]:
    """Return a word of two syllables or more in Latin letters, and in the script of its country."""
    syllables = list(SOUNDS[country].later.items())
    spelled: list[tuple[str, str]] = []
    rest = number
    while rest or len(spelled) < 2:  # noqa: PLR2004
        rest, which = divmod(rest, len(syllables))
        spelled.append(syllables[which])
    latin, native = ("".join(parts) for parts in zip(*spelled, strict=True))
    return latin.capitalize(), native.capitalize()
