"""The dataset over which the cases of rules are laid is sound itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rule_cases import Case, find

if TYPE_CHECKING:
    from pathlib import Path


def test_the_base_is_sound(tmp_path: Path) -> None:
    assert find(Case("the base alone", {}), tmp_path) == ()
