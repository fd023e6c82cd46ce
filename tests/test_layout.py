"""Imports run one way: by the table of layers in docs/layout.md, which names every module and room."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "tumen"
ROW = re.compile(r"^\| (\w+) \| ((?:`\w+` ?)+) \| ([\w, ]+) \|$", re.MULTILINE)


def units() -> dict[str, list[Path]]:
    """Return the files of each module and room at the top of the package; `tumen` is the package itself."""
    found: dict[str, list[Path]] = {"schemas": sorted((ROOT / "schemas").rglob("*.py"))}
    for path in sorted(PACKAGE.rglob("*.py")):
        first, *rest = path.relative_to(PACKAGE).parts
        found.setdefault(first if rest else path.stem.replace("__init__", "tumen"), []).append(path)
    return found


UNITS = units()
LAYERS = {
    name: (held.replace("`", "").split(), above) for name, held, above in ROW.findall((ROOT / "docs" / "layout.md").read_text())
}
ORDER = [unit for held, _ in LAYERS.values() for unit in held]


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
    guarded = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    unread = {id(inner) for guard in guarded for statement in guard.body for inner in ast.walk(statement)}
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
                yield node.lineno, rest[0] if rest and rest[0] in UNITS else "tumen"


def against(unit: str, text: str) -> list[str]:
    return [f"{line} {unit} imports {other}" for line, other in imports(text) if other not in allowed()[unit]]


def test_every_module_and_room_has_its_place() -> None:
    assert sorted(ORDER) == sorted(UNITS)


@pytest.mark.parametrize("unit", UNITS)
def test_imports_run_one_way(unit: str) -> None:
    assert [f"{path.relative_to(ROOT)}:{fault}" for path in UNITS[unit] for fault in against(unit, path.read_text())] == []


@pytest.mark.parametrize(
    ("unit", "text", "found"),
    [
        ("reading", "import tumen.checking.dataset", ["1 reading imports checking"]),
        ("reading", "from tumen import checking, errors", ["1 reading imports checking"]),
        ("reading", "import tumen", ["1 reading imports tumen"]),
        ("reading", "from tumen import load", ["1 reading imports tumen"]),
        ("views", "from tumen.schemas import TABLES", ["1 views imports schemas"]),
        ("schemas", "def one():\n    from tumen.errors import TumenError", ["2 schemas imports errors"]),
        ("stores", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    from tumen import catalog", ["5 stores imports catalog"]),
        ("stores", "if TYPE_CHECKING:\n    from tumen import catalog", []),
        ("catalog", "from tumen.stores import fetching", []),
        ("commands", "import json, tumen, tumen.site.building", []),
    ],
)  # fmt: skip
def test_an_import_against_the_map_is_found(unit: str, text: str, found: list[str]) -> None:
    assert against(unit, text) == found
