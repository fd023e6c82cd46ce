"""The page of each rule: what it asks, why, a failing record with what is found in it, and the mended record.

The pages stand in `schemas/examples/CODE.md`; a bad and a mended file are each laid over the small clean dataset of `base.md`,
which is also how the tests hold the rules to their pages. A rule that compares with a release finds that dataset in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tumen.errors import UnknownNameError
from tumen.schemas.registry import ALL_RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tumen.schemas.rules import Rule

_RELEASED = "released "
_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's reason, and where records can break it, `file` as it fails and as it is mended (empty: taken away).

    `beside` are other files that the example needs, both times the same.
    Of a rule that compares with releases, `released` are the files of the release before, where they differ from the clean ones.
    """

    rule: Rule
    why: str
    file: str | None = None
    bad: str = ""
    found: tuple[str, ...] = ()
    mended: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    released: Mapping[str, str] = field(default_factory=dict)

    def markdown(self) -> str:
        """Return the page as Markdown."""
        kind = "Error" if self.rule.severity == "error" else "Warning"
        parts = [
            f"## {self.rule.code}: {self.rule.title}",
            f"{kind}. {self.why}",
            f"**Remedy:** {self.rule.remedy}",
        ]
        if self.rule.in_tables:
            parts.append(f"**Remedy in a table:** {self.rule.in_tables}")
        for name, content in self.released.items():
            parts += [f"`{name}` in the release before:", _fenced(content, "yaml")]
        if self.file:
            parts += [f"`{self.file}` with a fault:", _fenced(self.bad, "yaml")]
            for name, content in self.beside.items():
                parts += [f"Beside it, `{name}`:", _fenced(content, "yaml")]
            parts += ["Found:", _fenced("\n".join(self.found), "text")]
            parts += (
                ["Mended:", _fenced(self.mended, "yaml")]
                if self.mended
                else ["Mended: the file is moved to the folder of its table."]
            )
        return "\n\n".join(parts) + "\n"


def _fenced(content: str, language: str) -> str:
    return f"```{language}\n{content.rstrip()}\n```"


def _sections(name: str) -> tuple[str, dict[str, str]]:
    text = files("tumen.schemas").joinpath("examples", name).read_text(encoding="utf-8")
    head, *rest = _SECTION.split(text)
    return head.strip(), dict(zip(rest[::2], rest[1::2], strict=True))


@cache
def base() -> dict[str, str]:
    """Return the files of the clean dataset over which examples are laid."""
    return {name: content.strip() + "\n" for name, content in _sections("base.md")[1].items()}


def listing() -> str:
    """Return a line for every rule, errors first: its code and what it objects to."""
    return "".join(f"{code}  {rule.title}\n" for code, rule in ALL_RULES.items())


@cache
def page(code: str) -> Page:
    """Return the page of a rule, by its code as reports print it; raises `UnknownNameError` for a code that no rule has."""
    code = code.strip().rstrip(":").upper()
    if code not in ALL_RULES:
        raise UnknownNameError("rule", code, ALL_RULES)
    why, sections = _sections(f"{code}.md")
    if not sections:
        return Page(ALL_RULES[code], why)
    released = {
        name.removeprefix(_RELEASED): text.strip() + "\n"
        for name, text in sections.items()
        if name.startswith(_RELEASED)
    }
    file = next(name for name in sections if not name.startswith(_RELEASED))
    found = tuple(sections["found"].strip().splitlines())
    shown = {file, "found", "mended"}
    beside = {
        name: text.rstrip("\n") + "\n"
        for name, text in sections.items()
        if name not in shown and not name.startswith(_RELEASED)
    }
    return Page(
        ALL_RULES[code],
        why,
        file,
        sections[file].rstrip("\n") + "\n",
        found,
        sections["mended"],
        beside,
        released,
    )
