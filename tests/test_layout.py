"""The layout: imports run one way, without circles, and modules have the names of things.

The table of layers in docs/architecture.md names every package and module.
"""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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


ACTIVITIES: Final = {
    "editing": "what a curator does",
    "publishing": "what a maintainer does with a release",
    "signing": "what a maintainer does with the index",
    "testing": "the name that libraries give to what tests may import",
    "retired": "a table of the dataset",
}
"""The names in -ing and -ed that the field itself uses, each with the reason."""


def activities(names: Iterable[str]) -> list[str]:
    """Return the names whose last word ends in -ing or -ed, without those that have a reason."""
    return sorted({name for name in names if name.endswith(("ing", "ed"))} - set(ACTIVITIES))


def test_modules_and_packages_are_named_like_things() -> None:
    paths = [path for root in (PACKAGE, ROOT / "schemas") for path in root.rglob("*")]
    names = {path.stem for path in paths if path.suffix == ".py"}
    names |= {path.name for path in paths if any(path.glob("*.py"))}
    assert activities(names) == []
    assert set(ACTIVITIES) <= names, "a reason for a name that nothing has"


def test_name_of_an_activity_is_found() -> None:
    assert activities(["judging", "told", "unified_diff", "proved", "signing"]) == [
        "judging",
        "proved",
    ]


def module_imports() -> dict[str, set[str]]:
    """Return what each module imports of ours, within functions and for type checkers too."""
    roots = ((PACKAGE, "tumen"), (ROOT / "schemas", "tumen.schemas"))
    paths: dict[str, Path] = {}
    for root, package in roots:
        for path in root.rglob("*.py"):
            parts = path.relative_to(root).with_suffix("").parts
            paths[".".join((package, *parts)).removesuffix(".__init__")] = path
    graph: dict[str, set[str]] = {}
    for module, path in paths.items():
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                members = {f"{node.module}.{alias.name}" for alias in node.names}
                names |= {name if name in paths else str(node.module) for name in members}
        graph[module] = (names & set(paths)) - {module}
    return graph


def circle(graph: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the modules of a circle of imports, or nothing if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def test_imports_have_no_circle() -> None:
    assert circle(module_imports()) == ()


def test_circle_is_found() -> None:
    assert circle({"one": {"two"}, "two": {"three"}, "three": set()}) == ()
    assert set(circle({"one": {"two"}, "two": {"three"}, "three": {"one"}})) == {
        "one",
        "two",
        "three",
    }
