"""The help of every command: a short first line, an example, and a default for each option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import typer.main

from tumen.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator


def leaves(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every command that is not a group, with the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(leaves(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_first_line_is_a_short_sentence(name: str) -> None:
    first = COMMANDS[name].help.splitlines()[0]
    assert len(first) < 70
    assert first.endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_an_example_of_the_command(name: str) -> None:
    assert f"Example: `tumen {name}" in COMMANDS[name].help


def has_default(parameter: Any) -> bool:
    """Return whether the help shows a default, of an option of one name in words."""
    if parameter.required or parameter.name == "help":
        return True
    is_flag = getattr(parameter, "is_flag", False) and not parameter.secondary_opts
    if is_flag or parameter.default is None:
        return isinstance(parameter.show_default, str)
    return bool(parameter.show_default)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_parameter_says_its_default(name: str) -> None:
    assert [each.name for each in COMMANDS[name].params if not has_default(each)] == []
