"""Citations: read by a BibTeX parser and a CSL processor, nothing lost on the way, no date more precise than it is."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess

import pytest
from bibtexparser import entrypoint
from bibtexparser.middlewares import LatexDecodingMiddleware
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from cli_process import TUMEN
from hostile_release import AWKWARD, TITLES, VERSION, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from tumen.citations import bibtex, csl_json, styles
from tumen.citations.references import When, Work
from tumen.errors import UnknownNameError

STYLES = ("text", "bibtex", "csl-json", "chicago")


def parsed(text: str) -> dict[str, dict[str, str]]:
    """Return the entries as bibtexparser reads them, LaTeX turned back into text; an address is verbatim."""
    library = entrypoint.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    plain = {one.key: {field.key: field.value for field in one.fields} for one in library.entries}
    for one in entrypoint.parse_string(text).entries:
        plain[one.key] |= {field.key: field.value for field in one.fields if field.key == "url"}
    return plain


def bare(value: str) -> str:
    return re.sub(r"[{}]", "", value)


def test_bibtex_is_read_back() -> None:
    entries = parsed(snapshot().cite("mtg-0001", style="bibtex"))
    assert list(entries) == [
        f"tumen-{VERSION}-mtg-0001",
        f"tumen-{VERSION}",
        "hangul",
        "open",
        "question",
    ]
    assert bare(entries["hangul"]["title"]) == TITLES["hangul"]
    assert entries["hangul"]["url"] == "https://kcna.example/a_b?c=%20&d=1#e%7Bf%7D"
    assert {name: entries["hangul"].get(name) for name in ("year", "month", "date")} == {
        "year": "2025",
        "month": "jun",
        "date": "2025-06",
    }
    assert entries["question"].keys().isdisjoint({"year", "month", "date"})
    assert [key for key, fields in entries.items() if "note" in fields] == [
        f"tumen-{VERSION}-mtg-0001"
    ]
    assert (
        entries[f"tumen-{VERSION}-mtg-0001"]["note"]
        == "hangul via DPRK; contradicted by open: Says 50% & more"
    )
    assert "17 June 2025 to 18 June 2025" in entries[f"tumen-{VERSION}-mtg-0001"]["howpublished"]
    assert parsed(snapshot().cite("mtg-0002", style="bibtex"))["cyrillic"]["date"] == "2025"


@settings(max_examples=80, deadline=None)
@given(
    st.text(st.sampled_from("abЖ조 \\{}&%$#_~^\"'-=@,"), min_size=1, max_size=20).filter(str.strip)
)
def test_bibtex_escapes_any_text(title: str) -> None:
    text = bibtex.to_bibtex(
        [
            Work("source", "key", "Author", title, url="https://a.example/b"),
            Work("source", "other", "B", "C"),
        ]
    )
    library = entrypoint.parse_string(text)
    assert library.failed_blocks == []
    assert [one.key for one in library.entries] == ["key", "other"]
    assert text.count("{") == text.count("}")
    plain = library.entries_dict["key"]["title"][1:-1]
    for spelled, sign in (
        ("textbraceleft", "{"),
        ("textbraceright", "}"),
        ("textasciitilde", "~"),
        ("textasciicircum", "^"),
    ):
        plain = plain.replace(f"{{\\{spelled}}}", f"\0{sign}")
    plain = plain.replace("{\\textbackslash}", "\0\1")
    assert re.sub(r"\\([&%$#_])", r"\1", plain).replace("\0\1", "\\").replace("\0", "") == title


def harvard(text: str) -> list[str]:
    """Return the bibliography that citeproc-py sets in the Harvard style that it comes with."""
    items = json.loads(text)
    bibliography = CitationStylesBibliography(
        CitationStylesStyle("harvard-cite-them-right", validate=False),
        CiteProcJSON(items),
        formatter.plain,
    )
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    return [str(entry) for entry in bibliography.bibliography()]


def test_csl_is_set_by_a_processor() -> None:
    entries = "\n".join(harvard(snapshot().cite("mtg-0001", style="csl-json")))
    assert "The Tumen curators" in entries
    assert "조선중앙통신" in entries
    assert "2025" in entries
    items = {item["id"]: item for item in json.loads(snapshot().cite("mtg-0001", style="csl-json"))}
    assert items["hangul"]["issued"] == {"date-parts": [[2025, 6]]}
    assert "issued" not in items["question"]
    assert items[f"tumen-{VERSION}-mtg-0001"]["title"] == AWKWARD
    assert items[f"tumen-{VERSION}-mtg-0001"]["event-date"] == {
        "date-parts": [[2025, 6, 17], [2025, 6, 18]]
    }
    (figure, *_) = json.loads(snapshot().cite("est-0001", style="csl-json"))
    assert figure["event-date"] == {"literal": "on or before 17 June 2025"}


@pytest.mark.parametrize(
    ("when", "said", "parts"),
    [
        (When(dt.date(2025, 6, 17), "day", dt.date(2025, 6, 17)), "17 June 2025", [[2025, 6, 17]]),
        (
            When(dt.date(2025, 6, 17), "day", dt.date(2025, 7, 1)),
            "17 June 2025 to 1 July 2025",
            [[2025, 6, 17], [2025, 7, 1]],
        ),
        (When(dt.date(2025, 6, 1), "month", dt.date(2025, 6, 30)), "June 2025", [[2025, 6]]),
        (
            When(dt.date(2023, 7, 1), "month", dt.date(2023, 8, 31)),
            "July 2023 to August 2023",
            [[2023, 7], [2023, 8]],
        ),
        (
            When(dt.date(2018, 1, 1), "year", dt.date(2020, 12, 31)),
            "2018 to 2020",
            [[2018], [2020]],
        ),
        (When(dt.date(2018, 1, 1), "year"), "2018", [[2018]]),
    ],
)
def test_a_span_is_as_long_and_as_precise_as_it_is(
    when: When, said: str, parts: list[list[int]]
) -> None:
    assert when.in_english() == said
    work = Work("record", "key", "Author", "Title", happened=when)
    assert json.loads(csl_json.to_csl_json([work]))[0]["event-date"] == {"date-parts": parts}


def test_text() -> None:
    assert snapshot().cite("mtg-0001") == (
        f"The Tumen curators (2031): {AWKWARD}. Record mtg-0001, 17 June 2025 to 18 June 2025. "
        f"In: Tumen: relations between the DPRK and Russia, release {VERSION}.\n"
        "Sources:\n"
        f"- KCNA (June 2025): {TITLES['hangul']}. https://kcna.example/a_b?c=%20&d=1#e{{f}} [via DPRK for mtg-0001]\n"
        f"- KCNA (18 June 2025): {TITLES['open']}. https://b.example/o [contradicts mtg-0001: Says 50% & more]\n"
        f"- KCNA (n.d.): {TITLES['question']} https://b.example/q\n"
    )


def test_chicago() -> None:
    assert snapshot().cite("mtg-0002", style="chicago") == (
        f"The Tumen curators. “-A letter.” Record mtg-0002 (June 2025) in Tumen: relations between the DPRK and Russia, release {VERSION}. "
        "January 31, 2031.\n"
        f"The Tumen curators. Tumen: relations between the DPRK and Russia. Release {VERSION}. January 31, 2031. CC-BY-4.0.\n"
        f"KCNA. “{TITLES['cyrillic']}.” 2025. https://b.example/c.\n"
        "KCNA. “[official].” June 17, 2025. https://b.example/u.\n"
    )
    assert "KCNA. “Is it undated?” n.d. https://b.example/q.\n" in snapshot().cite(
        "mtg-0001", style="chicago"
    )
    assert "(on or before June 17, 2025)" in snapshot().cite("est-0001", style="chicago")
    assert "Contradicts mtg-0001: Says 50% & more.\n" in snapshot().cite(
        "mtg-0001", style="chicago"
    )
    single = "\N{LEFT SINGLE QUOTATION MARK}{}\N{RIGHT SINGLE QUOTATION MARK}".format
    assert (
        styles._quote('He said "no" and “yes”') == f"“He said {single('no')} and {single('yes')}.”"
    )


@pytest.mark.parametrize("style", STYLES)
def test_release_itself_and_every_kind_of_id(style: str) -> None:
    assert VERSION in snapshot().cite(style=style)
    for record_id in ("mtg-0001", "est-0001", "kcna", "pyongyang", "hangul"):
        assert VERSION in snapshot().cite(record_id, style=style)
    assert "as could be known by 30 June 2025" in snapshot("2025-06-30").cite(
        "mtg-0002", style=style
    ).replace("As could", "as could")


def test_source_cites_itself_first() -> None:
    assert (
        snapshot().cite("cyrillic").splitlines()[0]
        == f"KCNA (2025): {TITLES['cyrillic']}. https://b.example/c"
    )
    assert csl_json.to_csl_json([]) == "[]\n"


@pytest.mark.parametrize(
    ("record_id", "style", "message"),
    [
        ("mtg-0009", "text", "no record 'mtg-0009'; did you mean 'mtg-000"),
        ("mtg-0001", "bibtext", "no style 'bibtext'; did you mean 'bibtex'"),
    ],
)
def test_unknown_names(record_id: str, style: str, message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        snapshot().cite(record_id, style=style)
    assert str(caught.value).startswith(message)


def test_on_the_command_line() -> None:
    run = subprocess.run(
        [TUMEN, "cite", "--style", "bibtex"], capture_output=True, text=True, check=False
    )
    assert run.stdout.startswith("@misc{tumen-")
    wrong = subprocess.run([TUMEN, "cite", "mtg-0000"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("tumen: no record 'mtg-0000'")


def test_bibtex_stays_on_its_line() -> None:
    work = Work(
        "source",
        "key",
        "A",
        "x}\r\n@string{a = 1}\u2028\n@b",
        url="https://example.org/\n@c",
        scope="\n@d",
    )
    assert [line for line in bibtex.to_bibtex([work]).splitlines() if line.startswith("@")] == [
        "@misc{key,"
    ]
