"""The elements that junit-10.xsd, the schema of Jenkins' xUnit plugin, allows in a report.

They are those that our reports have, with all their attributes and children.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element


@dataclass(frozen=True, slots=True)
class Kind:
    """An element: required and allowed attributes, allowed children, and whether it has text."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    text: bool = False


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_REASON: Final = Kind(optional=_names("type message"), text=True)
KINDS: Final = {
    "testsuites": Kind(
        optional=_names("name time tests failures errors"), children=_names("testsuite")
    ),
    "testsuite": Kind(
        required=_names("name tests failures errors"),
        optional=_names("group time skipped timestamp hostname id package file log url"),
        children=_names("testsuite properties testcase system-out system-err"),
    ),
    "testcase": Kind(
        required=_names("name"),
        optional=_names("time classname group"),
        children=_names("skipped error failure system-out system-err"),
    ),
    "failure": _REASON,
    "error": _REASON,
    "skipped": _REASON,
}
_TIME: Final = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


def structure_faults(element: Element) -> Iterator[str]:
    """Yield a line for everything in an element that the schema does not allow."""
    kind = KINDS.get(element.tag)
    if kind is None:
        yield f"{element.tag}: no such element"
        return
    names = set(element.keys())
    for name in sorted(kind.required - names):
        yield f"{element.tag}: no {name}"
    for name in sorted(names - kind.required - kind.optional):
        yield f"{element.tag}: {name} is not allowed"
    if element.tag != "testcase" and not _TIME.fullmatch(element.get("time", "")):
        yield f"{element.tag}: time is {element.get('time')!r}"
    if not kind.text and any(
        (text or "").strip() for text in (element.text, *(child.tail for child in element))
    ):
        yield f"{element.tag}: text is not allowed"
    for child in element:
        if child.tag not in kind.children:
            yield f"{element.tag}: {child.tag} is not allowed in it"
        yield from structure_faults(child)
