"""The code of a mutant in place of a module of Tumen, without writing a file.

The module is either changed after it was imported, or imported with other code.
"""

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
    """Replace the functions and constants of an imported module by those of the mutant."""
    module = sys.modules[mutant.imported]
    fresh = {
        "__name__": module.__name__,
        "__package__": module.__package__,
        "__file__": module.__file__,
    }
    code = compile(mutant.source, str(module.__file__), "exec", dont_inherit=True)
    exec(code, fresh)  # noqa: S102
    for name, replacement in fresh.items():
        current = vars(module).get(name)
        getattr(current, "cache_clear", int)()
        old, new = (
            getattr(current, "__wrapped__", current),
            getattr(replacement, "__wrapped__", replacement),
        )
        if isinstance(old, FunctionType) and isinstance(new, FunctionType):
            old.__code__, old.__defaults__, old.__kwdefaults__ = (
                new.__code__,
                new.__defaults__,
                new.__kwdefaults__,
            )
        elif not name.startswith("__"):
            setattr(module, name, replacement)


class Finder(importlib.abc.MetaPathFinder):
    """An import finder that gives the mutated module the code of the mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, fullname: str, path: Any, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the usual spec of the module, with another loader."""
        if fullname != self.mutant.imported:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"there is no module {fullname} to mutate.")
        spec.loader = Loader(fullname, spec.origin, self.mutant.source)
        return spec


class Loader(importlib.machinery.SourceFileLoader):
    """A loader that takes the source from a mutant instead of the file."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.source = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        """Return the code of the mutant."""
        code: CodeType = compile(self.source, self.path, "exec", dont_inherit=True)
        return code
