"""How notebooks show a snapshot and a record: HTML tables.

Every string is escaped, and only http and https URLs become links.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from tumen import as_known_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping


class Record(dict[str, Any]):
    """A record as `Snapshot.record` returns it, shown as tables in a notebook.

    It is a dict with the keys table, fields, participants, citations and referring.
    """

    def _repr_html_(self) -> str:
        return record_html(self)


def snapshot_html(release: str, known_by: dt.date | None, heights: Mapping[str, int]) -> str:
    """Return the release and date of a snapshot, and the number of rows of each table."""
    known = f", as could be cited on {known_by}" if known_by else ""
    heading = f"<p><b>Tumen {escape(release)}</b>{escape(known)}</p>"
    counts = ((name, f"{rows:,}") for name, rows in heights.items())
    return heading + table_html(("table", "rows"), counts)


def record_html(record: Mapping[str, Any]) -> str:
    """Return the fields of a record, its participants, its sources and the records that name it."""
    values = as_known_on.with_formatted_dates(record["fields"])
    fields = [(name, text(value)) for name, value in values.items() if value not in (None, [])]
    parts = [table_html((record["table"], ""), fields)]
    if record["participants"]:
        people = (
            (person["name"], person["side"], person["capacity"] or "")
            for person in record["participants"]
        )
        parts.append(table_html(("participant", "side", "capacity"), people))
    if record["citations"]:
        items = "".join(f"<li>{_source(citation)}</li>" for citation in record["citations"])
        parts.append(f"<p><b>Sources</b></p><ol>{items}</ol>")
    if record["referring"]:
        references = (
            (row["record_id"], row["field"], row["summary"] or "") for row in record["referring"]
        )
        parts.append(table_html(("named by", "as", "summary"), references))
    return "".join(parts)


def table_html(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return an HTML table of texts, all of them escaped."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: str) -> str:
    return f'<td style="text-align: left">{escape(value)}</td>'


def text(value: Any) -> str:
    """Return a value as text, lists with commas."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def html_link(url: str, label: str) -> str:
    """Return a link that opens in a new tab and does not send this page as referrer.

    A URL that is not http or https gives the text alone.
    """
    if not url.startswith(("https://", "http://")):
        return escape(label)
    attributes = 'rel="noopener noreferrer" target="_blank"'
    return f'<a href="{escape(url, quote=True)}" {attributes}>{escape(label)}</a>'


def _source(citation: Mapping[str, Any]) -> str:
    via = f", via {citation['via']}" if citation["via"] else ""
    note = citation["note"] or "says otherwise"
    against = "" if citation["agrees"] else f" (disagrees: {note})"
    day, precision = citation["published"], citation["published_precision"]
    published = as_known_on.format_date(day, precision) or "undated"
    origin = f"{citation['publisher']}{via}, {published}: "
    link = html_link(citation["url"], citation["title"] or citation["source_id"])
    return f"{escape(origin)}{link}{escape(against)}"
