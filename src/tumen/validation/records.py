"""The public `check`, and the check of a dataset, which gives each finding its line and column."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, overload

import narwhals as nw

from tumen import _extras
from tumen._text import shorten
from tumen.errors import TumenError
from tumen.records import frames, reader
from tumen.records.cache import default_cache
from tumen.report import Finding, Place, Report
from tumen.schemas import TABLES
from tumen.schemas.all_rules import ALL_RULES
from tumen.schemas.cross_table import CROSS_TABLE_RULES
from tumen.schemas.rules import FILE_RULES, TablesRule
from tumen.validation import column_rules, evaluate, release_rules, released_ids
from tumen.validation.messages import ReferenceNames, describe_violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tumen.records.parser import Row
    from tumen.records.reader import Dataset
    from tumen.validation.engines import EngineName
    from tumen.validation.evaluate import Violation
    from tumen.validation.table_report import FrameReport

_CHECKED_AT_BUILD: Final = ("W340",)
"""Rules that only a build checks, so that `allow:` may name them although nothing is found."""


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
    """Check a dataset, or tables in files or frames, against the rules.

    Without `table`, `data` is the path of a dataset: a folder of records, or one file in it. A file
    is checked together with its dataset, and the report has the findings in the file.

    With `table`, `data` is a path, a list of paths, a glob or a URL of Parquet, CSV, Arrow IPC or
    JSON Lines, or a frame of polars, pandas, Arrow, DuckDB, Ibis or Spark. A mapping of names of
    tables to any of these is also checked against the rules across tables. Columns that no rule
    refers to are checked for their type only: their values are not read, so damage there is not
    noticed.

    Args:
        data: A path of records, or a table, or tables by name.
        table: The name of the table that `data` is, such as `estimates`.
        engine: What reads the files of a table: `polars` (the default), `duckdb` or `spark`. A
            frame is checked by its own engine.
        coerce: Whether to convert text to dates, numbers, booleans and, in CSV, lists. What cannot
            be converted is a finding.
        max_findings: How many findings of each rule to show for a table, in the order of the keys.
        cache: Whether to skip reading files of records whose content has not changed since an
            earlier check (see `tumen.records.cache`).
        releases: The folder of releases against which the ids of records are checked. By default it
            is the folder `releases` next to the dataset. If there are no releases in it, ids are
            not compared with any.

    Returns:
        The report. For tables it is a `FrameReport`: for each rule, how many rows violate it, and
        the first of them.

    Raises:
        TumenError: If the data cannot be read, or the arguments do not go together.
        UnknownNameError: If there is no such table or engine.

    Examples:
        >>> import polars as pl
        >>> import tumen
        >>> frame = pl.DataFrame({"estimate_id": ["est-0001"]})
        >>> tumen.check(frame, table="estimates").ok
        False

    """
    if isinstance(data, Mapping) or table is not None:
        _extras.require("check", "a check of tables")
        # Records need none of its readers of files, and so not pyarrow.
        from tumen.validation.tables import check_tables  # noqa: PLC0415

        if isinstance(data, Mapping) and table is not None:
            raise TumenError(f"a mapping already names its tables; leave out table={table!r}.")
        if releases is not None:
            raise TumenError(
                "releases are for records, whose ids are compared with them;"
                " leave releases out of a check of tables."
            )
        tables = data if table is None else {table: data}
        return check_tables(tables, engine, coerce=coerce, max_findings=max_findings)
    if not isinstance(data, str | Path):
        raise TumenError(
            f"a {type(data).__name__} needs the name of its table, as in table='estimates'."
        )
    return _check_records(Path(data), None if releases is None else Path(releases), cache=cache)


def _check_records(path: Path, releases: Path | None, *, cache: bool) -> Report:
    root = dataset_root(path)
    dataset = reader.read(root, default_cache() if cache else None)
    releases = releases or released_ids.find_releases(root)
    id_findings = (
        release_rules.check_released_ids(dataset, released_ids.read_releases(releases))
        if releases
        else ()
    )
    findings = find_all(dataset, id_findings)
    if path != root:
        findings = [finding for finding in findings if Path(finding.place.file) == path]
        if not findings and str(path) not in dataset.files:
            raise TumenError(
                f"{path} is not read, because it is hidden or is in a linked folder;"
                f" name another file of {root}."
            )
    return Report(tuple(sorted(findings)), dataset.records, len(dataset.files), tuple(ALL_RULES))


def dataset_root(path: Path) -> Path:
    """Return the folder of a dataset.

    Args:
        path: The folder itself, or a file of records in it.

    Returns:
        The folder.

    """
    return reader.root_of(path) if path.is_file() else path


def find_all(dataset: Dataset, beyond: Iterable[tuple[Row | None, Finding]] = ()) -> list[Finding]:
    """Return the findings in a dataset, without the warnings that a record allows with a reason.

    Args:
        dataset: The records as they were read.
        beyond: Findings of rules for which the records alone are not enough, each with its row.

    Returns:
        The findings of reading, of rows and across tables.

    """
    violations = chain(_check_rows(dataset), _check_cross_table(dataset))
    all_found = [*_Locator(dataset).findings(violations), *beyond]
    findings = [finding for row, finding in all_found if not _is_allowed(row, finding)]
    used = {(id(_owner_of(row)), finding.code) for row, finding in all_found if row}
    return [*dataset.findings, *findings, *_find_unused_allowances(dataset, used)]


def _is_allowed(row: Row | None, finding: Finding) -> bool:
    if row is None or finding.severity != "warning":
        return False
    return finding.code in _owner_of(row).allowed


def _owner_of(row: Row) -> Row:
    """Return the row of the record that a row is nested in, else the row itself."""
    return row.owner or row


def _find_unused_allowances(dataset: Dataset, used: set[tuple[int, str]]) -> Iterator[Finding]:
    rule = FILE_RULES["E012"]
    for row in dataset.rows_with_allow():
        for code, place in row.allowed.items():
            if code in _CHECKED_AT_BUILD:
                continue
            if (id(row), code) not in used or not code.startswith("W"):
                yield Finding(
                    Place(row.file, *place),
                    rule.code,
                    f"allow.{shorten(code)}: {rule.title}",
                    rule.remedy,
                    rule.severity,
                )


def _check_rows(dataset: Dataset) -> Iterator[Violation]:
    """Yield violations of the rules on single rows, for rows whose values have their types."""
    for name, frame in frames.from_dataset(dataset).items():
        if not frame.is_empty():
            rules = column_rules.row_rules(TABLES[name])
            yield from evaluate.find_violations(name, nw.from_native(frame.lazy()), rules)


def _check_cross_table(dataset: Dataset) -> Iterator[Violation]:
    """Yield violations of the rules across tables.

    A table is left out, with the tables nested in it, if one of its files could not be read.
    """
    unreadable = dataset.broken | {
        child.spec().name
        for name in dataset.broken
        for child in TABLES[name].spec().nested.values()
    }
    complete = {
        name: frame.lazy()
        for name, frame in frames.from_dataset(dataset, sound=False).items()
        if name not in unreadable
    }
    rules = [rule for rule in CROSS_TABLE_RULES if all(table in complete for table in rule.tables)]
    yield from evaluate.find_cross_table_violations(rules, complete)


class _Locator:
    """Turns violations into findings at the places of the values in the files."""

    def __init__(self, dataset: Dataset) -> None:
        self._rows = dataset.rows
        self._names = ReferenceNames(lambda table, columns: dataset.frames[table].select(columns))

    def findings(self, violations: Iterable[Violation]) -> Iterator[tuple[Row, Finding]]:
        """Yield the findings, each with its row."""
        for violation in violations:
            rows = self._rows[violation.table]
            row = rows[violation.row or 0]
            if not _has_other_row(violation):
                yield row, self._to_finding(violation, row)
                continue
            other = rows[int(violation.other or 0)]
            # A key of nested rows need only be unique within their record.
            if other.owner is row.owner:
                place = str(other.place(violation.columns[0]))
                yield row, self._to_finding(violation._replace(other=place), row)

    def _to_finding(self, violation: Violation, row: Row) -> Finding:
        rule, (column, value) = violation.rule, next(iter(violation.values.items()))
        path = _field_path(row, column, value)
        message = describe_violation(violation, self._names, partial(_field_name, row))
        return Finding(
            row.place(path),
            rule.code,
            f"{row.prefix}{_field_name(row, path)}: {message}",
            rule.remedy,
            rule.severity,
        )


def _has_other_row(violation: Violation) -> bool:
    return isinstance(violation.rule, TablesRule) and violation.rule.other_is_row


def _field_path(row: Row, column: str, value: Any) -> str:
    """Return the column or, for an item of a list, the column with the index of the item."""
    items = row.values.get(column)
    if isinstance(items, list) and value in items:
        return f"{column}[{items.index(value)}]"
    return column


def _field_name(row: Row, column: str) -> str:
    """Return the name of a column in the records, with the index of an item."""
    name, bracket, index = column.partition("[")
    spec = TABLES[row.table].columns().get(name)
    return f"{(spec.written if spec and spec.written else name)}{bracket}{index}"
