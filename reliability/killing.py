"""Whether a test kills a mutant: each in a process of its own, forked from one that is ready to run the tests.

    python killing.py TEST ...      mutants as lines of JSON on stdin, a line of JSON for each on stdout: module, name, killer

Mutants of one file are given together. The functions and constants of a module that holds nothing else are changed where they
are, in a child of a process that has collected the tests. Any other module (a model, a vocabulary) is loaded anew, with all that
imports it, in a child of a process that has the heavy libraries and nothing of ours. No file is written. Tests run until one
fails: first those that killed a mutant of the same definition, then those whose name has a word of the definition.
"""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import inspect
import json
import os
import re
import signal
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType, ModuleType

ROOT: Final = Path(__file__).parents[1]
SECONDS: Final = 120
WORKERS: Final = os.cpu_count() or 1
HEAVY: Final = ("hypothesis.strategies", "jsonschema", "pandera.polars", "pyarrow.parquet", "pytest", "rapidfuzz.process", "yaml")
PLAIN: Final = ("-q", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin", "-W", "ignore::pytest.PytestAssertRewriteWarning")
IN_PLACE: Final = re.compile(r"schemas/integrity/(?!__init__).*|src/tumen/(checks|values)\.py")
_WORDS_ALONE: Final = ("tumen.schemas.vocabularies", "tumen.schemas.iso")
_CODE: Final = re.compile(r"\b[EW]\d{3}\b")


class Mutant(NamedTuple):
    """A module with a change in it, see `mutating`."""

    module: str
    name: str
    source: str

    @property
    def imported(self) -> str:
        """The name by which the module is imported."""
        path = self.module.removeprefix("src/tumen/").removesuffix(".py").removesuffix("/__init__")
        return f"tumen.{path.replace('/', '.')}"

    @property
    def definition(self) -> str:
        """What is changed: the names of the definition, outermost first."""
        return self.name.partition(":")[0]


class Judging:
    """Children at work, and the tests that killed, newest first, by definition."""

    def __init__(self) -> None:
        self.running: dict[int, tuple[Mutant, int]] = {}
        self.killers: dict[str, list[str]] = defaultdict(list)

    def start(self, mutant: Mutant, judge: Callable[[Mutant, list[str]], str | None]) -> None:
        """Fork a child that judges the mutant, once one of the others has ended."""
        if len(self.running) >= WORKERS:
            self.end_one()
        reading, writing = os.pipe()
        likely = self.killers[mutant.definition] + self.killers[""][:3]
        child = os.fork()
        if not child:
            signal.alarm(SECONDS)
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
        with os.fdopen(reading) as told:
            said = told.read()
        ended = os.waitstatus_to_exitcode(status)
        if ended == -signal.SIGALRM:
            said = json.dumps("it does not end")
        elif not said:
            raise RuntimeError(f"no verdict on {mutant.module} {mutant.name}: the child ended with {ended}.")
        killer = json.loads(said)
        for known in (self.killers[mutant.definition], self.killers[""]) if killer and "::" in killer else ():
            known[:] = [killer, *(name for name in known if name != killer)]
        print(json.dumps([mutant.module, mutant.name, killer]), file=sys.__stdout__, flush=True)

    def end_all(self) -> None:
        """Wait for every child."""
        while self.running:
            self.end_one()


class Ordered:
    """A plugin of pytest that leaves out the tests of other rules, puts the likely ones first and notes which failed."""

    def __init__(self, mutant: Mutant, likely: Sequence[str]) -> None:
        self.mutant = mutant
        self.likely = likely
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Choose and order the tests."""
        across = {rule.code: rule.breaches for rule in sys.modules["tumen.schemas.integrity"].INTEGRITY}
        own = _own_codes(self.mutant.imported, across)
        names = set(re.findall(r"\w+", self.mutant.definition))
        words = names | {code for code, breaches in across.items() if breaches.__name__ in names}
        told = {item: _codes(item) for item in items}
        items[:] = [item for item in items if not told[item] or told[item] & own]
        items.sort(
            key=lambda item: (self._known(item.nodeid), -len(words & told[item]), -sum(word in item.nodeid for word in words))
        )

    def _known(self, name: str) -> int:
        return self.likely.index(name) if name in self.likely else len(self.likely)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note a test that failed."""
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        """Note that the tests cannot be had."""
        if report.failed:
            self.failed = self.failed or "it cannot be imported"


def _own_codes(module: str, across: dict[str, Any]) -> set[str]:
    """Return the rules that a module has a part in: its breaches, the rules of a row, or all of its kind."""
    if module.startswith("tumen.schemas.integrity"):
        return {code for code, breaches in across.items() if breaches.__module__ == module} or set(across)
    every = set(sys.modules["tumen.explain"].ALL_RULES) - set(across)
    of_rows = {code for code in every if code.startswith("E2") or code == "E113"}
    models = {model.__module__ for model in sys.modules["tumen.schemas"].TABLES.values()}
    return of_rows if module in models else set() if module in _WORDS_ALONE else every


def _codes(item: Any) -> set[str]:
    """Return the codes of rules that a test names: in what it is given, else in its text."""
    given = set(_CODE.findall(item.name.partition("[")[2]))
    return given or set(_CODE.findall(_text(item.function)))


@cache
def _text(function: FunctionType) -> str:
    return inspect.getsource(function)


class Loop:
    """A plugin of pytest that runs the collected tests once for each mutant, changed in place."""

    def __init__(self, mutants: list[Mutant]) -> None:
        self.mutants = mutants

    def pytest_runtestloop(self, session: Any) -> bool:
        """Judge every mutant."""

        def judge(mutant: Mutant, likely: list[str]) -> str | None:
            try:
                change(mutant)
            except Exception:  # noqa: BLE001
                return "it cannot be imported"
            ordered = Ordered(mutant, likely)
            session.config.pluginmanager.register(ordered)
            items = list(session.items)
            ordered.pytest_collection_modifyitems(items)
            for item in items:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if ordered.failed:
                    return ordered.failed
            return None

        for model in sys.modules["tumen.schemas"].TABLES.values():
            sys.modules["tumen.frames"].column_types(model)
            sys.modules["tumen.checks"].row_rules(model)
        for item in session.items:
            _codes(item)
        judging = Judging()
        for mutant in self.mutants:
            judging.start(mutant, judge)
        judging.end_all()
        return True


def change(mutant: Mutant) -> None:
    """Give the functions and constants of a loaded module what the mutant has in their place."""
    module = sys.modules[mutant.imported]
    fresh = {"__name__": module.__name__, "__package__": module.__package__, "__file__": module.__file__}
    exec(compile(mutant.source, str(module.__file__), "exec", dont_inherit=True), fresh)  # noqa: S102
    for name, given in fresh.items():
        kept = vars(module).get(name)
        getattr(kept, "cache_clear", int)()
        old, new = getattr(kept, "__wrapped__", kept), getattr(given, "__wrapped__", given)
        if isinstance(old, FunctionType) and isinstance(new, FunctionType):
            old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
        elif not name.startswith("__"):
            setattr(module, name, given)


class Finder(importlib.abc.MetaPathFinder):
    """Finds the mutated module with the code of the mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        """Return the module's own spec with another loader."""
        if fullname != self.mutant.imported:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"there is no module {fullname} to mutate.")
        spec.loader = Loader(fullname, spec.origin, self.mutant.source)
        return spec


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module from other source than its file has."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.source = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        """Return the code of the mutant."""
        code: CodeType = compile(self.source, self.path, "exec", dont_inherit=True)
        return code


def main(tests: list[str]) -> None:
    """Judge the mutants of stdin by these files of tests."""
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
        ordered = Ordered(mutant, likely)
        return (ordered.failed or "it cannot be imported") if pytest.main(["-x", *PLAIN, *tests], plugins=[ordered]) else None

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
