"""A module of ours with the code of a mutant: changed where it is loaded, or loaded so in the first place. No file is written."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import CodeType, ModuleType

    from mutants import Mutant


def change(mutant: Mutant) -> None:
    """Give the functions and constants of a loaded module what the mutant has in their place."""
    module = sys.modules[mutant.imported]
    fresh = {
        "__name__": module.__name__,
        "__package__": module.__package__,
        "__file__": module.__file__,
    }
    exec(compile(mutant.source, str(module.__file__), "exec", dont_inherit=True), fresh)  # noqa: S102
    for name, given in fresh.items():
        kept = vars(module).get(name)
        getattr(kept, "cache_clear", int)()
        old, new = getattr(kept, "__wrapped__", kept), getattr(given, "__wrapped__", given)
        if isinstance(old, FunctionType) and isinstance(new, FunctionType):
            old.__code__, old.__defaults__, old.__kwdefaults__ = (
                new.__code__,
                new.__defaults__,
                new.__kwdefaults__,
            )
        elif not name.startswith("__"):
            setattr(module, name, given)


class Finder(importlib.abc.MetaPathFinder):
    """Finds the mutated module with the code of the mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, fullname: str, path: Any, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
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
