"""Which packages each extra brings, and a clear word when they are absent."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from tumen.errors import MissingExtraError

PACKAGES: Final = {
    "check": ("pandera", "narwhals", "pyarrow", "yaml", "rapidfuzz", "rfc8785", "filelock"),
    "pandas": ("pandas", "pyarrow"),
    "arrow": ("pyarrow",),
    "find": ("rapidfuzz", "anyascii"),
    "sql": ("duckdb", "pyarrow"),
    "plot": ("altair", "vl_convert", "filelock"),
    "site": ("altair", "vl_convert", "filelock", "pandera", "narwhals", "yaml"),
}


def require(extra: str, what: str = "") -> None:
    """Raise `MissingExtraError` unless every package of the extra is installed; `what` names the part that needs it."""
    if not all(find_spec(package) for package in PACKAGES[extra]):
        raise MissingExtraError(what or f"tumen {extra}", extra)
