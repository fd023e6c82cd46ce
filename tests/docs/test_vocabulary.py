"""The worst words of translated English stay out of the documents; nothing else is measured.

Read are the prose of hand-written documents, of the README and of the unreleased part of the
changelog. Code, links, tables of measured results and lists of records are not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from documents import DOCUMENTS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

WORDS = {
    r"anew": "again",
    r"asks? for|asked for": "requires, needs",
    r"beside": "next to, with",
    r"second clock": "as known on",
    r"held to|holds? to": "validated against",
    r"rooms?": "package, module",
    r"keepers?": "maintainer",
    r"mend(?:s|ed|ing)?": "fix, correct",
    r"of nobody|that is none|is none": "invalid, missing",
    r"proven": "verified",
    r"spoil(?:s|t|ed)?": "break, change",
    r"stands?(?! for)|stood": "is",
    r"told|tells (?:who|what)": "reported, says",
}
_PATTERN = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)
_NOT_PROSE = re.compile(
    r"^```.*?^```$|^<!-- (\w+) -->\n.*?^<!-- end -->$|<!--.*?-->|`[^`\n]+`|\]\([^)]*\)",
    re.DOTALL | re.MULTILINE,
)
READ = [path for path in DOCUMENTS if path.parent.name != "changes"]


def prose(path: Path) -> str:
    """Return a document with everything but prose blanked out, its lines kept."""
    text = path.read_text(encoding="utf-8")
    if path.name == "CHANGELOG.md":
        text = text[: text.find("### 1.1.0 ")]
        text = (
            "\n" * text[: text.find("### Unreleased")].count("\n") + text[text.find("### Unrel") :]
        )
    return _NOT_PROSE.sub(lambda match: "\n" * match[0].count("\n"), text)


def faults(path: Path) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number} {found[0]}: write "
        + next(
            plain for word, plain in WORDS.items() if re.fullmatch(word, found[0], re.IGNORECASE)
        )
        for number, line in enumerate(prose(path).splitlines(), 1)
        for found in _PATTERN.finditer(line)
    ]


@pytest.mark.parametrize("path", READ, ids=lambda path: path.name)
def test_documents_are_in_plain_english(path: Path) -> None:
    assert faults(path) == []


def test_a_word_is_found_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_vocabulary.ROOT", tmp_path)
    page = tmp_path / "a.md"
    page.write_text(
        "# A\n\nThe file is made anew, `told`.\n\n```sh\nmend\n```\n\nKP stands for it.\n"
    )
    assert faults(page) == ["a.md:3 anew: write again"]
