"""Suggestions for unknown names, in any spelling, and a limit on how many are made."""

from __future__ import annotations

import pytest

from tumen._suggest import MOST, Spellings, did_you_mean

ACTORS = {
    "Sergei Shoigu": "sergei-shoigu",
    "Sergey Shoygu": "sergei-shoigu",
    "Kim Jong Un": "kim-jong-un",
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sergei_shoigu", "; did you mean 'sergei-shoigu'?"),
        ("SHOYGU", "; did you mean 'sergei-shoigu'?"),
        ("kim-jung-un", "; did you mean 'kim-jong-un'?"),
        ("xyz", ""),
    ],
)
def test_nearest_spelling_gives_the_valid_name(name: str, expected: str) -> None:
    assert Spellings(ACTORS).suggestion(name) == expected


def test_limit_on_suggestions() -> None:
    spellings = Spellings(ACTORS)
    for number in range(MOST):
        spellings.suggestion(f"{number} kim jong un")
    assert spellings.suggestion("kim-jung-un") == ""
    assert spellings.suggestion("0 kim jong un") == "; did you mean 'kim-jong-un'?"
    assert Spellings(ACTORS).suggestion("kim-jung-un") == did_you_mean(
        "kim-jung-un", ["kim-jong-un"]
    )
