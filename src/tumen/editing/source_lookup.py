"""Look up a URL in the dataset: whether it is there already, and what its host's sources share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import narwhals as nw
import polars as pl

from tumen.errors import TumenError
from tumen.schemas.addresses import build_url_rules
from tumen.schemas.base import URL
from tumen.schemas.cross_table import CROSS_TABLE_RULES
from tumen.validation import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tumen.records.reader import Dataset
    from tumen.schemas.rules import Rule

SAME_ADDRESS: Final = ("E305", "W209")
_MOBILE: Final = re.compile(r"^(www|m|mobile|amp)\.")


def refuse_known(url: str, dataset: Dataset) -> None:
    """Raise `TumenError` where a URL is not valid, or its document is in the dataset already."""
    if not re.fullmatch(URL, url) or not host_of(url):
        raise TumenError(
            f"{url!r} is not a URL; write all of it, from https:// on, without spaces."
        )
    for rule in _broken_rules(url):
        raise TumenError(f"{url!r}: {rule.title}. {rule.remedy}")
    rows = {
        str(row.values["url"]): row
        for name in ("set_aside", "sources")
        for row in dataset.rows[name]
        if row.values.get("url")
    }
    for same in _same_urls(url, dataset):
        row = rows[same]
        if row.table == "set_aside":
            state = f"is already set aside ({row.values.get('reason')})"
        else:
            state = f"is already the source {row.values.get('source_id')}"
        spelling = "" if same == url else f", as {same}"
        raise TumenError(f"{url} {state}, see {row.place('url')}{spelling}.")


def _broken_rules(url: str) -> Iterator[Rule]:
    """Yield the rules that the URL would break as an error in any record."""
    frame = nw.from_native(pl.LazyFrame({"row": [0], "url": [url]}))
    errors = [rule for rule in build_url_rules("url") if rule.severity == "error"]
    return (violation.rule for violation in evaluate.find_violations("sources", frame, errors))


def _same_urls(url: str, dataset: Dataset) -> Iterator[str]:
    """Yield the URLs of the dataset that lead to the same document as this one.

    The rules on URLs across tables decide that: they are run with this URL among the sources.
    """
    tables = {}
    for name in ("sources", "set_aside"):
        urls = [row.values.get("url") for row in dataset.rows[name]]
        if name == "sources":
            urls.append(url)
        frame = pl.DataFrame(
            {"row": range(len(urls)), "url": urls}, schema={"row": pl.UInt32, "url": pl.String}
        )
        tables[name] = nw.from_native(frame.lazy())
    for rule in (rule for rule in CROSS_TABLE_RULES if rule.code in SAME_ADDRESS):
        for breach in rule.find_violations(tables):
            for _, _, _, value, other in breach.collect().rows():
                if url in (value, other):
                    yield other if value == url else value


def describe(url: str, dataset: Dataset) -> tuple[dict[str, str], dict[str, str]]:
    """Return publisher, language and kind of the dataset's sources on the same host, by field.

    The first result has the fields in which all of them agree. The second has remarks: the choices
    where they differ, or that there are none.
    """
    host = host_of(url)
    sources = [
        row for row in dataset.rows["sources"] if host_of(str(row.values.get("url"))) == host
    ]
    known: dict[str, str] = {}
    remarks = {} if sources else {"publisher": f"no source of {host} yet"}
    columns = {"publisher": "publisher_id", "language": "language", "kind": "kind"}
    for field, column in columns.items():
        choices = sorted({str(row.values[column]) for row in sources if row.values.get(column)})
        if len(choices) == 1:
            known[field] = choices[0]
        elif choices:
            remarks[field] = " | ".join(choices)
    return known, remarks


def host_of(url: str) -> str:
    """Return the host of a URL without `www.` and the like; an empty text where there is none."""
    try:
        return _MOBILE.sub("", urlsplit(url).hostname or "")
    except ValueError:
        return ""
