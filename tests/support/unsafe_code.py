"""A scan for unsafe code: `eval`, unpickling, shells, trusted YAML tags and `assert`."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
CODE: Final = sorted((*(ROOT / "src").rglob("*.py"), *(ROOT / "schemas").rglob("*.py")))
_MODULES: Final = {
    "pickle",
    "cPickle",
    "_pickle",
    "cloudpickle",
    "dill",
    "joblib",
    "marshal",
    "shelve",
    "jsonpickle",
    "pty",
    "code",
}
_NAMES: Final = {"eval", "exec", "compile", "__import__", "breakpoint"}
_CALLS: Final = {
    *(
        "eval",
        "exec",
        "system",
        "popen",
        "getoutput",
        "getstatusoutput",
        "read_pickle",
        "to_pickle",
        "mktemp",
    ),
    *("unsafe_load", "unsafe_load_all", "full_load", "full_load_all", "spawnl", "execv", "execvp"),
}
_SETTINGS: Final = {"shell": False, "allow_pickle": False, "verify": True}


def breaches(text: str, name: str) -> Iterator[str]:
    """Yield `file:line what` for each unsafe construct."""
    for node in ast.walk(ast.parse(text)):
        for what in _of(node):
            yield f"{name}:{getattr(node, 'lineno', 0)} {what}"


def _of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assert):
        yield "assert"
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name.split(".")[0] in _MODULES)
    elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _MODULES:
        yield f"from {node.module}"
    elif isinstance(node, ast.Call):
        yield from _of_call(node)


def _of_call(call: ast.Call) -> Iterator[str]:
    settings = {keyword.arg: keyword.value for keyword in call.keywords}
    for name, value in _SETTINGS.items():
        if name in settings and not (
            isinstance(given := settings[name], ast.Constant) and given.value is value
        ):
            yield f"{name}="
    function = call.func
    if isinstance(function, ast.Name) and function.id in _NAMES:
        yield function.id
    if not isinstance(function, ast.Attribute):
        return
    of = ast.unparse(function.value)
    if function.attr in _CALLS or (of == "yaml" and function.attr in ("load", "load_all")):
        yield f"{of}.{function.attr}"
    if function.attr in ("extractall", "extract") and "filter" not in settings and of == "archive":
        yield "extractall without a filter"
    if (
        of == "subprocess"
        and call.args
        and isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
    ):
        yield "a command as one text"
