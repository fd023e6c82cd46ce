"""Commands that show one thing: a record with all that concerns it, or what the columns of a table mean."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from tumen.cli.options import App, AsFrame, FrameFormat, KnownBy, Release, print_frame, say

app = App()


class RecordFormat(StrEnum):
    """Formats of a record."""

    text = "text"
    json = "json"


@app.command()
def show(
    record_id: Annotated[
        str, typer.Argument(metavar="ID", help="Id of a record, an actor, a place or a source.")
    ],
    release: Release = None,
    known_by: KnownBy = None,
    form: Annotated[
        RecordFormat, typer.Option("--format", help="How to print the record.")
    ] = RecordFormat.text,
) -> None:
    """Print one record with its participants, its sources and what refers to it.

    Example: `tumen show mtg-0005`
    """
    import tumen  # noqa: PLC0415

    found = tumen.open(release=release, known_by=known_by).record(record_id)
    if form is RecordFormat.json:
        import json  # noqa: PLC0415

        say(json.dumps(found, ensure_ascii=False, indent=1, default=str))
    else:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    from tumen import as_known_on  # noqa: PLC0415
    from tumen.cli.formats import cell  # noqa: PLC0415

    for name, value in as_known_on.with_written_days(found["fields"]).items():
        if value not in (None, []):
            say(f"{name:<18} {cell(value)}")
    for one in found["participants"]:
        lead = ", principal" if one["principal"] else ""
        say(
            f"{'participant':<18} {one['name']} ({one['side']}{lead}){': ' + one['capacity'] if one['capacity'] else ''}"
        )
    for one in found["citations"]:
        via = f", via {one['via']}" if one["via"] else ""
        published = (
            as_known_on.written_day(one["published"], one["published_precision"]) or "undated"
        )
        say(
            f"{'source':<18} {one['publisher']}{via}, {published}: {one['title'] or one['source_id']}"
        )
        say(f"{'':<18} {one['url']}")
        if one["topics"]:
            say(f"{'':<18} reports: {cell(one['topics'])}")
        if not one["agrees"] or one["note"]:
            say(f"{'':<18} {'' if one['agrees'] else 'disagrees: '}{one['note'] or ''}")
    for one in found["referring"]:
        say(
            f"{'named by':<18} {one['record_id']} ({one['field']}){': ' + one['summary'] if one['summary'] else ''}"
        )


@app.command()
def codebook(
    table: Annotated[
        str | None,
        typer.Argument(help="Table to describe; all, if none is named.", metavar="TABLE"),
    ] = None,
    release: Release = None,
    form: AsFrame = FrameFormat.table,
) -> None:
    """Print what every column of a table means, with its unit and codes.

    Example: `tumen codebook estimates`
    """
    import tumen  # noqa: PLC0415

    print_frame(tumen.codebook(table, release=release), form)  # type: ignore[arg-type]
