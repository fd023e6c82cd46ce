"""Find out which test kills each mutant.

    python mutant_kill.py TEST ...

Mutants are read from standard input as lines of JSON. For each, a line of JSON with its module, its
name and the test that killed it is printed.

Mutants of one file are tried together, each in a forked child. If a module contains only functions
and constants, they are replaced in a child of a process that has collected the tests. Any other
module (a model, a vocabulary) is imported again, with all modules that import it, in a child of a
process that has imported the heavy libraries but nothing of Tumen. No file is written.

Tests run until one fails. Tests that killed a mutant of the same definition run first, and then
those whose name shares a word with the definition.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import re
import signal
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mutant_import import Finder, change
from mutant_tests import Chosen, codes_of
from mutants import Mutant

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 180
"""How much time of a processor a mutant may take; the tests take a fifth of it."""
WORKERS: Final = os.cpu_count() or 1
HEAVY: Final = (
    "hypothesis.strategies",
    "jsonschema",
    "pandera.polars",
    "pyarrow.parquet",
    "pytest",
    "rapidfuzz.process",
    "yaml",
)
PLAIN: Final = (
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "_hypothesis_pytestplugin",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
IN_PLACE: Final = re.compile(
    r"schemas/cross_table/(?!__init__).*|src/tumen/(validation/column_rules|records/scalars)\.py"
)


class Judging:
    """The children that run, and the tests that killed by definition, newest first."""

    def __init__(self) -> None:
        self.running: dict[int, tuple[Mutant, int]] = {}
        self.killers: dict[str, list[str]] = defaultdict(list)

    def start(self, mutant: Mutant, judge: Callable[[Mutant, list[str]], str | None]) -> None:
        """Fork a child that tries the mutant, after another has ended if all are busy."""
        if len(self.running) >= WORKERS:
            self.end_one()
        reading, writing = os.pipe()
        likely = self.killers[mutant.definition] + self.killers[""][:3]
        child = os.fork()
        if not child:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            try:
                os.write(writing, json.dumps(judge(mutant, likely)).encode())
            finally:
                os._exit(0)
        os.close(writing)
        self.running[child] = mutant, reading

    def end_one(self) -> None:
        """Wait for a child and print its verdict."""
        child, status = os.wait()
        mutant, reading = self.running.pop(child)
        with os.fdopen(reading) as stream:
            verdict = stream.read()
        ended = os.waitstatus_to_exitcode(status)
        if ended == -signal.SIGPROF:
            verdict = json.dumps("it does not end")
        elif not verdict:
            raise RuntimeError(
                f"no verdict on {mutant.module} {mutant.name}: the child ended with {ended}."
            )
        killer = json.loads(verdict)
        for known in (
            (self.killers[mutant.definition], self.killers[""]) if killer and "::" in killer else ()
        ):
            known[:] = [killer, *(name for name in known if name != killer)]
        print(json.dumps([mutant.module, mutant.name, killer]), file=sys.__stdout__, flush=True)

    def end_all(self) -> None:
        """Wait for every child."""
        while self.running:
            self.end_one()


class Loop:
    """A pytest plugin that runs the collected tests once per mutant, changed in place."""

    def __init__(self, mutants: list[Mutant]) -> None:
        self.mutants = mutants

    def pytest_runtestloop(self, session: Any) -> bool:
        """Try every mutant."""

        def judge(mutant: Mutant, likely: list[str]) -> str | None:
            try:
                change(mutant)
            except Exception:  # noqa: BLE001
                return "it cannot be imported"
            chosen = Chosen(mutant, likely)
            session.config.pluginmanager.register(chosen)
            items = list(session.items)
            chosen.pytest_collection_modifyitems(items)
            if not items:
                raise RuntimeError(f"no test concerns {mutant.module}.")
            for item in items:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if chosen.failed:
                    return chosen.failed
            return None

        for model in sys.modules["tumen.schemas"].TABLES.values():
            model.polars_types()
            sys.modules["tumen.validation.column_rules"].row_rules(model)
        for item in session.items:
            codes_of(item)
        judging = Judging()
        for mutant in self.mutants:
            judging.start(mutant, judge)
        judging.end_all()
        return True


def main(tests: list[str]) -> None:
    """Try the mutants of standard input with the given files of tests."""
    os.environ |= {"POLARS_MAX_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.chdir(ROOT)
    mutants = [Mutant(*json.loads(line)) for line in sys.stdin]
    for name in HEAVY:
        importlib.import_module(name)
    import pytest  # noqa: PLC0415

    in_place = [mutant for mutant in mutants if IN_PLACE.fullmatch(mutant.module)]
    judging = Judging()

    def judge(mutant: Mutant, likely: list[str]) -> str | None:
        sys.meta_path.insert(0, Finder(mutant))
        chosen = Chosen(mutant, likely)
        status = pytest.main(["-x", *PLAIN, *tests], plugins=[chosen])
        if status == pytest.ExitCode.NO_TESTS_COLLECTED:
            raise RuntimeError(f"no test concerns {mutant.module}.")
        return (chosen.failed or "it cannot be imported") if status else None

    gc.collect()
    gc.freeze()
    for mutant in mutants:
        if mutant not in in_place:
            judging.start(mutant, judge)
    judging.end_all()
    if in_place and (status := pytest.main([*PLAIN, "-s", *tests], plugins=[Loop(in_place)])):
        raise SystemExit(status)


if __name__ == "__main__":
    main(sys.argv[1:])
