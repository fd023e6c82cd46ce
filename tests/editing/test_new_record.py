"""`tumen new`, as a process: ids, files, templates, what is known of a document by its address, and two curators at once."""

from __future__ import annotations

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cli import tumen
from cli_process import TUMEN
from cli_process import tumen as process

from tumen.editing.new_record import RecordRequest, prefill
from tumen.errors import TumenError
from tumen.records import reader
from tumen.schemas import TABLES
from tumen.validation.explain import read_clean_dataset

if TYPE_CHECKING:
    from collections.abc import Callable

MEETINGS = read_clean_dataset()["meetings.yaml"]
SOURCES = read_clean_dataset()["sources.yaml"]
NESTED = ("participants", "citations")
OF_WHAT = {
    "actors": "Hong Min",
    "places": "Rason",
    "sources": "https://nk.example/a",
    "set_aside": "https://nk.example/b",
    "retired": "dep-0001",
}


def placed(run: subprocess.CompletedProcess[str]) -> tuple[Path, int]:
    assert (run.returncode, run.stderr) == (0, "")
    file, line = run.stdout.rstrip("\n").rsplit(":", 1)
    return Path(file), int(line)


def record(run: subprocess.CompletedProcess[str]) -> str:
    """Return the record at the place that was printed."""
    file, line = placed(run)
    return "\n".join(file.read_text().split("\n")[line - 1 :]).split("\n\n")[0].rstrip("\n") + "\n"


def test_a_meeting(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset(
        {"retired.yaml": "- {id: mtg-0041, release: 2026.11.0, reason: duplicate}\n"}
    )
    run = process("new", "meeting", "--date", "2025-06-20")
    assert run.stdout == "dataset/meetings.yaml:14\n"
    text = (root / "meetings.yaml").read_text()
    assert text.startswith(MEETINGS + "\n")
    assert re.sub(r"( \| \w+){3,}", " | …", text.removeprefix(MEETINGS + "\n")) == (
        """\
- id: mtg-0042
  start: 2025-06-20
  # end:
  format:  # summit | …
  level:  # head_of_state | …
  # place:
  # venue:
  # topics: []  # agriculture | …
  summary:
  # note:
  participants:
    - {actor: , side: RU, principal: true}  # also capacity
    - {actor: , side: KP, principal: true}  # also capacity
  sources:
    - {source: }  # also via, topics, agrees, note
"""
    )


@pytest.mark.slow
@pytest.mark.parametrize("table", [table for table in TABLES if table not in NESTED])
@pytest.mark.parametrize("bare", [(), ("--bare",)])
def test_every_template_is_canonical_and_lacks_only_what_a_curator_must_say(
    table: str, bare: tuple[str, ...], write_dataset: Callable[..., Path]
) -> None:
    write_dataset()
    file, line = placed(tumen("new", table, *([OF_WHAT[table]] if table in OF_WHAT else []), *bare))
    assert tumen("fmt", "--check").returncode == 0
    found = [
        text
        for text in tumen("check", "dataset").stdout.splitlines()
        if text.startswith("dataset/")
    ]
    assert {text.split()[1] for text in found if text.startswith(f"{file}:")} <= {
        "E010",
        "E106",
        "E301",
        "E302",
        "E304",
        "E316",
    }
    assert ("#" in "".join(file.read_text().splitlines()[line - 1 :])) == (not bare)


def test_taking_the_hash_away_leaves_a_canonical_record(write_dataset: Callable[..., Path]) -> None:
    write_dataset()
    file, _ = placed(tumen("new", "estimates", "--date", "2025-06-20"))
    file.write_text(re.sub(r"^  # (\w+:)", r"  \1", file.read_text(), flags=re.MULTILINE))
    assert tumen("fmt", "--check").returncode == 0


def test_a_record_goes_to_its_place_by_date_and_nothing_else_changes(
    write_dataset: Callable[..., Path],
) -> None:
    text = f"# Meetings.\n\n{MEETINGS}\n# End.\n"
    root = write_dataset({"meetings.yaml": text})
    file, line = placed(tumen("new", "meetings", "--date", "2025-06", "--bare"))
    assert line == 3
    lines = file.read_text()
    head, added, rest = lines[:13], lines[13 : -len(text) + 13], lines[-len(text) + 13 :]
    assert head + rest == text
    assert added.startswith("- id: mtg-0002\n  start: 2025-06\n")
    assert root / "meetings.yaml" == file


def test_to_a_file_that_is_not_canonical_the_record_is_appended(
    write_dataset: Callable[..., Path],
) -> None:
    text = MEETINGS.replace("format: talks", "format: 'talks'").rstrip("\n")
    root = write_dataset({"meetings.yaml": text})
    placed(tumen("new", "meetings", "--date", "2024"))
    assert (
        (root / "meetings.yaml")
        .read_text()
        .startswith(text + "\n\n- id: mtg-0002\n  start: 2024\n")
    )


@pytest.mark.parametrize(
    ("files", "arguments", "expected"),
    [
        ({}, ("transfers", "--date", "2023-09"), "transfers/2023.yaml"),
        ({}, ("launches", "--date", "2023-11"), "launches/2023.yaml"),
        ({}, ("positions", "--date", "2023-11"), "positions.yaml"),
        ({}, ("set_aside", "https://nk.example/b", "--date", "2025-06-01"), "set_aside.yaml"),
        (
            {"meetings/2024.yaml": MEETINGS.replace("0001", "0009")},
            ("meetings", "--date", "2024-05"),
            "meetings/2024.yaml",
        ),
        (
            {"meetings/2024.yaml": MEETINGS.replace("0001", "0009")},
            ("meetings", "--date", "2025-05"),
            "meetings.yaml",
        ),
        (
            {"statements/2024.yaml": "[]\n", "statements/2025.yaml": "[]\n"},
            ("statements",),
            "statements/2025.yaml",
        ),
        (
            {"statements/2024.yaml": "[]\n"},
            ("statements", "--date", "../2025-06-19"),
            "statements/2025.yaml",
        ),
        (
            {"sources/undated.yaml": "[]\n"},
            ("source", "https://nk.example/b"),
            "sources/undated.yaml",
        ),
        ({"launches.yaml": "# none yet\n"}, ("launch",), "launches.yaml"),
        (
            {"actors/people.yaml": "[]\n", "actors/bodies.yaml": "[]\n"},
            ("actor", "Hong Min", "--file", "people"),
            "actors/people.yaml",
        ),
        (
            {"meetings/2024.yaml": MEETINGS.replace("0001", "0009")},
            ("meetings", "--like", "mtg-0009"),
            "meetings/2024.yaml",
        ),
        ({"places/ports.yaml": "[]\n"}, ("place", "Rajin Port", "--like", "moscow"), "places.yaml"),
    ],
)
def test_the_file(
    files: dict[str, str],
    arguments: tuple[str, ...],
    expected: str,
    write_dataset: Callable[..., Path],
) -> None:
    root = write_dataset(files)
    assert placed(tumen("new", *arguments))[0] == root / expected


def test_like_another_record(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset(
        {"meetings.yaml": MEETINGS.replace("  summary", "  allow: {W201: A flight.}\n  summary")}
    )
    run = tumen("new", "meetings", "--like", "mtg-0001", "--date", "2025-07-01")
    assert record(run) == MEETINGS.replace("0001", "0002").replace("2025-06-17", "2025-07-01")
    like = record(tumen("new", "actor", "Alexander Novak", "--like", "sergei-shoigu"))
    assert like == "- id: alexander-novak\n  name: Alexander Novak\n  kind: person\n  country: RU\n"
    assert tumen("check", str(root / "actors.yaml")).returncode == 0


def test_a_source(write_dataset: Callable[..., Path]) -> None:
    write_dataset()
    run = tumen(
        "new",
        "source",
        "https://www.kcna.example/en/2025/kim-jong-un-meets-shoigu.html",
        "--date",
        "2025-06-19",
        "--bare",
    )
    assert (
        record(run)
        == """\
- id: kcna-2025-06-19-kim-jong-un-meets
  url: https://www.kcna.example/en/2025/kim-jong-un-meets-shoigu.html
  publisher: kcna
  published: 2025-06-19
  language: en
  kind: state_media
"""
    )


def test_a_source_of_which_less_is_known(write_dataset: Callable[..., Path]) -> None:
    other = (
        SOURCES.replace("talks", "other")
        .replace("kind: state_media", "kind: official")
        .replace("publisher: kcna", "publisher: dprk")
    )
    write_dataset({"sources.yaml": SOURCES + "\n" + other})
    several = record(tumen("new", "source", "https://kcna.example/?id=209701"))
    assert several.startswith("- id: kcna-209701\n")
    assert "\n  publisher:  # dprk | kcna\n" in several
    assert "\n  language: en\n" in several
    assert "\n  kind:  # official | state_media\n" in several
    unknown = record(tumen("new", "source", "https://world.nk.co.example/a/one-two-three?x=1#y"))
    assert unknown.startswith(
        "- id: world-nk-one-two-three\n  url: https://world.nk.co.example/a/one-two-three?x=1#y\n"
    )
    assert "\n  publisher:  # no source of world.nk.co.example yet\n" in unknown
    again = record(
        tumen(
            "new",
            "source",
            "https://world.nk.co.example/b/one-two-three",
            "--like",
            "kcna-2025-06-18-talks",
        )
    )
    assert again.startswith("- id: kcna-one-two-three\n")
    assert again.endswith("  publisher: kcna\n  language: en\n  kind: state_media\n")
    third = record(
        tumen(
            "new",
            "source",
            "https://other.example/b/one-two-three",
            "--like",
            "kcna-2025-06-18-talks",
        )
    )
    assert third.startswith("- id: kcna-one-two-three-2\n")


def test_an_address_without_latin_letters(write_dataset: Callable[..., Path]) -> None:
    write_dataset()
    assert record(tumen("new", "source", "https://xn--e1afmkfd.xn--p1ai/новости")).startswith(
        "- id: xn-e1afmkfd\n"
    )


ASIDE = "- {url: 'https://a.example/x', publisher: A, reason: mirror}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("source", "https://kcna.example/talks"),
            "https://kcna.example/talks is already the source kcna-2025-06-18-talks, see dataset/sources.yaml:2:8.",
        ),
        (
            ("source", "http://www.kcna.example/talks/?utm_source=x"),
            "http://www.kcna.example/talks/?utm_source=x is already the source kcna-2025-06-18-talks, see dataset/sources.yaml:2:8, as https://kcna.example/talks.",
        ),
        (
            ("source", "https://a.example/x"),
            "https://a.example/x is already set aside (mirror), see dataset/set_aside.yaml:1:9.",
        ),
        (
            ("set_aside", "https://kcna.example/talks"),
            "https://kcna.example/talks is already the source kcna-2025-06-18-talks",
        ),
        (
            ("source", "kcna.example/talks"),
            "'kcna.example/talks' is not a URL; write all of it",
        ),
        (("source", "https://[::1.example/"), "'https://[::1.example/' is not a URL"),
        (
            ("source", "https://пример.рф/x"),
            "'https://пример.рф/x': the host of a URL has letters outside ASCII. Write the host",
        ),
        (
            ("source", "https://me:pw@u.example/x"),
            "'https://me:pw@u.example/x': a URL contains a user name or a password. Remove",
        ),
        (
            ("set_aside", "http://localhost/x"),
            "'http://localhost/x': the host of a URL is not public. Give a URL",
        ),
        (
            ("actor", "Sergey Shoigu"),
            "'Sergey Shoigu' is already a name of sergei-shoigu, see dataset/actors.yaml:19:9.",
        ),
        (
            ("actor", "Sergei-Shoigu"),
            "sergei-shoigu is taken, see dataset/actors.yaml:18:3; write a name that differs",
        ),
        (
            ("actor", "Сергей Шойгу"),
            "'Сергей Шойгу' cannot be made into an id: write the name in Latin letters",
        ),
        (
            ("place", "Old Place"),
            "old-place is retired, see dataset/retired.yaml:1:8; an id is never reused.",
        ),
        (("retired", "old-place"), "old-place is retired"),
        (("actor",), "a new record of actors needs a name, such as 'Kim Jong Un'."),
        (("meetings", "Talks"), "records of meetings have a number as id; leave 'Talks' out."),
        (
            ("meetings", "--date", "June"),
            "--date: 'June' is not a date; write 2025, 2025-06 or 2025-06-17.",
        ),
        (
            ("meetings", "--date", "../2025-06-01"),
            "--date: '../2025-06-01' is less precise than start and end of meetings allow; write a complete date, such as 2025-06-17.",
        ),
        (
            ("places", "Rason", "--date", "2025"),
            "records of places have no date; leave --date 2025 out.",
        ),
        (
            ("meetings", "--like", "mtg-0002"),
            "no record of meetings 'mtg-0002'; did you mean 'mtg-0001'?",
        ),
        (
            ("meetings", "--file", "../x"),
            "--file '../x' is not the name of a file in dataset/meetings",
        ),
        (("launch", "--dataset", "nowhere"), "nowhere is not a folder of records"),
        (("meting",), "no table 'meting'; did you mean 'meetings'"),
        (("citations",), "no table 'citations'"),
    ],
)
def test_refused(
    arguments: tuple[str, ...], message: str, write_dataset: Callable[..., Path]
) -> None:
    root = write_dataset(
        {
            "set_aside.yaml": ASIDE,
            "retired.yaml": "- {id: old-place, release: 2026.11.0, reason: merged}\n",
        }
    )
    before = {path: path.read_bytes() for path in root.rglob("*")}
    run = tumen("new", *arguments)
    assert run.returncode == 2
    assert run.stderr.startswith(f"tumen: {message}")
    assert "Traceback" not in run.stderr
    assert {path: path.read_bytes() for path in root.rglob("*")} == before


def test_which_of_several_files_must_be_said(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset(
        {"actors/people.yaml": read_clean_dataset()["actors.yaml"], "actors/bodies.yaml": "[]\n"}
    )
    (root / "actors.yaml").unlink()
    assert (
        "dataset/actors has several files, bodies, people: choose one with --file"
        in tumen("new", "actor", "Hong Min").stderr
    )
    assert (
        placed(tumen("new", "actor", "Hong Min", "--like", "kim-jong-un"))[0]
        == root / "actors" / "people.yaml"
    )


@pytest.mark.parametrize(
    ("files", "finding"),
    [
        ({"meetings/2024.yaml": "- id: [\n"}, "dataset/meetings/2024.yaml:2:1 E003"),
        ({"retired.yaml": b"- id: \xff\n"}, "dataset/retired.yaml:1:7 E002"),
        (
            {"meetings.yaml": MEETINGS.replace("mtg-0001", "&x mtg-0001")},
            "dataset/meetings.yaml:1:7 E005",
        ),
        ({"meetings.yaml": "- mtg-0001\n"}, "dataset/meetings.yaml:1:3 E007"),
        ({"meetings.yaml": "id: mtg-0001\n"}, "dataset/meetings.yaml:1:1 E007"),
    ],
)
def test_files_that_hide_ids_or_cannot_hold_the_record_come_first(
    files: dict[str, str | bytes], finding: str, write_dataset: Callable[..., Path]
) -> None:
    root = write_dataset(files)
    before = (root / "meetings.yaml").read_bytes()
    run = tumen("new", "meetings")
    assert run.returncode == 1
    assert run.stderr.startswith(finding)
    assert (root / "meetings.yaml").read_bytes() == before


def test_a_record_is_copied_only_from_the_file_that_was_read(
    write_dataset: Callable[..., Path],
) -> None:
    dataset = reader.read(write_dataset())
    Path("dataset/meetings.yaml").write_text("# saved meanwhile\n" + MEETINGS)
    with pytest.raises(
        TumenError,
        match=r"dataset/meetings\.yaml was changed by another program meanwhile; run this again",
    ):
        prefill(RecordRequest("meetings", like="mtg-0001"), dataset)


@pytest.mark.slow
def test_curators_at_once_get_an_id_each(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset(
        {
            "places.yaml": read_clean_dataset()["places.yaml"].replace(
                "name: Moscow", "name: 'Moscow'"
            )
        }
    )
    commands = [("new", "meetings", "--bare")] * 3 + [("fmt",)]
    with ThreadPoolExecutor() as pool:
        runs = list(
            pool.map(
                lambda command: subprocess.run(
                    [TUMEN, *command], capture_output=True, text=True, check=False
                ),
                commands,
            )
        )
    assert [(run.returncode, run.stderr) for run in runs] == [(0, "")] * 4
    ids = re.findall(r"mtg-\d+", (root / "meetings.yaml").read_text())
    assert ids == [f"mtg-{number:04}" for number in range(1, 5)]
    assert sorted(path.name for path in root.iterdir()) == sorted(read_clean_dataset())
    assert tumen("fmt", "--check").returncode == 0
