"""Tumen: relations between North Korea and Russia, as data.

    tumen.load("meetings")                           a table of the newest release, as a DataFrame
    tumen.load("estimates", known_by="2025-03-31")   only what was public on that date
    tumen.open(release="2026.11.0")                  all tables of a release, and their views
    tumen.diff("2026.11.0", "2026.11.1")             the differences between two releases
    tumen.check("dataset/")                          every finding in records (needs tumen[records])
    tumen.check(frame, table="estimates")            every finding in a table of your own

DataFrames are those of polars. Names are imported on first use, so that `import tumen` is fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tumen import _old_names

if TYPE_CHECKING:
    from tumen.api import codebook, load, open, releases, scan, tables, yardsticks  # noqa: A004
    from tumen.comparison.changes import diff
    from tumen.errors import (
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
    from tumen.report import DataError
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

_MODULES = dict.fromkeys(
    ("codebook", "load", "open", "releases", "scan", "tables", "yardsticks"), "tumen.api"
)
_MODULES |= dict.fromkeys(
    (name for name in __all__ if name.endswith(("Error", "Warning"))), "tumen.errors"
)
_MODULES["DataError"] = "tumen.report"
_MODULES["Snapshot"] = "tumen.snapshot"
_MODULES["check"] = "tumen.validation.records"
_MODULES["diff"] = "tumen.comparison.changes"

_old_names.install()


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'tumen' has no attribute {name!r}")
    if name == "check":
        import_module("tumen._extras").require("records", "tumen.check")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
