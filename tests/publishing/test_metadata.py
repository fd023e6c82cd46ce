"""The metadata of a release, validated by the reference readers of the standards."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import citation_files
import duckdb
import example_release
import frictionless
import polars as pl
import pytest
import yaml

import tumen
from tumen.publishing import datapackage
from tumen.release import catalog
from tumen.schemas import TABLES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """Return the datapackage of the example release."""
    found: dict[str, Any] = json.loads((example_release.folder() / "datapackage.json").read_bytes())
    return found


def test_datapackage_is_valid(described: dict[str, Any]) -> None:
    report = frictionless.Package.validate_descriptor(described)
    assert report.valid, report.flatten(["message"])
    broken = frictionless.Package.validate_descriptor({**described, "created": "2026-11-24"})
    assert not broken.valid


def test_coverage() -> None:
    tables = {
        name: pl.read_parquet(example_release.folder() / f"{name}.parquet") for name in TABLES
    }
    covered = datapackage.coverage(tables)
    sources = tables["sources"]
    assert covered["first_published"] == str(sources["published"].min())
    assert covered["last_published"] == str(sources["published"].max())
    assert covered["languages"] == sorted(set(sources["language"]))
    assert covered["outlets"] == len(set(sources["publisher_id"]))
    assert covered["documents"] == sources.height
    assert covered["records"] == len(set(tables["citations"]["record_id"]))
    empty = datapackage.coverage({name: frame.clear() for name, frame in tables.items()})
    assert empty == {
        "first_published": None,
        "last_published": None,
        "languages": [],
        "outlets": 0,
        "documents": 0,
        "records": 0,
    }


LOAD = """
import json, sys
import mlcroissant
dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
def text(value):
    return value.decode() if isinstance(value, bytes) else [text(one) for one in value] if isinstance(value, list) else value
found = {}
for records in dataset.metadata.record_sets:
    rows = dataset.records(records.id)
    found[records.id] = [{key.split("/")[1]: text(value) for key, value in row.items()} for row in rows]
issues = dataset.metadata.ctx.issues
print(json.dumps({"errors": sorted(issues.errors), "warnings": sorted(issues.warnings), "found": found}, default=str))
"""


def test_croissant_is_valid_and_loads_the_records() -> None:
    """In its own process, because mlcroissant uses deprecated parts of its dependencies."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        LOAD,
        str(example_release.folder() / "croissant.json"),
    ]
    run = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    told = json.loads(run.stdout)
    assert told["errors"] == told["warnings"] == []
    for name in TABLES:
        rows = [
            {
                key: f"{value} 00:00:00" if isinstance(value, dt.date) else value
                for key, value in row.items()
            }
            for row in pl.read_parquet(example_release.folder() / f"{name}.parquet").to_dicts()
        ]
        assert told["found"][name] == rows, name


def test_readme_has_front_matter_for_hubs() -> None:
    _, front, body = (
        (example_release.folder() / "README.md")
        .read_text(encoding="utf-8")
        .split("---\n", maxsplit=2)
    )
    told = yaml.safe_load(front)
    assert told["license"] == "cc-by-4.0"
    assert told["language"] == sorted(told["language"])
    assert {one["config_name"]: one["data_files"] for one in told["configs"]} == {
        name: f"{name}.parquet" for name in TABLES
    }
    assert body.startswith("\n# Tumen 2026.11.0\n")
    assert "{" not in body


def test_codebook_is_a_table_and_a_document() -> None:
    book = pl.read_parquet(example_release.folder() / "codebook.parquet")
    assert book.height == sum(len(model.columns()) for model in TABLES.values())
    bound = book.row(
        by_predicate=(pl.col("table") == "estimates") & (pl.col("column") == "bound"), named=True
    )
    assert len(bound["codes"]) == len(bound["meanings"]) > 3
    text = (example_release.folder() / "codebook.md").read_text(encoding="utf-8")
    for row in book.iter_rows(named=True):
        assert f"| {row['column']} | {row['type']} |" in text
        assert all(meaning in text for meaning in row["meanings"])
    assert set(tumen.codebook().columns) < set(book.columns)


def test_citation_files_name_the_newest_release() -> None:
    described = catalog.describe(catalog.find(None))
    assert (ROOT / "CITATION.cff").read_text(encoding="utf-8") == citation_files.cff(described)
    assert (ROOT / ".zenodo.json").read_text(encoding="utf-8") == citation_files.zenodo(described)
    cff, zenodo = (
        yaml.safe_load(citation_files.cff(described)),
        json.loads(citation_files.zenodo(described)),
    )
    assert (cff["version"], cff["date-released"]) == (zenodo["version"], zenodo["publication_date"])
    assert (cff["title"], cff["keywords"]) == (zenodo["title"], zenodo["keywords"])
    assert zenodo["license"] == cff["license"].lower()
    assert [one["name"] for one in zenodo["creators"]] == [one["name"] for one in cff["authors"]]


def test_citation_file_is_valid(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.citation-file-format",
    ]
    subprocess.run([*command, ROOT / "CITATION.cff"], check=True, capture_output=True)
    broken = tmp_path / "CITATION.cff"
    broken.write_text((ROOT / "CITATION.cff").read_text().replace("authors:", "writers:"))
    assert subprocess.run([*command, broken], check=False, capture_output=True).returncode == 1


def test_duckdb_sees_the_metadata() -> None:
    path = example_release.folder() / "estimates.parquet"
    query = "select decode(key), decode(value) from parquet_kv_metadata(?)"
    told = dict(duckdb.execute(query, [str(path)]).fetchall())
    assert told["tumen.table"] == "estimates"
    assert json.loads(told["tumen.fields"])["low"]["unit"] == "as in column unit"
