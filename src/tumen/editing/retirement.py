"""A released record taken out for good: its id goes to `retired.yaml`, what refers to it goes over to its successor.

All files change, or none does; and none does where the records would break a rule that they keep now. The documents of a
duplicate go to the record that stays. A document that nothing would cite any more stops it, unless it is to go as well.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tumen._system import atomic, lock
from tumen.editing.edited_file import EditedFile
from tumen.editing.yaml_writer import field as written_field
from tumen.errors import DataError, TumenError, UnknownNameError
from tumen.records import reader, yaml_parser
from tumen.release.index import next_version, version_key
from tumen.report import Report
from tumen.schemas import TABLES
from tumen.schemas.citations import CITING
from tumen.schemas.retired import WITH_SUCCESSOR
from tumen.schemas.vocabularies import RETIREMENT_REASONS
from tumen.table_names import KEYS
from tumen.validation import permanence
from tumen.validation.records import all_findings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from tumen._system.atomic import Replacement
    from tumen.records.reader import Dataset
    from tumen.records.rows import Row
    from tumen.report import Finding, Place
    from tumen.schemas import Column
    from tumen.validation.permanence import Past

_SHOWN: Final = 20
_MOVES_DOCUMENTS: Final = ("duplicate", "merged", "moved")


@dataclass(frozen=True, slots=True)
class Request:
    """The ids to retire, why, the record to use instead, and whether documents that nothing cites any more go as well."""

    ids: tuple[str, ...]
    reason: str
    successor: str | None = None
    with_sources: bool = False


@dataclass(frozen=True, slots=True)
class Retirement:
    """What was done: the ids retired, the release that first lacks them, the files changed, and texts that name an id still."""

    ids: tuple[str, ...]
    release: str
    files: tuple[Path, ...]
    mentions: tuple[Place, ...]


@dataclass(slots=True)
class _Plan:
    """The edits in the making; `gone` are the records that are taken out, by id."""

    dataset: Dataset
    request: Request
    release: str
    gone: dict[str, Row] = field(default_factory=dict)
    files: dict[str, EditedFile] = field(default_factory=dict)

    def takes(self, row: Row) -> bool:
        """Return whether a row is, or stands in, a record that is taken out."""
        return any((row.owner or row) is gone for gone in self.gone.values())

    def file(self, row: Row) -> EditedFile:
        """Return the edit of the file in which a row stands."""
        if row.file not in self.files:
            self.files[row.file] = EditedFile(Path(row.file), (row.owner or row).table)
        return self.files[row.file]


def retire(root: Path, releases: Path, request: Request, today: dt.date) -> Retirement:
    """Retire released records, and return what was done.

    Raises:
        UnknownNameError: An id, the reason or the successor does not exist.
        TumenError: A record was never released, is retired already, lacks the successor that the reason asks for, is referred to
            where nothing can stand in for it, or would leave the records in breach of a rule.
        DataError: A file of records cannot be read.

    """
    _refuse_reason(request)
    with lock.exclusive_lock(root):
        dataset = reader.read(root)
        _refuse_unreadable(dataset)
        past = permanence.read(releases)
        plan = _Plan(dataset, request, _next_release(permanence.entries_of(releases), past, today))
        for name in request.ids:
            _take_out(plan, past, name)
        _refuse_successor(plan, past)
        _move_documents(plan)
        _rewrite_references(plan)
        _take_sources(plan, past)
        _record_retirements(plan)
        replacements = _in_order(plan)
        _refuse_new_findings(plan, past, replacements)
        try:
            atomic.replace_all(replacements)
        except OSError as error:
            raise TumenError(
                f"{error.filename or root} cannot be written: {error.strerror}; nothing was changed."
            ) from error
        mentions = tuple(_mentions(reader.read(root), _ids(plan)))
    return Retirement(
        tuple(_ids(plan)), plan.release, tuple(change.path for change in replacements), mentions
    )


def _next_release(entries: list[dict[str, Any]], past: Past, today: dt.date) -> str:
    """Return the version of the release that is built next; raises `TumenError` where the clock is before the newest one."""
    following = next_version(entries, today)
    if past.newest and version_key(following) < version_key(past.newest):
        raise TumenError(
            f"the next release, of {today}, would be {following}, before {past.newest}: set the clock, or SOURCE_DATE_EPOCH, right;"
            " `tumen build` says what to do where a number is a slip."
        )
    return following


def _ids(plan: _Plan) -> dict[str, None]:
    return dict.fromkeys((*plan.request.ids, *plan.gone))


def _refuse_reason(request: Request) -> None:
    reason, successor = request.reason, request.successor
    if reason not in RETIREMENT_REASONS:
        raise UnknownNameError("reason", reason, RETIREMENT_REASONS)
    if reason in WITH_SUCCESSOR and successor is None:
        raise TumenError(
            f"{reason} asks for the record to use instead: name it with --successor ID, or give the reason erroneous."
        )
    if successor in request.ids:
        raise TumenError(f"{successor} cannot be its own successor; name the record that stays.")


def _refuse_unreadable(dataset: Dataset) -> None:
    """Raise `DataError` where a file may hold what refers to a record and could not be read."""
    hiding = tuple(
        sorted(finding for finding in dataset.findings if finding.code.startswith("E00"))
    )
    if hiding:
        raise DataError(Report(hiding, dataset.records, len(dataset.files)))


def _rows_of(dataset: Dataset, name: str) -> list[Row]:
    """Return the records that have an id."""
    found = []
    for table, key in KEYS.items():
        frame = dataset.frames[table]
        found += [dataset.rows[table][number] for number in frame.filter(frame[key] == name)["row"]]
    return found


def _retired_row(dataset: Dataset, name: str) -> Row | None:
    return next(
        (row for row in dataset.rows["retired"] if row.values.get("record_id") == name), None
    )


def _take_out(plan: _Plan, past: Past, name: str) -> None:
    """Take a record out of its file; one that is gone already only lacks its entry among the retired."""
    dataset, rows = plan.dataset, _rows_of(plan.dataset, name)
    retired = _retired_row(dataset, name)
    if retired and not (rows and _is_as_requested(retired, plan.request)):
        raise TumenError(f"{name} is retired already, see {retired.place('record_id')}.")
    if len(rows) > 1:
        places = " and ".join(str(row.place()) for row in rows)
        raise TumenError(
            f"{name} is the id of two records, {places}; a retired id is used by neither, so that it cannot be retired."
        )
    if not past.tables_of(name):
        if rows:
            raise TumenError(
                f"{name} was never released: delete the record, {rows[0].place()}; nobody can have cited it."
            )
        raise UnknownNameError(
            "record", name, {name for held in past.records.values() for name in held}
        )
    if rows:
        plan.gone[name] = rows[0]
        plan.file(rows[0]).take_record((rows[0].line, rows[0].column))


def _is_as_requested(retired: Row, request: Request) -> bool:
    return (retired.values["reason"], retired.values["successor_id"]) == (
        request.reason,
        request.successor,
    )


def _refuse_successor(plan: _Plan, past: Past) -> None:
    """Raise `TumenError` for a successor that is no record, or of a table that does not fit the reason."""
    name, request = plan.request.successor, plan.request
    if name is None:
        return
    theirs = [row.table for row in _rows_of(plan.dataset, name)]
    if not theirs:
        if retired := _retired_row(plan.dataset, name):
            raise TumenError(
                f"{name} is retired itself, see {retired.place('record_id')}; name the record that stays."
            )
        raise UnknownNameError(
            "record",
            name,
            {
                name
                for table, key in KEYS.items()
                for name in plan.dataset.frames[table][key]
                if name
            },
        )
    for one in request.ids:
        mine = [plan.gone[one].table] if one in plan.gone else past.tables_of(one)
        is_of_another = not set(mine) & set(theirs)
        if is_of_another and request.reason != "moved":
            raise TumenError(
                f"{one} is of {mine[0]} and {name} of {theirs[0]}; where it is now recorded there, the reason is moved."
            )
        if request.reason == "moved" and not is_of_another:
            raise TumenError(
                f"{one} and {name} are both of {mine[0]}; moved is for another table: say duplicate, merged or split."
            )


def _move_documents(plan: _Plan) -> None:
    """Let the successor cite what the record cited; where that was divided into several, who divides it says what cites what."""
    if plan.request.successor is None or plan.request.reason not in _MOVES_DOCUMENTS:
        return
    successor = _rows_of(plan.dataset, plan.request.successor)[0]
    if successor.table not in CITING:
        return
    cited = {row.values["source_id"] for row in _citations(plan.dataset) if row.owner is successor}
    for row in _citations(plan.dataset):
        if plan.takes(row) and row.values["source_id"] not in cited:
            cited.add(row.values["source_id"])
            item = plan.file(row).record_at((row.line, row.column))
            kept = {
                name: value
                for name, value in item.items.items()
                if name != "topics" or successor.table == "meetings"
            }
            plan.file(successor).add_item(
                (successor.line, successor.column), "sources", yaml_parser.Mapping(0, 0, kept)
            )


def _citations(dataset: Dataset) -> Iterator[Row]:
    return iter(dataset.rows["citations"])


def _take_sources(plan: _Plan, past: Past) -> None:
    """Take out the documents that nothing cites any more, if that is asked for; else raise `TumenError` where there are any."""
    moved = plan.request.successor is not None and plan.request.reason in _MOVES_DOCUMENTS
    kept = {
        row.values["source_id"] for row in _citations(plan.dataset) if moved or not plan.takes(row)
    }
    lost = {row.values["source_id"] for row in _citations(plan.dataset)} - kept
    uncited = [
        row
        for row in plan.dataset.rows["sources"]
        if row.values["source_id"] in lost - plan.gone.keys()
    ]
    if uncited and not plan.request.with_sources:
        listed = _listed([f"{row.place()} {row.values['source_id']}" for row in uncited])
        raise TumenError(
            f"nothing would cite these documents any more; nothing was changed:\n{listed}\n"
            "Cite them in another record first, or say --with-sources to take them out as well; what was read and not used belongs"
            " in set_aside.yaml."
        )
    for row in uncited:
        plan.file(row).take_record((row.line, row.column))
        if past.tables_of(row.values["source_id"]):
            plan.gone[row.values["source_id"]] = row


def _rewrite_references(plan: _Plan) -> None:
    """Let what refers to the records refer to the successor; raise `TumenError` where nothing can stand in for one."""
    unmet = []
    for name in _ids(plan):
        for row, column in _references(plan, name):
            why = _why_not(plan, row, column)
            if why:
                unmet.append(f"{row.place(column)} {row.prefix}{_spec(row, column).written}: {why}")
            elif _is_there_already(plan, row, column):
                place = row.at(column) if "[" in column else (row.line, row.column)
                plan.file(row).take_item(place)
            else:
                plan.file(row).replace(row.at(column), str(plan.request.successor))
    if unmet:
        listed = _listed(unmet)
        raise TumenError(
            f"records refer to {', '.join(plan.request.ids)}; nothing was changed. Correct these first:\n{listed}"
        )


def _references(plan: _Plan, name: str) -> Iterator[tuple[Row, str]]:
    """Yield the rows that refer to a record, but those that go with one, with the column or item that does."""
    for table, frame in plan.dataset.frames.items():
        for column, spec in TABLES[table].columns().items():
            if not spec.refers_to or spec.written is None:
                continue
            lists = spec.kind == "references"
            holds = frame[column].list.contains(name) if lists else frame[column] == name
            for number in frame.filter(holds.fill_null(value=False))["row"]:
                row = plan.dataset.rows[table][number]
                if not plan.takes(row):
                    yield row, f"{column}[{row.values[column].index(name)}]" if lists else column


def _spec(row: Row, column: str) -> Column:
    """Return what the model says of the column of a value, or of an item of it."""
    return TABLES[row.table].columns()[column.partition("[")[0]]


def _listed(lines: list[str]) -> str:
    """Return lines as a list, the first of many."""
    more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join(f"    {line}" for line in (*lines[:_SHOWN], *more))


def _why_not(plan: _Plan, row: Row, column: str) -> str:
    """Return why a reference cannot go over to the successor; nothing where it can."""
    successor = plan.request.successor
    if successor is None:
        return "name another record, or take it out; or say --successor ID"
    theirs = _rows_of(plan.dataset, successor)[0]
    if theirs.table not in _spec(row, column).refers_to:
        return f"{successor} is of {theirs.table}, to which this field cannot refer"
    if (row.owner or row) is theirs:
        return f"{successor} would refer to itself; take the field out"
    same = _twin(plan, row, column)
    if same and any(
        value not in (None, same.values[name])
        for name, value in row.values.items()
        if name != column
    ):
        return (
            f"{successor} stands there as well, at {same.place()}, with other values; join the two"
        )
    return ""


def _is_there_already(plan: _Plan, row: Row, column: str) -> bool:
    if "[" in column:
        return plan.request.successor in row.values[column.partition("[")[0]]
    return _twin(plan, row, column) is not None


def _twin(plan: _Plan, row: Row, column: str) -> Row | None:
    """Return the nested row of the same record that has the key which this one would have."""
    key = TABLES[row.table].spec().key
    if row.owner is None or column not in key:
        return None
    wanted = {name: plan.request.successor if name == column else row.values[name] for name in key}
    rows = plan.dataset.rows[row.table]
    others = (other for other in rows if other.owner is row.owner and other is not row)
    return next(
        (
            other
            for other in others
            if all(other.values[name] == value for name, value in wanted.items())
        ),
        None,
    )


def _record_retirements(plan: _Plan) -> None:
    """Add an entry for each id to the file of those retired."""
    root = plan.dataset.root
    of_retired = [
        file
        for file, table in zip(plan.dataset.files, plan.dataset.tables, strict=True)
        if table == "retired"
    ]
    path = Path(of_retired[-1]) if of_retired else root / "retired.yaml"
    edited = plan.files.setdefault(str(path), EditedFile(path, "retired"))
    for name in _ids(plan):
        if _retired_row(plan.dataset, name) is None:
            asked = name in plan.request.ids
            values = {
                "id": name,
                "release": plan.release,
                "reason": plan.request.reason if asked else "erroneous",
                **(
                    {"successor": plan.request.successor}
                    if asked and plan.request.successor
                    else {}
                ),
            }
            lines = [
                written_field(key, yaml_parser.Scalar(0, 0, value)) for key, value in values.items()
            ]
            edited.add_record("- " + "\n  ".join(lines) + "\n")


def _in_order(plan: _Plan) -> list[Replacement]:
    """Return the edits: first references, then the records taken out, last the retired; cut short, it can be run again."""
    own = {row.file for row in plan.gone.values()}

    def when(item: tuple[str, EditedFile]) -> tuple[bool, bool, str]:
        file, edited = item
        return edited.table == "retired", file in own, file

    replacements = [edited.replacement() for _, edited in sorted(plan.files.items(), key=when)]
    return [change for change in replacements if change.content != change.before]


def _refuse_new_findings(plan: _Plan, past: Past, replacements: list[Replacement]) -> None:
    """Raise `TumenError` where the records would break a rule that they do not break now."""
    before = Counter(_identity(finding, plan.dataset) for finding in _findings(plan.dataset, past))
    with tempfile.TemporaryDirectory(prefix="tumen-") as folder:
        after = reader.read(_copied(plan.dataset, replacements, Path(folder, "records")))
        found = _findings(after, past)
        new = [finding for finding in found if not _counted_off(before, _identity(finding, after))]
        told = _listed(
            [f"{_named(finding, after)}\n        {finding.remedy}" for finding in sorted(new)]
        )
    if new:
        raise TumenError(
            f"the records would break a rule that they keep now; nothing was changed. Mend this first:\n{told}"
        )


def _findings(dataset: Dataset, past: Past) -> list[Finding]:
    return all_findings(dataset, permanence.findings(dataset, past))


def _identity(finding: Finding, dataset: Dataset) -> tuple[str, str]:
    """Return the code and message of a finding without where it stands, which an edit changes."""
    message = finding.message.replace(str(dataset.root), "")
    return finding.code, re.sub(r"(:[0-9]+){2}|\[[0-9]+\]", "", message)


def _counted_off(counted: Counter[tuple[str, str]], one: tuple[str, str]) -> bool:
    counted[one] -= 1
    return counted[one] >= 0


def _named(finding: Finding, dataset: Dataset) -> str:
    """Return a finding with the id of its record in place of lines that no file has yet."""
    rows = [
        row
        for table, key in KEYS.items()
        for row in dataset.rows[table]
        if row.file == finding.place.file
    ]
    record = max(
        (row for row in rows if row.line <= finding.place.line),
        key=lambda row: row.line,
        default=None,
    )
    name = record.values[KEYS[record.table]] if record else Path(finding.place.file).name
    return f"{name}: {finding.code} {finding.message}"


def _copied(dataset: Dataset, replacements: list[Replacement], target: Path) -> Path:
    """Write the records as they would be to a folder, and return it."""
    held = {Path(file): None for file in dataset.files} | {
        change.path: change.content for change in replacements
    }
    for path, content in held.items():
        copy = target / path.relative_to(dataset.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes() if content is None else content)
    return target


def _mentions(dataset: Dataset, ids: Iterable[str]) -> Iterator[Place]:
    """Yield the texts that name one of the ids."""
    named = rf"(?:^|[^\w-])(?:{'|'.join(map(re.escape, ids))})(?:[^\w-]|$)"
    for table, frame in dataset.frames.items():
        for column in (
            name for name, spec in TABLES[table].columns().items() if spec.kind == "text"
        ):
            for number in frame.filter(frame[column].str.contains(named).fill_null(value=False))[
                "row"
            ]:
                yield dataset.rows[table][number].place(column)
