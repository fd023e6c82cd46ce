"""The check of a dataset: every breach of every rule in every record, each at its file, line and column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tumen import checks, frames, records
from tumen.findings import Finding, Place, Report
from tumen.nearest import suggestion
from tumen.schemas import TABLES
from tumen.schemas.integrity import INTEGRITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from tumen.records import Dataset, Row
    from tumen.schemas.rules import RowRule, TablesRule

_MAX_SHOWN = 60


def check(path: str | Path) -> Report:
    """Return a report of all findings in the dataset at `path`, a folder of records or one file in such a folder.

    A file is checked together with the dataset that it stands in, and the report shows what concerns it. Raises
    `TumenError` if the path does not exist.
    """
    given = Path(path)
    root = _root_of(given) if given.is_file() else given
    dataset = records.read(root)
    findings = list(all_findings(dataset))
    if given != root:
        findings = [finding for finding in findings if Path(finding.place.file) == given]
    return Report(tuple(sorted(findings)), dataset.records, len(dataset.files))


def _root_of(file: Path) -> Path:
    return file.parent.parent if file.parent.name in TABLES else file.parent


def all_findings(dataset: Dataset) -> Iterator[Finding]:
    """Yield the findings of reading, then of rows, then across tables; rows that could not be typed are judged no further."""
    yield from dataset.findings
    sound, every = frames.of(dataset), frames.of(dataset, sound=False)
    for name, frame in sound.items():
        lazy = nw.from_native(frame.lazy())
        for number, rule in checks.breaches(lazy, checks.row_rules(TABLES[name])):
            yield _row_finding(dataset.rows[name][number], rule)
    yield from _across(dataset, sound, every)


def _across(dataset: Dataset, sound: dict[str, pl.DataFrame], every: dict[str, pl.DataFrame]) -> Iterator[Finding]:
    lazy = {name: nw.from_native(frame.lazy()) for name, frame in every.items()}
    for rule in INTEGRITY:
        for breach in rule.breaches(lazy):
            for table, number, column, value, other in breach.collect().rows():
                yield _tables_finding(dataset, rule, dataset.rows[table][number], column, value, other)


def _row_finding(row: Row, rule: RowRule) -> Finding:
    column = rule.columns[0]
    value = row.values.get(column)
    if isinstance(value, list):
        return _list_finding(row, rule, value)
    if len(rule.columns) == 1:
        shown = f"{_shown(value)}: {rule.title}"
        if rule.code == "E103":
            shown += suggestion(str(value), {code: code for code in _codes(row.table, column)})
    else:
        shown = f"{rule.title} ({', '.join(f'{_written(row, name)}: {_shown(row.values.get(name))}' for name in rule.columns)})"
    return _finding(row, rule, column, shown)


def _list_finding(row: Row, rule: RowRule, items: list[str]) -> Finding:
    allowed = _codes(row.table, rule.columns[0])
    index = next(number for number, item in enumerate(items) if item not in allowed)
    near = suggestion(items[index], {code: code for code in allowed})
    return _finding(row, rule, f"{rule.columns[0]}[{index}]", f"{_shown(items[index])} is not in the vocabulary{near}")


def _tables_finding(
    dataset: Dataset, rule: TablesRule, row: Row, column: str, value: str | None, other: str | None
) -> Finding:
    message = f"{_shown(value)}: {rule.title}"
    if rule.code == "E301":
        first = dataset.rows[row.table][int(other or 0)]
        message = f"{_shown(value)}: {rule.title}, first at {first.place(column)}"
    elif rule.code == "E302":
        message = _lost_reference(dataset, row, column, value or "")
        column = _item(row, column, value)
    elif rule.code == "E307":
        column = _item(row, column, value)
    elif other is not None:
        message += f" ({other})"
    return _finding(row, rule, column, message)


def _lost_reference(dataset: Dataset, row: Row, column: str, value: str) -> str:
    tables = TABLES[row.table].columns()[column].refers_to
    nouns = " or ".join(table.removesuffix("s") for table in tables)
    spellings = {}
    for table in tables:
        key = TABLES[table].spec().key[0]
        for target in dataset.rows[table]:
            slug = str(target.values.get(key))
            names = (slug, target.values.get("name"), *(target.values.get("aliases") or ()))
            spellings.update({str(name): slug for name in names if name})
    numbered = len(value) > 4 and value[3] == "-" and value[4:].isdigit()  # noqa: PLR2004
    return f"no {nouns} {value!r}{'' if numbered else suggestion(value, spellings)}"


def _item(row: Row, column: str, value: str | None) -> str:
    items = row.values.get(column)
    return f"{column}[{items.index(value)}]" if isinstance(items, list) and value in items else column


def _finding(row: Row, rule: RowRule | TablesRule, column: str, message: str) -> Finding:
    place: Place = row.place(column)
    return Finding(place, rule.code, f"{row.prefix}{_written(row, column)}: {message}", rule.remedy, rule.severity)


def _written(row: Row, column: str) -> str:
    name, bracket, index = column.partition("[")
    spec = TABLES[row.table].columns().get(name)
    return f"{(spec.written if spec and spec.written else name)}{bracket}{index}"


def _codes(table: str, column: str) -> tuple[str, ...]:
    return tuple(TABLES[table].columns()[column].codes or ())


def _shown(value: Any) -> str:
    if value is None:
        return "not given"
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}".replace(",", "")  # noqa: PLR2004
    text = value if isinstance(value, str) else str(value)
    return json.dumps(text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…", ensure_ascii=False).replace('"', "'")
