"""Files that a careless reader would execute: YAML tags, and pickles in Parquet and Arrow."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from tumen.records import reader
from tumen.validation.records import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from tumen.validation.engines import EngineName

TAGS: Final = (
    "- !!python/object/apply:os.system ['touch pwned']",
    "- {id: !!python/object/apply:os.system ['touch pwned']}",
    "- {id: !!python/name:os.system x}",
    "- {id: !!python/module:os x}",
    "- {id: !!python/object/new:os.system [touch pwned]}",
    "- !!binary aGVsbG8=",
    "- {id: !!binary aGVsbG8=}",
    "- {id: !!str x}",
    "- {id: !include /etc/passwd}",
    "- !include /etc/passwd",
    "- {id: !env HOME}",
    "- {id: &a x, date: *a}",
    "- &a [*a]",
    "- {<<: {id: x}}",
    "- !!set {a, b}",
    "- !!omap [a: b]",
    "- !<tag:yaml.org,2002:python/object/apply:os.system> ['touch pwned']",
    "%TAG ! tag:yaml.org,2002:python/\n---\n- !name:os.system x",
)


@pytest.mark.parametrize("text", TAGS)
def test_tag_is_reported_and_not_resolved(text: str, write_dataset: Callable[..., Path]) -> None:
    dataset = reader.read(write_dataset({"launches.yaml": f"{text}\n"}))
    assert {finding.code for finding in dataset.findings} & {"E003", "E004", "E005", "E006"}
    assert not Path("pwned").exists()


class Command:
    """What runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch pwned",)


PICKLE: Final = pickle.dumps(Command())
PANDAS: Final = (
    b'{"columns": [{"name": "estimate_id", "metadata": {"encoding": "pickle"},'
    b' "numpy_type": "object"}], "index_columns": []}'
)
METADATA: Final[dict[str, tuple[dict[str, str | bytes], dict[str, bytes]]]] = {
    "extension": (
        {"ARROW:extension:name": "arrow.py_extension_type", "ARROW:extension:metadata": PICKLE},
        {},
    ),
    "pandas": ({}, {"pandas": PANDAS}),
    "metadata": ({}, {"pandas": PICKLE, "tumen.fields": PICKLE}),
}


def test_pickle_would_leave_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pickle.loads(PICKLE)  # noqa: S301
    assert Path("pwned").exists()


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("ending", ["parquet", "arrow"])
@pytest.mark.parametrize("kind", METADATA)
def test_pickle_in_metadata_is_not_read(
    kind: str, ending: str, engine: EngineName, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    of_field, of_file = METADATA[kind]
    schema = pa.schema([pa.field("estimate_id", pa.string(), metadata=of_field)], metadata=of_file)
    table = pa.Table.from_pylist([{"estimate_id": "est-0001"}], schema)
    if ending == "parquet":
        pq.write_table(table, "table.parquet")
    else:
        with pa.ipc.new_file("table.arrow", schema) as file:
            file.write_table(table)
    report = check(f"table.{ending}", table="estimates", engine=engine)
    assert "E112" in report.by_code()
    assert not Path("pwned").exists()
