"""The worst words of translated English stay out of documents, docstrings, help and messages.

Of documents, the prose is read: code, links, tables of measured results and lists of records are
not. Of programs, the texts and comments are read, and the pages of the rules are documents too.
"""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

import pytest
from documents import DOCUMENTS, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = {
    r"anew": "again",
    r"asks? for|asked for": "requires, needs",
    r"beside": "next to, with",
    r"second clock": "as known on",
    r"held to|holds? to": "validated against",
    r"(?<!or )rooms?": "package, module",
    r"keepers?(?! of the Seal)": "maintainer",
    r"mend(?:s|ed|ing)?": "fix, correct",
    r"of nobody|that is none": "invalid, missing",
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
_COMMENT_OR_TEXT = re.compile(
    r"/\*.*?\*/|(?<![:\"'`])//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`", re.DOTALL
)
READ = [path for path in DOCUMENTS if path.parent.name != "changes"]
READ += sorted(ROOT.glob("schemas/examples/*.md"))
PROGRAMS = [
    path
    for folder in ("schemas", "src/tumen", "tools")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".js") and "vendored" not in path.parts
]


def prose(path: Path) -> str:
    """Return a document with everything but prose blanked out, its lines kept."""
    text = path.read_text(encoding="utf-8")
    if path.name == "CHANGELOG.md":
        text = text[: text.find("### 1.1.0 ")]
        text = (
            "\n" * text[: text.find("### Unreleased")].count("\n") + text[text.find("### Unrel") :]
        )
    return _NOT_PROSE.sub(lambda match: "\n" * match[0].count("\n"), text)


def program_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each string and comment, without names of code in them."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in (tokenize.STRING, tokenize.COMMENT):
                yield token.start[0], re.sub(r"`[^`\n]+`|\{\w+\}", "", token.string)
    else:
        for match in _COMMENT_OR_TEXT.finditer(source):
            text = re.sub(r"\$\{.*?\}|(?<=.)`[^`\n]+`(?=.)", "", match[0])
            yield source[: match.start()].count("\n") + 1, text


def program_faults(path: Path) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line} {found[0]}"
        for line, text in program_texts(path)
        for found in _PATTERN.finditer(text)
    ]


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


def test_programs_are_in_plain_english() -> None:
    assert [fault for path in PROGRAMS for fault in program_faults(path)] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", 'told = 1  # `mend`\nprint("made anew")\n'),
        ("a.js", 'const told = 1;\nnode("p", `made anew ${told}`);\n'),
        ("a.js", "const told = 1;\n// made anew\n"),
        ("a.js", "const told = 1;\n/** Made\n anew */\n"),
    ],
)
def test_a_word_is_found_in_texts_and_comments(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("test_vocabulary.ROOT", tmp_path)
    (tmp_path / name).write_text(text)
    assert program_faults(tmp_path / name) == [f"{name}:2 anew"]
