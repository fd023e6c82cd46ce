"""What a message says beyond the title of its rule: which character is at fault, which range a number has, which code is near.

Records and tables say the same of the same value.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from tumen.nearest import did_you_mean
from tumen.schemas import TABLES
from tumen.schemas.base import MARKUP
from tumen.schemas.characters import fault_of
from tumen.wording import brief, shown

if TYPE_CHECKING:
    from collections.abc import Sequence


def remark(code: str, table: str, column: str, value: Any) -> str:
    """Return what to add to a rule's title where this value of a column breaks it; nothing where the title says all."""
    match code:
        case "E103" if isinstance(value, str):
            return did_you_mean(brief(value), tuple(TABLES[table].columns()[column].codes or ()))
        case "E106" if isinstance(value, str):
            fault = fault_of(value)
            return f" ({fault})" if fault else ""
        case "E107":
            return f" ({_range(table, column)})"
        case "E109" | "E114" if isinstance(value, str):
            return f" ({f'{len(value.split())} words' if code == 'E109' else f'{len(value):,} characters'})"
        case "W251" if isinstance(value, str):
            found = re.search(MARKUP, value)
            return f" ({shown(found[0])})" if found else ""
        case "E113" if isinstance(value, list):
            return f" ({_twice(value)})"
        case _:
            return ""


def _range(table: str, column: str) -> str:
    (check,) = TABLES[table].to_schema().columns[column].checks
    return f"{check.statistics['min_value']:,} to {check.statistics['max_value']:,}"


def _twice(items: Sequence[Any]) -> str:
    return ", ".join(shown(item) for item, count in Counter(items).items() if count > 1)
