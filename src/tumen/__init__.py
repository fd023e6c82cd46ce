"""Tumen: relations between the DPRK and Russia, as data.

    tumen.load("meetings")                             one table of the newest release, as a polars DataFrame
    tumen.load("estimates", known_by="2025-03-31")     what could be cited on that day
    tumen.open(release="2026.11.0")                    all tables of one release, and the views over them
    tumen.diff("2026.11.0", "2026.11.1")               what differs between two releases, record by record
    tumen.check("dataset/")                            every finding of every rule (needs tumen[check])
    tumen.check(frame, table="estimates")              the same of any table that you hold

Names are loaded when they are first used, so that `import tumen` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tumen import _moved

if TYPE_CHECKING:
    from tumen.api import codebook, load, open, releases, scan, tables, yardsticks  # noqa: A004
    from tumen.comparison.changes import diff
    from tumen.errors import (
        DataError,
        MissingExtraError,
        RuleError,
        SchemaError,
        StoreError,
        StoreWarning,
        TumenError,
        UnknownNameError,
        UnreachableError,
        WithdrawnWarning,
    )
    from tumen.snapshot import Snapshot
    from tumen.validation.records import check

__all__ = [
    "DataError",
    "MissingExtraError",
    "RuleError",
    "SchemaError",
    "Snapshot",
    "StoreError",
    "StoreWarning",
    "TumenError",
    "UnknownNameError",
    "UnreachableError",
    "WithdrawnWarning",
    "check",
    "codebook",
    "diff",
    "load",
    "open",
    "releases",
    "scan",
    "tables",
    "yardsticks",
]

_HOMES = dict.fromkeys(
    ("codebook", "load", "open", "releases", "scan", "tables", "yardsticks"), "tumen.api"
)
_HOMES |= dict.fromkeys(
    (name for name in __all__ if name.endswith(("Error", "Warning"))), "tumen.errors"
)
_HOMES["Snapshot"] = "tumen.snapshot"
_HOMES["check"] = "tumen.validation.records"
_HOMES["diff"] = "tumen.comparison.changes"

_moved.install()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'tumen' has no attribute {name!r}")
    if name == "check":
        import_module("tumen._extras").require("check")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
