"""The rules that a released id stays, or is retired, and always means the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from tumen.records import frames
from tumen.release.index import VERSION, version_key
from tumen.report import Finding, Place
from tumen.schemas import TABLES
from tumen.schemas.release_rules import (
    IDENTIFYING_FIELDS,
    PAST_DATES,
    RELEASE_RULES,
    has_new_identity,
)
from tumen.schemas.retired import RULES as RETIREMENT
from tumen.schemas.retired import id_prefix
from tumen.table_names import KEYS
from tumen.validation.released_ids import ReleasedIds, ReleaseIds, Values, from_tables

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from tumen.records.parser import Row
    from tumen.records.reader import Dataset

_SUCCESSOR: Final = next(rule for rule in RETIREMENT if rule.code == "E346")
_NOUNS: Final = {table: key.removesuffix("_id") for table, key in KEYS.items()}


class Violation(NamedTuple):
    """A violation of a rule: its code, the table, id and column where it is, and a message."""

    code: str
    table: str
    name: str
    column: str
    message: str


def find_violations(
    past: ReleasedIds, now: ReleaseIds, building: str | None = None
) -> Iterator[Violation]:
    """Yield every violation of the rules on released ids.

    There are none before the first release.

    Args:
        past: The ids of the releases.
        now: The ids of the records.
        building: The version that is being built from the records, if any.

    Returns:
        The violations, rule by rule.

    """
    if not any(past.records.values()):
        return
    yield from _find_missing(past, now)
    yield from _find_reused(past, now)
    yield from _find_unretired(past, now)
    for name, row in now.retired.items():
        if name not in past.retired:
            yield from _check_retirement(past, now, name, row, building)


def _find_missing(past: ReleasedIds, now: ReleaseIds) -> Iterator[Violation]:
    """Yield ids that are in no table and not retired, or in another table than before."""
    retired = now.retired.keys() | past.retired.keys()
    for table, released in past.records.items():
        if table not in now.records:
            continue
        for name in sorted(released.keys() - now.records[table].keys() - retired):
            history = f"was released in {released[name].version}, as {_article(_NOUNS[table])}"
            others = [
                other
                for other, records in now.records.items()
                if name in records and name not in past.records[other]
            ]
            if others:
                yield Violation("E341", others[0], name, KEYS[others[0]], f"{name!r} {history}")
            else:
                yield Violation(
                    "E340",
                    table,
                    name,
                    KEYS[table],
                    f"{name!r} {history}, and is neither in {table} nor retired",
                )


def _article(noun: str) -> str:
    return f"a{'n' if noun[0] in 'aeiou' else ''} {noun}"


def _find_reused(past: ReleasedIds, now: ReleaseIds) -> Iterator[Violation]:
    """Yield ids that now belong to something else."""
    for table, records in now.records.items():
        for name, values in records.items():
            released = past.records[table].get(name)
            if values is None or released is None or released.values is None:
                continue
            if name in past.retired or released.values == values:
                continue
            if has_new_identity(table, released.values, values):
                fields = ", ".join(
                    dict.fromkeys(mark.columns[0] for mark in IDENTIFYING_FIELDS[table])
                )
                message = (
                    f"{name!r} was something else in release {released.version}:"
                    f" all of {fields} changed at once"
                )
                yield Violation("E341", table, name, KEYS[table], message)


def _find_unretired(past: ReleasedIds, now: ReleaseIds) -> Iterator[Violation]:
    """Yield ids whose retirement is no longer there."""
    for name in sorted(past.retired.keys() - now.retired.keys()):
        version, row = past.retired[name]
        table = next(
            (table for table, records in now.records.items() if name in records), "retired"
        )
        message = (
            f"{name!r} is retired since {row['release']} ({row['reason']}),"
            f" as release {version} has it"
        )
        yield Violation("E342", table, name, KEYS.get(table, "record_id"), message)


def _check_retirement(
    past: ReleasedIds, now: ReleaseIds, name: str, row: Values, building: str | None
) -> Iterator[Violation]:
    """Yield violations in a retirement that is not released yet."""
    tables = past.tables_of(name)
    if not tables:
        yield Violation("E343", "retired", name, "record_id", f"{name!r} is in no release")
        return
    release = str(row["release"])
    if building is not None and release != building:
        yield Violation(
            "E344",
            "retired",
            name,
            "release",
            f"{release!r} is not the release that is built; write {building}",
        )
    elif VERSION.fullmatch(release) and version_key(release) <= version_key(
        str(past.newest or "2000.01.0")
    ):
        yield Violation(
            "E344",
            "retired",
            name,
            "release",
            f"{release!r} is not later than the newest release, {past.newest}",
        )
    successor = row["successor_id"]
    if successor is None or id_prefix(name) != id_prefix(successor):
        return
    successor_tables = [table for table, records in now.records.items() if successor in records]
    # The successor of a record that moved is in another table, any other in the same one.
    has_moved, is_in_same_table = row["reason"] == "moved", set(successor_tables) & set(tables)
    if successor_tables and has_moved == bool(is_in_same_table):
        message = f"{successor!r} is of {successor_tables[0]}, {name!r} was of {tables[0]}"
        yield Violation("E346", "retired", name, "successor_id", message)


def check_released_ids(
    dataset: Dataset, past: ReleasedIds, building: str | None = None
) -> Iterator[tuple[Row | None, Finding]]:
    """Yield findings of the rules on released ids in a dataset.

    A table is left out if one of its files could not be read. If the retired ids could not be
    read, nothing is checked.

    Args:
        dataset: The records.
        past: The ids of the releases.
        building: The version that is being built from the records, if any.

    Returns:
        Each finding with its row, which is None if the record is missing.

    """
    if "retired" in dataset.broken:
        return
    for violation in find_violations(past, _read_current_ids(dataset), building):
        rule = RELEASE_RULES.get(violation.code) or _SUCCESSOR
        row = _find_row(dataset, violation)
        place = row.place(violation.column) if row else _locate_missing(dataset, violation.table)
        field = f"{_field_name(row, violation.column)}: " if row else ""
        yield (
            row,
            Finding(
                place,
                rule.code,
                f"{field}{violation.message}: {rule.title}",
                rule.remedy,
                rule.severity,
            ),
        )


def _field_name(row: Row, column: str) -> str:
    """Return a field as it is written in the record."""
    return f"{row.prefix}{TABLES[row.table].columns()[column].written}"


def _read_current_ids(dataset: Dataset) -> ReleaseIds:
    every, valid = (
        from_tables(
            {
                name: frame
                for name, frame in frames.from_dataset(dataset, sound=sound).items()
                if name not in dataset.broken
            }
        )
        for sound in (False, True)
    )
    records = {
        table: {name: valid.records[table].get(name) for name in names}
        for table, names in every.records.items()
    }
    return ReleaseIds(records, every.retired)


def _find_row(dataset: Dataset, violation: Violation) -> Row | None:
    key = "record_id" if violation.table == "retired" else KEYS[violation.table]
    numbers = dataset.frames[violation.table].filter(pl.col(key) == violation.name)["row"]
    return dataset.rows[violation.table][numbers[0]] if len(numbers) else None


def _locate_missing(dataset: Dataset, table: str) -> Place:
    """Return the place of a missing record.

    It is the first that exists of the single file of its table, the file of retired ids, any file
    of the table, and the folder of the dataset.
    """
    single_files = [str(dataset.root / f"{name}.yaml") for name in (table, "retired")]
    table_files = [
        file for file, name in zip(dataset.files, dataset.tables, strict=True) if name == table
    ]
    existing = (file for file in [*single_files, *table_files] if file in dataset.files)
    return Place(next(existing, str(dataset.root)), 1, 1)


def find_future_dates(dataset: Dataset, today: dt.date) -> Iterator[tuple[Row, Finding]]:
    """Yield a warning for each record of something that took place, with a date in the future.

    Args:
        dataset: The records.
        today: The date of the build.

    Returns:
        Each finding with its row.

    """
    rule = RELEASE_RULES["W340"]
    for table, columns in PAST_DATES.items():
        frame = dataset.frames[table]
        for column in columns:
            for number in frame.filter(pl.col("_sound") & (pl.col(column) > today))["row"]:
                row = dataset.rows[table][number]
                fault = f"{row.values[column]} is after {today}: {rule.title}"
                message = f"{_field_name(row, column)}: {fault}"
                place = row.place(column)
                yield row, Finding(place, rule.code, message, rule.remedy, rule.severity)
