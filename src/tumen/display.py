"""What a notebook shows of a snapshot and of a record: HTML with every string escaped, and links to http and https alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from tumen import as_known_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tumen.snapshot import Snapshot


class Record(dict[str, Any]):
    """A record as `Snapshot.record` returns it: a dict of table, fields, participants, citations, referring, shown as tables."""

    def _repr_html_(self) -> str:
        return record_html(self)


def snapshot_html(ds: Snapshot) -> str:
    """Return which release and day a snapshot is of, and how many rows each table has."""
    known = f", as could be cited on {ds.known_by}" if ds.known_by else ""
    heights = ((name, f"{rows:,}") for name, rows in ds.heights().items())
    return f"<p><b>Tumen {escape(ds.release)}</b>{escape(known)}</p>{table_html(('table', 'rows'), heights)}"


def record_html(record: Mapping[str, Any]) -> str:
    """Return the fields of a record, who took part, its sources as links, and the records that name it."""
    written = as_known_on.with_written_days(record["fields"])
    fields = [(name, text(value)) for name, value in written.items() if value not in (None, [])]
    parts = [table_html((record["table"], ""), fields)]
    if record["participants"]:
        people = (
            (one["name"], one["side"], one["capacity"] or "") for one in record["participants"]
        )
        parts.append(table_html(("participant", "side", "capacity"), people))
    if record["citations"]:
        lines = "".join(f"<li>{_source(one)}</li>" for one in record["citations"])
        parts.append(f"<p><b>Sources</b></p><ol>{lines}</ol>")
    if record["referring"]:
        named = (
            (one["record_id"], one["field"], one["summary"] or "") for one in record["referring"]
        )
        parts.append(table_html(("named by", "as", "summary"), named))
    return "".join(parts)


def table_html(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of texts, all of them escaped."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: str) -> str:
    return f'<td style="text-align: left">{escape(value)}</td>'


def text(value: Any) -> str:
    """Return a value as people write it, lists with commas."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def linked(address: str, shown: str) -> str:
    """Return a link that opens apart and tells nothing of this page; the mere text where the address is not http or https."""
    if not address.startswith(("https://", "http://")):
        return escape(shown)
    return f'<a href="{escape(address, quote=True)}" rel="noopener noreferrer" target="_blank">{escape(shown)}</a>'


def _source(one: Mapping[str, Any]) -> str:
    via = f", via {one['via']}" if one["via"] else ""
    against = "" if one["agrees"] else f" (disagrees: {one['note'] or 'says otherwise'})"
    published = as_known_on.written_day(one["published"], one["published_precision"]) or "undated"
    told = f"{one['publisher']}{via}, {published}: "
    return f"{escape(told)}{linked(one['url'], one['title'] or one['source_id'])}{escape(against)}"
