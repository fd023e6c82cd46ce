"""The probability bands that two governments publish for their words.

Bands are in percent. `tumen.yardsticks()` names the authority of each.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

GOVERNMENT_KINDS: Final = (
    "state",
    "government_body",
    "intelligence_service",
    "armed_forces",
    "legislature",
    "person",
    "unnamed_group",
)
"""Kinds of actors that can use the yardstick of their government.

They are its bodies, and those who may speak for it.
"""

BANDS: Final[Mapping[tuple[str, str], tuple[float, float]]] = MappingProxyType(
    {
        ("GB", "remote_chance"): (0, 5),
        ("GB", "highly_unlikely"): (10, 20),
        ("GB", "unlikely"): (25, 35),
        ("GB", "realistic_possibility"): (40, 50),
        ("GB", "likely"): (55, 75),
        ("GB", "highly_likely"): (80, 90),
        ("GB", "almost_certain"): (95, 100),
        ("US", "remote_chance"): (1, 5),
        ("US", "highly_unlikely"): (5, 20),
        ("US", "unlikely"): (20, 45),
        ("US", "realistic_possibility"): (45, 55),
        ("US", "likely"): (55, 80),
        ("US", "highly_likely"): (80, 95),
        ("US", "almost_certain"): (95, 99),
    }
)
