"""Mutants of the rules: a test must kill each, unless it is listed as equivalent.

`mutants` makes the mutants, and `mutant_kill` tries them in its own processes. The list is
`equivalent.toml`, with reasons; an entry that matches no mutant, or one that a test kills, is an
error. The short trial takes some mutants of each module, drawn with a fixed seed.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from mutants import Mutant, mutants
from trials import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: Final = Path(__file__).parents[2]
LISTED: Final = Path(__file__).with_name("equivalent.toml")
SEED: Final = 1948
_PER_MODULE: Final = 1
_SAME: Final = "nothing: is changed"


class Kind(NamedTuple):
    """Modules whose mutants the same tests kill."""

    fault: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]


KINDS: Final = (
    Kind(
        "a rule across tables changed",
        ("schemas/cross_table/*.py",),
        (
            "tests/validation/test_cross_table.py",
            "tests/schemas/test_cross_table_warnings.py",
            "tests/validation/test_explain.py",
        ),
    ),
    Kind(
        "a table, column, rule of a row or vocabulary changed",
        ("schemas/*.py",),
        (
            "tests/schemas/test_row_rules.py",
            "tests/tools/test_json_schema.py",
            "tests/schemas/test_models.py",
            "tests/records/test_reader.py",
            "tests/validation/test_explain.py",
            "tests/records/test_scalars.py",
        ),
    ),
    Kind(
        "how columns become rules changed",
        ("src/tumen/validation/column_rules.py",),
        (
            "tests/schemas/test_row_rules.py",
            "tests/schemas/test_models.py",
            "tests/testing/test_strategies.py",
            "tests/validation/test_pandera.py",
        ),
    ),
    Kind(
        "how text becomes values changed",
        ("src/tumen/records/scalars.py",),
        (
            "tests/records/test_scalars.py",
            "tests/records/test_reader.py",
            "tests/validation/test_explain.py",
        ),
    ),
)


def listed() -> dict[tuple[str, str], str]:
    """Return the equivalent mutants by module and name, with the reason."""
    lists = tomllib.loads(LISTED.read_text(encoding="utf-8"))
    return {
        (part["module"], name): part["why"]
        for part in lists["equivalent"]
        for name in part["mutants"]
    }


def try_mutants(
    mutated: Sequence[Mutant], tests: Sequence[str]
) -> dict[tuple[str, str], str | None]:
    """Return by module and name the test that killed each mutant, or None.

    The tests must pass on an unchanged module.
    """
    modules = sorted({mutant.module for mutant in mutated})
    same = [
        Mutant(module, _SAME, (ROOT / module).read_text(encoding="utf-8")) for module in modules[:1]
    ]
    chosen = [*same, *mutated]
    run = subprocess.run(
        [sys.executable, Path(__file__).with_name("mutant_kill.py"), *tests],
        input="\n".join(map(json.dumps, chosen)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith('["')]
    if run.returncode or len(lines) != len(chosen):
        raise RuntimeError(
            f"{len(lines)} of {len(chosen)} mutants were tried:"
            f" {run.stderr[-2000:] or run.stdout[-2000:]}"
        )
    verdicts = {(module, name): killer for module, name, killer in lines}
    if failed := [
        killer for mutant in same if (killer := verdicts.pop((mutant.module, mutant.name)))
    ]:
        raise RuntimeError(f"{failed[0]} fails on the unchanged rules; fix it first.")
    return verdicts


def trials(*, long: bool) -> Iterator[Row]:
    """Yield the result for the mutants of each kind of module."""
    rng, equivalent = random.Random(SEED), listed()  # noqa: S311
    for kind in KINDS:
        paths = sorted(path for pattern in kind.modules for path in ROOT.glob(pattern))
        made = {
            str(path.relative_to(ROOT)): list(
                mutants(str(path.relative_to(ROOT)), path.read_text())
            )
            for path in paths
        }
        tried = [
            mutant
            for mutated in made.values()
            for mutant in (mutated if long else rng.sample(mutated, min(_PER_MODULE, len(mutated))))
        ]
        verdicts = try_mutants(tried, kind.tests)
        survivors = {name for name, killer in verdicts.items() if killer is None}
        known = {name for name in equivalent if name[0] in made and (long or name in verdicts)}
        wrong = [f"{module} {name} survives" for module, name in sorted(survivors - known)]
        wrong += [
            f"{module} {name} is listed and does not survive"
            for module, name in sorted(known - survivors)
        ]
        happened = (
            f"{len(verdicts) - len(survivors):,} killed by a test,"
            f" {len(survivors & known)} change nothing and are listed"
        )
        yield Row(
            kind.fault,
            f"mutants of {', '.join(f'`{pattern}`' for pattern in kind.modules)}"
            + ("" if long else f", {_PER_MODULE} a module"),
            len(verdicts),
            f"{happened}; {len(wrong)} not: {wrong[0]}" if wrong else happened,
            not wrong,
        )
