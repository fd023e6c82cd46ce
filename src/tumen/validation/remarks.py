"""Additions to the title of a rule in a message, such as the character at fault or a similar code.

The check of records and the check of tables add the same to the same value.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from tumen._suggest import did_you_mean
from tumen._text import format_value, shorten
from tumen.schemas import TABLES
from tumen.schemas.addresses import encode_host
from tumen.schemas.base import MARKUP
from tumen.schemas.characters import describe_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def explain_value(code: str, table: str, column: str, value: Any) -> str:
    """Return what to add to the title of a rule about a value that violates it; may be empty."""
    if code == "E103" and isinstance(value, str):
        return did_you_mean(shorten(value), tuple(TABLES[table].columns()[column].codes or ()))
    if code == "E107":
        return f" ({_format_range(table, column)})"
    if code not in _EXPLANATIONS or not isinstance(value, str | list):
        return ""
    explanation = _EXPLANATIONS[code](value)
    return f" ({explanation})" if explanation else ""


def _find_markup(text: str) -> str | None:
    match = re.search(MARKUP, text)
    return format_value(match[0]) if match else None


def _format_range(table: str, column: str) -> str:
    (check,) = TABLES[table].to_schema().columns[column].checks
    return f"{check.statistics['min_value']:,} to {check.statistics['max_value']:,}"


def _list_duplicates(items: Sequence[Any]) -> str:
    return ", ".join(format_value(item) for item, count in Counter(items).items() if count > 1)


_EXPLANATIONS: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "E106": describe_fault,
    "E109": lambda text: f"{len(text.split())} words",
    "E113": _list_duplicates,
    "E236": encode_host,
    "E114": lambda text: f"{len(text):,} characters",
    "W251": _find_markup,
}
