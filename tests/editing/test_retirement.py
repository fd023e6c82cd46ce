"""Records that are retired: what is rewritten, what is kept, and that all files change or none."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tumen._system import atomic
from tumen.editing.retirement import Request, Retirement, retire
from tumen.errors import TumenError, UnknownNameError
from tumen.publishing import build as publishing_build
from tumen.report import DataError
from tumen.validation.explain import read_clean_dataset
from tumen.validation.records import check

if TYPE_CHECKING:
    from collections.abc import Callable

    Lay = Callable[..., Path]

TODAY = dt.date(2026, 11, 24)
RELEASES = Path("releases")
SOURCES = read_clean_dataset()["sources.yaml"] + read_clean_dataset()["sources.yaml"].replace(
    "18-talks", "18-more"
).replace("/talks", "/more")
ESTIMATES = """# Figures of KCNA.

# the first of them
- id: est-0001
  measure: troops_deployed
  unit: persons
  best: 11000
  bound: about # as it said
  stock_or_flow: stock
  scope: moscow
  estimator: kcna
  said_on: 2025-06-17
  as_of: 2025-06-15
  summary: Troops at the time.
  sources:
    - {source: kcna-2025-06-18-talks}

# ---- those for Pyongyang

# the same again
- id: est-0002
  measure: troops_deployed
  unit: persons
  best: 11000
  bound: about
  stock_or_flow: stock
  scope: pyongyang
  estimator: kcna
  said_on: 2025-06-17
  as_of: 2025-06-16
  # what it says
  summary: Troops once more. # short
  sources:
    - {source: kcna-2025-06-18-more, note: As a headline.} # the other paper

# the last of them
- id: est-0003
  measure: troops_deployed
  unit: persons
  best: 12000
  bound: about
  stock_or_flow: stock
  scope: pyongyang
  estimator: kcna
  said_on: 2025-06-18
  as_of: 2025-06-17
  supersedes: est-0002
  summary: Troops a day later.
  note: Had been 11,000 (est-0002).
  allow: {W230: A day later.}
  sources:
    - {source: kcna-2025-06-18-talks}
"""
STATEMENTS = """- id: stm-0001
  speaker: kcna
  said_on: 2025-06-18
  stance: confirms
  subject: est-0002
  about: the figure
  summary: It stands by it.
  sources:
    - {source: kcna-2025-06-18-talks}
"""


@pytest.fixture
def released(write_dataset: Lay) -> Path:
    root = write_dataset(
        {"estimates.yaml": ESTIMATES, "statements.yaml": STATEMENTS, "sources.yaml": SOURCES}
    )
    assert check(root).findings == ()
    publishing_build.build(root, RELEASES, None, TODAY)
    return root


def contents() -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in sorted(Path("dataset").rglob("*"))
        if path.is_file()
    }


def done(
    *ids: str, reason: str = "duplicate", successor: str | None = None, with_sources: bool = False
) -> Retirement:
    """Retire records; what is there afterwards is clean."""
    made = retire(Path("dataset"), RELEASES, Request(ids, reason, successor, with_sources), TODAY)
    assert [str(finding) for finding in check(Path("dataset")).findings] == []
    return made


def refused(
    match: str,
    *ids: str,
    reason: str = "duplicate",
    successor: str | None = None,
    error: type[Exception] = TumenError,
) -> None:
    before = contents()
    with pytest.raises(error, match=match):
        retire(Path("dataset"), RELEASES, Request(ids, reason, successor), TODAY)
    assert contents() == before


def test_a_duplicate_goes_and_its_successor_takes_its_place(released: Path) -> None:
    made = done("est-0002", successor="est-0001")
    assert made.release == "2026.11.1"
    assert made.ids == ("est-0002",)
    assert sorted(map(str, made.files)) == [
        f"dataset/{name}.yaml" for name in ("estimates", "retired", "statements")
    ]
    assert [str(place) for place in made.mentions] == ["dataset/estimates.yaml:34:9"]
    assert (
        (released / "retired.yaml").read_text()
        == "- id: est-0002\n  release: 2026.11.1\n  reason: duplicate\n  successor: est-0001\n"
    )
    figures = (released / "estimates.yaml").read_text()
    assert "  supersedes: est-0001\n" in figures
    assert "est-0002" not in figures.replace("(est-0002)", "")
    assert "subject: est-0001" in (released / "statements.yaml").read_text()
    assert (
        "    - {source: kcna-2025-06-18-talks}\n    - {source: kcna-2025-06-18-more, note: As a headline.}\n"
        in figures
    )


def test_comments_of_neighbours_stay_and_those_of_the_record_go(released: Path) -> None:
    done("est-0002", successor="est-0001")
    figures = (released / "estimates.yaml").read_text()
    for kept in (
        "# Figures of KCNA.\n\n# the first",
        "bound: about  # as it said",
        "# ---- those for Pyongyang\n\n# the last of them\n- id: est-0003",
    ):
        assert kept in figures
    for gone in ("# the same again", "# what it says", "# short", "# the other paper"):
        assert gone not in figures


def test_what_refers_to_a_record_needs_a_successor(released: Path) -> None:
    refused(
        r"records refer to est-0002; nothing was changed. Correct these first:\n"
        r"    dataset/estimates.yaml:47:15 supersedes: refer to another record, or remove the field, or give --successor ID\n"
        r"    dataset/statements.yaml:5:12 subject: refer to another",
        "est-0002",
        reason="erroneous",
    )


def test_documents_that_nothing_cites_any_more(released: Path) -> None:
    (released / "statements.yaml").write_text("[]\n")
    (released / "estimates.yaml").write_text(
        ESTIMATES.replace("  supersedes: est-0002\n", "").replace(
            "  allow: {W230: A day later.}\n", ""
        )
    )
    retired = "- {id: stm-0001, release: 2026.11.1, reason: erroneous}\n"
    (released / "retired.yaml").write_text(retired)
    refused(
        r"nothing would cite these documents any more; nothing was changed:\n    dataset/sources.yaml:7:3 kcna-2025-06-18-more\nCite them in another record first, or use --with-sources",
        "est-0002",
        reason="erroneous",
    )
    refused("nothing would cite these documents", "est-0002", reason="split", successor="est-0001")
    made = done("est-0002", reason="erroneous", with_sources=True)
    assert made.ids == ("est-0002", "kcna-2025-06-18-more")
    assert "18-more" not in (released / "sources.yaml").read_text()
    assert (
        "- id: kcna-2025-06-18-more\n  release: 2026.11.1\n  reason: erroneous\n"
        in (released / "retired.yaml").read_text()
    )


def test_several_at_once(released: Path) -> None:
    made = done("est-0002", "est-0003", successor="est-0001", reason="merged")
    assert made.ids == ("est-0002", "est-0003")
    assert (released / "estimates.yaml").read_text().count("- id:") == 1


def test_a_record_that_moves_to_another_table(released: Path) -> None:
    (released / "statements.yaml").write_text(
        STATEMENTS.replace("subject: est-0002", "subject: est-0001")
    )
    refused(
        "est-0003 is a record of estimates, and stm-0001 one of statements; if the record was moved there, give the reason moved",
        "est-0003",
        successor="stm-0001",
    )
    refused(
        "est-0003 and est-0001 are both records of estimates, and moved means to another table",
        "est-0003",
        successor="est-0001",
        reason="moved",
    )
    done("est-0003", successor="stm-0001", reason="moved")
    refused("which this field cannot refer to", "moscow", successor="dprk", reason="moved")


def test_slugs_are_retired_too(released: Path) -> None:
    actors = released / "actors.yaml"
    actors.write_text(
        actors.read_text()
        + "\n- id: kcna-agency\n  name: Korea Agency\n  kind: news_agency\n  country: KP\n"
    )
    made = done("kcna", successor="kcna-agency")
    assert len(made.files) == 5
    for name in ("estimates", "sources", "statements"):
        text = (released / f"{name}.yaml").read_text()
        assert ": kcna\n" not in text
        assert ": kcna-agency\n" in text


def test_a_document_that_was_there_twice(released: Path) -> None:
    done("kcna-2025-06-18-more", successor="kcna-2025-06-18-talks")
    figures = (released / "estimates.yaml").read_text()
    assert "{source: kcna-2025-06-18-talks, note: As a headline.}  # the other paper" in figures


def test_two_participants_that_are_one(released: Path) -> None:
    meetings = (released / "meetings.yaml").read_text()
    item = "    - {actor: kim-jong-un, side: KP, capacity: President of the State Affairs Commission, principal: true}\n"
    actors = released / "actors.yaml"
    actors.write_text(
        actors.read_text()
        + "\n- id: marshal-kim\n  name: Marshal Kim\n  kind: person\n  country: KP\n"
    )
    (released / "meetings.yaml").write_text(
        meetings.replace(item, f"{item}    - {{actor: marshal-kim, side: KP}}\n")
    )
    refused(
        "marshal-kim is already there, at dataset/meetings.yaml:11:7, with other values; merge the two",
        "kim-jong-un",
        successor="marshal-kim",
    )
    (released / "meetings.yaml").write_text(
        meetings.replace(item, f"{item}{item.replace('kim-jong-un', 'marshal-kim')}")
    )
    done("kim-jong-un", successor="marshal-kim")
    assert (released / "meetings.yaml").read_text() == meetings.replace(
        "kim-jong-un", "marshal-kim"
    )


def test_what_would_break_a_rule_is_not_done(released: Path) -> None:
    figures = ESTIMATES.replace(
        "said_on: 2025-06-17\n  as_of: 2025-06-16",
        "said_on: 2025-06-17\n  as_of: 2025-06-16\n  supersedes: est-0001",
    )
    (released / "estimates.yaml").write_text(
        figures.replace("said_on: 2025-06-17", "said_on: 2025-06-16", 1).replace(
            "as_of: 2025-06-15", "as_of: 2025-06-14"
        )
    )
    refused(r"est-0002 would refer to itself; remove the field", "est-0001", successor="est-0002")
    (released / "estimates.yaml").write_text(
        ESTIMATES.replace("  scope: moscow\n", "").replace("estimator: kcna", "estimator: dprk", 1)
    )
    refused(
        r"the records would break a rule that they do not break now; nothing was changed. Fix this first:\n    est-0003: E309 ",
        "est-0002",
        successor="est-0001",
    )


@pytest.mark.parametrize(
    ("ids", "reason", "successor", "match"),
    [
        (("est-0002",), "dup", None, "no reason 'dup'; did you mean 'duplicate'"),
        (
            ("est-0002",),
            "duplicate",
            None,
            "duplicate requires the record to use instead: name it with --successor ID",
        ),
        (("est-0002",), "split", None, "split requires the record to use instead"),
        (("est-0002",), "duplicate", "est-0002", "est-0002 cannot be its own successor"),
        (("est-0002",), "duplicate", "est-0009", "no record 'est-0009'; did you mean"),
        (("est-0002", "est-0009"), "erroneous", None, "no record 'est-0009'; did you mean"),
    ],
)
def test_requests_that_cannot_be_met(
    ids: tuple[str, ...], reason: str, successor: str | None, match: str, released: Path
) -> None:
    refused(match, *ids, reason=reason, successor=successor)


def test_what_never_was_released_is_deleted(released: Path) -> None:
    (released / "statements.yaml").write_text(
        STATEMENTS + "\n" + STATEMENTS.replace("stm-0001", "stm-0002")
    )
    refused(
        r"stm-0002 was never released, so that nobody can have cited it; delete the record instead, dataset/statements.yaml:11:3",
        "stm-0002",
        reason="erroneous",
    )


def test_what_is_retired_already(released: Path) -> None:
    done("est-0002", successor="est-0001")
    refused(
        "est-0002 is retired already, see dataset/retired.yaml:1:7",
        "est-0002",
        successor="est-0001",
    )
    refused(
        "est-0002 is retired itself, see dataset/retired.yaml:1:7; name the record that stays",
        "est-0003",
        successor="est-0002",
    )


def test_what_is_gone_already_only_lacks_its_entry(released: Path) -> None:
    (released / "statements.yaml").unlink()
    made = done("stm-0001", reason="erroneous")
    assert [str(path) for path in made.files] == ["dataset/retired.yaml"]


def test_a_chain_of_successors_leads_to_the_last(released: Path) -> None:
    done("est-0003", successor="est-0002")
    done("est-0002", successor="est-0001")
    assert (released / "retired.yaml").read_text().count("successor: est-0001") == 2


def test_an_id_of_two_tables_is_not_retired(released: Path) -> None:
    actors = released / "actors.yaml"
    actors.write_text(
        actors.read_text() + "\n- id: moscow\n  name: Moscow\n  kind: state\n  country: RU\n"
    )
    refused(
        "moscow is the id of two records, dataset/actors.yaml:29:3 and dataset/places.yaml:1:3, and neither can have a retired id; give one of them another id first",
        "moscow",
        reason="erroneous",
    )


def test_files_that_cannot_be_read_may_refer_to_it(released: Path) -> None:
    (released / "launches.yaml").write_text("{")
    refused("1 error", "est-0002", successor="est-0001", error=DataError)


def test_without_releases(write_dataset: Lay) -> None:
    write_dataset()
    refused(
        "releases has no releases: there is no index.json; give the folder that has it",
        "est-0001",
        reason="erroneous",
    )


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_all_files_or_none(failing: int, released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file in turn is one that cannot be written: a folder stands where its draft would."""
    before = contents()
    names = ("statements.yaml", "estimates.yaml", "retired.yaml")
    (released / f".{names[failing]}.draft").mkdir()
    refused("nothing was changed", "est-0002", successor="est-0001")
    (released / f".{names[failing]}.draft").rmdir()
    assert contents() == before
    done("est-0002", successor="est-0001")


def test_what_another_program_saved_meanwhile_is_kept(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = atomic.replace_unchanged

    def meanwhile(path: Path, before: bytes | None, content: bytes) -> None:
        if path.name == "estimates.yaml" and b"est-0002\n" not in content:
            path.write_text("# saved by an editor\n" + ESTIMATES)
        write(path, before, content)

    monkeypatch.setattr(atomic, "replace_unchanged", meanwhile)
    with pytest.raises(TumenError, match="was changed by another program meanwhile"):
        retire(released, RELEASES, Request(("est-0002",), "duplicate", "est-0001"), TODAY)
    assert (released / "statements.yaml").read_text() == STATEMENTS
    assert (released / "estimates.yaml").read_text() == "# saved by an editor\n" + ESTIMATES
    assert not (released / "retired.yaml").exists()


def test_unknown_reason_is_an_unknown_name(released: Path) -> None:
    refused("no reason", "est-0002", reason="x", error=UnknownNameError)


@pytest.mark.parametrize("day", [dt.date(1969, 12, 31), dt.date(2026, 10, 31)])
def test_a_clock_before_the_newest_release(day: dt.date, released: Path) -> None:
    before = contents()
    with pytest.raises(TumenError, match="would be .*, before 2026.11.0: set the clock"):
        retire(released, RELEASES, Request(("est-0002",), "duplicate", "est-0001"), day)
    assert contents() == before
