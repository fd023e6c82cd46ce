"""Records against the releases before: every id that was ever released is there, or retired, and still means the same thing.

What releases hold of ids is gathered from all of them, those that were withdrawn too: an id that was public once may have been
cited. What a withdrawn release made of it binds nobody: its retirements, and what it gave an id to, are passed over.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from tumen.errors import TumenError
from tumen.records import frames
from tumen.release.index import INDEX, VERSION, parse, version_key
from tumen.report import Finding, Place
from tumen.schemas import TABLES
from tumen.schemas.permanence import IDENTITY, OCCURRED, PERMANENCE, is_something_else
from tumen.schemas.retired import RULES as RETIREMENT
from tumen.schemas.retired import family
from tumen.table_names import KEYS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Container, Iterator, Mapping

    from tumen.records.parser import Row
    from tumen.records.reader import Dataset

RELEASES: Final = "releases"
_RETIRED: Final = ("record_id", "release", "reason", "successor_id")
_SUCCESSOR: Final = next(rule for rule in RETIREMENT if rule.code == "E346")
_NOUNS: Final = {table: key.removesuffix("_id") for table, key in KEYS.items()}

Values = dict[str, Any]


class Edition(NamedTuple):
    """The ids of a release or a dataset: by table each record's identifying fields (None: not valid), and what is retired."""

    records: Mapping[str, Mapping[str, Values | None]]
    retired: Mapping[str, Values]


class Released(NamedTuple):
    """A record as the newest release has it that does: the version, and its identifying fields unless that was withdrawn."""

    version: str
    values: Values | None


@dataclass(slots=True)
class Past:
    """What releases hold of ids: of each id of a table the newest record, and the retirements of those that stand."""

    newest: str | None = None
    records: dict[str, dict[str, Released]] = field(
        default_factory=lambda: {table: {} for table in KEYS}
    )
    retired: dict[str, tuple[str, Values]] = field(default_factory=dict)

    def add(self, edition: Edition, entry: Mapping[str, Any]) -> None:
        """Add a release that follows all that were added."""
        version, stands = entry["version"], "withdrawn" not in entry
        for table, records in edition.records.items():
            held = self.records[table]
            if stands:
                held |= {name: Released(version, values) for name, values in records.items()}
            else:
                held |= {name: Released(version, None) for name in records.keys() - held.keys()}
        if stands:
            self.newest = version
            self.retired |= {name: (version, row) for name, row in edition.retired.items()}

    def tables_of(self, name: str) -> list[str]:
        """Return the tables in which an id was released."""
        return [table for table, held in self.records.items() if name in held]


class Breach(NamedTuple):
    """A breach of a rule of permanence: by which id of which table it is found, in which column, and what it is."""

    code: str
    table: str
    name: str
    column: str
    message: str


def folder_beside(root: Path) -> Path | None:
    """Return the folder of releases that stands beside a dataset, or None where none does."""
    folder = Path(os.path.abspath(root)).parent / RELEASES  # noqa: PTH100 - a link to a dataset stays where it is
    return folder if os.path.isfile(folder / INDEX) else None  # noqa: PTH113 - what cannot be looked at is not there


def read(releases: Path) -> Past:
    """Return what the releases in a folder hold of ids; raises `TumenError` where one cannot be read."""
    past = Past()
    for entry in entries_of(releases):
        past.add(edition_of(releases / entry["version"]), entry)
    return past


def entries_of(releases: Path) -> list[dict[str, Any]]:
    """Return the entries of the index of a folder of releases; raises `TumenError` where that cannot be read."""
    try:
        return parse((releases / INDEX).read_bytes())
    except FileNotFoundError:
        raise TumenError(
            f"{releases} holds no releases: there is no {INDEX}; name the folder that has it."
        ) from None
    except (OSError, ValueError) as error:
        raise TumenError(
            f"{releases / INDEX} is not an index of releases ({error}); restore it from the history."
        ) from error


def edition_of(folder: Path) -> Edition:
    """Return the ids of the release in a folder; raises `TumenError` where a file of it cannot be read."""
    found = {}
    for table, columns in _columns().items():
        path = folder / f"{table}.parquet"
        try:
            scanned = pl.scan_parquet(path, glob=False)
            found[table] = scanned.select(
                pl.col(name) for name in scanned.collect_schema() if name in columns
            ).collect()
        except FileNotFoundError:
            continue
        except (OSError, pl.exceptions.PolarsError) as error:
            raise TumenError(
                f"{path} cannot be read ({error}); `tumen verify` says what is wrong with the release."
            ) from None
        _refuse_foreign(path, found[table], table)
    if not found:
        raise TumenError(
            f"{folder} holds no table of the release that the index names; restore it from the history."
        )
    return _edition(found)


def _refuse_foreign(path: Path, frame: pl.DataFrame, table: str) -> None:
    """Raise `TumenError` where a file is not one of the table: it lacks a column of the key, or a column is of another type."""
    types = frames.column_types(TABLES[table])
    asked = {*TABLES[table].spec().key} | ({"principal"} if table == "participants" else set())
    lacking = sorted(asked & _columns()[table] - set(frame.columns))
    other = [name for name, kind in frame.schema.items() if kind != types[name]]
    if lacking or other:
        what = (
            f"lacks {', '.join(lacking)}"
            if lacking
            else f"has {other[0]} as {frame.schema[other[0]]}"
        )
        raise TumenError(
            f"{path} {what}, unlike a table of {table}; take the release from where it was published."
        )


def _columns() -> dict[str, set[str]]:
    """Return the columns to read of each table."""
    identity = {
        table: {KEYS[table], *(column for mark in marks for column in mark.columns)}
        - {"principals"}
        for table, marks in IDENTITY.items()
    }
    return {
        **identity,
        "participants": {"meeting_id", "actor_id", "principal"},
        "retired": set(_RETIRED),
    }


def _edition(tables: Mapping[str, pl.DataFrame]) -> Edition:
    """Return the ids of tables."""
    held = dict(tables)
    if "meetings" in held and "participants" in held:
        held["meetings"] = held["meetings"].join(
            _principals(held["participants"]), on="meeting_id", how="left"
        )
    records = {
        table: _by_key(held[table], KEYS[table], _columns()[table] | {"principals"})
        for table in KEYS
        if table in held
    }
    return Edition(
        records, _by_key(held["retired"], "record_id", set(_RETIRED)) if "retired" in held else {}
    )


def _by_key(frame: pl.DataFrame, key: str, columns: Container[str]) -> dict[str, Values]:
    kept = frame.select(name for name in frame.columns if name in columns).filter(
        pl.col(key).is_not_null()
    )
    return {row[key]: row for row in kept.iter_rows(named=True)}


def _principals(participants: pl.DataFrame) -> pl.DataFrame:
    """Return by meeting who led a side or, where nobody is marked, who took part."""
    leads = pl.col("principal").fill_null(value=False)
    chosen = pl.col("actor_id").filter(leads | ~leads.any())
    return participants.group_by("meeting_id").agg(chosen.alias("principals"))


def breaches(past: Past, now: Edition, building: str | None = None) -> Iterator[Breach]:
    """Yield where records break with the releases before; `building` is the version that they are published as, if any.

    Where nothing was released, nothing is broken.
    """
    if not any(past.records.values()):
        return
    yield from _gone(past, now)
    yield from _given_away(past, now)
    yield from _taken_back(past, now)
    for name, row in now.retired.items():
        if name not in past.retired:
            yield from _of_retirement(past, now, name, row, building)


def _gone(past: Past, now: Edition) -> Iterator[Breach]:
    for table, held in past.records.items():
        if table not in now.records:
            continue
        for name in sorted(
            held.keys() - now.records[table].keys() - now.retired.keys() - past.retired.keys()
        ):
            was = f"was released in {held[name].version}, as {_article(_NOUNS[table])}"
            others = [
                other
                for other, records in now.records.items()
                if name in records and name not in past.records[other]
            ]
            if others:
                yield Breach("E341", others[0], name, KEYS[others[0]], f"{name!r} {was}")
            else:
                yield Breach(
                    "E340",
                    table,
                    name,
                    KEYS[table],
                    f"{name!r} {was}, and is neither in {table} nor retired",
                )


def _article(noun: str) -> str:
    return f"a{'n' if noun[0] in 'aeiou' else ''} {noun}"


def _given_away(past: Past, now: Edition) -> Iterator[Breach]:
    for table, records in now.records.items():
        for name, values in records.items():
            held = past.records[table].get(name)
            if values is None or held is None or held.values is None or name in past.retired:
                continue
            if held.values != values and is_something_else(table, held.values, values):
                fields = ", ".join(dict.fromkeys(mark.columns[0] for mark in IDENTITY[table]))
                message = f"{name!r} was something else in release {held.version}: all of {fields} changed at once"
                yield Breach("E341", table, name, KEYS[table], message)


def _taken_back(past: Past, now: Edition) -> Iterator[Breach]:
    for name in sorted(past.retired.keys() - now.retired.keys()):
        version, row = past.retired[name]
        table = next(
            (table for table, records in now.records.items() if name in records), "retired"
        )
        what = f"{name!r} is retired since {row['release']} ({row['reason']}), as release {version} has it"
        yield Breach("E342", table, name, KEYS.get(table, "record_id"), what)


def _of_retirement(
    past: Past, now: Edition, name: str, row: Values, building: str | None
) -> Iterator[Breach]:
    """Yield what is wrong with a retirement that no release has yet."""
    tables = past.tables_of(name)
    if not tables:
        yield Breach("E343", "retired", name, "record_id", f"{name!r} is in no release")
        return
    release = str(row["release"])
    if building is not None and release != building:
        yield Breach(
            "E344",
            "retired",
            name,
            "release",
            f"{release!r} is not the release that is built; write {building}",
        )
    elif VERSION.fullmatch(release) and version_key(release) <= version_key(
        str(past.newest or "2000.01.0")
    ):
        yield Breach(
            "E344",
            "retired",
            name,
            "release",
            f"{release!r} is not later than the newest release, {past.newest}",
        )
    successor = row["successor_id"]
    if successor is None or family(name) != family(successor):
        return
    theirs = [table for table, records in now.records.items() if successor in records]
    if theirs and (row["reason"] == "moved") == bool(set(theirs) & set(tables)):
        what = f"{successor!r} is of {theirs[0]}, {name!r} was of {tables[0]}"
        yield Breach("E346", "retired", name, "successor_id", what)


def findings(
    dataset: Dataset, past: Past, building: str | None = None
) -> Iterator[tuple[Row | None, Finding]]:
    """Yield what breaks with the releases before in records, with the row that it is found in; a record that is gone has none.

    A table of which a file could not be read is left out; where the retired could not be read, nothing can be said.
    """
    if "retired" in dataset.broken:
        return
    for breach in breaches(past, _edition_now(dataset), building):
        rule = PERMANENCE.get(breach.code) or _SUCCESSOR
        row = _row(dataset, breach)
        place = row.place(breach.column) if row else _where_missing(dataset, breach.table)
        field = f"{row.prefix}{TABLES[row.table].columns()[breach.column].written}: " if row else ""
        yield (
            row,
            Finding(
                place,
                rule.code,
                f"{field}{breach.message}: {rule.title}",
                rule.remedy,
                rule.severity,
            ),
        )


def _edition_now(dataset: Dataset) -> Edition:
    every, valid = (
        _edition(
            {
                name: frame
                for name, frame in frames.of(dataset, sound=sound).items()
                if name not in dataset.broken
            }
        )
        for sound in (False, True)
    )
    records = {
        table: {name: valid.records[table].get(name) for name in names}
        for table, names in every.records.items()
    }
    return Edition(records, every.retired)


def _row(dataset: Dataset, breach: Breach) -> Row | None:
    key = "record_id" if breach.table == "retired" else KEYS[breach.table]
    numbers = dataset.frames[breach.table].filter(pl.col(key) == breach.name)["row"]
    return dataset.rows[breach.table][numbers[0]] if len(numbers) else None


def _where_missing(dataset: Dataset, table: str) -> Place:
    """Return where a record is missing: the one file of its table, that of the retired, any of the table, the folder."""
    wanted = [str(dataset.root / f"{name}.yaml") for name in (table, "retired")]
    of_table = [
        file for file, name in zip(dataset.files, dataset.tables, strict=True) if name == table
    ]
    return Place(
        next((file for file in [*wanted, *of_table] if file in dataset.files), str(dataset.root)),
        1,
        1,
    )


def dates_ahead(dataset: Dataset, today: dt.date) -> Iterator[tuple[Row, Finding]]:
    """Yield the dates of records that say of something after this day that it took place."""
    rule = PERMANENCE["W340"]
    for table, columns in OCCURRED.items():
        frame = dataset.frames[table]
        for column in columns:
            for number in frame.filter(pl.col("_sound") & (pl.col(column) > today))["row"]:
                row = dataset.rows[table][number]
                written = TABLES[table].columns()[column].written
                said = f"{row.prefix}{written}: {row.values[column]} is after {today}: {rule.title}"
                yield row, Finding(row.place(column), rule.code, said, rule.remedy, rule.severity)
