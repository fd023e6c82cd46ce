"""The page of each rule: what it requires, why, an example that breaks it, and the fixed example.

The pages are in `schemas/examples/CODE.md`. The files of an example replace those of the small
clean dataset in `base.md`, and the tests check that each page is right about its rule. For a rule
that compares with a release, that dataset is the release.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tumen.errors import UnknownNameError
from tumen.schemas.all_rules import ALL_RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tumen.schemas.rules import Rule

_RELEASED = "released "
_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RulePage:
    """The page of a rule.

    A rule that records cannot break has no example.

    Attributes:
        rule: The rule.
        why: The reason for it.
        file: The path of the file in the example.
        failing: Its content that breaks the rule.
        findings: The findings in it.
        fixed: Its content when it is fixed, empty if the file is removed.
        other_files: Other files of the example, by path, which are the same in both cases.
        released_files: For a rule that compares with releases, the files of the previous release
            that differ from the clean dataset, by path.

    """

    rule: Rule
    why: str
    file: str | None = None
    failing: str = ""
    findings: tuple[str, ...] = ()
    fixed: str = ""
    other_files: Mapping[str, str] = field(default_factory=dict)
    released_files: Mapping[str, str] = field(default_factory=dict)

    def to_markdown(self) -> str:
        """Return the page as Markdown.

        Returns:
            The title as a heading of level 2, the reason, the remedies and the example.

        """
        kind = "Error" if self.rule.severity == "error" else "Warning"
        parts = [
            f"## {self.rule.code}: {self.rule.title}",
            f"{kind}. {self.why}",
            f"**Remedy:** {self.rule.remedy}",
        ]
        if self.rule.table_remedy:
            parts.append(f"**Remedy in a table:** {self.rule.table_remedy}")
        for name, content in self.released_files.items():
            parts += [f"`{name}` in the previous release:", _fence(content, "yaml")]
        if self.file:
            parts += [f"`{self.file}` that breaks the rule:", _fence(self.failing, "yaml")]
            for name, content in self.other_files.items():
                parts += [f"Together with `{name}`:", _fence(content, "yaml")]
            parts += ["Findings:", _fence("\n".join(self.findings), "text")]
            if self.fixed:
                parts += ["Fixed:", _fence(self.fixed, "yaml")]
            else:
                parts.append("Fixed: the file is moved to the folder of its table.")
        return "\n\n".join(parts) + "\n"


def _fence(content: str, language: str) -> str:
    return f"```{language}\n{content.rstrip()}\n```"


def _read_sections(name: str) -> tuple[str, dict[str, str]]:
    text = files("tumen.schemas").joinpath("examples", name).read_text(encoding="utf-8")
    head, *rest = _SECTION.split(text)
    return head.strip(), dict(zip(rest[::2], rest[1::2], strict=True))


@cache
def read_clean_dataset() -> dict[str, str]:
    """Return the clean dataset of the examples.

    Returns:
        The content of each file by its path.

    """
    return {name: content.strip() + "\n" for name, content in _read_sections("base.md")[1].items()}


def list_rules() -> str:
    """Return the list of rules, errors first.

    Returns:
        A line for each rule, with its code and title.

    """
    return "".join(f"{code}  {rule.title}\n" for code, rule in ALL_RULES.items())


@cache
def read_page(code: str) -> RulePage:
    """Return the page of a rule.

    Args:
        code: The code of the rule, in upper or lower case, also with the colon of a report.

    Returns:
        The page.

    Raises:
        UnknownNameError: If no rule has this code.

    """
    code = code.strip().rstrip(":").upper()
    if code not in ALL_RULES:
        raise UnknownNameError("rule", code, ALL_RULES)
    why, sections = _read_sections(f"{code}.md")
    if not sections:
        return RulePage(ALL_RULES[code], why)
    released_files = {
        name.removeprefix(_RELEASED): text.strip() + "\n"
        for name, text in sections.items()
        if name.startswith(_RELEASED)
    }
    file = next(name for name in sections if not name.startswith(_RELEASED))
    findings = tuple(sections["found"].strip().splitlines())
    main = {file, "found", "fixed"}
    other_files = {
        name: text.rstrip("\n") + "\n"
        for name, text in sections.items()
        if name not in main and not name.startswith(_RELEASED)
    }
    return RulePage(
        ALL_RULES[code],
        why,
        file,
        sections[file].rstrip("\n") + "\n",
        findings,
        sections["fixed"],
        other_files,
        released_files,
    )
