"""Imports of public modules by their names before 1.2, which warn and work until 2.0.0."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

NEW_NAMES: Final = {
    "tumen.catalog": "tumen.release.catalog",
    "tumen.checking": "tumen.validation",
    "tumen.checking.dataset": "tumen.validation.records",
    "tumen.citing": "tumen.citations",
    "tumen.clock": "tumen.as_known_on",
    "tumen.comparing": "tumen.comparison",
    "tumen.comparing.changes": "tumen.comparison.changes",
    "tumen.findings": "tumen.report",
    "tumen.loader": "tumen.api",
    "tumen.names": "tumen.table_names",
    "tumen.reading": "tumen.records",
    "tumen.reading.records": "tumen.records.reader",
    "tumen.schemas.catalogue": "tumen.schemas.all_rules",
    "tumen.schemas.integrity": "tumen.schemas.cross_table",
    "tumen.tabular": "tumen.validation",
    "tumen.tabular.reporting": "tumen.validation.table_report",
    "tumen.testing.breaking": "tumen.testing.rule_violations",
    "tumen.testing.generate": "tumen.testing.generator",
    "tumen.views.encounters": "tumen.views.meetings",
    "tumen.views.finding": "tumen.views.search",
    "tumen.views.knowledge": "tumen.views.publication",
}


class _Alias(Loader):
    """Fill a module of an old name: each attribute is looked up in the new module on access."""

    def exec_module(self, module: ModuleType) -> None:
        new = NEW_NAMES[module.__name__]

        def get(name: str) -> Any:
            return getattr(import_module(new), name)

        vars(module)["__getattr__"] = get


class _Finder(MetaPathFinder):
    """Find a module by its old name, when no other finder has found one."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname not in NEW_NAMES:
            return None
        message = (
            f"{fullname} is now {NEW_NAMES[fullname]}; the old name will be removed in tumen 2.0.0."
        )
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return ModuleSpec(fullname, _Alias(), is_package=True)


def install() -> None:
    """Let imports by old names succeed; the finder is the last one that Python tries."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
