"""Figures of how easy the code and the documents are to read, of any revision.

    python benchmarks/readability.py [REVISION ...]

Without a revision, the files of the working folder are measured. The figures are:

- the share of lines of Python over 100 columns
- comprehensions per 1,000 lines of Python
- modules of the package that one other module imports, and circles of imports
- words of the median sentence, sentences, and semicolons per 1,000 words of prose
- words of the list in `tests/docs/test_vocabulary.py`, in documents and in strings of Python
"""

from __future__ import annotations

import ast
import io
import re
import statistics
import sys
import tarfile
import tempfile
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumen._system import git

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]
WORDS: Final = re.compile(
    r"\b(anew|asks? for|asked for|beside|second clock|held to|holds? to|keepers?|mend(s|ed|ing)?|"
    r"of nobody|that is none|proven|spoil(s|t|ed)?|stands?(?! for)|stood|told|tells (who|what))\b",
    re.IGNORECASE,
)
_NOT_PROSE: Final = re.compile(
    r"^```.*?^```$|<!--.*?-->|^\|.*?$|^#.*?$|`[^`\n]+`|\]\([^)]*\)", re.DOTALL | re.MULTILINE
)
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s)|\n\s*\n|\n\s*[-*] ")
_COLUMNS: Final = 100
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def python_files(root: Path) -> list[Path]:
    """Return the Python of the package and its schemas."""
    return sorted([*(root / "src").rglob("*.py"), *(root / "schemas").rglob("*.py")])


def module_imports(root: Path) -> dict[str, set[str]]:
    """Return what each module of the package imports of it, within functions too."""
    roots = ((root / "src" / "tumen", "tumen"), (root / "schemas", "tumen.schemas"))
    paths: dict[str, Path] = {}
    for folder, package in roots:
        for path in folder.rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            paths[".".join((package, *parts)).removesuffix(".__init__")] = path
    graph = {}
    for module, path in paths.items():
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                members = {f"{node.module}.{alias.name}" for alias in node.names}
                names |= {name if name in paths else str(node.module) for name in members}
        graph[module] = (names & set(paths)) - {module}
    return graph


def one_importer(root: Path, graph: dict[str, set[str]]) -> list[str]:
    """Return the modules of `src/tumen`, packages apart, that exactly one module imports."""
    importers = Counter(name for names in graph.values() for name in names)
    files = {
        ".".join(("tumen", *path.relative_to(root / "src" / "tumen").with_suffix("").parts))
        for path in (root / "src" / "tumen").rglob("*.py")
    }
    return sorted(name for name, count in importers.items() if count == 1 and name in files)


def count_circles(graph: dict[str, set[str]]) -> int:
    """Return how many imports must go until no circle is left."""
    graph = {module: set(names) for module, names in graph.items()}
    for removed in range(len(graph)):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            imported, importer = error.args[1][:2]
            graph[importer].discard(imported)
            graph[imported].discard(importer)
        else:
            return removed
    return len(graph)


def documents(root: Path) -> Iterator[str]:
    """Yield the prose of the documents that people write, without lists of changes."""
    for path in sorted([root / "README.md", *(root / "docs").rglob("*.md")]):
        if path.is_file() and "changes" not in path.parts:
            yield _NOT_PROSE.sub(" ", path.read_text(encoding="utf-8"))


def string_literals(paths: list[Path]) -> Iterator[str]:
    """Yield the strings of Python, docstrings and messages among them."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def measure(root: Path) -> dict[str, str]:
    """Return the figures of a tree, by their names."""
    paths = python_files(root)
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    comprehensions = sum(isinstance(node, _COMPREHENSIONS) for node in nodes)
    graph = module_imports(root)
    prose = "\n\n".join(documents(root))
    sentences = [part.split() for part in _SENTENCE_END.split(prose) if len(part.split()) > 1]
    words = sum(map(len, sentences))
    strings = "\n".join(string_literals(paths))
    return {
        "lines over 100 columns": f"{sum(len(line) > _COLUMNS for line in lines) / len(lines):.1%}",
        "comprehensions per 1,000 lines": f"{1000 * comprehensions / len(lines):.1f}",
        "modules of src/tumen": f"{len([*(root / 'src' / 'tumen').rglob('*.py')])}",
        "modules with one importer": f"{len(one_importer(root, graph))}",
        "imports that close a circle": f"{count_circles(graph)}",
        "words of the median sentence": f"{statistics.median(map(len, sentences)):.0f}",
        "words of the mean sentence": f"{words / len(sentences):.1f}",
        "semicolons per 1,000 words": f"{1000 * prose.count(';') / words:.1f}",
        "words of the list, in documents": f"{len(WORDS.findall(prose))}",
        "words of the list, in strings": f"{len(WORDS.findall(strings))}",
    }


def measure_revision(revision: str) -> dict[str, str]:
    """Return the figures of a commit."""
    archive = git.output(ROOT, "archive", revision, "src", "schemas", "docs", "README.md")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        return measure(Path(folder))


def main() -> None:
    """Print a table with a column for each revision."""
    columns = {name: measure_revision(name) for name in sys.argv[1:]} or {"now": measure(ROOT)}
    print("|".join(["", *(f" {name} " for name in ("figure", *columns)), ""]))
    print("|" + " --- |" + " ---: |" * len(columns))
    for figure in next(iter(columns.values())):
        print(
            "|".join(
                ["", f" {figure} ", *(f" {values[figure]} " for values in columns.values()), ""]
            )
        )


if __name__ == "__main__":
    main()
