"""Names made up from syllables: no two numbers give one name, and each has its spelling in the script of its country.

No syllable begins another, so that names stay apart also where case, spaces and hyphens are folded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sounds(NamedTuple):
    """What the names of a country are made of, in Latin letters and in its own, and what may stand between them."""

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
    """Return a name in Latin letters, and as its country writes it."""
    sounds = SOUNDS[country]
    rest, which = divmod(number, len(sounds.first))
    latin, native = list(sounds.first.items())[which]
    given, written = place(country, rest)
    gap = " " if sounds is _RUSSIAN else ""
    return f"{latin} {given}{sounds.ending[0]}", f"{native}{gap}{written}{sounds.ending[1]}"


def place(country: str, number: int) -> tuple[str, str]:
    """Return a word of two syllables or more in Latin letters, and as its country writes it."""
    syllables = list(SOUNDS[country].later.items())
    spelled: list[tuple[str, str]] = []
    rest = number
    while rest or len(spelled) < 2:  # noqa: PLR2004
        rest, which = divmod(rest, len(syllables))
        spelled.append(syllables[which])
    latin, native = ("".join(parts) for parts in zip(*spelled, strict=True))
    return latin.capitalize(), native.capitalize()
