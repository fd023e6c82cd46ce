"""The README of a release: its dataset card, with the front matter that dataset hubs read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tumen.publishing.datapackage import CREATOR, LICENCE, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tumen.publishing.datapackage import Stamp

_BODY: Final = """
# Tumen {version}

{title}: who met whom, what was sent where, who estimated how much, and who confirmed or denied it.
Records are curated by hand. Each one cites the documents that support or contradict it.

{coverage}

| table | rows | |
| --- | ---: | --- |
{tables}

See `codebook.md` for the meaning of every column and code. Programs find the same in
`datapackage.json` (Data Package v2) and `croissant.json` (Croissant). {changes}

## How to read it

Any reader of Parquet can open the files. In Python:

- `tumen.load("meetings", release="{version}")` returns a table with its codes as enumerations.
- `tumen.load("estimates", release="{version}", known_by="2025-06-30")` returns what could be cited
  on that date.

## Before you use it

- An estimate is a claim: "more than 6,000" has `low` 6,000 and no `best`. Do not add up stock, flow
  and cumulative figures.
- A citation with `agrees` false contradicts the record. Competing claims are separate records.
- An imprecise date is a range from the first to the last possible day. Another column has its
  precision.
- What is missing was not found; that does not mean it did not happen. Coverage follows what outlets
  report.

## How to cite it

> {creator} ({year}). {title}. Release {version}. {licence}.

Licence: [{licence_title}]({licence_url}). The cited documents belong to their publishers.
"""


def card(stamp: Stamp, coverage: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]) -> str:
    """Return the README of a release.

    Args:
        stamp: The release.
        coverage: What it contains, as in its datapackage.
        tables: The resources of its datapackage that are tables.

    """
    changes = ""
    if stamp.previous:
        changes = f"`changes.parquet` lists every difference from {stamp.previous}."
    body = _BODY.format(
        version=stamp.version,
        title=TITLE,
        coverage=_coverage_text(coverage),
        tables="\n".join(
            f"| [{table['name']}]({table['path']}) | {table['rows']:,} | {table['title']} |"
            for table in tables
        ),
        changes=changes,
        creator=CREATOR,
        year=stamp.created[:4],
        licence=LICENCE["name"],
        licence_title=LICENCE["title"],
        licence_url=LICENCE["path"],
    )
    lines = [
        "---",
        *_front_matter(coverage, tables),
        "---",
        *(line.rstrip() for line in body.splitlines()),
    ]
    return "\n".join(lines) + "\n"


def _front_matter(
    coverage: Mapping[str, Any], tables: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    yield f"license: {LICENCE['name'].lower()}"
    yield f'pretty_name: "{TITLE}"'
    yield "language: [" + ", ".join(f'"{language}"' for language in coverage["languages"]) + "]"
    yield "tags: [dprk, russia, provenance, event-data]"
    yield "configs:"
    for table in tables:
        yield f"  - config_name: {table['name']}"
        yield f"    data_files: {table['path']}"


def _coverage_text(coverage: Mapping[str, Any]) -> str:
    published = (
        f", published {coverage['first_published']} to {coverage['last_published']}"
        if coverage["first_published"]
        else ""
    )
    return (
        f"{coverage['records']:,} records from {coverage['documents']:,} documents"
        f" of {coverage['outlets']:,} outlets in {len(coverage['languages'])} languages{published}."
    )
