"""The command line and its documents agree, both ways, and the examples of every `--help` run."""

from __future__ import annotations

import re
import shlex
from contextlib import chdir
from functools import cache
from typing import TYPE_CHECKING, Any

import document_workspace
import pytest
import reference
import typer.main
from documents import DOCUMENTS, pieces

from tumen.cli.app import app
from tumen.report import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPTION = re.compile(r"(?<![\w-])(?<!pip install )--[a-z][a-z-]*")
CODE = re.compile(r"`(tumen .+?)`", re.DOTALL)
APART = {"&&", "||", "|", ";", ">", ">>"}
ON_THE_NETWORK = "needs a store on the network; test_stores.py has one on loopback"
NOT_RUN = {
    "tumen fetch 2026.12.0 --store https://example.org/tumen": ON_THE_NETWORK,
    "tumen releases --store https://example.org/tumen": ON_THE_NETWORK,
    "tumen sign ~/.minisign/minisign.key": "asks for the password of a secret key; test_stores.py has one",
}


def commands(
    group: Any = None, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Return every command with the words that call it."""
    group = typer.main.get_command(app) if group is None else group
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


COMMANDS = dict(commands())


def options(command: Any) -> set[str]:
    """Return the options of a command as they are written."""
    named = {
        name
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--")
    }
    return named | {"--help"}


def every_option() -> set[str]:
    return set().union(*map(options, COMMANDS.values()))


def calls(line: str) -> Iterator[list[str]]:
    """Return the words of each call of `tumen` in a line of shell, without the name itself."""
    words: list[str] = []
    for word in [*shlex.split(line, comments=True), ";"]:
        if word not in APART:
            words.append(word)
            continue
        if words[:1] == ["tumen"]:
            yield words[1:]
        words = []


def unknown(words: list[str]) -> list[str]:
    """Return the commands or the options of a call that there are not; `a|b` names two commands."""
    path: tuple[str, ...] = ()
    for word in words:
        if word.startswith("-") or not hasattr(COMMANDS[path], "commands"):
            break
        lost = [" ".join((*path, one)) for one in word.split("|") if (*path, one) not in COMMANDS]
        if lost:
            return lost
        path = (*path, word.split("|")[0])
    given = [word.partition("=")[0] for word in words if word.startswith("--") and word != "--"]
    return [one for one in given if one not in options(COMMANDS[path])]


def faults(document: Path) -> list[str]:
    found = []
    for piece in pieces(document):
        if piece.kind == "sh" or (piece.kind == "code" and piece.text.startswith("tumen ")):
            called = [call for line in piece.text.splitlines() for call in calls(line)]
            found += [
                f"{piece.where} tumen has no {one}" for call in called for one in unknown(call)
            ]
        elif piece.kind == "prose" or (piece.kind == "code" and piece.text.startswith("--")):
            found += [
                f"{piece.where} no command has {one}"
                for one in OPTION.findall(piece.text)
                if one not in every_option()
            ]
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_what_there_is(document: Path) -> None:
    assert faults(document) == []


def test_what_there_is_not_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.ROOT", tmp_path)
    page = tmp_path / "a.md"
    page.write_text(
        "`tumen plot map|maps`, `tumen check --stricter`, --nothing, `--no-cash` `--check`\n\n```sh\ntumen fmt --strict && tumen sing  # --x\n```\n"
    )
    assert faults(page) == [
        "a.md:1 tumen has no plot maps",
        "a.md:1 tumen has no --stricter",
        "a.md:1 no command has --nothing",
        "a.md:1 no command has --no-cash",
        "a.md:3 tumen has no --strict",
        "a.md:3 tumen has no sing",
    ]


@cache
def commands_page() -> str:
    return reference.commands()


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_command_is_documented(path: tuple[str, ...]) -> None:
    page = commands_page()
    title = f"`{' '.join(('tumen', *path))}`" if path else "Commands"
    section = re.search(
        rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", page, re.MULTILINE | re.DOTALL
    )
    assert section, f"the page of commands has no section {title}"
    assert options(COMMANDS[path]) == {
        one
        for line in section[1].splitlines()
        if line.startswith("* `--")
        for one in OPTION.findall(line.split("`")[1])
    }
    assert not [
        parameter.name
        for parameter in COMMANDS[path].params
        if parameter.name != "help" and not getattr(parameter, "help", None)
    ]


def examples() -> list[str]:
    return [
        " ".join(code.split())
        for command in COMMANDS.values()
        for code in CODE.findall(command.help or "")
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return document_workspace.copy_repository(tmp_path_factory.mktemp("scratch") / "tumen")


def test_every_command_has_an_example() -> None:
    lacking = {path for path, command in COMMANDS.items() if not hasattr(command, "commands")}
    for example in examples():
        (call,) = calls(example)
        lacking -= {tuple(call[:length]) for length in (1, 2)}
    assert not lacking
    assert NOT_RUN.keys() <= set(examples())


def left() -> list[str]:
    """Return the examples that no document runs."""
    shell = [
        piece.text for document in DOCUMENTS for piece in pieces(document) if piece.kind == "sh"
    ]
    run = [call for text in shell for line in text.splitlines() for call in calls(line)]
    return [
        example
        for example in examples()
        if example not in NOT_RUN and next(calls(example)) not in run
    ]


@pytest.mark.parametrize("example", left())
def test_example_runs(example: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUMEN_OFFLINE", "1")
    document_workspace.restore(folder)
    (call,) = calls(example)
    with chdir(folder):
        try:
            status = app(call, standalone_mode=False)
        except DataError as error:
            pytest.fail(str(error.report))
    assert status in ((0, 1) if call[0] in {"check", "fmt"} else (0, None)), (
        f"{example} ends with {status}"
    )
