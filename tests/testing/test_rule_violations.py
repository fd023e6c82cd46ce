"""Every rule across tables can be broken on its own, and then no other is; what it cannot be broken with is said."""

from __future__ import annotations

import generated_tables
import polars as pl
import pytest

import tumen
from tumen.errors import TumenError, UnknownNameError
from tumen.schemas import TABLES
from tumen.schemas.cross_table import CROSS_TABLE_RULES
from tumen.testing.rule_violations import broken_tables
from tumen.validation.column_rules import row_rules

CODES = [rule.code for rule in CROSS_TABLE_RULES]


@pytest.mark.parametrize("code", CODES)
def test_one_rule_is_broken_and_no_other(code: str) -> None:
    assert tumen.check(broken_tables(generated_tables.tables(), code)).by_code().keys() == {code}


def test_no_rule_is_broken_before() -> None:
    assert tumen.check(generated_tables.tables()).by_code() == {}


def test_all_rules_are_broken_one_after_the_other() -> None:
    rules = {rule.code for model in TABLES.values() for rule in row_rules(model)}
    assert tumen.check(generated_tables.faulty()).by_code().keys() >= {*CODES, *rules}


def test_what_cannot_be_broken() -> None:
    whole = generated_tables.tables()
    with pytest.raises(UnknownNameError, match="no rule across tables 'E107'"):
        broken_tables(whole, "E107")
    with pytest.raises(
        TumenError, match="a violation of E309 needs 1 row of estimates; there are 0"
    ):
        broken_tables({**whole, "estimates": whole["estimates"].clear()}, "E309")
    with pytest.raises(
        TumenError,
        match="a violation of W201 needs 1 row of places with country 'KP'; there are 0",
    ):
        broken_tables(
            {**whole, "places": whole["places"].filter(pl.col("country") == "RU")}, "W201"
        )
