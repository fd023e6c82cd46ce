"""Citations that are put together: keys stand once, no document carries what is said about one record, no year is a word."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from cli_process import tumen
from hostile_release import VERSION, snapshot, store
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex import PybtexEngine
from pybtex.database import parse_file, parse_string

from tumen.citations import bibtex, references
from tumen.citations.bibtex import append_entries
from tumen.citations.styles import STYLES
from tumen.errors import TumenError

IDS = ("mtg-0001", "mtg-0002", "est-0001", "hangul", "cyrillic", "kcna", "pyongyang")
SHARED = "hangul"
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def keys(text: str, style: str) -> list[str]:
    """Return the keys of a citation, or for people the addresses and numbers of what is cited."""
    if style == "bibtex":
        return re.findall(r"^@misc\{(.+),$", text, re.MULTILINE)
    if style == "csl-json":
        return [item["id"] for item in json.loads(text)]
    return re.findall(r"https?://\S+|Record \S+", text)


@cache
def keys_alone(record_id: str, style: str) -> list[str]:
    return keys(snapshot().cite(record_id, style=style), style)


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@given(st.lists(st.sampled_from(IDS), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_every_key_stands_once(style: str, ids: list[str]) -> None:
    counts = Counter(keys(snapshot().cite(*ids, style=style), style))
    assert set(counts.values()) == {1}
    assert set(counts) == set(chain.from_iterable(keys_alone(one, style) for one in ids))


@pytest.mark.parametrize("style", ["bibtex", "csl-json"])
def test_an_entry_is_the_same_whatever_is_cited_with_it(style: str) -> None:
    found: dict[str, set[str]] = {}
    for record_id in IDS:
        for work in cited(record_id):
            found.setdefault(work.key, set()).add(STYLES[style]([work]))
    assert len(found) > len(IDS)
    assert {key: len(texts) for key, texts in found.items()} == dict.fromkeys(found, 1)


def test_what_is_said_of_a_document_is_keyed_to_the_record() -> None:
    entries = parse_string(
        snapshot().cite("mtg-0001", "mtg-0002", style="bibtex"), "bibtex"
    ).entries
    notes = {key: entry.fields["note"] for key, entry in entries.items() if "note" in entry.fields}
    assert notes == {
        f"tumen-{VERSION}-mtg-0001": r"hangul via DPRK; contradicted by open: Says 50\% \& more"
    }
    items = json.loads(snapshot().cite("mtg-0001", "mtg-0002", style="csl-json"))
    assert [item["id"] for item in items if "note" in item] == [f"tumen-{VERSION}-mtg-0001"]
    lines = snapshot().cite("mtg-0002", "mtg-0001").splitlines()
    assert [line.partition(" ")[0] for line in lines[:3]] == ["The", "The", "Sources:"]
    assert [line.rpartition(" [")[2] for line in lines if line.endswith("]")] == [
        "via DPRK for mtg-0001]",
        "contradicts mtg-0001: Says 50% & more]",
    ]


def test_remarks_of_several_records_do_not_mix() -> None:
    remarks = [
        references.Remark("mtg-1", "a", via="TASS"),
        references.Remark("mtg-2", "a", agrees=False, note="Another day."),
    ]
    cited = [
        *(
            references.Work(
                "record", one.record_id, "A", "T", record_id=one.record_id, evidence=(one,)
            )
            for one in remarks
        ),
        references.Work("source", "a", "B", "U", url="https://a.example/"),
    ]
    assert (
        STYLES["text"](cited)
        .splitlines()[-1]
        .endswith("[via TASS for mtg-1; contradicts mtg-2: Another day]")
    )
    assert (
        STYLES["chicago"](cited)
        .splitlines()[-1]
        .endswith(" Via TASS for mtg-1; contradicts mtg-2: Another day.")
    )
    both = references.Remark("mtg-1", "a", via="TASS", agrees=False)
    assert (both.at_record(), both.at_source()) == (
        "contradicted by a via TASS",
        "via TASS; contradicts mtg-1",
    )


def test_a_view_is_another_work_than_the_release() -> None:
    known = snapshot("2025-06-30")
    assert keys(known.cite("mtg-0002", style="bibtex"), "bibtex")[:2] == [
        f"tumen-{VERSION}-mtg-0002-known-by-2025-06-30",
        f"tumen-{VERSION}-known-by-2025-06-30",
    ]


def test_every_date_is_one_for_biblatex() -> None:
    entries = parse_string(snapshot().cite(*IDS, style="bibtex"), "bibtex").entries
    dated = {key: dict(entry.fields) for key, entry in entries.items()}
    assert dated["question"].keys().isdisjoint({"year", "month", "date"})
    for fields in dated.values():
        assert ("year" in fields) == ("date" in fields)
        assert "date" not in fields or DATE.fullmatch(fields["date"])
        assert fields.get("year", "2025").isdecimal()


def test_release_of_the_package_is_read_by_a_bibtex_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cite the same meetings twice over, as people do, and let a program like BibTeX set the file."""
    monkeypatch.chdir(tmp_path)
    file = Path("references.bib")
    for ids in (("mtg-0005", "est-0003"), ("mtg-0005",), ("mtg-0001", "mtg-0002", "mtg-0003")):
        run = tumen("cite", *ids, "--append", str(file))
        assert run.returncode == 0, run.stderr
    assert len(parse_file(file).entries) == file.read_text(encoding="utf-8").count("\n@misc{") + 1
    aux = Path("paper.aux")
    aux.write_text("\\citation{*}\n\\bibdata{references}\n\\bibstyle{plain}\n", encoding="utf-8")
    PybtexEngine().make_bibliography(str(aux))
    assert "Korea Herald" in aux.with_suffix(".bbl").read_text(encoding="utf-8")


@cache
def cited(*ids: str) -> list[references.Work]:
    return snapshot()._works(ids)


OTHERS = '% mine\n@string{who = "Me"}\n@article{mine, author = who, title = {A {B}}, file = {a}, file = {b}}\n@comment{@misc{no,}}'


@given(
    st.lists(st.lists(st.sampled_from(IDS), max_size=3), max_size=4),
    st.sampled_from(["", OTHERS, f"{OTHERS}\n", "\ufeff% bom\r\n"]),
)
@settings(max_examples=25, deadline=None)
def test_file_grows_and_keeps_what_it_holds(batches: list[list[str]], start: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "references.bib")
        content = start.encode()
        if start:
            file.write_bytes(content)
        for ids in batches:
            added = append_entries(file, cited(*ids))
            after = file.read_bytes()
            assert after.startswith(content)
            assert after.count(b"@misc{") - content.count(b"@misc{") == added
            assert append_entries(file, cited(*ids)) == 0
            assert file.read_bytes() == after
            assert b"\r\n" not in start.encode() or after.count(b"\n") == after.count(b"\r\n")
            content = after
        found = re.findall(r"^@misc\{(.+),\r?$", content.decode(), re.MULTILINE)
        assert sorted(found) == sorted({work.key for ids in batches for work in cited(*ids)})


def test_entry_that_its_owner_put_in_order_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "r.bib"
    file.write_text(
        '@MISC{Question,\n  keywords = "dprk", Title = "{Is it undated?}",\n'
        '  author={{KCNA}}, url={https://b.example/q}, language="en"}\n',
        encoding="utf-8",
    )
    assert append_entries(file, cited("question")) == 1
    assert file.read_text(encoding="utf-8").count("uestion,") == 1


def refused(file: Path, *ids: str) -> str:
    """Return the message of an append that is refused, and see that the file stays."""
    before = file.read_bytes()
    with pytest.raises(TumenError) as caught:
        append_entries(file, cited(*ids))
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == [file.name]  # noqa: PTH208
    return str(caught.value).replace(str(file), "r.bib")


def test_same_key_with_other_content_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "r.bib"
    other = bibtex.to_bibtex(
        [references.Work("source", SHARED, "KCNA", "Another title", url="https://kcna.example/")]
    )
    file.write_text(f"% mine\n\n{other}", encoding="utf-8")
    assert refused(file, "mtg-0002", "mtg-0001") == (
        "r.bib:3: the file has hangul with another title, year, date, month, url, language.\n"
        "Nothing was written. Remove these entries from r.bib to get new ones, or name another file."
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"% a\n@misc{a,\n title = {never closed\n",
            r"r\.bib:2: this entry is not BibTeX; correct it, or name another file\.",
        ),
        (
            b"% a\n% \xff\n",
            r"r\.bib:2: the file is not UTF-8; save it as UTF-8, or name another file\.",
        ),
    ],
)
def test_file_that_cannot_be_read_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "r.bib"
    file.write_bytes(content)
    assert re.fullmatch(message, refused(file, "mtg-0001"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--append", "r.bib", "--style", "chicago"),
            "tumen: --append writes BibTeX, but --style is chicago; leave out --style",
        ),
        (("--append", "."), "tumen: . is a folder; name a file."),
        (
            ("--append", "absent/r.bib"),
            "tumen: absent/r.bib: there is no folder absent; create it, or name another file.",
        ),
        (("mtg-0005", "mtg-9999", "--append", "r.bib"), "tumen: no record 'mtg-9999'"),
    ],
)
def test_command_tells_what_it_cannot_do(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = tumen("cite", *arguments)
    assert (run.returncode, run.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert run.stderr.startswith(message)


def test_command_says_what_it_added(tmp_path: Path) -> None:
    file = tmp_path / "r.bib"
    common: dict[str, Any] = {"env": {**os.environ, "TUMEN_STORE": str(store())}}
    run = tumen(
        "cite",
        "mtg-0001",
        "--release",
        VERSION,
        "--append",
        str(file),
        "--style",
        "bibtex",
        **common,
    )
    assert (run.stdout, run.stderr) == (f"{file}: 5 added, 0 already there\n", "")
    run = tumen(
        "cite", "mtg-0002", "mtg-0001", "--release", VERSION, "--append", str(file), **common
    )
    assert run.stdout == f"{file}: 3 added, 5 already there\n"


def test_open_date_is_said_in_words_and_never_as_an_interval() -> None:
    """`../D` is the notation of the records; what is written for others says it in words, since EDTF writes it otherwise."""
    open_to_the_past = references.When(dt.date(2025, 6, 17), "on_or_before")
    work = references.Work(
        "record",
        "key",
        "A",
        "T",
        happened=open_to_the_past,
        record_id="est-0001",
        holder="H",
        release="R",
    )
    for style, render in STYLES.items():
        assert "../" not in render([work])
        assert "n or before" in render([work]), style
