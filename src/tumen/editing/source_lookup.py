"""What is known of a document by its address alone: whether the dataset has it, who publishes there, what its id can be."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import narwhals as nw
import polars as pl

from tumen.errors import TumenError
from tumen.schemas.addresses import build_address_rules
from tumen.schemas.base import URL
from tumen.schemas.cross_table import INTEGRITY
from tumen.validation import column_rules

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from tumen.records.reader import Dataset
    from tumen.schemas.rules import RowRule

SAME_ADDRESS: Final = ("E305", "W209")
_MOBILE: Final = re.compile(r"^(www|m|mobile|amp)\.")
_SECOND_LEVEL: Final = ("ac", "co", "com", "go", "gov", "ne", "net", "or", "org")
_LEFT_OUT: Final = frozenset(
    {
        "an",
        "and",
        "are",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "is",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
    }
)
_TELLING: Final = 3
_WORDS: Final = 4


def refuse_known(url: str, dataset: Dataset) -> None:
    """Raise `TumenError` where `url` is no address, or the dataset has it or one that leads to the same document."""
    if not re.fullmatch(URL, url) or not _host(url):
        raise TumenError(
            f"{url!r} is not an address; write the whole of it, from https:// on, without spaces."
        )
    for rule in _broken(url):
        raise TumenError(f"{url!r}: {rule.title}. {rule.remedy}")
    known = {
        str(row.values["url"]): row
        for name in ("set_aside", "sources")
        for row in dataset.rows[name]
        if row.values.get("url")
    }
    for same in _leading_to(url, dataset):
        row = known[same]
        what = (
            f"is set aside ({row.values.get('reason')})"
            if row.table == "set_aside"
            else f"is {row.values.get('source_id')}"
        )
        as_what = "" if same == url else f", as {same}"
        raise TumenError(f"{url} {what}, see {row.place('url')}{as_what}.")


def _broken(url: str) -> Iterator[RowRule]:
    """Yield the rules that the address would break as an error in any record."""
    frame = nw.from_native(pl.LazyFrame({"row": [0], "url": [url]}))
    errors = tuple(rule for rule in build_address_rules("url") if rule.severity == "error")
    return (breach.rule for breach in column_rules.breaches(frame, errors))


def _leading_to(url: str, dataset: Dataset) -> Iterator[str]:
    """Yield the addresses of the dataset that the rules on addresses take for the same as this one."""
    tables = {}
    for name in ("sources", "set_aside"):
        urls = [row.values.get("url") for row in dataset.rows[name]]
        if name == "sources":
            urls.append(url)
        frame = pl.DataFrame(
            {"row": range(len(urls)), "url": urls}, schema={"row": pl.UInt32, "url": pl.String}
        )
        tables[name] = nw.from_native(frame.lazy())
    for rule in (rule for rule in INTEGRITY if rule.code in SAME_ADDRESS):
        for breach in rule.breaches(tables):
            for _, _, _, value, other in breach.collect().rows():
                if url in (value, other):
                    yield other if value == url else value


def described(url: str, dataset: Dataset) -> tuple[dict[str, str], dict[str, str]]:
    """Return publisher, language and kind as the dataset's documents of the same host have them, by field.

    The first are those in which all agree; the second are remarks: the choices where they differ, or that there are none.
    """
    host = _host(url)
    others = [row for row in dataset.rows["sources"] if _host(str(row.values.get("url"))) == host]
    known, remarks = {}, {} if others else {"publisher": f"none of {host} yet"}
    for field, column in (
        ("publisher", "publisher_id"),
        ("language", "language"),
        ("kind", "kind"),
    ):
        choices = sorted({str(row.values[column]) for row in others if row.values.get(column)})
        if len(choices) == 1:
            known[field] = choices[0]
        elif choices:
            remarks[field] = " | ".join(choices)
    return known, remarks


def slug(url: str, publisher: str | None, date: str | None, taken: Container[str]) -> str:
    """Return an id for a document that none has: publisher (or the name of the host), date, and words of the address."""
    base = (
        "-".join(part for part in (publisher or _site(url), date, *_words(url)) if part) or "source"
    )
    return next(
        name
        for number in count(1)
        if (name := base if number == 1 else f"{base}-{number}") not in taken
    )


def _host(url: str) -> str:
    try:
        return _MOBILE.sub("", urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _site(url: str) -> str:
    labels = re.findall("[a-z0-9-]+", _host(url))[:-1]
    name = "-".join(labels[:-1] if len(labels) > 1 and labels[-1] in _SECOND_LEVEL else labels)
    return re.sub("-+", "-", name)


def _words(url: str) -> list[str]:
    """Return the first words of the wordiest part of the path, or the last long number, as sites number their articles."""
    address = urlsplit(url)
    segments = [
        re.findall("[a-z]{2,}", unquote(part).rpartition(".")[0] or unquote(part))
        for part in address.path.lower().split("/")
    ]
    words = max(([word for word in part if word not in _LEFT_OUT] for part in segments), key=len)
    numbers = re.findall("[0-9]{4,}", f"{address.path}?{address.query}")
    return words[:_WORDS] if len(words) >= _TELLING or not numbers else numbers[-1:]
