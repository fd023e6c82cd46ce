"""What a new record holds from the start: its id, its date, what is copied from another, what its address tells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumen.editing import source_lookup
from tumen.errors import TumenError, UnknownNameError
from tumen.records import scalars, yaml_parser
from tumen.records.fields import ALLOW, written_columns
from tumen.schemas import TABLES
from tumen.table_names import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tumen.records.reader import Dataset
    from tumen.records.parser import Row

_PREFIX: Final = {table: prefix for prefix, table in PREFIXES.items()}
_OF_WHAT: Final = {
    "actors": "its name, such as 'Kim Jong Un'",
    "places": "its name, such as 'Kursk Oblast'",
    "sources": "its address, such as https://tass.com/world/1",
    "set_aside": "its address, such as https://tass.com/world/1",
    "retired": "the id of the record, such as mtg-0042",
}
_ITS_OWN: Final = {
    "sources": ("url", "title", "published", "archive_url"),
    "set_aside": ("url", "published"),
    "actors": ("name", "aliases", "wikidata"),
    "places": ("name", "latitude", "longitude"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a curator asks for: a table, what the record is of (an address, a name, an id), its date, a record to copy, a file."""

    table: str
    what: str | None = None
    date: str | None = None
    like: str | None = None
    file: str | None = None
    bare: bool = False


def prefilled(wish: Wish, dataset: Dataset) -> tuple[dict[str, yaml_parser.Node], dict[str, str]]:
    """Return the fields that are filled in from the start, and remarks on some that are not.

    Raises `TumenError` where the dataset has the thing already, or no id can be made of what is given.
    """
    copied = _copied(wish.table, wish.like, dataset) if wish.like else {}
    dated = _dated(wish.table, wish.date) if wish.date else {}
    known, remarks = _known(wish, dataset, copied)
    texts = {**{name: text for name, text in known.items() if name not in copied}, **dated}
    return {
        **copied,
        **{name: yaml_parser.Scalar(0, 0, text) for name, text in texts.items()},
    }, remarks


def row_of(table: str, identifier: str, dataset: Dataset) -> Row:
    """Return the row of a record; raises `UnknownNameError` where the table has no such record."""
    key = TABLES[table].spec().key[0]
    rows = {str(row.values.get(key)): row for row in dataset.rows[table]}
    if identifier not in rows:
        raise UnknownNameError(f"record of {table}", identifier, rows)
    return rows[identifier]


def _copied(table: str, like: str, dataset: Dataset) -> dict[str, yaml_parser.Node]:
    """Return the fields of a record, as they are written, but for those that are its own and no other's."""
    row = row_of(table, like, dataset)
    tree, _ = yaml_parser.parse(Path(row.file).read_bytes())
    nodes = tree.items if isinstance(tree, yaml_parser.Sequence) else []
    node = next(
        (node for node in nodes if (node.line, node.column) == (row.line, row.column)), None
    )
    if not isinstance(node, yaml_parser.Mapping):
        raise TumenError(f"{row.file} was changed by another program meanwhile; run this again.")
    own = (next(iter(written_columns(TABLES[table]))), ALLOW, *_ITS_OWN.get(table, ()))
    return {name: value for name, value in node.items.items() if name not in own}


def _dated(table: str, text: str) -> dict[str, str]:
    """Return the first date of the table that can be as imprecise as this text, with the text."""
    dates = {
        name: column
        for name, (_, column, _) in written_columns(TABLES[table]).items()
        if column.kind in ("date", "day")
    }
    if not dates:
        raise TumenError(f"records of {table} carry no date: leave --date {text} out.")
    try:
        precision = scalars.partial_date(text).precision
    except ValueError as error:
        raise TumenError(f"--date: {error}; write 2025, 2025-06 or 2025-06-17.") from None
    for name, column in dates.items():
        if (
            precision == "day"
            or column.open_start
            or (column.kind == "date" and precision != "on_or_before")
        ):
            return {name: text}
    raise TumenError(
        f"--date: {text!r} is less precise than {' and '.join(dates)} of {table} allow."
    )


def _known(
    wish: Wish, dataset: Dataset, copied: Mapping[str, yaml_parser.Node]
) -> tuple[dict[str, str], dict[str, str]]:
    table, what = wish.table, wish.what
    if table in _PREFIX:
        if what is not None:
            raise TumenError(f"records of {table} are numbered: leave {what!r} out.")
        return {"id": _next_id(table, dataset)}, {}
    if what is None:
        raise TumenError(f"say what the new record of {table} is of: {_OF_WHAT[table]}.")
    if table in ("sources", "set_aside"):
        source_lookup.refuse_known(what, dataset)
        known, remarks = source_lookup.described(what, dataset)
        return _source(wish, what, known, dataset, copied) if table == "sources" else _aside(
            what, known, dataset
        ), remarks
    if table == "retired":
        _refuse_taken(what, table, dataset)
        return {"id": what}, {}
    return {"id": _entity_id(what, table, dataset), "name": what}, {}


def _source(
    wish: Wish,
    url: str,
    known: dict[str, str],
    dataset: Dataset,
    copied: Mapping[str, yaml_parser.Node],
) -> dict[str, str]:
    publisher = copied.get("publisher")
    name = publisher.text if isinstance(publisher, yaml_parser.Scalar) else known.get("publisher")
    return {
        "id": source_lookup.slug(url, name, wish.date, _taken("sources", dataset)),
        "url": url,
        **known,
    }


def _aside(url: str, known: dict[str, str], dataset: Dataset) -> dict[str, str]:
    names = {
        row.values.get("actor_id"): str(row.values.get("name")) for row in dataset.rows["actors"]
    }
    publisher = known.get("publisher")
    return {"url": url, **({"publisher": names[publisher]} if publisher in names else {})}


def _taken(table: str, dataset: Dataset) -> dict[str, Row]:
    """Return the ids that a new record cannot have: of the table's records, and of all that were withdrawn."""
    key = TABLES[table].spec().key[0]
    retired = {str(row.values.get("record_id")): row for row in dataset.rows["retired"]}
    return retired | {str(row.values.get(key)): row for row in dataset.rows[table]}


def _next_id(table: str, dataset: Dataset) -> str:
    pattern = re.compile(rf"{_PREFIX[table]}-([0-9]+)")
    numbers = [
        int(match[1]) for name in _taken(table, dataset) if (match := pattern.fullmatch(name))
    ]
    return f"{_PREFIX[table]}-{max(numbers, default=0) + 1:04}"


def _entity_id(name: str, table: str, dataset: Dataset) -> str:
    """Return the slug of a name in Latin letters, accents left out, that no other record has."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    slug = "-".join(re.findall("[a-z0-9]+", re.sub("['\u2019]", "", bare)))
    if not slug or any(letter.isalnum() and not letter.isascii() for letter in bare):
        raise TumenError(
            f"no id can be made of {name!r}: write it in Latin letters, and as it is spelled elsewhere under aliases."
        )
    for row in dataset.rows[table]:
        spellings = (row.values.get("name"), *(row.values.get("aliases") or ()))
        if name.casefold() in (str(spelling).casefold() for spelling in spellings):
            key = row.values.get(TABLES[table].spec().key[0])
            raise TumenError(f"{name!r} is a name of {key}, see {row.place('name')}.")
    _refuse_taken(slug, table, dataset)
    return slug


def _refuse_taken(identifier: str, table: str, dataset: Dataset) -> None:
    row = _taken(table, dataset).get(identifier)
    if row is None:
        return
    if row.table == "retired":
        raise TumenError(
            f"{identifier} is retired, see {row.place('record_id')}; an id is never used again."
        )
    raise TumenError(
        f"{identifier} is taken, see {row.place()}; tell the two apart by name, as in 'Security Council (RU)'."
    )
