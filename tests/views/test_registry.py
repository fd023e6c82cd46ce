"""Every view of the list is a method of `Snapshot`, a command, and in the documentation."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from tumen.cli import query
from tumen.cli.options import FrameFormat
from tumen.snapshot import Snapshot
from tumen.views import sql
from tumen.views.registry import VIEWS, needs_argument, parameters

if TYPE_CHECKING:
    from collections.abc import Callable

COMMON = {"release", "known_by", "form"}
"""The options of every command: which release, as known on which date, and in which format."""

COMMANDS: dict[str, Callable[..., None]] = {
    str(command.name or getattr(command.callback, "__name__", "")): command.callback
    for command in query.app.registered_commands
    if command.callback
}


def signature(function: Callable[..., object]) -> list[tuple[str, object, object]]:
    """Return name, kind and default of each parameter but the first."""
    return [
        (parameter.name, parameter.kind, parameter.default)
        for parameter in list(inspect.signature(function).parameters.values())[1:]
    ]


def test_commands_are_the_views() -> None:
    assert sorted(COMMANDS) == sorted(name.replace("_", "-") for name in VIEWS)


@pytest.mark.parametrize("name", VIEWS)
def test_method_takes_what_the_view_takes(name: str) -> None:
    method = getattr(Snapshot, name)
    assert signature(method) == signature(VIEWS[name])
    documented = inspect.getdoc(method) or ""
    assert all(f"{parameter.name}: " in documented for parameter in parameters(VIEWS[name]))
    assert "Returns:" in documented


@pytest.mark.parametrize("name", VIEWS)
def test_command_takes_what_the_view_takes(name: str) -> None:
    options = inspect.signature(COMMANDS[name.replace("_", "-")]).parameters
    assert {parameter.name for parameter in parameters(VIEWS[name])} == set(options) - COMMON
    assert options["form"].default is FrameFormat.table


def test_sql_offers_the_views_that_need_no_argument() -> None:
    free = {name for name, view in VIEWS.items() if not needs_argument(view)}
    assert set(sql.VIEWS) == free | {"yardsticks"}
    assert {"envelope", "known", "visits"} == set(VIEWS) - free


def test_documentation_of_sql_names_its_views() -> None:
    documented = inspect.getdoc(Snapshot.sql) or ""
    assert all(name in documented for name in sql.VIEWS)
