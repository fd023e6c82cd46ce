"""The check of a dataset: every breach of every rule in every record, each at its file, line and column; or of tables in frames."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, overload

import narwhals as nw
import polars as pl

from tumen._text import brief, shown
from tumen.errors import TumenError
from tumen.records import frames, reader
from tumen.records.cache import default as default_cache
from tumen.report import Finding, Place, Report
from tumen.schemas import TABLES
from tumen.schemas.cross_table import INTEGRITY
from tumen.schemas.cross_table.scripts import mixture
from tumen.schemas.registry import ALL_RULES
from tumen.schemas.rules import FILE_RULES
from tumen.validation import column_rules, permanence
from tumen.validation.remarks import remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tumen.records.reader import Dataset
    from tumen.records.rows import Row
    from tumen.schemas.rules import RowRule, TablesRule
    from tumen.validation.files import EngineName
    from tumen.validation.table_report import FrameReport

_AT_BUILD: Final = ("W340",)


@overload
def check(
    data: str | Path, *, cache: bool = True, releases: str | Path | None = None
) -> Report: ...


@overload
def check(
    data: Any,
    *,
    table: str,
    engine: EngineName | None = None,
    coerce: bool = False,
    max_findings: int = 100,
) -> FrameReport: ...


@overload
def check(
    data: Mapping[str, Any],
    *,
    engine: EngineName | None = None,
    coerce: bool = False,
    max_findings: int = 100,
) -> FrameReport: ...


def check(
    data: Any,
    *,
    table: str | None = None,
    engine: EngineName | None = None,
    coerce: bool = False,
    max_findings: int = 100,
    cache: bool = True,
    releases: str | Path | None = None,
) -> Report:
    """Return a report of all findings in a folder of records, or in tables that somebody holds.

    Without `table`, a path is a dataset: a folder of records, or one file in such a folder. A file is checked together with the
    dataset that it stands in, and the report shows what concerns it. With `cache`, files whose content has not changed since an
    earlier check are not read again (see `tumen.records.cache`). Ids are held to the `releases` in this folder; without it, to
    those in the folder `releases` beside the dataset, and to none where that holds none.

    With `table`, data are paths, a glob (Parquet, CSV, Arrow IPC, JSON Lines) or a frame: polars, pandas, Arrow, DuckDB, Ibis,
    Spark. A mapping of table names to any of these is held to the rules across tables as well. `engine` reads the files (polars, or
    duckdb, spark); a frame is checked where it is. `coerce` makes days, numbers, flags and, of CSV, lists of text, and reports what
    is none. The report is a `FrameReport`: of each rule how many rows break it, and the first `max_findings` of them by key. Of a
    column that no rule concerns, the type alone is looked at: its values are not read, so that what is damaged there is not seen.

    Raises `TumenError` if the data cannot be read, `UnknownNameError` for a table or an engine that there is not.
    """
    if isinstance(data, Mapping) or table is not None:
        from tumen.validation.tables import check_tables  # noqa: PLC0415  # its readers of files are nothing to records

        if isinstance(data, Mapping) and table is not None:
            raise TumenError(f"a mapping names its tables itself; leave out table={table!r}.")
        if releases is not None:
            raise TumenError(
                "releases are for records, whose ids they hold; leave them out of a check of tables."
            )
        held = data if table is None else {table: data}
        return check_tables(held, engine, coerce=coerce, max_findings=max_findings)
    if not isinstance(data, str | Path):
        raise TumenError(
            f"of a {type(data).__name__}, say which table it is, as in table='estimates'."
        )
    return _check_records(Path(data), None if releases is None else Path(releases), cache=cache)


def _check_records(given: Path, releases: Path | None, *, cache: bool) -> Report:
    root = root_of(given)
    dataset = reader.read(root, default_cache() if cache else None)
    held_to = releases or permanence.folder_beside(root)
    findings = all_findings(
        dataset, permanence.findings(dataset, permanence.read(held_to)) if held_to else ()
    )
    if given != root:
        findings = [finding for finding in findings if Path(finding.place.file) == given]
        if not findings and str(given) not in dataset.files:
            raise TumenError(
                f"{given} is not read: it is hidden, or stands behind a link; name another file of {root}."
            )
    return Report(tuple(sorted(findings)), dataset.records, len(dataset.files), tuple(ALL_RULES))


def root_of(path: Path) -> Path:
    """Return the folder of the dataset that a file of records stands in; a folder is taken for a dataset itself."""
    return reader.root_of(path) if path.is_file() else path


def all_findings(
    dataset: Dataset, beyond: Iterable[tuple[Row | None, Finding]] = ()
) -> list[Finding]:
    """Return the findings of reading, of rows and across tables, less the warnings that a record allows with a reason.

    `beyond` are findings of rules that the records alone do not decide, each with the row that it is found in.
    """
    judged = [*_rows(dataset), *_across(dataset), *beyond]
    kept = [finding for row, finding in judged if not _is_allowed(row, finding)]
    used = {(id(_record(row)), finding.code) for row, finding in judged if row}
    return [*dataset.findings, *kept, *_idle_allowances(dataset, used)]


def _is_allowed(row: Row | None, finding: Finding) -> bool:
    return (
        row is not None and finding.severity == "warning" and finding.code in _record(row).allowed
    )


def _record(row: Row) -> Row:
    return row.owner or row


def _idle_allowances(dataset: Dataset, used: set[tuple[int, str]]) -> Iterator[Finding]:
    rule = FILE_RULES["E012"]
    for row in dataset.allowing():
        for code, place in row.allowed.items():
            if code not in _AT_BUILD and ((id(row), code) not in used or not code.startswith("W")):
                yield Finding(
                    Place(row.file, *place),
                    rule.code,
                    f"allow.{brief(code)}: {rule.title}",
                    rule.remedy,
                    rule.severity,
                )


def _rows(dataset: Dataset) -> Iterator[tuple[Row, Finding]]:
    """Yield what single rows break; rows that could not be typed are judged no further."""
    for name, frame in frames.of(dataset).items():
        if frame.is_empty():
            continue
        lazy = nw.from_native(frame.lazy())
        for number, rule, item in column_rules.breaches(lazy, column_rules.row_rules(TABLES[name])):
            row = dataset.rows[name][number]
            yield row, _row_finding(row, rule, item)


def _across(dataset: Dataset) -> Iterator[tuple[Row, Finding]]:
    """Yield what breaks the rules across tables; a table of which a file could not be read, and what stands in it, is left out."""
    lost = dataset.broken | {
        child.spec().name
        for name in dataset.broken
        for child in TABLES[name].spec().nested.values()
    }
    whole = {
        name: nw.from_native(frame.lazy())
        for name, frame in frames.of(dataset, sound=False).items()
        if name not in lost
    }
    judged = [rule for rule in INTEGRITY if all(table in whole for table in rule.needs)]
    asked = [(rule, breach.to_native()) for rule in judged for breach in rule.breaches(whole)]
    for (rule, _), breaches in zip(
        asked, pl.collect_all([breach for _, breach in asked]), strict=True
    ):
        for table, number, column, value, other in breaches.sort("row", maintain_order=True).rows():
            row = dataset.rows[table][number]
            if rule.code != "E301" or row.owner is dataset.rows[table][int(other)].owner:
                yield row, _tables_finding(dataset, rule, row, column, value, other)


def _row_finding(row: Row, rule: RowRule, item: str | None) -> Finding:
    column = rule.columns[0]
    value = row.values.get(column) if rule.each is None else item
    if len(rule.columns) == 1 or rule.each:
        said = f"{shown(value)}: {rule.title}{remark(rule.code, row.table, column, value)}"
    else:
        said = f"{rule.title} ({', '.join(f'{_written(row, name)}: {shown(row.values.get(name))}' for name in rule.columns)})"
    return _finding(row, rule, _item(row, column, item), said)


def _tables_finding(
    dataset: Dataset, rule: TablesRule, row: Row, column: str, value: str | None, other: str | None
) -> Finding:
    message = f"{shown(value)}: {rule.title}"
    if rule.code == "E301":
        first = dataset.rows[row.table][int(other or 0)]
        message = f"{shown(value)}: {rule.title}, first at {first.place(column)}"
    elif rule.code == "E302":
        message = _lost_reference(dataset, row, column, value or "")
    elif rule.code == "W211":
        word, letter = mixture(value or "")
        message = f"{shown(word)}: {rule.title} ({letter})"
    elif other is not None:
        message += f" ({other})"
    return _finding(row, rule, _item(row, column, value), message)


def _lost_reference(dataset: Dataset, row: Row, column: str, value: str) -> str:
    tables = TABLES[row.table].columns()[column].refers_to
    noun = TABLES[tables[0]].spec().key[0].removesuffix("_id") if len(tables) == 1 else "record"
    retired = _retired(dataset)
    if value in retired:
        return f"no {noun} {brief(value)!r}: it is retired{retired[value]}"
    numbered = len(value) > 4 and value[3] == "-" and value[4:].isdigit()  # noqa: PLR2004
    return f"no {noun} {brief(value)!r}{'' if numbered else dataset.spellings(tables).suggestion(brief(value))}"


def _retired(dataset: Dataset) -> dict[str, str]:
    """Return by retired id what to say of its successor."""
    entries = dataset.frames["retired"].select("record_id", "successor_id").rows()
    return {
        name: f", use {successor!r}" if successor else "" for name, successor in entries if name
    }


def _item(row: Row, column: str, value: str | None) -> str:
    items = row.values.get(column)
    return (
        f"{column}[{items.index(value)}]" if isinstance(items, list) and value in items else column
    )


def _finding(row: Row, rule: RowRule | TablesRule, column: str, message: str) -> Finding:
    place: Place = row.place(column)
    return Finding(
        place,
        rule.code,
        f"{row.prefix}{_written(row, column)}: {message}",
        rule.remedy,
        rule.severity,
    )


def _written(row: Row, column: str) -> str:
    name, bracket, index = column.partition("[")
    spec = TABLES[row.table].columns().get(name)
    return f"{(spec.written if spec and spec.written else name)}{bracket}{index}"
