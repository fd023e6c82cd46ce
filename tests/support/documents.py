"""The documents as Markdown tokens: prose, code, links and headings, each with its line."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import reference
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    path
    for path in (
        ROOT / name
        for name in subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
    )
    if path.is_file() and (path.parent == ROOT or path.is_relative_to(ROOT / "docs"))
]


class Piece(NamedTuple):
    """A piece of a document: its kind (prose, code, sh, link or heading), its path and its line."""

    where: str
    kind: str
    text: str


def is_generated(document: Path) -> bool:
    """Return whether `make docs` generates a page, so that it is not in the repository."""
    return document in {ROOT / "docs" / name for name in reference.NAMES}


@cache
def generated() -> dict[Path, str]:
    """Return the pages that `make docs` generates, where they would be among the documents."""
    return {ROOT / "docs" / name: text for name, text in reference.pages().items()}


def pieces(document: Path) -> Iterator[Piece]:
    """Return the pieces of a document, or of a generated page, in their order."""
    text = generated().get(document) if is_generated(document) else None
    text = document.read_text(encoding="utf-8") if text is None else text
    line = 1
    heading = False
    for token in MarkdownIt().enable("table").parse(text):
        line = token.map[0] + 1 if token.map else line
        where = f"{document.relative_to(ROOT)}:{line}"
        heading = token.type == "heading_open" or (heading and token.type != "heading_close")
        if token.type == "fence":
            yield Piece(where, token.info, token.content)
        elif token.type == "html_block":
            yield from (
                Piece(where, "link", link)
                for link in re.findall(r"""(?:href|src)=["'](.*?)["']""", token.content)
            )
        elif token.type == "inline":
            if heading:
                yield Piece(
                    where, "heading", "".join(child.content for child in token.children or [])
                )
            yield from _inline(where, token.children or [])


def _inline(where: str, tokens: list[Token]) -> Iterator[Piece]:
    kinds = {"text": "prose", "code_inline": "code"}
    for token in tokens:
        target = token.attrGet("href") or token.attrGet("src")
        if target is not None:
            yield Piece(where, "link", str(target))
        if token.type in kinds:
            yield Piece(where, kinds[token.type], token.content)


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a document."""
    names: set[str] = set()
    for piece in pieces(document):
        if piece.kind == "heading":
            slug = re.sub(r"[^\w\- ]", "", piece.text.strip().lower()).replace(" ", "-")
            number = 0
            while (anchor := f"{slug}-{number}" if number else slug) in names:
                number += 1
            names.add(anchor)
    return names
