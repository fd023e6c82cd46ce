"""Every link of a document leads to a file and a heading that are there; one that leads elsewhere is an address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from documents import DOCUMENTS, anchors, is_generated, pieces

if TYPE_CHECKING:
    from pathlib import Path

EXTERNAL = {"http", "https", "mailto"}


def faults(document: Path) -> list[str]:
    found = []
    for piece in pieces(document):
        if piece.kind != "link":
            continue
        link = urlsplit(piece.text)
        if link.scheme:
            sound = link.scheme in EXTERNAL and (
                link.scheme == "mailto" or "." in (link.hostname or "")
            )
            found += [] if sound else [f"{piece.where} {piece.text} is no address"]
            continue
        target = document if not link.path else (document.parent / unquote(link.path)).resolve()
        if not target.exists() and not is_generated(target):
            found.append(f"{piece.where} {piece.text} leads to no file")
        elif link.fragment and (target.suffix != ".md" or link.fragment not in anchors(target)):
            found.append(f"{piece.where} {piece.text} leads to no heading")
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    assert faults(document) == []


def test_lost_links_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.ROOT", tmp_path)
    (tmp_path / "b.md").write_text("# A `b`, c\n\n# A b c\n")
    (tmp_path / "a.md").write_text(
        "[b](b.md#a-b-c) [again](b.md#a-b-c-1)\n\n![no](no.svg) [no](b.md#no)\n[no](#no) [no](https:no) [yes](https://a.org/)\n"
    )
    assert faults(tmp_path / "a.md") == [
        "a.md:3 no.svg leads to no file",
        "a.md:3 b.md#no leads to no heading",
        "a.md:3 #no leads to no heading",
        "a.md:3 https:no is no address",
    ]
