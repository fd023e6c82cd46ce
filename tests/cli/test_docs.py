"""`tumen docs` lists and prints the documentation that the package contains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tumen.cli.app import app
from tumen.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(name="printed")
def fixture_printed(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        app(["docs", *arguments], standalone_mode=False)
        return capsys.readouterr().out

    return run


def test_pages_are_listed_with_their_titles(printed: Callable[..., str]) -> None:
    listed = dict(line.split(maxsplit=1) for line in printed().splitlines())
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")}
    assert listed.keys() == pages
    assert listed["quickstart"] == "Quickstart"


@pytest.mark.parametrize("name", ["guides/curate", "curate", "curate.md"])
def test_a_page_is_printed_by_its_path_or_its_name(name: str, printed: Callable[..., str]) -> None:
    assert printed(name) == (DOCS / "guides" / "curate.md").read_text(encoding="utf-8")


def test_an_unknown_page_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'curate'"):
        app(["docs", "curat"], standalone_mode=False)
