"""The canonical form: one shape, the same meaning, every comment, and nothing left to change."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from yaml_styles import written

from tumen.editing import canonical_form as form
from tumen.editing import document as editing_document
from tumen.editing.comments import Layout
from tumen.errors import TumenError
from tumen.records import yaml_parser
from tumen.schemas import (
    TABLES,
    Actors,
    Deployments,
    Estimates,
    Launches,
    Meetings,
    Places,
    Statements,
)
from tumen.validation.explain import read_clean_dataset


def canonical(text: str, *, model: Any) -> str:
    tree, faults = yaml_parser.parse(text.encode())
    assert not faults
    assert isinstance(tree, yaml_parser.Sequence)
    return form.to_canonical_text(editing_document.read(text, tree, model), model)


MEETING = """\
- id: mtg-0001
  start: 2025-06-17
  format: talks
  level: security_council
  summary: Talks in Pyongyang.
  participants:
    - {actor: sergei-shoigu, side: RU, principal: true}
    - {actor: kim-jong-un, side: KP}
  sources:
    - {source: kcna-talks}
"""


@pytest.mark.parametrize("name", read_clean_dataset())
def test_clean_dataset_is_in_canonical_form(name: str) -> None:
    assert (
        canonical(read_clean_dataset()[name], model=TABLES[name.removesuffix(".yaml")])
        == read_clean_dataset()[name]
    )


def test_the_example_of_the_document_is_in_canonical_form() -> None:
    document = (Path(__file__).parents[2] / "docs" / "reference" / "canonical-form.md").read_text(
        encoding="utf-8"
    )
    example = document.split("```yaml\n")[1].split("```")[0]
    assert canonical(example, model=Meetings) == example


def test_fields_stand_in_the_order_of_the_model_and_unknown_ones_last() -> None:
    text = """\
- allow: {W201: A flight., W202: Two visits.}
  weather: fair
  sources: [{note: It says so., topics: [treaty], source: kcna-talks}]
  participants:
  - {principal: true, side: RU, actor: sergei-shoigu}
  - actor: kim-jong-un
    side: KP
  summary: >-
    Talks
    in Pyongyang.
  'start': "2025-06-17"
  topics:
  - memorials
  - treaty
  id: mtg-0001
"""
    assert (
        canonical(text, model=Meetings)
        == """\
- id: mtg-0001
  start: 2025-06-17
  topics: [memorials, treaty]
  summary: Talks in Pyongyang.
  allow: {W201: A flight., W202: Two visits.}
  participants:
    - {actor: sergei-shoigu, side: RU, principal: true}
    - {actor: kim-jong-un, side: KP}
  sources:
    - {source: kcna-talks, topics: [treaty], note: It says so.}
  weather: fair
"""
    )


@pytest.mark.parametrize(
    ("model", "field", "given", "expected"),
    [
        (
            Meetings,
            "start",
            ["2025-06-04", "2025-06", "2024", "", "2025"],
            ["2024", "2025", "2025-06", "2025-06-04", ""],
        ),
        (
            Statements,
            "said_on",
            ["2025-06-20", "2025-06-19", "../2025-06-19"],
            ["../2025-06-19", "2025-06-19", "2025-06-20"],
        ),
        (Estimates, "said_on", ["soon", "2025"], ["2025", "soon"]),
        (Launches, "date", ["2023-11", "2023-08"], ["2023-08", "2023-11"]),
        (Actors, "id", ["b", "a-2", "a"], ["a", "a-2", "b"]),
        (
            Statements,
            "id",
            ["stm-10000", "stm-9999", "stm-0001"],
            ["stm-0001", "stm-9999", "stm-10000"],
        ),
    ],
)
def test_records_stand_by_date_then_id(
    model: Any, field: str, given: list[str], expected: list[str]
) -> None:
    text = "".join(f"- {field}: {value}\n" for value in given)
    assert re.findall(rf"- {field}:(.*)", canonical(text, model=model)) == [
        f" {value}".rstrip() for value in expected
    ]


def test_a_record_stands_by_its_first_date_that_is_written() -> None:
    text = "- {id: dep-0001, start: 2025-02}\n- {id: dep-0002, announced_on: 2025-01-01, start: 2025-03}\n- {id: dep-0003}\n"
    assert re.findall("dep-....", canonical(text, model=Deployments)) == [
        "dep-0002",
        "dep-0001",
        "dep-0003",
    ]


@pytest.mark.parametrize(
    ("text", "block", "flow"),
    [
        ("NO", "NO", "NO"),
        ("2025-06-17", "2025-06-17", "2025-06-17"),
        ("-77.03", "-77.03", "-77.03"),
        ("https://a.example/?p=1#x", "https://a.example/?p=1#x", '"https://a.example/?p=1#x"'),
        ("6,000", "6,000", '"6,000"'),
        ("Workers' Party", "Workers' Party", "Workers' Party"),
        ("Moscow: no", '"Moscow: no"', '"Moscow: no"'),
        ('"Peace": a play', "'\"Peace\": a play'", "'\"Peace\": a play'"),
        ("'Kim' \"said\": so", "'''Kim'' \"said\": so'", "'''Kim'' \"said\": so'"),
        ("No. #1", '"No. #1"', '"No. #1"'),
        ("C#", "C#", "C#"),
        ("- dash", '"- dash"', '"- dash"'),
        ("-", '"-"', '"-"'),
        ("two\nlines\t\u200b", '"two\\nlines\\t\\u200B"', '"two\\nlines\\t\\u200B"'),
        (" edge", '" edge"', '" edge"'),
        ("", "", ""),
    ],
)
def test_text_is_quoted_only_where_yaml_needs_it(text: str, block: str, flow: str) -> None:
    quoted = (
        '"'
        + text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\t", "\\t")
        .replace("\u200b", "\\u200b")
        + '"'
    )
    written = canonical(f"- note: {quoted}\n  allow: {{W201: {quoted}}}\n", model=Meetings)
    assert written == f"- note: {block}".rstrip() + f"\n  allow: {{W201: {flow}}}\n"


def test_comments_go_where_their_part_goes() -> None:
    text = """\
# Places of the dataset.

# by size
# and name

# Pyongyang, the capital
- id: pyongyang # touching
  kind: city     # no town
  # spelled so
  name: Pyongyang
  # country: KP
#  latitude: 39.02

# ---- Russia ----

- # the city
  id: moscow
  kind: city
  name: Moscow
  # tail of moscow
# End of places.
"""
    assert (
        canonical(text, model=Places)
        == """\
# Places of the dataset.

# by size
# and name

# ---- Russia ----

# the city
- id: moscow
  name: Moscow
  kind: city
  # tail of moscow

# Pyongyang, the capital
- id: pyongyang  # touching
  # spelled so
  name: Pyongyang
  kind: city  # no town
  # country: KP
  #  latitude: 39.02

# End of places.
"""
    )


def test_comments_within_values() -> None:
    text = """\
- id: mtg-0001
  summary: >- # folded
    Talks # no comment
    in Pyongyang.
  topics: [treaty, # signed
    # both sides
    memorials] # new
  allow:
    # seen
    W201: A flight. # short
    W202: Two visits.
  participants: # both
    # the guest
    - actor: sergei-shoigu # he
      side: RU # for Russia
    - {actor: kim-jong-un,
       # host
       side: KP} # the host
    # - {actor: nobody}
  # read twice
  sources: [ # one
    {source: kcna-talks}
  ] # that is all
"""
    assert (
        canonical(text, model=Meetings)
        == """\
- id: mtg-0001
  topics:
    - treaty  # signed
    # both sides
    - memorials  # new
  # folded
  summary: "Talks # no comment in Pyongyang."
  # seen
  # short
  allow: {W201: A flight., W202: Two visits.}
  participants:  # both
    # the guest
    # he
    - {actor: sergei-shoigu, side: RU}  # for Russia
    # host
    - {actor: kim-jong-un, side: KP}  # the host
    # - {actor: nobody}
  # read twice
  sources:  # one
    - {source: kcna-talks}
    # that is all
"""
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", "[]\n"),
        ("# none yet\n[] # so far\n", "# none yet\n# so far\n\n[]\n"),
        ("- {}\n", "- {}\n"),
        ("%YAML 1.1\n--- # list\n- id: a\n...\n# end\n", "# list\n- id: a\n\n# end\n"),
        ("[{id: b}, # second\n {id: a}]", "- id: a\n\n- id: b  # second\n"),
        ("- id: a\r\n  name: A\r\n", "- id: a\n  name: A\n"),
        ("- ? id\n  : a\n  aliases: []\n", "- id: a\n  aliases: []\n"),
    ],
)
def test_odd_files(text: str, expected: str) -> None:
    assert canonical(text.replace("\r\n", "\n"), model=Actors) == expected


def test_what_would_not_come_back_the_same_is_refused() -> None:
    with pytest.raises(TumenError, match="would not mean the same; nothing was changed"):
        canonical(f"- ? {'k' * 1100}\n  : a\n", model=Actors)


def test_long_lines_come_back() -> None:
    text = f"- id: mtg-0001\n  topics: [{', '.join(f'topic_{number}' for number in range(400))}]\n"
    assert canonical(text, model=Meetings) == text


def holds(text: str, model: Any) -> None:
    """Meaning, comments and a second run."""
    written = canonical(text, model=model)
    assert records(written) == records(text)
    assert remarks(written) == remarks(text)
    assert canonical(written, model=model) == written


def records(text: str) -> Counter[Any]:
    tree, faults = yaml_parser.parse(text.encode())
    assert not faults
    assert isinstance(tree, yaml_parser.Sequence)
    return Counter(map(plain, tree.items))


def plain(node: yaml_parser.Node) -> Any:
    if isinstance(node, yaml_parser.Scalar):
        return node.text
    if isinstance(node, yaml_parser.Sequence):
        return tuple(map(plain, node.items))
    return frozenset((name, plain(value)) for name, value in node.items.items())


def remarks(text: str) -> Counter[str]:
    return Counter(comment.text for comment in Layout(text).comments)


@settings(deadline=None)
@given(written(), st.sampled_from([Meetings, Actors]))
def test_any_records_in_any_style_keep_their_meaning_and_comments(
    drawn: tuple[list[Any], str], model: Any
) -> None:
    data, text = drawn
    assert sum(records(text).values()) == len(data)
    holds(text, model)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 40), st.integers(0, 8), st.sampled_from(["own", "behind", "blank"])
        ),
        max_size=8,
    )
)
def test_comments_put_anywhere_are_kept(places: list[tuple[int, int, str]]) -> None:
    lines = (
        MEETING + "\n" + MEETING.replace("0001", "0002").replace("06-17", "06-04")
    ).splitlines()
    for number, (line, indent, kind) in enumerate(places):
        at = line % (len(lines) + 1)
        if kind == "behind" and at < len(lines):
            lines[at] += f" # c{number}"
        else:
            lines.insert(at, "" if kind == "blank" else f"{' ' * indent}# c{number}")
    text = "\n".join(lines)
    holds(text, Meetings)


@given(st.text(st.sampled_from("-: #[]{},'\"\n ab>|?"), max_size=40))
def test_any_text_of_the_dialect_is_written_or_refused(text: str) -> None:
    tree, faults = yaml_parser.parse(f"- a: {text}".encode())
    assume(not faults and isinstance(tree, yaml_parser.Sequence))
    assert isinstance(tree, yaml_parser.Sequence)
    assume(all(isinstance(node, yaml_parser.Mapping) for node in tree.items))
    holds(f"- a: {text}", Actors)
