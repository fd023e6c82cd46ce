"""Every rule across tables can be broken on its own, in datasets of any size."""

from __future__ import annotations

import pytest
import tabled

import tumen
from tumen.errors import TumenError, UnknownNameError
from tumen.schemas.integrity import INTEGRITY
from tumen.testing.breaking import broken_tables
from tumen.testing.strategies import made

CODES = [rule.code for rule in INTEGRITY]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("size", [50, 120])
def test_one_rule_is_broken_and_no_other(code: str, size: int) -> None:
    whole = made(size, 1)
    before, after = tumen.check(whole), tumen.check(broken_tables(whole, code))
    more = {name: count for name, count in after.by_code().items() if count != before.by_code().get(name)}
    assert more.keys() == {code}
