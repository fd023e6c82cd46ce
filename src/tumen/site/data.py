"""The data of the page: tables as columns and rows, and the views that it shows, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tumen import as_known_on
from tumen.plot import map_chart, series_chart, theme, timeline_chart
from tumen.views import timeline as views
from tumen.views.disagreements import disagreements
from tumen.views.timeline import DATE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tumen.snapshot import Snapshot

_NOT_SHOWN = ("retired", "set_aside")
_OPEN = ("end_date", "until", "when", "shape")
_MANY_CODES = 100
"""From this number on, the page treats codes (such as languages) as plain text."""


def records(ds: Snapshot) -> dict[str, Any]:
    """Return every table, and for each column its title, unit and codes in order."""
    tables = {name: frame.collect() for name, frame in ds.tables.items() if name not in _NOT_SHOWN}
    columns = {
        name: {field["name"]: _column(field) for field in fields}
        for name, fields in _fields(ds).items()
    }
    return {"tables": {name: _as_rows(frame) for name, frame in tables.items()}, "columns": columns}


def timeline(ds: Snapshot) -> dict[str, Any]:
    """Return every dated event and claim as the chart of the timeline draws it.

    `open` is how an event is drawn on the days before its end. `topics_since` is when each topic
    was first reported. With both, the page can show the timeline as known on any date.
    """
    without_end = {
        name: ds.tables[name].with_columns(pl.lit(None, pl.Date).alias("end_date"))
        for name, columns in as_known_on.OUTCOMES.items()
        if "end_date" in columns and name in DATE_COLUMNS
    }
    still_open = {
        row["record_id"]: row
        for row in timeline_chart.chart_rows(views.timeline(ds.tables | without_end).collect())
    }
    reported = (
        as_known_on.topics_reported(ds.tables).drop_nulls().sort("meeting_id", "topic").collect()
    )
    since: dict[str, dict[str, str]] = {}
    for meeting, topic, day in reported.rows():
        since.setdefault(meeting, {})[topic] = day.isoformat()
    events = timeline_chart.chart_rows(ds.timeline())
    for event in events:
        before = still_open.get(event["record_id"], event)
        event["open"] = (
            {name: before[name] for name in _OPEN}
            if before["end_date"] != event["end_date"]
            else None
        )
        event["topics_since"] = since.get(event["record_id"], {})
    return {"events": events, "anchors": map_chart.anchors(ds.places.collect())}


def estimates(ds: Snapshot) -> dict[str, Any]:
    """Return every estimate as a figure, and the envelope of every measure."""
    figures = series_chart.labelled_estimates(ds)
    columns = figures.select(
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
    steps = [ds.envelope(measure) for measure in figures["measure"].unique().sort()]
    shown = ("measure", "unit", "stock_or_flow", "scope_id", "day", "lowest", "highest")
    envelope = (
        pl.concat([step.select(shown) for step in steps])
        if steps
        else pl.DataFrame(schema=dict.fromkeys(shown, pl.String))
    )
    return {"said": _as_rows(columns), "envelope": _as_rows(envelope)}


def pairs(ds: Snapshot) -> dict[str, Any]:
    """Return every pair of claims that disagree, and the measure of pairs of figures."""
    measures = ds.estimates.select(
        record_id="estimate_id", measure=pl.col("measure").cast(pl.String)
    )
    return {
        "pairs": _as_rows(
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
    """Return the page of every rule that records are checked against."""
    from tumen.schemas.registry import ALL_RULES  # noqa: PLC0415
    from tumen.validation.explain import read_page  # noqa: PLC0415

    return {
        "rules": [
            {
                "code": rule_page.rule.code,
                "title": rule_page.rule.title,
                "severity": rule_page.rule.severity,
                "remedy": rule_page.rule.remedy,
                "why": rule_page.why,
                "file": rule_page.file,
                "failing": rule_page.failing,
                "findings": "\n".join(rule_page.findings),
                "fixed": rule_page.fixed,
            }
            for rule_page in map(read_page, ALL_RULES)
        ]
    }


def _fields(ds: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """Return the fields of each table that the release describes."""
    fields = {
        resource["name"]: resource["schema"]["fields"]
        for resource in ds.description["resources"]
        if "schema" in resource
    }
    return {name: fields[name] for name in ds.tables if name in fields}


def _column(field: dict[str, Any]) -> dict[str, Any]:
    codes = field.get("constraints", {}).get("enum") or field.get("codes")
    if codes and len(codes) >= _MANY_CODES:
        codes = None
    column = {"title": field["title"], "unit": field.get("unit"), "codes": codes}
    return {name: value for name, value in column.items() if value}


def _as_rows(frame: pl.DataFrame) -> dict[str, Any]:
    return {
        "columns": frame.columns,
        "rows": [list(row.values()) for row in theme.json_rows(frame)],
    }


BUNDLES: dict[str, Callable[[Snapshot], dict[str, Any]]] = {
    "records": records,
    "timeline": timeline,
    "estimates": estimates,
    "pairs": pairs,
    "codebook": codebook,
    "rules": rules,
}
