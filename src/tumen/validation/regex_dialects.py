r"""Regular expressions that mean the same on every engine.

The rules write them as Rust's `regex` reads them, which polars uses. In DuckDB's RE2, `\s` and `\S`
match ASCII only, so the white space of Unicode is written out. Java, on which Spark runs, needs two
options: Unicode classes, and lines that end at a line feed only. There, `$` also matches before a
final line feed. An unknown engine raises an error, because no pattern was tested on it.
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


def _to_re2(pattern: str) -> str:
    in_brackets, parts = False, []
    for part in _PART.findall(pattern):
        in_brackets = in_brackets or part.startswith("[")
        if part == r"\S" and in_brackets:
            raise RuleError(
                rf"pattern {pattern!r} has \S within brackets, which RE2 has only for ASCII;"
                " write it without brackets."
            )
        replacements = {r"\s": _SPACE if in_brackets else f"[{_SPACE}]", r"\S": f"[^{_SPACE}]"}
        parts.append(replacements.get(part, part))
        in_brackets = in_brackets and part != "]"
    return "".join(parts)


def _to_java(pattern: str) -> str:
    in_brackets, parts = False, []
    for part in _PART.findall(pattern):
        in_brackets = in_brackets or part.startswith("[")
        parts.append(r"\z" if part == "$" and not in_brackets else part)
        in_brackets = in_brackets and part != "]"
    return "(?Ud)" + "".join(parts)


_DIALECTS: Final[Mapping[nw.Implementation, Callable[[str], str]]] = {
    nw.Implementation.POLARS: str,
    nw.Implementation.DUCKDB: _to_re2,
    nw.Implementation.PYSPARK: _to_java,
    nw.Implementation.PYSPARK_CONNECT: _to_java,
    nw.Implementation.IBIS: _to_re2,
}


def translate_pattern(pattern: str, engine: nw.Implementation) -> str:
    """Return the pattern in the dialect of an engine.

    Raises:
        RuleError: If no pattern was tested on the engine, or it cannot express this one.

    """
    if engine not in _DIALECTS:
        raise RuleError(
            f"no rule with a pattern runs on {engine};"
            " check a frame of polars, DuckDB, Ibis on DuckDB, or Spark."
        )
    return _DIALECTS[engine](pattern)
