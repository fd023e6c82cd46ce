"""The pages that the library writes about itself: commands, Python, rules and codebook.

They are generated when the documentation is built (`make docs`) and are not in the repository.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
from functools import cached_property
from typing import Any

import polars as pl

import tumen
from tumen import plot, report
from tumen.cli import formats
from tumen.schemas.all_rules import ALL_RULES
from tumen.testing import generator, strategies
from tumen.validation import table_report
from tumen.validation.explain import read_page

NAMES = tuple(f"reference/{name}.md" for name in ("commands", "api", "rules", "codebook"))
"""The generated pages, by their paths among the documents."""


def pages() -> dict[str, str]:
    """Return the generated pages, by their paths among the documents."""
    return dict(zip(NAMES, (commands(), api(), rules(), codebook()), strict=True))


def rules() -> str:
    """Return the page of every rule."""
    intro = (
        "# Rules\n\nEvery rule that `tumen check` applies. A code that starts with E is an error, "
        "one that starts with W a warning. `tumen explain CODE` prints the section of one rule.\n"
    )
    return "\n".join([intro, *(read_page(code).to_markdown() for code in ALL_RULES)])


def codebook() -> str:
    """Return the codebook of the newest release, a section per table."""
    intro = (
        "# Codebook\n\nEvery column of every table in the newest release. "
        "`tumen codebook TABLE` prints one table.\n"
    )
    sections = [intro]
    for name in tumen.tables():
        columns = tumen.codebook(name).drop("table")  # type: ignore[arg-type]
        columns = columns.with_columns(pl.col("codes").list.join(", "))
        sections.append(f"## {name}\n\n{formats.as_markdown(columns)}")
    return "\n".join(sections)


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
    """Return the page of every public name: a directive for each, which mkdocstrings fills in."""
    intro = (
        "# Python\n\nEvery public name. `tumen[EXTRA]` says what to install "
        "if the library alone does not suffice.\n"
    )
    lines = [intro]
    for title, names in public_names().items():
        lines.append(f"## {title}\n")
        lines += [_directive(name, path) for name, path in names.items()]
    return "\n".join(lines)


def public_names() -> dict[str, dict[str, str]]:
    """Return the public names in sections, each with the path at which its source is found."""
    own = {name: getattr(tumen, name) for name in tumen.__all__}
    reports = (report.Report, report.Finding, table_report.FrameReport, table_report.Broken)
    return {
        "Functions": {
            f"tumen.{name}": _path(item) for name, item in own.items() if inspect.isfunction(item)
        },
        "Snapshot": {
            "tumen.Snapshot": _path(tumen.Snapshot),
            **_members(tumen.Snapshot),
        },
        "Reports": {
            name: path
            for cls in reports
            for name, path in ((cls.__name__, _path(cls)), *_members(cls).items())
        },
        "Pictures": {f"tumen.plot.{name}": _path(getattr(plot, name)) for name in plot.__all__},
        "For your own tests": {
            _path(function): _path(function)
            for module in (strategies, generator)
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == module.__name__ and not name.startswith("_")
        },
        "Errors and warnings": {
            f"tumen.{name}": _path(item)
            for name, item in own.items()
            if inspect.isclass(item) and issubclass(item, Exception)
        },
    }


def _path(item: Any) -> str:
    return f"{item.__module__}.{item.__qualname__}"


def _members(cls: type) -> dict[str, str]:
    """Return the public methods and properties that a class has itself, in source order."""
    return {
        f"{cls.__name__}.{name}": f"{_path(cls)}.{name}"
        for name, item in vars(cls).items()
        if not name.startswith("_")
        and (inspect.isfunction(item) or isinstance(item, property | cached_property))
    }


def _directive(name: str, path: str) -> str:
    return f"::: {path}\n    options:\n        heading: {name}\n        toc_label: {name}\n"
