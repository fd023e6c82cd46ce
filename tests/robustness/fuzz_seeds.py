"""Where the fuzzer starts: small records, the examples of all rules, and awkward fragments.

The fragments have broken readers of YAML before.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumen.schemas import TABLES
from tumen.schemas.all_rules import ALL_RULES
from tumen.validation.explain import read_clean_dataset, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator

DATASET: Final = Path(__file__).parents[2] / "dataset"
NAMES: Final = tuple(TABLES)
_SMALL: Final = 800
_A_TABLE: Final = 12
_FRAGMENTS: Final = r"""
- &a [*a]
- {a: {b: [c, {d: e}]}}
- ? [a]\n  : b
- a: |2-\n    x\n
- a: >+\n\n  x\n\n
- "\\x00\\u200b\\ud800\\U0010ffff\\e"
- 'it''s' # c
%YAML 1.2\n---\n- a\n...\n---\n
- a:\tb\n- c: d\r\n- e\r
[]
- {}
- a: # c\n    # d\n  - b # e\n# f\n
- allow: {W201: }
- participants: [{}, [], x]
- sources:\n    - {source: a, topics: [b, b]}
- start: ../2025-02-30
- best: 1e400
- id: mtg-\u0663
- name: \uae40\u0301 \u0428o
\ufeff---\n...
- - - - - - - -
"""
_TOKENS: Final = (
    "- |: |? |# |&a|*a|!!|>|[|]|{|}|'|\"|\n|<<|---|...|%|../"
    "|allow|id|sources|participants|topics|aliases|2025-06-17"
)


def seeds(seed: int) -> Iterator[bytes]:
    """Yield inputs: a byte that selects a table, then the content of a file."""
    drawn = random.Random(seed)  # noqa: S311
    for table in NAMES:
        files = [*DATASET.glob(f"{table}/*.yaml"), *DATASET.glob(f"{table}.yaml")]
        records = [
            record
            for file in sorted(files)
            for record in file.read_text(encoding="utf-8").split("\n\n")
            if len(record) <= _SMALL
        ]
        yield from (
            _input(table, record) for record in drawn.sample(records, min(_A_TABLE, len(records)))
        )
    examples = [
        (example.file, example.failing) for example in map(read_page, ALL_RULES) if example.file
    ]
    for file, text in [*read_clean_dataset().items(), *examples]:
        if (table := Path(file).parts[0].removesuffix(".yaml")) in NAMES:
            yield _input(table, text)
    yield from (_input(drawn.choice(NAMES), fragment) for fragment in _fragments())


def _fragments() -> Iterator[str]:
    """Yield the fragments, which are listed one per line with escapes."""
    return (
        line.encode("ascii").decode("unicode_escape") for line in _FRAGMENTS.strip().splitlines()
    )


def _input(table: str, text: str) -> bytes:
    return bytes([NAMES.index(table)]) + text.encode("utf-8", "surrogatepass")


def dictionary() -> str:
    """Return the words that the fuzzer inserts, in the format of libFuzzer."""
    return "".join(f'"{_in_hex(token)}"\n' for token in _TOKENS.split("|"))


def _in_hex(token: str) -> str:
    return "".join(f"\\x{byte:02X}" for byte in token.encode())
