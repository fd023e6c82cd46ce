"""What a strict check finds in figures and statements laid over a sound dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from claims_cases import CASES
from rule_cases import Case, find

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_found_in_a_case(case: Case, tmp_path: Path) -> None:
    assert find(case, tmp_path) == tuple(sorted(case.expected))
