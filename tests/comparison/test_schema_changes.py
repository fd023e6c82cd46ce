"""The schema version that a change of the models requires, and how the change is reported."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tumen.comparison.schema_changes import differences, table_shapes, version_fault
from tumen.publishing import datapackage
from tumen.release import catalog
from tumen.schemas import SCHEMA_VERSION, TABLES
from tumen.table_names import ROW_KEYS

Change = Callable[[dict[str, Any]], object]

OLD: dict[str, Any] = {
    "version": "2026.11.0",
    "schema_version": "1.4",
    "resources": [
        {
            "name": "places",
            "schema": {
                "fields": [
                    {"name": "place_id", "type": "string", "constraints": {"required": True}},
                    {
                        "name": "kind",
                        "type": "string",
                        "constraints": {"required": True, "enum": ["city", "oblast"]},
                    },
                    {"name": "latitude", "type": "number", "unit": "degrees"},
                    {"name": "tags", "type": "list", "codes": ["port", "border"]},
                ],
                "primaryKey": ["place_id"],
            },
        },
        {
            "name": "crossings",
            "schema": {
                "fields": [{"name": "crossing_id", "type": "string"}],
                "primaryKey": ["crossing_id"],
            },
        },
        {"name": "codebook", "schema": {"fields": [{"name": "table", "type": "string"}]}},
        {"name": "card", "path": "README.md"},
    ],
}


def fields(description: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = description["resources"][0]["schema"]["fields"]
    return found


MINOR: list[tuple[Change, str]] = [
    (lambda new: fields(new).append({"name": "note", "type": "string"}), "places.note was added"),
    (
        lambda new: fields(new)[1]["constraints"]["enum"].append("port"),
        "places.kind: gained 'port'",
    ),
    (lambda new: fields(new)[3]["codes"].insert(0, "rail"), "places.tags: gained 'rail'"),
    (
        lambda new: fields(new)[1]["constraints"].pop("required"),
        "places.kind: required True became False",
    ),
    (
        lambda new: new["resources"].append(
            {"name": "roads", "schema": {"fields": [], "primaryKey": ["road_id"]}}
        ),
        "roads was added",
    ),
]
MAJOR: list[tuple[Change, str]] = [
    (lambda new: fields(new).pop(), "places.tags was removed"),
    (lambda new: fields(new)[2].update(name="lat"), "places.latitude was removed"),
    (lambda new: new["resources"].pop(1), "crossings was removed"),
    (lambda new: fields(new)[1]["constraints"]["enum"].remove("city"), "places.kind: lost 'city'"),
    (
        lambda new: fields(new)[3]["codes"].__setitem__(0, "harbour"),
        "places.tags: lost 'port', gained 'harbour'",
    ),
    (
        lambda new: fields(new)[2].update(type="string"),
        "places.latitude: type number became string",
    ),
    (
        lambda new: fields(new)[2].update(unit="radians"),
        "places.latitude: unit degrees became radians",
    ),
    (
        lambda new: fields(new)[2].update(constraints={"required": True}),
        "places.latitude: required False became True",
    ),
    (
        lambda new: fields(new)[1]["constraints"]["enum"].reverse(),
        "places.kind: its codes are in another order",
    ),
    (lambda new: fields(new)[3].pop("codes"), "places.tags: codes ['port', 'border'] became None"),
    (lambda new: fields(new)[0].update(codes=["a"]), "places.place_id: codes None became ['a']"),
    (
        lambda new: new["resources"][1]["schema"].update(primaryKey=["other"]),
        "crossings: key ['crossing_id'] became ['other']",
    ),
]
NONE: list[Change] = [
    lambda new: fields(new)[0].update(title="Place", description="Another text"),
    lambda new: new["resources"].pop(),
    lambda new: new["resources"][2]["schema"]["fields"].pop(),
]


def after(change: Change, version: str) -> str | None:
    new = deepcopy(OLD)
    change(new)
    return version_fault(OLD, {**new, "schema_version": version})


@pytest.mark.parametrize(("change", "told"), MINOR)
def test_additions_are_minor(change: Change, told: str) -> None:
    assert after(change, "1.5") is None
    assert after(change, "2.0") is None
    assert after(change, "1.4") == (
        f"SCHEMA_VERSION is 1.4, and release 2026.11.0 has 1.4; since then: {told}."
        ' Write SCHEMA_VERSION = "1.5" in schemas/__init__.py, or undo the change.'
    )


@pytest.mark.parametrize(("change", "told"), MAJOR)
def test_breaking_changes_are_major(change: Change, told: str) -> None:
    assert after(change, "2.0") is None
    for version in ("1.4", "1.5"):
        wrong = after(change, version)
        assert wrong is not None
        assert f"since then: {told}." in wrong
        assert 'Write SCHEMA_VERSION = "2.0"' in wrong


@pytest.mark.parametrize("change", NONE)
def test_titles_need_no_version(change: Change) -> None:
    for version in ("1.4", "1.5", "2.0"):
        assert after(change, version) is None


@pytest.mark.parametrize("version", ["1.3", "1.6", "3.0", "2.1", "0.9"])
def test_versions_go_up_by_one(version: str) -> None:
    wrong = after(lambda _: None, version)
    assert wrong is not None
    assert "nothing changed that programs rely on" in wrong


def test_message_lists_only_breaking_changes() -> None:
    def change(new: dict[str, Any]) -> None:
        fields(new)[1]["constraints"]["enum"].append("port")
        fields(new).pop()

    wrong = after(change, "1.5")
    assert wrong is not None
    assert "since then: places.tags was removed. Write" in wrong


def test_models_and_names_agree() -> None:
    assert {name: model.spec().key for name, model in TABLES.items()} == ROW_KEYS
    assert table_shapes(datapackage.package_of_models()).keys() == TABLES.keys()
    assert (
        differences(
            table_shapes(datapackage.package_of_models()),
            table_shapes(datapackage.package_of_models()),
        )
        == []
    )
    assert SCHEMA_VERSION.split(".")[0] == str(catalog.SCHEMA_MAJOR)
