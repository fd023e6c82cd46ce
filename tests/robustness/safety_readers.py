"""Readers that could execute what they read.

The source is scanned for unsafe code, and YAML tags and pickles in Parquet and Arrow are tried.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
from trials import Row, ended_cleanly, run_cli
from unsafe_code import CODE, breaches

from tumen.publishing import parquet
from tumen.validation.explain import read_clean_dataset
from tumen.validation.records import check

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def trials(*, long: bool) -> Iterator[Row]:
    """Yield a row for the source, for YAML and for files with pickles."""
    faults = [
        breach for path in CODE for breach in breaches(path.read_text(encoding="utf-8"), path.name)
    ]
    yield Row(
        "code that runs text, unpickles, starts a shell, loads YAML by tags or decides by assert",
        "every module of src/ and schemas/ read as a syntax tree",
        len(CODE),
        faults[0] if faults else "none does",
        sound=not faults,
    )
    with tempfile.TemporaryDirectory() as folder:
        yield _tags(Path(folder))
        yield _pickles(Path(folder))


def _tags(folder: Path) -> Row:
    for name, content in read_clean_dataset().items():
        (folder / name).write_text(content, encoding="utf-8")
    taken = []
    for text in TAGS:
        (folder / "launches.yaml").write_text(f"{text}\n", encoding="utf-8")
        with chdir(folder):
            codes = check(folder).by_code()
        if not {"E003", "E004", "E005", "E006"} & set(codes) or (folder / "pwned").exists():
            taken.append(f"{text!r} gave {codes}")
    happened = f"taken: {taken[0]}" if taken else "each reported at its place; none was resolved"
    return Row(
        "tags, anchors and merges of YAML",
        "in a file of a sound dataset",
        len(TAGS),
        happened,
        sound=not taken,
    )


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch pwned",)


def _pickles(folder: Path) -> Row:
    load = pickle.dumps(_Evil())
    hint = (
        b'{"columns": [{"name": "estimate_id", "metadata": {"encoding": "pickle"},'
        b' "numpy_type": "object"}], "index_columns": []}'
    )
    marks = {
        "extension": (
            {"ARROW:extension:name": "arrow.py_extension_type", "ARROW:extension:metadata": load},
            {},
        ),
        "pandas": ({}, {"pandas": hint}),
        "metadata": ({}, {"pandas": load, "tumen.fields": load}),
    }
    tried, unsound = 0, []
    for mark, (of_field, of_file) in marks.items():
        schema = pa.schema(
            [pa.field("estimate_id", pa.string(), metadata=of_field)], metadata=of_file
        )
        table = pa.Table.from_pylist([{"estimate_id": "est-0001"}], schema)
        pq.write_table(table, folder / f"{mark}.parquet")
        with pa.ipc.new_file(folder / f"{mark}.arrow", schema) as file:
            file.write_table(table)
        parquet.read_rows((folder / f"{mark}.parquet").read_bytes())
        for name in (f"{mark}.parquet", f"{mark}.arrow"):
            for engine in ("polars", "duckdb"):
                run = run_cli(
                    "check", name, "--table", "estimates", "--engine", engine, folder=folder
                )
                tried += 1
                if not ended_cleanly(run) or run.returncode == 0 or (folder / "pwned").exists():
                    unsound.append(f"{name} by {engine}: {run.stderr[-200:]}")
    happened = (
        unsound[0]
        if unsound
        else "nothing was unpickled: judged as any table, or refused with one sentence"
    )
    return Row(
        "a pickle as Arrow extension type, pandas and file metadata",
        "read as a table",
        tried,
        happened,
        sound=not unsound,
    )
