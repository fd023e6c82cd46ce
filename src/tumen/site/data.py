"""The data of the page, as JSON: tables, views, charts, and what each release changed.

Tables are columns and rows. Charts are the marks of `tumen.plot` over data that the page fills in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl

from tumen import as_known_on
from tumen._system.paths import polars_source
from tumen.comparison import changes
from tumen.comparison.changes import Edition
from tumen.plot import (
    disagreements_chart,
    map_chart,
    network_chart,
    series_chart,
    theme,
    timeline_chart,
)
from tumen.release import catalog
from tumen.release.index import INDEX
from tumen.table_names import KEYS
from tumen.views import timeline as views
from tumen.views.disagreements import disagreements
from tumen.views.timeline import DATE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tumen.snapshot import Snapshot

_EMPTY = Edition({}, {})


def history(ds: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """Return what each release changed in each record, up to the snapshot's own release.

    Only releases in the same folder count. For a release that was fetched alone, the result is what
    it lists itself as its changes.

    Returns:
        By table and record, such as "meetings mtg-0042" (a place and a state may share an id), a
        dict per release with these keys:

        - release, date: version of the release and its date
        - kind: added, changed or retired
        - changes: the cells, participants and citations that differ, as `tumen.comparison.changes`
          gives them: what, old, new

    """
    if not (ds.folder.parent / INDEX).is_file():
        return {record: [change] for record, change in _of_single_release(ds).items()}
    records: dict[str, list[dict[str, Any]]] = {}
    before = _EMPTY
    for entry in catalog.index(ds.folder.parent):
        if not (ds.folder.parent / entry["version"]).is_dir():
            continue
        now = changes.edition(ds.folder.parent / entry["version"])
        for record, change in _of_release(before, now).items():
            records.setdefault(record, []).append(
                {"release": entry["version"], "date": entry["date"], **change}
            )
        before = now
        if entry["version"] == ds.release:
            break
    return records


def _of_single_release(ds: Snapshot) -> dict[str, dict[str, Any]]:
    now = changes.edition(ds.folder)
    stamp = {"release": ds.release, "date": ds.description["created"][:10]}
    if ds.description.get("changes_since"):
        records = _by_record(
            pl.read_parquet(polars_source(ds.folder / "changes.parquet")), _tables(now)
        )
    else:
        records = _of_release(_EMPTY, now)
    return {record: stamp | change for record, change in records.items()}


def _of_release(before: Edition, now: Edition) -> dict[str, dict[str, Any]]:
    if before is _EMPTY:
        return {record: {"kind": "added", "changes": []} for record in _tables(now)}
    return _by_record(changes.between(before, now), _tables(before) | _tables(now))


def _by_record(changed: pl.DataFrame, tables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Group changes by the record that they belong to.

    Participants and citations belong to the record whose id they carry.
    """
    owner = {
        name.split(" ")[1]: name
        for name in tables
        if tables[name] not in ("actors", "places", "sources")
    }
    records: dict[str, dict[str, Any]] = {}
    for record_id, table, field, old, new, kind in changed.iter_rows():
        record = f"{table} {record_id}" if table in KEYS else owner.get(record_id)
        if record is None or kind == "schema" or table == "retired":
            continue
        is_whole_record = field is None and table in KEYS
        entry = records.setdefault(
            record, {"kind": kind if is_whole_record else "changed", "changes": []}
        )
        if entry["kind"] == "changed":
            entry["changes"].append([field or table, old, new])
    return records


def _tables(edition: Edition) -> dict[str, str]:
    """Return the table of each record, by table and record."""
    return {
        f"{table} {key}": table
        for table, name in KEYS.items()
        if table in edition.tables
        for key in edition.tables[table][name]
    }


def specifications() -> dict[str, dict[str, Any]]:
    """Return a Vega-Lite specification per view, over named data that the page fills in.

    The data is named `rows`, and for some views `links`, `nodes` or `world`.
    """
    rows = alt.NamedData("rows")
    world = alt.NamedData("world", format=alt.TopoDataFormat(type="topojson", feature="countries"))
    charts: dict[str, Any] = {
        "timeline": timeline_chart.marks(rows).interactive(bind_y=False),
        "series": series_chart.marks(rows),
        "disagreements": disagreements_chart.marks(rows),
        "network": network_chart.marks(alt.NamedData("links"), alt.NamedData("nodes")),
        "map": map_chart.marks(rows, world),
    }
    return {name: _bare(chart.to_dict()) for name, chart in charts.items()}


def world() -> dict[str, Any]:
    """Return the outlines of the countries."""
    return map_chart.countries()


def _bare(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification without the style of print, which the page replaces by its own."""
    return {name: value for name, value in spec.items() if name not in ("config", "background")}


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
    from tumen.schemas.all_rules import ALL_RULES  # noqa: PLC0415
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
