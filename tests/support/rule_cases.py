"""Cases for rules: records added to a small sound dataset, with the expected findings."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import tumen

_BASE = Path(__file__).with_name("sound_records")


class Case(NamedTuple):
    """Records to append to files of the base, and the findings, each as `CODE file.yaml field`."""

    name: str
    files: dict[str, str]
    expected: tuple[str, ...] = ()


def write_case(case: Case, folder: Path) -> Path:
    """Write the base dataset with the records of the case appended, and return its folder."""
    dataset = folder / "dataset"
    dataset.mkdir()
    for path in _BASE.iterdir():
        added = case.files.get(path.name, "")
        text = path.read_text(encoding="utf-8")
        (dataset / path.name).write_text(f"{text}\n{added}" if added else text, encoding="utf-8")
    unknown = case.files.keys() - {path.name for path in _BASE.iterdir()}
    assert not unknown, f"the base has no file {unknown}"
    return dataset


def find(case: Case, folder: Path) -> tuple[str, ...]:
    """Return the findings of a strict check, sorted, each as `CODE file.yaml field`."""
    report = tumen.check(write_case(case, folder), cache=False)
    findings = {
        (f.code, Path(f.place.file).name, f.message.partition(":")[0]) for f in report.findings
    }
    return tuple(sorted(" ".join(parts) for parts in findings))
