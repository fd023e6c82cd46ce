r"""Regular expressions that mean the same on every engine: as Rust's `regex` reads them, which polars uses.

DuckDB's RE2 knows `\s` and `\S` of ASCII alone, so the white space of Unicode is spelt out. Java, on which Spark runs, needs two
flags (Unicode classes; a line ends at a line feed and nowhere else), and takes `$` for the end or the line feed before it. An
engine that is not known fails: nobody has tried what it makes of a pattern.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import narwhals as nw

from tumen.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SPACE: Final = (
    r"\t-\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
)
_PART: Final = re.compile(r"\\.|\[\^?|\]|\$|.", re.DOTALL)


def _re2(pattern: str) -> str:
    inside, parts = False, []
    for part in _PART.findall(pattern):
        inside = inside or part.startswith("[")
        if part == r"\S" and inside:
            raise RuleError(
                rf"pattern {pattern!r} has \S within brackets, which RE2 cannot be told for all of Unicode."
            )
        spelt = {r"\s": _SPACE if inside else f"[{_SPACE}]", r"\S": f"[^{_SPACE}]"}
        parts.append(spelt.get(part, part))
        inside = inside and part != "]"
    return "".join(parts)


def _java(pattern: str) -> str:
    inside, parts = False, []
    for part in _PART.findall(pattern):
        inside = inside or part.startswith("[")
        parts.append(r"\z" if part == "$" and not inside else part)
        inside = inside and part != "]"
    return "(?Ud)" + "".join(parts)


_DIALECTS: Final[Mapping[nw.Implementation, Callable[[str], str]]] = {
    nw.Implementation.POLARS: str,
    nw.Implementation.DUCKDB: _re2,
    nw.Implementation.PYSPARK: _java,
    nw.Implementation.PYSPARK_CONNECT: _java,
    nw.Implementation.IBIS: _re2,
}


def written_for(pattern: str, engine: nw.Implementation) -> str:
    """Return the pattern as this engine must be given it; raises `RuleError` for an engine on which no pattern was tried."""
    if engine not in _DIALECTS:
        raise RuleError(
            f"no rule with a pattern runs on {engine}; check a polars, DuckDB, Ibis on DuckDB or Spark frame."
        )
    return _DIALECTS[engine](pattern)
