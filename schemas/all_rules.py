"""Every rule by its code, wherever it is defined: for explanations, documents and tests."""

from typing import Final

from tumen.schemas import TABLES
from tumen.schemas.cross_table import CROSS_TABLE_RULES
from tumen.schemas.release_rules import RELEASE_RULES
from tumen.schemas.rules import FILE_RULES, VALUE_RULES, Rule

ALL_RULES: Final[dict[str, Rule]] = dict(
    sorted(
        {
            **FILE_RULES,
            **{rule.code: rule for model in TABLES.values() for rule in model.row_rules()},
            **VALUE_RULES,
            **{rule.code: rule for rule in CROSS_TABLE_RULES},
            **RELEASE_RULES,
        }.items()
    )
)
