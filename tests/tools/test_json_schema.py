"""JSON Schemas for editors, held to the dataset, to the examples and to the reader by another validator, `jsonschema`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from json_schema import editor_settings, file_schema, to_json
from jsonschema import Draft202012Validator

from tumen.records import scalars
from tumen.records.fields import written_tables
from tumen.schemas import TABLES
from tumen.schemas.all_rules import ALL_RULES
from tumen.validation.explain import read_clean_dataset, read_page

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(ROOT.glob("schemas/json/*.json"))
}
VALIDATORS = {table: Draft202012Validator(schema) for table, schema in SCHEMAS.items()}


class Core(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as an editor reads it, by the core schema of YAML 1.2: numbers and truth values, but no dates, and NO is text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


Core.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
Core.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(0|[1-9][0-9]*)$"), list("-+0123456789")
)
Core.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+\.[0-9]*$"), list("-+0123456789")
)
Core.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
READINGS = [pytest.param(Core, id="core"), pytest.param(yaml.BaseLoader, id="text")]


def faults(table: str, text: str, loader: type[Any] = Core) -> list[str]:
    """Return the places that a validator marks, as `[0].format enum`."""
    records = yaml.load(text, Loader=loader)  # noqa: S506
    return sorted(
        f"{error.json_path[1:]} {error.validator}"
        for error in VALIDATORS[table].iter_errors(records)
    )


def table_of(name: str) -> str:
    return Path(name).parts[0].removesuffix(".yaml")


def test_there_is_a_schema_for_each_table_that_is_written() -> None:
    assert set(SCHEMAS) == set(written_tables()) == set(TABLES) - {"participants", "citations"}


@pytest.mark.parametrize("table", SCHEMAS)
def test_schema_is_valid_and_up_to_date(table: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[table])
    assert to_json(file_schema(table)) == (ROOT / "schemas" / "json" / f"{table}.json").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_field_is_titled_and_described(table: str) -> None:
    properties = SCHEMAS[table]["items"]["properties"]
    assert all(field["title"] and field["description"] for field in properties.values())
    coded = [field for field in properties.values() if "enumDescriptions" in field]
    assert all(len(field["enum"]) == len(field["enumDescriptions"]) for field in coded)


def test_editors_bind_each_schema_to_the_files_of_its_table() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert settings == editor_settings()
    expected = {
        f"./schemas/json/{table}.json": [f"dataset/{table}.yaml", f"dataset/{table}/**/*.yaml"]
        for table in SCHEMAS
    }
    assert settings["yaml.schemas"] == expected
    assert all((ROOT / path).is_file() for path in settings["yaml.schemas"])


@pytest.mark.parametrize(
    "path", sorted((ROOT / "dataset").rglob("*.yaml")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_dataset_is_valid(path: Path) -> None:
    assert (
        faults(table_of(str(path.relative_to(ROOT / "dataset"))), path.read_text(encoding="utf-8"))
        == []
    )


@pytest.mark.parametrize("loader", READINGS)
def test_examples_without_a_fault_are_valid(loader: type[Any]) -> None:
    for name, text in read_clean_dataset().items():
        assert faults(table_of(name), text, loader) == [], name
    for code in sorted(set(ALL_RULES) - {"E011"}):
        example = read_page(code)
        if example.file:
            assert faults(table_of(example.file), example.fixed, loader) == [], code


@pytest.mark.parametrize("loader", READINGS)
@pytest.mark.parametrize(
    "code",
    [
        "E008",
        "E009",
        "E010",
        "E101",
        "E102",
        "E103",
        "E104",
        "E105",
        "E106",
        "E108",
        "E109",
        "E110",
        "E113",
        "E303",
    ],
)
def test_mistakes_of_one_value_are_found(code: str, loader: type[Any]) -> None:
    example = read_page(code)
    assert example.file
    assert faults(table_of(example.file), example.failing, loader) != []


ESTIMATES = read_clean_dataset()["estimates.yaml"]


@pytest.mark.parametrize(
    ("table", "written", "mistake", "fault"),
    [
        ("meetings", "  start:", "  begin:", ["[0] additionalProperties", "[0] required"]),
        ("meetings", "mtg-0001", "mtg-1", ["[0].id pattern"]),
        ("meetings", "mtg-0001", "est-0001", ["[0].id pattern"]),
        ("meetings", "2025-06-17", "2025-13-01", ["[0].start pattern"]),
        ("meetings", "2025-06-17", "17 June 2025", ["[0].start pattern"]),
        ("meetings", "2025-06-17", "../2025-06-17", ["[0].start pattern"]),
        ("meetings", "2025-06-17", "25", ["[0].start minimum"]),
        ("meetings", "format: talks", "format: talk", ["[0].format enum"]),
        ("meetings", "  level: security_council\n", "", ["[0] required"]),
        ("meetings", "place: pyongyang", "place: Pyongyang", ["[0].place pattern"]),
        ("meetings", "[memorials, treaty]", "[memorials, treatys]", ["[0].topics[1] enum"]),
        ("meetings", "[memorials, treaty]", "[memorials, memorials]", ["[0].topics uniqueItems"]),
        ("meetings", "side: RU", "side: Russia", ["[0].participants[0].side enum"]),
        (
            "meetings",
            "actor: sergei-shoigu",
            "person: sergei-shoigu",
            ["[0].participants[0] additionalProperties", "[0].participants[0] required"],
        ),
        (
            "meetings",
            "principal: true",
            "principal: yes",
            ["[0].participants[0].principal pattern"],
        ),
        (
            "meetings",
            "sources:\n    - {source: kcna-2025-06-18-talks, topics: [memorials]}",
            "sources: []",
            ["[0].sources minItems"],
        ),
        (
            "meetings",
            "  summary: Talks in Pyongyang.",
            f"  summary: {'word ' * 31}",
            ["[0].summary pattern"],
        ),
        ("meetings", "  summary:", "  allow: {W207: Two rounds.}\n  summary:", []),
        (
            "meetings",
            "  summary:",
            "  allow: {E103: No.}\n  summary:",
            ["[0].allow additionalProperties"],
        ),
        ("meetings", "  summary: Talks in Pyongyang.", "  summary:", ["[0].summary type"]),
        ("estimates", "best: 11000", "best: 11,000", ["[0].best pattern"]),
        ("estimates", "best: 11000", "best: -1", ["[0].best minimum"]),
        ("estimates", "best: 11000", "best: 11000\n  wording: 2024", []),
        ("estimates", "said_on: 2025-06-17", "said_on: ../2025-06-17", []),
        ("estimates", "said_on: 2025-06-17", "said_on: 2025", []),
        ("estimates", "said_on: 2025-06-17", "said_on: ../2025-06", ["[0].said_on pattern"]),
        ("estimates", "as_of: 2025-06-15", "as_of: 2025-06", ["[0].as_of pattern"]),
        ("estimates", "as_of: 2025-06-15", "as_of: 2025", ["[0].as_of type"]),
        ("estimates", "as_of:", "subject: dep-0001\n  as_of:", []),
        ("estimates", "as_of:", "subject: kursk\n  as_of:", ["[0].subject pattern"]),
    ],
)
def test_a_mistake_is_marked_where_it_stands(
    table: str, written: str, mistake: str, fault: list[str]
) -> None:
    text = read_clean_dataset()[f"{table}.yaml"]
    assert written in text
    assert faults(table, text.replace(written, mistake, 1)) == fault


DATES = st.from_regex(r"(\.\./)?[0-9]{2,4}(-[0-9]{1,2}(-[0-9]{1,2})?)?", fullmatch=True)
NUMBERS = st.from_regex(r"-?[0-9]{0,3}[.,e]?[0-9]{0,3}", fullmatch=True)


def is_taken(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


@given(DATES)
def test_what_the_reader_takes_for_a_date_is_not_marked(text: str) -> None:
    marked = faults("estimates", ESTIMATES.replace("said_on: 2025-06-17", f"said_on: '{text}'"))
    assert not (marked and is_taken(scalars.parse_date, text))


@given(NUMBERS)
def test_what_the_reader_takes_for_a_number_is_not_marked(text: str) -> None:
    marked = faults("estimates", ESTIMATES.replace("best: 11000", f"best: '{text}'"))
    assert bool(marked) == (text.startswith("-") or not is_taken(scalars.parse_number, text))
