"""Bad input: each gives a finding at its exact place, and every file is read to the end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tumen.errors import TumenError
from tumen.records import reader, yaml_parser
from tumen.schemas.characters import STRAY
from tumen.validation.explain import read_clean_dataset
from tumen.validation.records import check

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES = read_clean_dataset()["places.yaml"]
MEETINGS = read_clean_dataset()["meetings.yaml"]
ESTIMATES = read_clean_dataset()["estimates.yaml"]


def found(root: Path) -> list[str]:
    return [str(finding) for finding in check(root).findings]


def found_by_reading(root: Path) -> list[str]:
    """Return the findings of files and values, without those of the rules on records."""
    return [str(finding) for finding in sorted(reader.read(root).findings)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", "1:1 E007 the file is empty", id="empty"),
        pytest.param(b"# nothing yet\n", "1:1 E007 the file is empty", id="only a comment"),
        pytest.param(
            PLACES.replace("Moscow", "Moskaw\xe9").encode("latin-1"),
            "2:15 E002 byte 0xe9 is not UTF-8",
            id="latin-1",
        ),
        pytest.param(
            b"# \xd0\x9c\n- \xd0\x9c\xff",
            "2:4 E002 byte 0xff is not UTF-8",
            id="after letters of two bytes",
        ),
        pytest.param(
            b"\xef\xbb\xbf" + PLACES.encode(),
            "1:1 E002 the file starts with a byte order mark",
            id="bom",
        ),
        pytest.param(
            PLACES.replace("  name", "\tname", 1).encode(),
            r"2:1 E003 a tab, which not every YAML parser accepts; write spaces, or \t in double quotes",
            id="tab",
        ),
        pytest.param(
            b"- id: [moscow\n", "2:1 E003 not YAML: did not find expected ',' or ']'", id="broken"
        ),
        pytest.param(
            (PLACES + "---\n" + PLACES).encode(),
            "17:1 E004 a second document starts here",
            id="two documents",
        ),
        pytest.param(b"moscow\n", "1:1 E007 the file is not a list of records", id="a value"),
        pytest.param(
            b"- moscow\n",
            "1:3 E007 a record is fields and values, not a value or a list",
            id="a list of values",
        ),
    ],
)
def test_unreadable_file(content: bytes, expected: str, write_dataset: Callable[..., Path]) -> None:
    lines = [
        line
        for line in found_by_reading(write_dataset({"places.yaml": content}))
        if "places.yaml" in line
    ]
    assert lines == [f"dataset/places.yaml:{expected}"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("place: pyongyang", "place: &p pyongyang", "5:10 E005 anchor '&p'"),
        ("summary: Talks in Pyongyang.", "summary: !x Talks", "7:12 E005 tag '!x'"),
        (
            "  place:",
            "  format: visit\n  place:",
            "5:3 E006 field 'format' is already on line 3",
        ),
        ("place: pyongyang", "place: [pyongyang]", "5:10 E008 place: expected a single value"),
        (
            "[memorials, treaty]",
            "[[memorials], treaty]",
            "6:12 E008 topics[0]: expected a single value",
        ),
        (
            "  participants:\n",
            "  participants:\n    - [RU]\n",
            "9:7 E008 participants[0]: expected a {map}",
        ),
        (
            "  participants:\n    - {actor: sergei-shoigu, side: RU",
            "  participants:\n    - RU\n    - {actor: sergei-shoigu, side: RUS",
            "10:36 E103 participants[1].side: 'RUS': a code is not in the vocabulary; did you mean 'RU'?",
        ),
        (
            "place: pyongyang",
            "place:",
            "5:9 E106 place: the value is empty; leave the field out instead",
        ),
        (
            "summary: Talks in Pyongyang.",
            "summary: null",
            "7:12 E106 summary: the value is null; leave the field out instead",
        ),
        (
            "place: pyongyang",
            "venue: ~",
            "5:10 E106 venue: the value is ~; leave the field out instead",
        ),
        (
            "[memorials, treaty]",
            "[memorials, ~]",
            "6:23 E106 topics[1]: the value is ~; remove it from the list",
        ),
        (
            "[memorials, treaty]",
            "[memorials, memorials]",
            "6:23 E113 topics[1]: 'memorials' is listed twice",
        ),
        (
            "place: pyongyang",
            "plaec: pyongyang",
            "5:3 E009 plaec: no such field; did you mean 'place'?",
        ),
        ("  summary: Talks in Pyongyang.\n", "", "1:3 E010 summary: the field is missing"),
        (
            "2025-06-17",
            "2025-02-30",
            "2:10 E101 start: '2025-02-30' is not a date: day is out of range for month",
        ),
        ("2025-06-17", "June 2025", "2:10 E101 start: 'June 2025' is not a date"),
        (
            "2025-06-17",
            "../2025-06-17",
            "2:10 E110 start: '../2025-06-17' is less precise than this field allows",
        ),
        (
            "side: RU",
            "side: RUS",
            "9:36 E103 participants[0].side: 'RUS': a code is not in the vocabulary; did you mean 'RU'?",
        ),
        (
            "actor: sergei-shoigu",
            "actor: sergey-shoygu",
            "9:15 E302 participants[0].actor: no actor 'sergey-shoygu'; did you mean 'sergei-shoigu'?",
        ),
        (
            "place: pyongyang",
            "place: pyonyang",
            "5:10 E302 place: no place 'pyonyang'; did you mean 'pyongyang'?",
        ),
        ("mtg-0001", "mtg-1", "1:7 E104 id: 'mtg-1': an id has the wrong form"),
        (
            "sergei-shoigu, side: RU, principal: true",
            "sergei-shoigu, side: RU, principal: on",
            "9:51 E105 participants[0].principal: 'on' is neither true nor false",
        ),
    ],
)
def test_bad_value_in_a_meeting(
    old: str, new: str, expected: str, write_dataset: Callable[..., Path]
) -> None:
    assert f"dataset/meetings.yaml:{expected}" in found(
        write_dataset({"meetings.yaml": MEETINGS.replace(old, new, 1)})
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("best: 11000", "best: 6,000", "4:9 E102 best: '6,000' is not a number"),
        (
            "best: 11000",
            "best: " + "1" * 40,
            "4:9 E102 best: '11111111111111111111…' has more than 15 digits",
        ),
        (
            "best: 11000",
            "best: -5",
            "4:9 E107 best: -5: a number is out of range (0 to 999,999,999,999,999)",
        ),
        (
            "best: 11000",
            "low: 7000\n  best: 6000",
            "4:8 E201 low: low, best and high are not in order (low: 7000, best: 6000, high: not given)",
        ),
        (
            "  best: 11000\n",
            "",
            "4:10 E202 bound: low, best and high do not fit the bound (bound: 'about', low: not given, best: not given, high: not given)",
        ),
        (
            "kcna-2025-06-18-talks",
            "kcna-2025-06-18-talk",
            "13:16 E302 sources[0].source: no source 'kcna-2025-06-18-talk'; did you mean 'kcna-2025-06-18-talks'?",
        ),
        ("  scope", "  subject: mtg-0099\n  scope", "7:12 E302 subject: no record 'mtg-0099'"),
    ],
)
def test_bad_value_in_an_estimate(
    old: str, new: str, expected: str, write_dataset: Callable[..., Path]
) -> None:
    lines = found(write_dataset({"estimates.yaml": ESTIMATES.replace(old, new, 1)}))
    assert f"dataset/estimates.yaml:{expected}" in lines


@pytest.mark.parametrize(
    ("retired", "expected"),
    [
        ("release: 2026.11.0\n  reason: duplicate\n  successor: mtg-0001\n", []),
        (
            "release: 2026.11\n  reason: erroneous\n",
            ["2:12 E104 release: '2026.11': an id has the wrong form"],
        ),
        (
            "release: 2026.11.0\n  reason: duplicate\n  successor: mtg-0009\n",
            ["4:14 E302 successor: no record 'mtg-0009'"],
        ),
    ],
)
def test_withdrawn_record(
    retired: str, expected: list[str], write_dataset: Callable[..., Path]
) -> None:
    assert found(write_dataset({"retired.yaml": f"- id: mtg-0099\n  {retired}"})) == [
        f"dataset/retired.yaml:{line}" for line in expected
    ]


@pytest.mark.parametrize(
    ("item", "fits"),
    [("Q423", True), ("423", False), ("Q0423", False), ("q423", False), ("Q423 ", False)],
)
def test_item_of_wikidata(item: str, fits: bool, write_dataset: Callable[..., Path]) -> None:
    actors = read_clean_dataset()["actors.yaml"].replace(
        "  kind: state\n", f"  kind: state\n  wikidata: '{item}'\n"
    )
    lines = [f"dataset/actors.yaml:4:13 E104 wikidata: '{item}': an id has the wrong form"]
    assert found(write_dataset({"actors.yaml": actors})) == ([] if fits else lines)


def test_a_number_is_shown_with_its_decimals(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset({"places.yaml": PLACES.replace("latitude: 39.02", "latitude: 90.0000001")})
    assert found(root) == [
        "dataset/places.yaml:10:13 E107 latitude: 90.0000001: a number is out of range (-90 to 90)"
    ]


@pytest.mark.parametrize("name", ["2025.yaml", "2025/06.yaml", "retired.yaml"])
def test_a_file_is_checked_with_its_dataset_however_deep_it_stands(
    name: str, write_dataset: Callable[..., Path]
) -> None:
    file = (
        write_dataset(
            {
                f"meetings/{name}": MEETINGS.replace("mtg-0001", "mtg-0002").replace(
                    "format: talks", "format: talk"
                )
            }
        )
        / "meetings"
        / name
    )
    assert [line for line in found(file) if " W207 " not in line] == [
        f"{file}:3:11 E103 format: 'talk': a code is not in the vocabulary; did you mean 'talks'?"
    ]


@pytest.mark.parametrize("name", [".places.yaml", "places/.old/a.yaml", "places/linked/a.yaml"])
def test_a_file_that_is_passed_over_cannot_be_checked(
    name: str, write_dataset: Callable[..., Path]
) -> None:
    root = write_dataset(
        {
            "places/.old/a.yaml": "- {}\n",
            ".places.yaml": "- {}\n",
            "kept/a.yaml": "- {}\n",
            "places/more.yaml": "[]\n",
        }
    )
    (root / "places" / "linked").symlink_to(root.resolve() / "kept", target_is_directory=True)
    with pytest.raises(
        TumenError,
        match=r"\.yaml is not read, because it is hidden or is in a linked folder; name another file of dataset",
    ):
        check(root / name)


def test_norway_stays_norway(write_dataset: Callable[..., Path]) -> None:
    places = PLACES + "\n- id: oslo\n  name: Oslo\n  kind: city\n  country: NO\n"
    assert found(write_dataset({"places.yaml": places})) == []


def test_all_files_are_read_to_the_end(write_dataset: Callable[..., Path]) -> None:
    files = {
        "places.yaml": PLACES.replace("kind: city", "kind: citi"),
        "meetings.yaml": MEETINGS.replace("format: talks", "format: talk").replace(
            "2025-06-17", "17 June"
        ),
    }
    assert [line.split()[0] + " " + line.split()[1] for line in found(write_dataset(files))] == [
        "dataset/meetings.yaml:2:10 E101",
        "dataset/places.yaml:3:9 E103",
        "dataset/places.yaml:8:9 E103",
        "dataset/places.yaml:15:9 E103",
    ]


def test_an_id_in_two_files_names_both_places(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset(
        {"meetings.yaml": "", "meetings/2024.yaml": MEETINGS, "meetings/2025.yaml": MEETINGS}
    )
    (root / "meetings.yaml").unlink()
    assert (
        "dataset/meetings/2025.yaml:1:7 E301 id: 'mtg-0001': an id is used twice (first at dataset/meetings/2024.yaml:1:7)"
        in found(root)
    )


def test_file_names_in_any_script(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset(
        {
            "meetings/встреча 회담 1.yaml": MEETINGS.replace("format: talks", "format: talk"),
            "meetings.yaml": "- {}\n",
        }
    )
    (root / "meetings.yaml").unlink()
    assert found(root)[0].startswith("dataset/meetings/встреча 회담 1.yaml:3:11 E103 ")


def test_linked_folder_is_told_and_not_followed(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset()
    (root / "meetings").symlink_to(root.resolve(), target_is_directory=True)
    assert found(root) == ["dataset/meetings:1:1 E001 a linked folder is not followed"]


def test_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TumenError, match="does not exist"):
        check(tmp_path / "nowhere")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_no_permission_to_read(write_dataset: Callable[..., Path]) -> None:
    """Whoever is asked stands in the folder already: the folders above it are those of the person who runs the tests."""
    root = write_dataset()
    root.chmod(0o755)
    (root / "places.yaml").chmod(0)
    code = "import os, sys; from tumen.validation.records import check; os.setuid(65534); print(check('.', cache=False))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert "places.yaml:1:1 E001 the file cannot be read: Permission denied" in run.stdout, (
        run.stderr
    )


@pytest.mark.parametrize(
    "code", [0xAD, 0x34F, 0x61C, 0x115F, 0x200D, 0x2060, 0x3164, 0xFE0F, 0xFFA0, 0xE0041]
)
def test_invisible_character_is_found_as_it_is_and_as_an_escape(
    code: int, write_dataset: Callable[..., Path]
) -> None:
    plain = PLACES.replace("name: Moscow", f"name: Mos{chr(code)}cow")
    escaped = PLACES.replace("name: Moscow", f'name: "Mos\\U{code:08X}cow"')
    assert found_by_reading(write_dataset({"places.yaml": plain})) == [
        f"dataset/places.yaml:2:12 E002 invisible or control character U+{code:04X}"
    ]
    assert found_by_reading(write_dataset({"places.yaml": escaped})) == [
        f"dataset/places.yaml:2:9 E106 name: invisible or control character U+{code:04X}"
    ]


def test_control_character_in_a_list_is_found(write_dataset: Callable[..., Path]) -> None:
    text = read_clean_dataset()["actors.yaml"].replace(
        "aliases: [Sergey", 'aliases: ["\\0", Sergey'
    )
    (line,) = found(write_dataset({"actors.yaml": text}))
    assert line.endswith(":22:13 E106 aliases[0]: invisible or control character U+0000")


def test_file_of_stray_characters_is_summed_up() -> None:
    _, faults = yaml_parser.parse(b"\x01" * 5000)
    assert len(faults) == yaml_parser.MAX_STRAY + 1
    assert faults[-1] == yaml_parser.Fault(
        "E002", 1, yaml_parser.MAX_STRAY, "4,000 more such characters follow"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Moscow", "{0}: Moscow"),
        ("name: Moscow", "name: &{0} Moscow"),
        ("name: Moscow", "name: !{0} Moscow"),
        ("latitude: 39.02", "latitude: {0}"),
        ("country: RU", "country: {0}"),
        ("country: RU", "country: RU\n  parent: {0}"),
    ],
)
def test_message_shows_the_start_of_what_is_long(
    old: str, new: str, write_dataset: Callable[..., Path]
) -> None:
    places = PLACES.replace(old, new.format("x" * 500))
    lines = found(write_dataset({"places.yaml": places}))
    assert any("x" * 50 in line and "…" in line for line in lines)
    assert max(map(len, lines)) < 250


def test_folders_without_end_are_followed_so_far(write_dataset: Callable[..., Path]) -> None:
    root = write_dataset()
    above = Path(root, "places", *(["x"] * reader.MAX_FOLDERS))
    Path(above, "x").mkdir(parents=True)
    assert found(root) == [f"{above}:1:1 E001 folders are read {reader.MAX_FOLDERS} levels deep"]


@pytest.mark.parametrize("escape", ["\\uD800", "\\U00110000", "\\UFFFFFFFF"])
@pytest.mark.parametrize("parser", [yaml_parser.PARSER, yaml.Loader])
def test_escape_of_no_character_is_found_by_either_parser(
    escape: str, parser: object, write_dataset: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_parser, "PARSER", parser)
    root = write_dataset({"places.yaml": PLACES.replace("name: Moscow", f'name: "{escape}"')})
    codes = {finding.code for finding in reader.read(root).findings}
    assert codes
    assert codes <= {"E003", "E106"}


@given(st.binary(max_size=300))
def test_any_bytes_give_a_tree_or_a_fault(content: bytes) -> None:
    tree, faults = yaml_parser.parse(content)
    assert (
        tree is None
        or faults == []
        or all(fault.line >= 1 and fault.column >= 1 for fault in faults)
    )


@given(
    st.text(
        st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029"), min_size=1
    ).filter(lambda text: text.strip() == text and not STRAY.search(text))
)
def test_quoted_text_comes_back(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    tree, faults = yaml_parser.parse(f"- {quoted}\n".encode())
    assert not faults
    assert isinstance(tree, yaml_parser.Sequence)
    assert isinstance(tree.items[0], yaml_parser.Scalar)
    assert tree.items[0].text == text
