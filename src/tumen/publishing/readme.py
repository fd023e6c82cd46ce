"""The dataset card: the README of a release, with the front matter that dataset hubs read, made of its datapackage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tumen.publishing.datapackage import CREATOR, LICENCE, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tumen.publishing.datapackage import Stamp

_BODY: Final = """
# Tumen {version}

{title}: who met whom, what was sent where, who put which number on it, who said so, and who denied it. Records are curated by hand;
every one cites the documents that support or contradict it.

{covers}

| table | rows | |
| --- | ---: | --- |
{tables}

`codebook.md` says what every column and code means; `datapackage.json` (Data Package v2) and `croissant.json` (Croissant) say it to
programs. {changes}

## Read it

Any reader of Parquet does; `tumen.load("meetings", release="{version}")` returns a table with its codes as enumerations, and
`tumen.load("estimates", release="{version}", known_by="2025-06-30")` what could be cited on a day.

## Mind

- An estimate is a claim: "more than 6,000" has `low` 6,000 and no `best`. Stock, flow and cumulative figures do not add up.
- A citation with `agrees` false contradicts the record. Competing claims stand side by side.
- An imprecise date spans its first to its last possible day; the column of its precision says so.
- What is missing was not found, which is not that it did not happen: coverage follows what outlets report.

## Cite it

> {creator} ({year}). {title}. Release {version}. {licence}.

Licence: [{licence_title}]({licence_url}). The cited documents belong to their publishers.
"""


def card(stamp: Stamp, coverage: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]) -> str:
    """Return the README of a release whose tables these resources of its datapackage describe."""
    body = _BODY.format(
        version=stamp.version,
        title=TITLE,
        covers=_covers(coverage),
        tables="\n".join(
            f"| [{one['name']}]({one['path']}) | {one['rows']:,} | {one['title']} |"
            for one in tables
        ),
        changes=f"`changes.parquet` holds what differs from {stamp.previous}, record by record."
        if stamp.previous
        else "",
        creator=CREATOR,
        year=stamp.created[:4],
        licence=LICENCE["name"],
        licence_title=LICENCE["title"],
        licence_url=LICENCE["path"],
    )
    return (
        "\n".join(
            [
                "---",
                *_front(coverage, tables),
                "---",
                *(line.rstrip() for line in body.splitlines()),
            ]
        )
        + "\n"
    )


def _front(coverage: Mapping[str, Any], tables: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield f"license: {LICENCE['name'].lower()}"
    yield f'pretty_name: "{TITLE}"'
    yield "language: [" + ", ".join(f'"{language}"' for language in coverage["languages"]) + "]"
    yield "tags: [dprk, russia, provenance, event-data]"
    yield "configs:"
    for table in tables:
        yield f"  - config_name: {table['name']}"
        yield f"    data_files: {table['path']}"


def _covers(coverage: Mapping[str, Any]) -> str:
    published = (
        f", published {coverage['first_published']} to {coverage['last_published']}"
        if coverage["first_published"]
        else ""
    )
    return (
        f"{coverage['records']:,} records from {coverage['documents']:,} documents of {coverage['outlets']:,} outlets"
        f" in {len(coverage['languages'])} languages{published}."
    )
