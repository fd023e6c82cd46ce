"""Ids of new records: the next number of a table, or a slug of a name or of a URL.

A slug is made of a-z, 0-9 and hyphens. An id that was ever used is not used again.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import count
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from tumen.editing.source_lookup import host_of
from tumen.errors import TumenError, UnknownNameError
from tumen.schemas import TABLES
from tumen.table_names import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Container

    from tumen.records.parser import Row
    from tumen.records.reader import Dataset

PREFIX_OF: Final = {table: prefix for prefix, table in PREFIXES.items()}
"""What the ids of a table start with, where they are numbered."""

_SECOND_LEVEL: Final = ("ac", "co", "com", "go", "gov", "ne", "net", "or", "org")
_LEFT_OUT: Final = frozenset(
    "an and are as at by for from in is of on or the to with".split()  # noqa: SIM905 (a list of words)
)
_ENOUGH_WORDS: Final = 3
_MAX_WORDS: Final = 4


def find_row(table: str, identifier: str, dataset: Dataset) -> Row:
    """Return the row of a record; raise `UnknownNameError` where the table has no such record."""
    key = TABLES[table].spec().key[0]
    rows = {str(row.values.get(key)): row for row in dataset.rows[table]}
    if identifier not in rows:
        raise UnknownNameError(f"record of {table}", identifier, rows)
    return rows[identifier]


def taken_ids(table: str, dataset: Dataset) -> dict[str, Row]:
    """Return the ids that a new record cannot have: those of the table, and all retired ones."""
    key = TABLES[table].spec().key[0]
    retired = {str(row.values.get("record_id")): row for row in dataset.rows["retired"]}
    return retired | {str(row.values.get(key)): row for row in dataset.rows[table]}


def next_number(table: str, dataset: Dataset) -> str:
    """Return the id after the highest number of a table."""
    pattern = re.compile(rf"{PREFIX_OF[table]}-([0-9]+)")
    matches = (pattern.fullmatch(name) for name in taken_ids(table, dataset))
    numbers = [int(match[1]) for match in matches if match]
    return f"{PREFIX_OF[table]}-{max(numbers, default=0) + 1:04}"


def from_name(name: str, table: str, dataset: Dataset) -> str:
    """Return the slug of a name in Latin letters, without accents, that no other record has."""
    # NFKD splits an accented letter into the letter and a combining mark, which is then left out.
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    # An apostrophe joins (Ch'oe is choe); everything else that is no letter or digit separates.
    slug = "-".join(re.findall("[a-z0-9]+", re.sub("['\u2019]", "", plain)))
    if not slug or any(char.isalnum() and not char.isascii() for char in plain):
        raise TumenError(
            f"{name!r} cannot be made into an id: write the name in Latin letters, and its other"
            " spellings under aliases."
        )
    for row in dataset.rows[table]:
        spellings = (row.values.get("name"), *(row.values.get("aliases") or ()))
        if name.casefold() in (str(spelling).casefold() for spelling in spellings):
            key = row.values.get(TABLES[table].spec().key[0])
            raise TumenError(f"{name!r} is already a name of {key}, see {row.place('name')}.")
    refuse_taken(slug, table, dataset)
    return slug


def from_url(url: str, publisher: str | None, date: str | None, taken: Container[str]) -> str:
    """Return an id for a document: publisher or name of the host, date, and words of the URL.

    Where another document has it, a number follows.
    """
    parts = (publisher or _site_of(url), date, *_words_of(url))
    slug = "-".join(part for part in parts if part) or "source"
    candidates = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    return next(name for name in candidates if name not in taken)


def refuse_taken(identifier: str, table: str, dataset: Dataset) -> None:
    """Raise `TumenError` where a record has this id, or had it before it was retired."""
    row = taken_ids(table, dataset).get(identifier)
    if row is None:
        return
    if row.table == "retired":
        raise TumenError(
            f"{identifier} is retired, see {row.place('record_id')}; an id is never reused."
        )
    raise TumenError(
        f"{identifier} is taken, see {row.place()}; write a name that differs, such as"
        " 'Security Council (RU)'."
    )


def _site_of(url: str) -> str:
    """Return the name of a host without its top-level domain: `kcna` of `www.kcna.co.jp`."""
    labels = re.findall("[a-z0-9-]+", host_of(url))[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels = labels[:-1]
    return re.sub("-+", "-", "-".join(labels))


def _words_of(url: str) -> list[str]:
    """Return the first words of the wordiest part of the path, or the last long number in it.

    Sites that number their articles have few words in the path.
    """
    parts = urlsplit(url)
    segments = [
        re.findall("[a-z]{2,}", unquote(part).rpartition(".")[0] or unquote(part))
        for part in parts.path.lower().split("/")
    ]
    telling = ([word for word in words if word not in _LEFT_OUT] for words in segments)
    words = max(telling, key=len)
    numbers = re.findall("[0-9]{4,}", f"{parts.path}?{parts.query}")
    return words[:_MAX_WORDS] if len(words) >= _ENOUGH_WORDS or not numbers else numbers[-1:]
