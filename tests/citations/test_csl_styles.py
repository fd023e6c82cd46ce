"""Citations in styles of CSL, by name and by file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import citeproc
import pytest
from cli_process import tumen
from hostile_release import TITLES, VERSION, snapshot

from tumen import _extras
from tumen.errors import MissingExtraError, TumenError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

HARVARD = Path(citeproc.__file__).parent / "data" / "styles" / "harvard-cite-them-right.csl"
TITLE = "Tumen: relations between the DPRK and Russia"


def test_apa() -> None:
    assert snapshot().cite("mtg-0002", style="apa").splitlines() == [
        f"The Tumen curators. (2031). -A letter. In {TITLE} (mtg-0002; Version {VERSION}).",
        f"The Tumen curators. (2031). {TITLE} (Version {VERSION}) [Dataset].",
        f"KCNA. (2025). {TITLES['cyrillic']}. https://b.example/c",
        "KCNA. (2025, June 17). [official]. https://b.example/u",
    ]
    assert "KCNA. (n.d.). Is it undated?" in snapshot().cite("mtg-0001", style="apa")


def test_number_is_separate_from_its_entry() -> None:
    entries = snapshot().cite("mtg-0002", style="ieee").splitlines()
    assert [entry[:8] for entry in entries] == ["[1] The ", "[2] The ", "[3] KCNA", "[4] KCNA"]


@pytest.mark.parametrize(
    "style",
    [
        "apa",
        "ieee",
        "nature",
        "modern-language-association",
        "chicago-notes-bibliography",
        str(HARVARD),
    ],
)
@pytest.mark.parametrize(
    "ids", [(), ("mtg-0001", "est-0001", "mtg-0002"), ("kcna",), ("pyongyang",), ("hangul",)]
)
def test_every_work_is_an_entry(style: str, ids: Sequence[str]) -> None:
    works = snapshot()._works(ids)
    assert len(snapshot().cite(*ids, style=style).splitlines()) == len(works)


def test_style_that_depends_on_another() -> None:
    assert snapshot().cite("mtg-0002", style="nature-digest") == snapshot().cite(
        "mtg-0002", style="nature"
    )


def test_unknown_style() -> None:
    with pytest.raises(UnknownNameError, match="no style 'apaa'; did you mean .*'apa'"):
        snapshot().cite("mtg-0001", style="apaa")


def test_names_of_built_in_styles_are_suggested() -> None:
    with pytest.raises(UnknownNameError, match="no style 'bibtext'; did you mean 'bibtex'"):
        snapshot().cite("mtg-0001", style="bibtext")


def test_date_of_the_view_and_remarks_follow_the_entry() -> None:
    first, release, *_ = snapshot("2025-06-30").cite("mtg-0002", style="apa").splitlines()
    assert first.endswith(" [as could be known by 30 June 2025]")
    assert release.endswith(" [as could be known by 30 June 2025]")
    entries = snapshot().cite("mtg-0001", style="apa").splitlines()
    assert [entry.partition(" [")[2] for entry in entries if "KCNA" in entry] == [
        "via DPRK for mtg-0001]",
        "contradicts mtg-0001: Says 50% & more]",
        "",
    ]


def test_style_without_a_bibliography(tmp_path: Path) -> None:
    text = HARVARD.read_text(encoding="utf-8")
    start, end = text.index("<bibliography"), text.index("</bibliography>")
    path = tmp_path / "notes.csl"
    path.write_text(text[:start] + text[end + len("</bibliography>") :], encoding="utf-8")
    with pytest.raises(TumenError, match="this citation style has no bibliography"):
        snapshot().cite("mtg-0001", style=str(path))


@pytest.mark.parametrize("parent", ["nature", "absent"])
def test_file_that_depends_on_another_style(parent: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csl"
    link = f'<link href="https://www.zotero.org/styles/{parent}" rel="independent-parent"/>'
    path.write_text(f"<style><info>{link}</info></style>")
    if parent == "nature":
        own = snapshot().cite("mtg-0002", style=str(path))
        assert own == snapshot().cite("mtg-0002", style="nature")
    else:
        with pytest.raises(TumenError, match="depends on the style absent, which is not bundled"):
            snapshot().cite("mtg-0002", style=str(path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such file; name a style, or a .csl file"),
        ("", "this citation style cannot be used"),
        ("<style/>", "this citation style cannot be used"),
        ("not XML", "this citation style cannot be used"),
    ],
)
def test_file_that_is_no_style(content: str | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csl"
    if content is not None:
        path.write_text(content)
    with pytest.raises(TumenError, match=message) as caught:
        snapshot().cite("mtg-0001", style=str(path))
    assert str(caught.value).startswith(str(path))


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_extras, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"the citation style apa .* 'tumen\[cite\]'"):
        snapshot().cite("mtg-0001", style="apa")
    assert snapshot().cite("mtg-0001", style="chicago")


def test_on_the_command_line(tmp_path: Path) -> None:
    run = tumen("cite", "mtg-0005", "--style", "apa")
    assert run.returncode == 0
    assert run.stdout.startswith("The Tumen curators. (")
    wrong = tumen("cite", "mtg-0005", "--style", str(tmp_path / "absent.csl"))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith(f"tumen: {tmp_path / 'absent.csl'}: there is no such file")
