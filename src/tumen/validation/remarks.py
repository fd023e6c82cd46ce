"""What a message says beyond the title of its rule: which character is at fault, which range a number has, which code is near.

Records and tables say the same of the same value.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from tumen._suggest import did_you_mean
from tumen._text import brief, shown
from tumen.schemas import TABLES
from tumen.schemas.addresses import encode_host
from tumen.schemas.base import MARKUP
from tumen.schemas.characters import fault_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def remark(code: str, table: str, column: str, value: Any) -> str:
    """Return what to add to a rule's title where this value of a column breaks it; nothing where the title says all."""
    if code == "E103" and isinstance(value, str):
        return did_you_mean(brief(value), tuple(TABLES[table].columns()[column].codes or ()))
    if code == "E107":
        return f" ({_range(table, column)})"
    said = _SAID[code](value) if code in _SAID and isinstance(value, str | list) else None
    return f" ({said})" if said else ""


def _markup(text: str) -> str | None:
    found = re.search(MARKUP, text)
    return shown(found[0]) if found else None


def _range(table: str, column: str) -> str:
    (check,) = TABLES[table].to_schema().columns[column].checks
    return f"{check.statistics['min_value']:,} to {check.statistics['max_value']:,}"


def _twice(items: Sequence[Any]) -> str:
    return ", ".join(shown(item) for item, count in Counter(items).items() if count > 1)


_SAID: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "E106": fault_of,
    "E109": lambda text: f"{len(text.split())} words",
    "E113": _twice,
    "E236": encode_host,
    "E114": lambda text: f"{len(text):,} characters",
    "W251": _markup,
}
