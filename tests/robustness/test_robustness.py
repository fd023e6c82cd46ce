"""The short form of every trial of faults: what happens must be what a row says must happen.

Run it with `pytest -m robustness tests/robustness`; it takes several minutes, so that it is not
among the tests that run by default. The mutants of the rules (`try_rules`) take longest, and stay
a command: `python tests/robustness rules`.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Final

import pytest

COMMAND_ONLY: Final = {"try_rules"}
NAMES: Final = sorted({path.stem for path in Path(__file__).parent.glob("try_*.py")} - COMMAND_ONLY)


@pytest.mark.robustness
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_sound(name: str) -> None:
    rows = list(importlib.import_module(name).trials(long=False))
    assert rows
    assert [f"{row.fault}: {row.happened}" for row in rows if not row.sound] == []
