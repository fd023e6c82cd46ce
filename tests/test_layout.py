"""Imports run one way: by the table of layers in docs/architecture.md, which names every package and module."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "tumen"
ROW = re.compile(r"^\| (\w+) \| ((?:`[\w.]+` ?)+) \| ([\w, ]+) \|$", re.MULTILINE)


def units() -> dict[str, list[Path]]:
    """Return the files of each package and module that the table names; `tumen` is the package itself."""
    found: dict[str, list[Path]] = {"schemas": sorted((ROOT / "schemas").rglob("*.py"))}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        unit = ".".join(parts[:2]) if ".".join(parts[:2]) in ORDER else parts[0]
        found.setdefault(unit.replace("__init__", "tumen"), []).append(path)
    return found


LAYERS = {
    name: (held.replace("`", "").split(), above)
    for name, held, above in ROW.findall((ROOT / "docs" / "architecture.md").read_text())
}
ORDER = [unit for held, _ in LAYERS.values() for unit in held]
UNITS = units()


def allowed() -> dict[str, set[str]]:
    """Return what each unit may import: itself, those before it in its layer, and the layers that its row names."""
    may: dict[str, set[str]] = {}
    for held, named in LAYERS.values():
        layers = {"nothing of the rest": [], "all": list(LAYERS)}.get(named, named.split(", "))
        below = {unit for name in layers for unit in LAYERS[name][0]}
        for at, unit in enumerate(held):
            may[unit] = (below - set(held)) | set(held[: at + 1])
    return may


def imports(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and unit of each import of ours, at the top or within a function, but those for type checkers alone."""
    tree = ast.parse(text)
    guarded = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    unread = {
        id(inner) for guard in guarded for statement in guard.body for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in unread or not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            assert not node.level, f"line {node.lineno} imports by dots"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            package, *rest = name.split(".")
            if package == "tumen":
                known = (unit for unit in (".".join(rest[:2]), *rest[:1]) if unit in UNITS)
                yield node.lineno, next(known, "tumen")


def against(unit: str, text: str) -> list[str]:
    return [
        f"{line} {unit} imports {other}"
        for line, other in imports(text)
        if other not in allowed()[unit]
    ]


def test_every_package_and_module_has_its_place() -> None:
    assert sorted(ORDER) == sorted(UNITS)


@pytest.mark.parametrize("unit", UNITS)
def test_imports_run_one_way(unit: str) -> None:
    assert [
        f"{path.relative_to(ROOT)}:{fault}"
        for path in UNITS[unit]
        for fault in against(unit, path.read_text())
    ] == []


@pytest.mark.parametrize(
    ("unit", "text", "found"),
    [
        ("records", "import tumen.validation.records", ["1 records imports validation"]),
        ("records", "from tumen import validation, errors", ["1 records imports validation"]),
        ("records", "import tumen", ["1 records imports tumen"]),
        ("records", "from tumen import load", ["1 records imports tumen"]),
        ("views", "from tumen.schemas import TABLES", ["1 views imports schemas"]),
        ("schemas", "def one():\n    from tumen.errors import TumenError", ["2 schemas imports errors"]),
        ("stores", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    from tumen.release import catalog", ["5 stores imports release.catalog"]),
        ("stores", "if TYPE_CHECKING:\n    from tumen.release import catalog", []),
        ("release.catalog", "from tumen.stores import fetch", []),
        ("cli", "import json, tumen, tumen.site.build", []),
    ],
)  # fmt: skip
def test_an_import_against_the_map_is_found(unit: str, text: str, found: list[str]) -> None:
    assert against(unit, text) == found
