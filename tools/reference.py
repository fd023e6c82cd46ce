"""The pages that the library writes about itself: every command with its options, and every public name."""

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


class _Written:
    """An annotation as it is written."""

    def __init__(self, text: object) -> None:
        self.text = str(text)

    def __repr__(self) -> str:
        return self.text


def commands() -> str:
    """Return the page of every command, with its arguments, options and examples, as Typer writes it."""
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
    """Return the page of every public name, with its signature and docstring."""
    own = {name: getattr(tumen, name) for name in tumen.__all__}
    functions = {f"tumen.{name}": one for name, one in own.items() if inspect.isfunction(one)}
    told = {
        f"tumen.{name}": one
        for name, one in own.items()
        if inspect.isclass(one) and issubclass(one, Exception)
    }
    reports = {
        one.__name__: one
        for one in (report.Report, report.Finding, table_report.FrameReport, table_report.Broken)
    }
    drawn = {f"tumen.plot.{name}": getattr(plot, name) for name in plot.__all__}
    testing = {
        f"{module.__name__}.{name}": one
        for module in (strategies, generator)
        for name, one in inspect.getmembers(module, inspect.isfunction)
        if one.__module__ == module.__name__ and not name.startswith("_")
    }
    sections = {
        "Functions": functions,
        "Snapshot": {"tumen.Snapshot": tumen.Snapshot, **_members("Snapshot", tumen.Snapshot)},
        "Reports": {
            name: one
            for cls in reports.values()
            for name, one in ((cls.__name__, cls), *_members(cls.__name__, cls).items())
        },
        "Pictures": drawn,
        "For tests of your own": testing,
        "Errors and warnings": told,
    }
    said = "Every public name, from its docstring. `tumen[EXTRA]` is what to install where the library alone does not do."
    return "\n".join(
        [
            f"# Python\n\n{said}\n",
            *(line for title, names in sections.items() for line in _section(title, names)),
        ]
    )


def _section(title: str, names: dict[str, Any]) -> Iterator[str]:
    yield f"## {title}\n"
    for name, one in names.items():
        yield f"### {name}\n"
        if inspect.isfunction(one):
            yield f"```text\n{name.rpartition('.')[2]}{_signature(one)}\n```\n"
        yield f"{_docstring(name, one)}\n"


def _members(name: str, cls: type) -> dict[str, Any]:
    """Return the public methods and properties that a class has itself, in the order of the source."""
    own = {member: one for member, one in vars(cls).items() if not member.startswith("_")}
    return {
        f"{name}.{member}": one
        for member, one in own.items()
        if inspect.isfunction(one) or isinstance(one, property | cached_property)
    }


def _signature(function: Any) -> str:
    """Return the parameters of a function, a line if they fit, else one each; annotations as they are written."""
    signature = inspect.signature(function)
    parameters = [
        one.replace(
            annotation=_Written(one.annotation) if one.annotation is not one.empty else one.empty
        )
        for one in signature.parameters.values()
        if one.name != "self"
    ]
    text = str(
        signature.replace(
            parameters=parameters, return_annotation=_Written(signature.return_annotation)
        )
    )
    if len(text) <= 100:  # noqa: PLR2004
        return text
    inner, _, returned = text[1:].rpartition(") -> ")
    return (
        "(\n"
        + "".join(f"    {one},\n" for one in re.split(r", (?=\*|\w+(?::| =|,|$))", inner))
        + f") -> {returned}"
    )


def _docstring(name: str, one: Any) -> str:
    """Return a docstring; of a method that calls a view, the view's, which says more."""
    text = inspect.getdoc(one)
    if text is None:
        raise SystemExit(f"{name} has no docstring")
    view = _SEE.search(text)
    if view is None:
        return text
    extra = _EXTRA.search(text)
    said = str(
        inspect.getdoc(getattr(importlib.import_module(view["module"]), name.rpartition(".")[2]))
    )
    return f"{said}\n\nNeeds `{extra[0]}`." if extra else said
