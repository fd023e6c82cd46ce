"""The reference pages: every command with its options, and every public name."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

import tumen
from tumen import plot, report
from tumen.testing import generator, strategies
from tumen.validation import table_report

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEE = re.compile(r": see `(?P<module>tumen\.views\.\w+)`")
_EXTRA = re.compile(r"tumen\[\w+\]")


class _Annotation:
    """An annotation that is shown as it is written in the source."""

    def __init__(self, text: object) -> None:
        self.text = str(text)

    def __repr__(self) -> str:
        return self.text


def commands() -> str:
    """Return the page of every command, as Typer writes it."""
    command = [
        sys.executable,
        "-m",
        "typer",
        "tumen.cli.app",
        "utils",
        "docs",
        "--name",
        "tumen",
        "--title",
        "Commands",
    ]
    written = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return f"{written.rstrip()}\n"


def api() -> str:
    """Return the page of every public name, with its signature and its docstring."""
    own = {name: getattr(tumen, name) for name in tumen.__all__}
    functions = {f"tumen.{name}": item for name, item in own.items() if inspect.isfunction(item)}
    errors = {
        f"tumen.{name}": item
        for name, item in own.items()
        if inspect.isclass(item) and issubclass(item, Exception)
    }
    reports = {
        cls.__name__: cls
        for cls in (report.Report, report.Finding, table_report.FrameReport, table_report.Broken)
    }
    charts = {f"tumen.plot.{name}": getattr(plot, name) for name in plot.__all__}
    testing = {
        f"{module.__name__}.{name}": item
        for module in (strategies, generator)
        for name, item in inspect.getmembers(module, inspect.isfunction)
        if item.__module__ == module.__name__ and not name.startswith("_")
    }
    sections = {
        "Functions": functions,
        "Snapshot": {"tumen.Snapshot": tumen.Snapshot, **_members("Snapshot", tumen.Snapshot)},
        "Reports": {
            name: item
            for cls in reports.values()
            for name, item in ((cls.__name__, cls), *_members(cls.__name__, cls).items())
        },
        "Pictures": charts,
        "For tests of your own": testing,
        "Errors and warnings": errors,
    }
    intro = (
        "Every public name, with its docstring."
        " `tumen[EXTRA]` names an extra that you must install first."
    )
    return "\n".join(
        [
            f"# Python\n\n{intro}\n",
            *(line for title, names in sections.items() for line in _section(title, names)),
        ]
    )


def _section(title: str, names: dict[str, Any]) -> Iterator[str]:
    yield f"## {title}\n"
    for name, item in names.items():
        yield f"### {name}\n"
        if inspect.isfunction(item):
            yield f"```text\n{name.rpartition('.')[2]}{_signature(item)}\n```\n"
        yield f"{_docstring(name, item)}\n"


def _members(name: str, cls: type) -> dict[str, Any]:
    """Return the public methods and properties of a class itself, in the order of the source."""
    public = {member: item for member, item in vars(cls).items() if not member.startswith("_")}
    return {
        f"{name}.{member}": item
        for member, item in public.items()
        if inspect.isfunction(item) or isinstance(item, property | cached_property)
    }


def _signature(function: Any) -> str:
    """Return the parameters of a function: on one line if they fit, else one per line."""
    signature = inspect.signature(function)
    parameters = [
        each.replace(
            annotation=each.empty if each.annotation is each.empty else _Annotation(each.annotation)
        )
        for each in signature.parameters.values()
        if each.name != "self"
    ]
    text = str(
        signature.replace(
            parameters=parameters, return_annotation=_Annotation(signature.return_annotation)
        )
    )
    if len(text) <= 100:  # noqa: PLR2004
        return text
    inner, _, returned = text[1:].rpartition(") -> ")
    return (
        "(\n"
        + "".join(f"    {each},\n" for each in re.split(r", (?=\*|\w+(?::| =|,|$))", inner))
        + f") -> {returned}"
    )


def _docstring(name: str, item: Any) -> str:
    """Return a docstring. For a method that calls a view, return that of the view."""
    text = inspect.getdoc(item)
    if text is None:
        raise SystemExit(f"{name} has no docstring")
    view = _SEE.search(text)
    if view is None:
        return text
    extra = _EXTRA.search(text)
    function = getattr(importlib.import_module(view["module"]), name.rpartition(".")[2])
    details = str(inspect.getdoc(function))
    return f"{details}\n\nNeeds `{extra[0]}`." if extra else details
