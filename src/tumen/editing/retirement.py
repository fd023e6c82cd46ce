"""Retire released records: their ids go to `retired.yaml`, references to them to their successor.

All files change, or none does. None does where the records would break a rule that they do not
break now. The documents that a duplicate cites go to the record that stays. A document that nothing
would cite any more prevents the retirement, unless it is to be removed as well.
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
from tumen.errors import TumenError, UnknownNameError
from tumen.records import reader, yaml_parser
from tumen.release.index import next_version, version_key
from tumen.report import DataError, Report
from tumen.schemas import TABLES
from tumen.schemas.citations import CITING_TABLES
from tumen.schemas.retired import REASONS_WITH_SUCCESSOR
from tumen.schemas.vocabularies import RETIREMENT_REASONS
from tumen.table_names import KEYS
from tumen.validation import release_rules, released_ids
from tumen.validation.records import find_all

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from tumen._system.atomic import Replacement
    from tumen.records.parser import Row
    from tumen.records.reader import Dataset
    from tumen.report import Finding, Place
    from tumen.schemas import Column
    from tumen.validation.released_ids import ReleasedIds

_MAX_LISTED: Final = 20
_MOVES_DOCUMENTS: Final = ("duplicate", "merged", "moved")


@dataclass(frozen=True, slots=True)
class Request:
    """The records to retire.

    Attributes:
        ids: Their ids.
        reason: Why, as a code of the vocabulary.
        successor: The id of the record to use instead.
        with_sources: Also remove the documents that nothing cites any more.

    """

    ids: tuple[str, ...]
    reason: str
    successor: str | None = None
    with_sources: bool = False


@dataclass(frozen=True, slots=True)
class Retirement:
    """What was done.

    Attributes:
        ids: The ids that were retired.
        release: The version of the first release that lacks them.
        files: The files that changed.
        mentions: The places of texts that still name one of the ids.

    """

    ids: tuple[str, ...]
    release: str
    files: tuple[Path, ...]
    mentions: tuple[Place, ...]


@dataclass(slots=True)
class _Plan:
    """The edits so far; `removed` are the records that are taken out, by id."""

    dataset: Dataset
    request: Request
    release: str
    removed: dict[str, Row] = field(default_factory=dict)
    files: dict[str, EditedFile] = field(default_factory=dict)

    def removes(self, row: Row) -> bool:
        """Return whether a row is a removed record, or nested in one."""
        return any((row.owner or row) is removed for removed in self.removed.values())

    def file(self, row: Row) -> EditedFile:
        """Return the file of a row, to edit it."""
        if row.file not in self.files:
            self.files[row.file] = EditedFile(Path(row.file), (row.owner or row).table)
        return self.files[row.file]


def retire(root: Path, releases: Path, request: Request, today: dt.date) -> Retirement:
    """Retire released records.

    Args:
        root: The folder of the dataset.
        releases: The folder of the releases.
        request: The records, and why.
        today: The current date, from which the version of the next release follows.

    Returns:
        What was done.

    Raises:
        UnknownNameError: An id, the reason or the successor does not exist.
        TumenError: A record was never released or is retired already, lacks the successor that the
            reason requires, is referred to where the successor cannot replace it, or would leave
            records that break a rule.
        DataError: A file of records cannot be read.

    """
    _refuse_reason(request)
    with lock.exclusive_lock(root):
        dataset = reader.read(root)
        _refuse_unreadable(dataset)
        past = released_ids.read_releases(releases)
        release = _next_release(released_ids.read_index(releases), past, today)
        plan = _Plan(dataset, request, release)
        for name in request.ids:
            _remove_record(plan, past, name)
        _refuse_successor(plan, past)
        _move_documents(plan)
        _rewrite_references(plan)
        _remove_uncited_sources(plan, past)
        _add_retired_entries(plan)
        replacements = _list_replacements(plan)
        _refuse_new_findings(plan, past, replacements)
        try:
            atomic.replace_all(replacements)
        except OSError as error:
            raise TumenError(
                f"{error.filename or root} cannot be written: {error.strerror}; nothing was"
                " changed."
            ) from error
        mentions = tuple(_find_mentions(reader.read(root), _ids(plan)))
    files = tuple(change.path for change in replacements)
    return Retirement(tuple(_ids(plan)), plan.release, files, mentions)


def _next_release(entries: list[dict[str, Any]], past: ReleasedIds, today: dt.date) -> str:
    """Return the version of the next release.

    Raise `TumenError` where the date of the system is before the newest release.
    """
    following = next_version(entries, today)
    if past.newest and version_key(following) < version_key(past.newest):
        raise TumenError(
            f"the next release, of {today}, would be {following}, before {past.newest}: set the"
            " clock, or SOURCE_DATE_EPOCH, right; `tumen build` explains what to do where a release"
            " has a wrong number."
        )
    return following


def _ids(plan: _Plan) -> dict[str, None]:
    """Return the ids that are retired, in order and each once."""
    return dict.fromkeys((*plan.request.ids, *plan.removed))


def _refuse_reason(request: Request) -> None:
    reason, successor = request.reason, request.successor
    if reason not in RETIREMENT_REASONS:
        raise UnknownNameError("reason", reason, RETIREMENT_REASONS)
    if reason in REASONS_WITH_SUCCESSOR and successor is None:
        raise TumenError(
            f"{reason} requires the record to use instead: name it with --successor ID, or give the"
            " reason erroneous."
        )
    if successor in request.ids:
        raise TumenError(f"{successor} cannot be its own successor; name the record that stays.")


def _refuse_unreadable(dataset: Dataset) -> None:
    """Raise `DataError` where a file that cannot be read may refer to a record."""
    unreadable = [finding for finding in dataset.findings if finding.code.startswith("E00")]
    if unreadable:
        findings = tuple(sorted(unreadable))
        raise DataError(Report(findings, dataset.records, len(dataset.files)))


def _rows_with_id(dataset: Dataset, name: str) -> list[Row]:
    rows = []
    for table, key in KEYS.items():
        frame = dataset.frames[table]
        rows += [dataset.rows[table][number] for number in frame.filter(frame[key] == name)["row"]]
    return rows


def _retired_row(dataset: Dataset, name: str) -> Row | None:
    entries = (row for row in dataset.rows["retired"] if row.values.get("record_id") == name)
    return next(entries, None)


def _remove_record(plan: _Plan, past: ReleasedIds, name: str) -> None:
    """Remove a record from its file; one that is gone already only gets its entry as retired."""
    dataset, rows = plan.dataset, _rows_with_id(plan.dataset, name)
    retired = _retired_row(dataset, name)
    # Where the entry is there and says the same, but the record is too, only the record is removed.
    if retired and not (rows and _is_as_requested(retired, plan.request)):
        raise TumenError(f"{name} is retired already, see {retired.place('record_id')}.")
    if len(rows) > 1:
        places = " and ".join(str(row.place()) for row in rows)
        raise TumenError(
            f"{name} is the id of two records, {places}, and neither can have a retired id; give"
            " one of them another id first."
        )
    if not past.tables_of(name):
        if rows:
            raise TumenError(
                f"{name} was never released, so that nobody can have cited it; delete the record"
                f" instead, {rows[0].place()}."
            )
        released = {name for records in past.records.values() for name in records}
        raise UnknownNameError("record", name, released)
    if rows:
        plan.removed[name] = rows[0]
        plan.file(rows[0]).remove_record((rows[0].line, rows[0].column))


def _is_as_requested(retired: Row, request: Request) -> bool:
    entry = (retired.values["reason"], retired.values["successor_id"])
    return entry == (request.reason, request.successor)


def _refuse_successor(plan: _Plan, past: ReleasedIds) -> None:
    """Raise `TumenError` for a successor that is no record, or whose table the reason excludes."""
    name, request = plan.request.successor, plan.request
    if name is None:
        return
    successor_tables = [row.table for row in _rows_with_id(plan.dataset, name)]
    if not successor_tables:
        if retired := _retired_row(plan.dataset, name):
            raise TumenError(
                f"{name} is retired itself, see {retired.place('record_id')}; name the record that"
                " stays."
            )
        frames = plan.dataset.frames
        known = {key for table, column in KEYS.items() for key in frames[table][column] if key}
        raise UnknownNameError("record", name, known)
    for identifier in request.ids:
        tables = (
            [plan.removed[identifier].table]
            if identifier in plan.removed
            else past.tables_of(identifier)
        )
        is_of_another = not set(tables) & set(successor_tables)
        if is_of_another and request.reason != "moved":
            raise TumenError(
                f"{identifier} is a record of {tables[0]}, and {name} one of {successor_tables[0]};"
                " if the record was moved there, give the reason moved."
            )
        if request.reason == "moved" and not is_of_another:
            raise TumenError(
                f"{identifier} and {name} are both records of {tables[0]}, and moved means to"
                " another table; give the reason duplicate, merged or split."
            )


def _move_documents(plan: _Plan) -> None:
    """Let the successor cite what the record cited.

    Not where a record was split: the curator then decides which part cites what.
    """
    if plan.request.successor is None or plan.request.reason not in _MOVES_DOCUMENTS:
        return
    successor = _rows_with_id(plan.dataset, plan.request.successor)[0]
    if successor.table not in CITING_TABLES:
        return
    citations = plan.dataset.rows["citations"]
    cited = {row.values["source_id"] for row in citations if row.owner is successor}
    for row in citations:
        if plan.removes(row) and row.values["source_id"] not in cited:
            cited.add(row.values["source_id"])
            node = plan.file(row).record_at((row.line, row.column))
            # Only meetings have topics that a citation can be limited to.
            fields = {
                name: value
                for name, value in node.items.items()
                if name != "topics" or successor.table == "meetings"
            }
            item = yaml_parser.Mapping(0, 0, fields)
            position = (successor.line, successor.column)
            plan.file(successor).add_item(position, "sources", item)


def _remove_uncited_sources(plan: _Plan, past: ReleasedIds) -> None:
    """Remove the documents that nothing cites any more, or raise `TumenError` for them.

    They are only removed where the request says so.
    """
    moves = plan.request.successor is not None and plan.request.reason in _MOVES_DOCUMENTS
    citations = plan.dataset.rows["citations"]
    still_cited = {row.values["source_id"] for row in citations if moves or not plan.removes(row)}
    no_longer_cited = {row.values["source_id"] for row in citations} - still_cited
    uncited = [
        row
        for row in plan.dataset.rows["sources"]
        if row.values["source_id"] in no_longer_cited - plan.removed.keys()
    ]
    if uncited and not plan.request.with_sources:
        listed = _as_list([f"{row.place()} {row.values['source_id']}" for row in uncited])
        raise TumenError(
            f"nothing would cite these documents any more; nothing was changed:\n{listed}\n"
            "Cite them in another record first, or use --with-sources to remove them as well;"
            " documents that were read and not used belong in set_aside.yaml."
        )
    for row in uncited:
        plan.file(row).remove_record((row.line, row.column))
        # A document that was never released has no id to retire.
        if past.tables_of(row.values["source_id"]):
            plan.removed[row.values["source_id"]] = row


def _rewrite_references(plan: _Plan) -> None:
    """Let what refers to the records refer to the successor.

    Raise `TumenError` with every place where the successor cannot replace them.
    """
    problems = []
    for name in _ids(plan):
        for row, column in _find_references(plan, name):
            problem = _explain_problem(plan, row, column)
            if problem:
                field_path = f"{row.prefix}{_column_of(row, column).written}"
                problems.append(f"{row.place(column)} {field_path}: {problem}")
            elif _has_successor(plan, row, column):
                # The list, or the record, names the successor already: once is enough.
                place = row.at(column) if "[" in column else (row.line, row.column)
                plan.file(row).remove_item(place)
            else:
                plan.file(row).replace_value(row.at(column), str(plan.request.successor))
    if problems:
        raise TumenError(
            f"records refer to {', '.join(plan.request.ids)}; nothing was changed. Correct these"
            f" first:\n{_as_list(problems)}"
        )


def _find_references(plan: _Plan, name: str) -> Iterator[tuple[Row, str]]:
    """Yield the rows that refer to a record, with the column or item (`topics[2]`) that does.

    Rows that are removed themselves are left out.
    """
    for table, frame in plan.dataset.frames.items():
        for column, spec in TABLES[table].columns().items():
            if not spec.refers_to or spec.written is None:
                continue
            is_list = spec.kind == "references"
            refers = frame[column].list.contains(name) if is_list else frame[column] == name
            for number in frame.filter(refers.fill_null(value=False))["row"]:
                row = plan.dataset.rows[table][number]
                if not plan.removes(row):
                    yield row, f"{column}[{row.values[column].index(name)}]" if is_list else column


def _column_of(row: Row, column: str) -> Column:
    """Return the column of the model that a value, or an item of it (`topics[2]`), is in."""
    return TABLES[row.table].columns()[column.partition("[")[0]]


def _as_list(lines: list[str]) -> str:
    """Return lines as an indented list, the first of many."""
    more = [f"and {len(lines) - _MAX_LISTED} more"] if len(lines) > _MAX_LISTED else []
    return "\n".join(f"    {line}" for line in (*lines[:_MAX_LISTED], *more))


def _explain_problem(plan: _Plan, row: Row, column: str) -> str:
    """Return why the successor cannot replace a reference; an empty text where it can."""
    successor = plan.request.successor
    if successor is None:
        return "refer to another record, or remove the field, or give --successor ID"
    successor_row = _rows_with_id(plan.dataset, successor)[0]
    if successor_row.table not in _column_of(row, column).refers_to:
        return f"{successor} is a record of {successor_row.table}, which this field cannot refer to"
    if (row.owner or row) is successor_row:
        return f"{successor} would refer to itself; remove the field"
    twin = _find_twin(plan, row, column)
    if twin and any(
        value not in (None, twin.values[name])
        for name, value in row.values.items()
        if name != column
    ):
        return f"{successor} is already there, at {twin.place()}, with other values; merge the two"
    return ""


def _has_successor(plan: _Plan, row: Row, column: str) -> bool:
    """Return whether the list of an item, or the record of a nested row, names the successor."""
    if "[" in column:
        return plan.request.successor in row.values[column.partition("[")[0]]
    return _find_twin(plan, row, column) is not None


def _find_twin(plan: _Plan, row: Row, column: str) -> Row | None:
    """Return the nested row of the same record that has the key that this one would get."""
    key = TABLES[row.table].spec().key
    if row.owner is None or column not in key:
        return None
    new_key = {name: plan.request.successor if name == column else row.values[name] for name in key}
    for other in plan.dataset.rows[row.table]:
        is_sibling = other.owner is row.owner and other is not row
        if is_sibling and all(other.values[name] == value for name, value in new_key.items()):
            return other
    return None


def _add_retired_entries(plan: _Plan) -> None:
    """Add an entry for each id to the last file of retired ids, or to a new one."""
    files = zip(plan.dataset.files, plan.dataset.tables, strict=True)
    of_retired = [file for file, table in files if table == "retired"]
    path = Path(of_retired[-1]) if of_retired else plan.dataset.root / "retired.yaml"
    edited = plan.files.setdefault(str(path), EditedFile(path, "retired"))
    for name in _ids(plan):
        if _retired_row(plan.dataset, name) is not None:
            continue
        # Documents that are removed with the records have no successor.
        is_requested = name in plan.request.ids
        values = {
            "id": name,
            "release": plan.release,
            "reason": plan.request.reason if is_requested else "erroneous",
        }
        if is_requested and plan.request.successor:
            values["successor"] = plan.request.successor
        lines = [written_field(key, yaml_parser.Scalar(0, 0, text)) for key, text in values.items()]
        edited.add_record("- " + "\n  ".join(lines) + "\n")


def _list_replacements(plan: _Plan) -> list[Replacement]:
    """Return the edits in an order in which an interrupted run can be repeated.

    First come references, then removed records, and last the retired ids.
    """
    files_of_removed = {row.file for row in plan.removed.values()}

    def position(item: tuple[str, EditedFile]) -> tuple[bool, bool, str]:
        file, edited = item
        return edited.table == "retired", file in files_of_removed, file

    replacements = [edited.replacement() for _, edited in sorted(plan.files.items(), key=position)]
    return [change for change in replacements if change.content != change.before]


def _refuse_new_findings(plan: _Plan, past: ReleasedIds, replacements: list[Replacement]) -> None:
    """Raise `TumenError` where the records would break a rule that they do not break now."""
    before = Counter(_identity(finding, plan.dataset) for finding in _findings(plan.dataset, past))
    with tempfile.TemporaryDirectory(prefix="tumen-") as folder:
        after = reader.read(_copy_edited(plan.dataset, replacements, Path(folder, "records")))
        new = [
            finding
            for finding in _findings(after, past)
            if not _count_off(before, _identity(finding, after))
        ]
        problems = [
            f"{_describe(finding, after)}\n        {finding.remedy}" for finding in sorted(new)
        ]
    if new:
        raise TumenError(
            "the records would break a rule that they do not break now; nothing was changed. Fix"
            f" this first:\n{_as_list(problems)}"
        )


def _findings(dataset: Dataset, past: ReleasedIds) -> list[Finding]:
    return find_all(dataset, release_rules.check_released_ids(dataset, past))


def _identity(finding: Finding, dataset: Dataset) -> tuple[str, str]:
    """Return code and message of a finding without its place, which an edit changes."""
    message = finding.message.replace(str(dataset.root), "")
    return finding.code, re.sub(r"(:[0-9]+){2}|\[[0-9]+\]", "", message)


def _count_off(counts: Counter[tuple[str, str]], identity: tuple[str, str]) -> bool:
    """Subtract one from the count of a finding, and return whether there was one."""
    counts[identity] -= 1
    return counts[identity] >= 0


def _describe(finding: Finding, dataset: Dataset) -> str:
    """Return a finding with the id of its record instead of a line that no file has yet."""
    rows_above = (
        row
        for table in KEYS
        for row in dataset.rows[table]
        if row.file == finding.place.file and row.line <= finding.place.line
    )
    record = max(rows_above, key=lambda row: row.line, default=None)
    name = record.values[KEYS[record.table]] if record else Path(finding.place.file).name
    return f"{name}: {finding.code} {finding.message}"


def _copy_edited(dataset: Dataset, replacements: list[Replacement], target: Path) -> Path:
    """Write the edited records to a folder, and return it."""
    contents = {Path(file): None for file in dataset.files} | {
        change.path: change.content for change in replacements
    }
    for path, content in contents.items():
        copy = target / path.relative_to(dataset.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes() if content is None else content)
    return target


def _find_mentions(dataset: Dataset, ids: Iterable[str]) -> Iterator[Place]:
    """Yield the places of texts that name one of the ids."""
    pattern = rf"(?:^|[^\w-])(?:{'|'.join(map(re.escape, ids))})(?:[^\w-]|$)"
    for table, frame in dataset.frames.items():
        texts = (name for name, spec in TABLES[table].columns().items() if spec.kind == "text")
        for column in texts:
            matches = frame[column].str.contains(pattern).fill_null(value=False)
            for number in frame.filter(matches)["row"]:
                yield dataset.rows[table][number].place(column)
