"""What cannot be in meetings, deployments, agreements, transfers, launches and positions is found; what looks like it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from events_cases import CASES, POSTPONED
from rule_cases import Case, find

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_events(case: Case, tmp_path: Path) -> None:
    assert find(case, tmp_path) == case.expected


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in POSTPONED])
@pytest.mark.xfail(
    strict=True,
    reason="start and end share one precision; two columns of precision are a change of the schema",
)
def test_ends_of_another_precision_are_found(case: Case, tmp_path: Path) -> None:
    assert find(case, tmp_path)
