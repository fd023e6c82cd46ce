"""What the page reads: tables as columns and rows, and the views that it shows, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tumen import as_known_on
from tumen.plot import map_chart, series_chart, theme, timeline_chart
from tumen.views import timeline as views
from tumen.views.disagreements import disagreements
from tumen.views.timeline import DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tumen.snapshot import Snapshot

_NOT_SHOWN = ("retired", "set_aside")
_OPEN = ("end_date", "until", "when", "shape")


def records(ds: Snapshot) -> dict[str, Any]:
    """Return every table, and of each column its title, unit and codes in order."""
    tables = {name: frame.collect() for name, frame in ds.tables.items() if name not in _NOT_SHOWN}
    columns = {
        name: {field["name"]: _column(field) for field in fields}
        for name, fields in _fields(ds).items()
    }
    return {"tables": {name: _packed(frame) for name, frame in tables.items()}, "columns": columns}


def timeline(ds: Snapshot) -> dict[str, Any]:
    """Return every dated event and claim as the chart of `tumen.plot.timeline` draws it, and what of it became known later.

    `open` is how an event is drawn on the days before its end; `topics_since` says when a topic was first reported.
    """
    ended = {
        name: frame.with_columns(pl.lit(None, pl.Date).alias("end_date"))
        for name, frame in _with_end(ds).items()
    }
    still_open = {
        row["record_id"]: row
        for row in timeline_chart.rows(views.timeline(ds.tables | ended).collect())
    }
    reported = (
        as_known_on.topics_reported(ds.tables).drop_nulls().sort("meeting_id", "topic").collect()
    )
    since: dict[str, dict[str, str]] = {}
    for meeting, topic, day in reported.rows():
        since.setdefault(meeting, {})[topic] = day.isoformat()
    events = timeline_chart.rows(ds.timeline())
    for event in events:
        before = still_open.get(event["record_id"], event)
        event["open"] = (
            {name: before[name] for name in _OPEN}
            if before["end_date"] != event["end_date"]
            else None
        )
        event["topics_since"] = since.get(event["record_id"], {})
    return {"events": events, "anchors": map_chart.anchors(ds.places.collect())}


def _with_end(ds: Snapshot) -> dict[str, pl.LazyFrame]:
    return {
        name: ds.tables[name]
        for name, columns in as_known_on.OUTCOMES.items()
        if "end_date" in columns and name in DAYS
    }


def estimates(ds: Snapshot) -> dict[str, Any]:
    """Return every estimate as a figure, and the envelope of every measure."""
    told = series_chart.said(ds)
    kept = told.select(
        "estimate_id",
        "measure",
        "unit",
        "stock_or_flow",
        "scope_id",
        "scope",
        "country",
        "estimator",
        "said_on",
        "when",
        "known_since",
        "summary",
        "bound",
        "figure",
        "low",
        "best",
        "high",
        "lower",
        "upper",
        "supersedes_id",
    )
    steps = [ds.envelope(measure) for measure in told["measure"].unique().sort()]
    shown = ("measure", "unit", "stock_or_flow", "scope_id", "day", "lowest", "highest")
    envelope = (
        pl.concat([step.select(shown) for step in steps])
        if steps
        else pl.DataFrame(schema=dict.fromkeys(shown, pl.String))
    )
    return {"said": _packed(kept), "envelope": _packed(envelope)}


def pairs(ds: Snapshot) -> dict[str, Any]:
    """Return every pair of claims that disagree, with the measure of those that are figures."""
    measures = ds.estimates.select(
        record_id="estimate_id", measure=pl.col("measure").cast(pl.String)
    )
    return {
        "pairs": _packed(
            disagreements(ds.tables)
            .join(measures, on="record_id", how="left", maintain_order="left")
            .collect()
        )
    }


def codebook(ds: Snapshot) -> dict[str, Any]:
    """Return what every column means."""
    titles = {resource["name"]: resource["title"] for resource in ds.description["resources"]}
    return {"tables": titles, "fields": _fields(ds)}


def rules(_: Snapshot) -> dict[str, Any]:
    """Return the page of every rule that records are held to."""
    from tumen.schemas.registry import ALL_RULES  # noqa: PLC0415
    from tumen.validation.explain import page  # noqa: PLC0415

    pages = [page(code) for code in ALL_RULES]
    return {
        "rules": [
            {
                "code": one.rule.code,
                "title": one.rule.title,
                "severity": one.rule.severity,
                "remedy": one.rule.remedy,
                "why": one.why,
                "file": one.file,
                "bad": one.bad,
                "found": "\n".join(one.found),
                "mended": one.mended,
            }
            for one in pages
        ]
    }


def _fields(ds: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """Return the fields of each table of the dataset that the release describes."""
    described = {
        one["name"]: one["schema"]["fields"]
        for one in ds.description["resources"]
        if "schema" in one
    }
    return {name: described[name] for name in ds.tables if name in described}


def _column(field: dict[str, Any]) -> dict[str, Any]:
    codes = field.get("constraints", {}).get("enum") or field.get("codes")
    shown = {
        "title": field["title"],
        "unit": field.get("unit"),
        "codes": codes if codes and len(codes) < 100 else None,  # noqa: PLR2004
    }
    return {name: value for name, value in shown.items() if value}


def _packed(frame: pl.DataFrame) -> dict[str, Any]:
    return {"columns": frame.columns, "rows": [list(row.values()) for row in theme.rows(frame)]}


BUNDLES: dict[str, Callable[[Snapshot], dict[str, Any]]] = {
    "records": records,
    "timeline": timeline,
    "estimates": estimates,
    "pairs": pairs,
    "codebook": codebook,
    "rules": rules,
}
