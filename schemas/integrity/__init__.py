"""The rules across rows and tables.

Each is a `TablesRule` whose `breaches` is a small function over narwhals lazy frames: every table has its columns and a number
`row`. A rule whose tables are absent is not judged, so that part of a dataset can be checked on its own.
"""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas import TABLES
from tumen.schemas.citations import CITING
from tumen.schemas.rules import Frame, Tables, TablesRule

IN_PERSON: Final = ("summit", "visit", "talks", "consultation", "ceremony", "conference")
BILATERAL: Final = ("summit", "visit", "talks", "consultation", "phone_call", "letter")
MAX_PARENTS: Final = 8

_EVENT_DAY: Final = {
    "meetings": "start_date",
    "launches": "launch_date",
    "statements": "said_on",
    "estimates": "said_on",
    "agreements": "signed",
}
_TRACKING: Final = r"([?&](utm_[a-z]+|fbclid|gclid|amp|ref)=[^&]*)+$"


def key_of(table: str) -> str:
    """Return the first column of a table's key: the id that others refer to."""
    return TABLES[table].spec().key[0]


def _breach(frame: Frame, table: str, column: str, value: nw.Expr, other: nw.Expr | None = None) -> Frame:
    return frame.select(
        nw.lit(table).alias("table"),
        nw.col("row"),
        nw.lit(column).alias("column"),
        value.cast(nw.String).alias("value"),
        (nw.lit(None, dtype=nw.String) if other is None else other.cast(nw.String)).alias("other"),
    )


def _last_day(day: str, precision: str) -> nw.Expr:
    month_end = nw.col(day).dt.truncate("1mo").dt.offset_by("1mo").dt.offset_by("-1d")
    year_end = nw.col(day).dt.truncate("1y").dt.offset_by("1y").dt.offset_by("-1d")
    is_month, is_year = nw.col(precision) == "month", nw.col(precision) == "year"
    return nw.when(is_month).then(month_end).otherwise(nw.when(is_year).then(year_end).otherwise(nw.col(day)))


def _keys_twice(tables: Tables) -> Iterator[Frame]:
    for name, frame in tables.items():
        key = TABLES[name].spec().key
        filled = frame.with_columns(nw.col(column).fill_null("") for column in key)
        first = filled.group_by(*key).agg(nw.col("row").min().alias("first"))
        again = filled.join(first, on=list(key), how="inner").filter(nw.col("row") > nw.col("first"))
        yield _breach(again, name, key[-1] if len(key) == 1 else key[1], nw.col(key[0]), nw.col("first"))


def _dangling(tables: Tables) -> Iterator[Frame]:
    for name, frame in tables.items():
        for column, spec in TABLES[name].columns().items():
            targets = [tables[target] for target in spec.refers_to if target in tables]
            if not targets or len(targets) < len(spec.refers_to):
                continue
            known = nw.concat([tables[target].select(nw.col(key_of(target)).alias("known")) for target in spec.refers_to])
            values = frame.select("row", nw.col(column).alias("value"))
            if spec.kind == "references":
                values = values.explode("value")
            lost = values.filter(~nw.col("value").is_null()).join(known, left_on="value", right_on="known", how="anti")
            yield _breach(lost, name, column, nw.col("value"))


def _uncited(tables: Tables) -> Iterator[Frame]:
    for name in CITING:
        if name in tables:
            lost = tables[name].join(tables["citations"], left_on=key_of(name), right_on="record_id", how="anti")
            yield _breach(lost, name, key_of(name), nw.col(key_of(name)))


def _unused_sources(tables: Tables) -> Iterator[Frame]:
    unused = tables["sources"].join(tables["citations"], on="source_id", how="anti")
    yield _breach(unused, "sources", "source_id", nw.col("source_id"))


def _bare_url() -> nw.Expr:
    return (
        nw.col("url")
        .str.replace_all(r"^https?://(www\.|m\.|mobile\.|amp\.)?", "")
        .str.replace_all(_TRACKING, "")
        .str.replace_all(r"(/amp)?/?$", "")
    )


def _urls_twice(tables: Tables) -> Iterator[Frame]:
    yield from _same(tables, nw.col("url"))


def _urls_alike(tables: Tables) -> Iterator[Frame]:
    yield from _same(tables, _bare_url(), apart=nw.col("url"))


def _same(tables: Tables, what: nw.Expr, apart: nw.Expr | None = None) -> Iterator[Frame]:
    """Yield the documents of both tables that share `what` with an earlier one, and differ in `apart` if that is given."""
    names = [name for name in ("sources", "set_aside") if name in tables]
    parts = [
        tables[name].select(
            "row", "url", what.alias("what"), (apart if apart is not None else what).alias("apart"), nw.lit(i).alias("part")
        )
        for i, name in enumerate(names)
    ]
    every = nw.concat(parts)
    pairs = every.join(every, on="what", how="inner", suffix="_2").filter(
        (nw.col("part") > nw.col("part_2")) | ((nw.col("part") == nw.col("part_2")) & (nw.col("row") > nw.col("row_2")))
    )
    if apart is not None:
        pairs = pairs.filter(nw.col("apart") != nw.col("apart_2"))
    for i, name in enumerate(names):
        yield _breach(pairs.filter(nw.col("part") == i), name, "url", nw.col("url"), nw.col("url_2"))


def _one_sided(tables: Tables) -> Iterator[Frame]:
    meetings = tables["meetings"].filter(nw.col("format").is_in(BILATERAL))
    for side in ("KP", "RU"):
        leads = tables["participants"].filter((nw.col("side") == side) & nw.col("principal").fill_null(value=True))
        lost = meetings.join(leads, on="meeting_id", how="anti")
        yield _breach(lost, "meetings", "meeting_id", nw.col("meeting_id"), nw.lit(side))


def _foreign_topics(tables: Tables) -> Iterator[Frame]:
    cited = tables["citations"].select("row", nw.col("record_id").alias("meeting_id"), "topics").explode("topics")
    told = tables["meetings"].select("meeting_id", "topics").explode("topics")
    foreign = cited.filter(~nw.col("topics").is_null()).join(told, on=["meeting_id", "topics"], how="anti")
    yield _breach(foreign, "citations", "topics", nw.col("topics"))


def _retired_in_use(tables: Tables) -> Iterator[Frame]:
    for name in tables:
        if TABLES[name].columns()[key_of(name)].kind == "id":
            back = tables[name].join(tables["retired"].select("record_id"), left_on=key_of(name), right_on="record_id", how="semi")
            yield _breach(back, name, key_of(name), nw.col(key_of(name)))


def _backward_supersession(tables: Tables) -> Iterator[Frame]:
    estimates = tables["estimates"]
    what = ("estimator_id", "measure")
    earlier = estimates.select(
        nw.col("estimate_id").alias("supersedes_id"), nw.col("said_on").alias("before"), *(nw.col(c).alias(f"{c}_2") for c in what)
    )
    links = estimates.join(earlier, on="supersedes_id", how="inner")
    forward = (nw.col("said_on") > nw.col("before")) | (
        (nw.col("said_on") == nw.col("before")) & (nw.col("estimate_id") > nw.col("supersedes_id"))
    )
    alike = nw.all_horizontal(*(nw.col(c) == nw.col(f"{c}_2") for c in what), ignore_nulls=True)
    yield _breach(links.filter(~(forward & alike)), "estimates", "supersedes_id", nw.col("supersedes_id"))


def _said_after_sources(tables: Tables) -> Iterator[Frame]:
    dated = (
        tables["sources"]
        .filter(~nw.col("published").is_null())
        .select("source_id", _last_day("published", "published_precision").alias("published"))
    )
    last = tables["citations"].join(dated, on="source_id", how="inner").group_by("record_id").agg(nw.col("published").max())
    for name in ("estimates", "statements"):
        if name in tables:
            late = tables[name].join(last, left_on=key_of(name), right_on="record_id", how="inner")
            late = late.filter((nw.col("said_on") > nw.col("published")) & (nw.col("said_on_precision") != "on_or_before"))
            yield _breach(late, name, "said_on", nw.col("said_on"), nw.col("published"))


def _more_dead_than_casualties(tables: Tables) -> Iterator[Frame]:
    on = ["estimator_id", "said_on", "scope", "as_of_text"]
    estimates = tables["estimates"].with_columns(
        nw.col("scope_id").fill_null("").alias("scope"), nw.col("as_of").cast(nw.String).fill_null("").alias("as_of_text")
    )
    killed = estimates.filter(nw.col("measure") == "killed").select(
        "row", "estimate_id", *on, nw.coalesce("low", "best").alias("killed")
    )
    casualties = estimates.filter(nw.col("measure") == "casualties").select(*on, nw.coalesce("high", "best").alias("casualties"))
    more = killed.join(casualties, on=on, how="inner").filter(nw.col("killed") > nw.col("casualties"))
    yield _breach(more, "estimates", "measure", nw.col("killed"), nw.col("casualties"))


def _endless_parents(tables: Tables) -> Iterator[Frame]:
    for name in ("actors", "places"):
        if name not in tables:
            continue
        key = key_of(name)
        links = tables[name].filter(~nw.col("parent_id").is_null())
        above = links.select(nw.col(key).alias("up"), nw.col("parent_id").alias("next"))
        walk = links.select("row", "parent_id", nw.col("parent_id").alias("up"))
        for _ in range(MAX_PARENTS):
            walk = walk.join(above, on="up", how="inner").select("row", "parent_id", nw.col("next").alias("up"))
        yield _breach(walk.unique(subset=["row"]), name, "parent_id", nw.col("parent_id"))


def _in_two_countries(tables: Tables) -> Iterator[Frame]:
    places = tables["places"].select("place_id", "country")
    days = (
        tables["meetings"]
        .filter(
            nw.col("format").is_in(IN_PERSON) & (nw.col("date_precision") == "day") & (nw.col("start_date") == nw.col("end_date"))
        )
        .join(places, on="place_id", how="inner")
        .select("meeting_id", "start_date", "country")
    )
    persons = tables["actors"].filter(nw.col("kind") == "person").select("actor_id")
    seen = tables["participants"].join(persons, on="actor_id", how="semi").join(days, on="meeting_id", how="inner")
    seen = seen.select("row", "actor_id", "start_date", "country", "meeting_id")
    pairs = seen.join(seen, on=["actor_id", "start_date"], how="inner", suffix="_2").filter(
        (nw.col("country") != nw.col("country_2")) & (nw.col("row") > nw.col("row_2"))
    )
    yield _breach(pairs, "participants", "actor_id", nw.col("actor_id"), nw.col("meeting_id_2"))


def _shared_offices(tables: Tables) -> Iterator[Frame]:
    held = tables["positions"].filter(~nw.col("start_date").is_null() & ~nw.col("organisation_id").is_null())
    pairs = held.join(held, on=["title", "organisation_id"], how="inner", suffix="_2").filter(
        (nw.col("actor_id") != nw.col("actor_id_2"))
        & (nw.col("start_date") >= nw.col("start_date_2"))
        & (nw.col("end_date_2").is_null() | (nw.col("start_date") < nw.col("end_date_2")))
        & (nw.col("position_id") != nw.col("position_id_2"))
    )
    yield _breach(pairs, "positions", "title", nw.col("title"), nw.col("position_id_2"))


def _published_too_early(tables: Tables) -> Iterator[Frame]:
    dated = (
        tables["sources"]
        .filter(~nw.col("published").is_null())
        .select("source_id", _last_day("published", "published_precision").alias("published"))
    )
    cited = tables["citations"].join(dated, on="source_id", how="inner").select("row", "record_id", "source_id", "published")
    for name, day in _EVENT_DAY.items():
        if name in tables:
            events = tables[name].select(nw.col(key_of(name)).alias("record_id"), nw.col(day).alias("day"))
            if name in ("statements", "estimates"):
                events = (
                    tables[name]
                    .filter(nw.col("said_on_precision") != "on_or_before")
                    .select(nw.col(key_of(name)).alias("record_id"), nw.col(day).alias("day"))
                )
            early = cited.join(events, on="record_id", how="inner").filter(nw.col("published") < nw.col("day"))
            yield _breach(early, "citations", "source_id", nw.col("source_id"), nw.col("day"))


def _falling_totals(tables: Tables) -> Iterator[Frame]:
    on = ["estimator_id", "measure", "unit", "scope"]
    totals = (
        tables["estimates"]
        .filter(nw.col("stock_or_flow") == "cumulative")
        .with_columns(nw.col("scope_id").fill_null("").alias("scope"))
    )
    totals = totals.select(
        "row",
        "estimate_id",
        "said_on",
        "note",
        "supersedes_id",
        *on,
        nw.coalesce("low", "best").alias("floor"),
        nw.coalesce("high", "best").alias("ceiling"),
    )
    pairs = totals.join(totals, on=on, how="inner", suffix="_2").filter(
        (nw.col("said_on") > nw.col("said_on_2"))
        & (nw.col("ceiling") < nw.col("floor_2"))
        & nw.col("note").is_null()
        & nw.col("supersedes_id").is_null()
    )
    yield _breach(pairs, "estimates", "estimate_id", nw.col("estimate_id"), nw.col("estimate_id_2"))


def _same_utterance(tables: Tables) -> Iterator[Frame]:
    on = ["estimator_id", "said_on", "measure", "unit", "scope", "bound", "low", "best", "high", "period_start", "period_end"]
    filled = tables["estimates"].with_columns(
        nw.col("scope_id").fill_null("").alias("scope"),
        *(nw.col(c).fill_null(-1) for c in ("low", "best", "high")),
        *(nw.col(c).cast(nw.String).fill_null("") for c in ("period_start", "period_end")),
    )
    pairs = filled.join(filled, on=on, how="inner", suffix="_2").filter(nw.col("row") > nw.col("row_2"))
    yield _breach(pairs, "estimates", "estimate_id", nw.col("estimate_id"), nw.col("estimate_id_2"))


def _same_encounter(tables: Tables) -> Iterator[Frame]:
    leads = tables["participants"].filter(nw.col("principal")).select("meeting_id", "actor_id")
    days = (
        tables["meetings"].filter(nw.col("date_precision") == "day").select("row", "meeting_id", "start_date", "end_date", "format")
    )
    seen = days.join(leads, on="meeting_id", how="inner")
    pairs = seen.join(seen, on=["start_date", "end_date", "format", "actor_id"], how="inner", suffix="_2").filter(
        nw.col("row") > nw.col("row_2")
    )
    both = pairs.group_by("row", "meeting_id", "meeting_id_2").agg(nw.len().alias("shared")).filter(nw.col("shared") > 1)
    yield _breach(both, "meetings", "meeting_id", nw.col("meeting_id"), nw.col("meeting_id_2"))


def _shared_aliases(tables: Tables) -> Iterator[Frame]:
    names = tables["actors"].select("row", "actor_id", nw.col("name").alias("alias"))
    aliases = (
        tables["actors"]
        .select("row", "actor_id", nw.col("aliases").alias("alias"))
        .explode("alias")
        .filter(~nw.col("alias").is_null())
    )
    every = nw.concat([names, aliases]).with_columns(nw.col("alias").str.to_lowercase().alias("folded"))
    pairs = every.join(every, on="folded", how="inner", suffix="_2").filter(
        (nw.col("actor_id") != nw.col("actor_id_2")) & (nw.col("row") > nw.col("row_2"))
    )
    yield _breach(pairs, "actors", "aliases", nw.col("alias"), nw.col("actor_id_2"))


INTEGRITY: Final[tuple[TablesRule, ...]] = (
    TablesRule(
        "E301", "an id is used twice", "Give one of the two records another id, or join them.", needs=(), breaches=_keys_twice
    ),
    TablesRule("E302", "a reference leads nowhere", "Correct the id, or add the record it names.", needs=(), breaches=_dangling),
    TablesRule(
        "E303",
        "a record cites nothing",
        "Name under sources: the documents that support it.",
        needs=("citations",),
        breaches=_uncited,
    ),
    TablesRule(
        "E304",
        "a source is cited by no record",
        "Cite it, or move it to set_aside.yaml with the reason.",
        needs=("sources", "citations"),
        breaches=_unused_sources,
    ),
    TablesRule("E305", "an address stands twice", "Keep one of the two and cite that.", needs=("sources",), breaches=_urls_twice),
    TablesRule(
        "E306",
        "a bilateral meeting lacks a principal of one side",
        "Mark who led each side with principal: true.",
        needs=("meetings", "participants"),
        breaches=_one_sided,
    ),
    TablesRule(
        "E307",
        "a cited topic is not a topic of the meeting",
        "Add it to the meeting's topics, or take it out.",
        needs=("citations", "meetings"),
        breaches=_foreign_topics,
    ),
    TablesRule(
        "E308",
        "a retired id is in use",
        "Take a new id: a retired one is never used again.",
        needs=("retired",),
        breaches=_retired_in_use,
    ),
    TablesRule(
        "E309",
        "a figure supersedes a later one, or one of another estimator or measure",
        "Name an earlier figure of the same estimator and measure.",
        needs=("estimates",),
        breaches=_backward_supersession,
    ),
    TablesRule(
        "E310",
        "said after the last of its sources was published",
        "Correct said_on, or cite the document that reports it.",
        needs=("sources", "citations"),
        breaches=_said_after_sources,
    ),
    TablesRule(
        "E311",
        "more killed than casualties, by one estimator on one day",
        "Correct measure, scope or figure of one of the two.",
        needs=("estimates",),
        breaches=_more_dead_than_casualties,
    ),
    TablesRule(
        "E312",
        "parents lead in a circle or too far",
        "Correct parent: it names what the record is directly a part of.",
        needs=(),
        breaches=_endless_parents,
    ),
    TablesRule(
        "W201",
        "a person is in two countries on one day",
        "Check date and place of both meetings.",
        severity="warning",
        needs=("meetings", "participants", "places", "actors"),
        breaches=_in_two_countries,
    ),
    TablesRule(
        "W202",
        "two persons hold one office at a time",
        "Check the dates of both positions.",
        severity="warning",
        needs=("positions",),
        breaches=_shared_offices,
    ),
    TablesRule(
        "W203",
        "a document is older than what it reports",
        "Check both dates; cite it only if it says that it took place.",
        severity="warning",
        needs=("sources", "citations"),
        breaches=_published_too_early,
    ),
    TablesRule(
        "W205",
        "a cumulative figure falls below an earlier one of the same estimator",
        "Check stock_or_flow and scope; say supersedes or add a note.",
        severity="warning",
        needs=("estimates",),
        breaches=_falling_totals,
    ),
    TablesRule(
        "W206",
        "two figures look like one utterance",
        "Join them, or tell them apart by scope, period or date.",
        severity="warning",
        needs=("estimates",),
        breaches=_same_utterance,
    ),
    TablesRule(
        "W207",
        "two meetings look like one",
        "Join them, or tell them apart by format or date.",
        severity="warning",
        needs=("meetings", "participants"),
        breaches=_same_encounter,
    ),
    TablesRule(
        "W208",
        "a name belongs to two actors",
        "Join the actors, or take the alias from one.",
        severity="warning",
        needs=("actors",),
        breaches=_shared_aliases,
    ),
    TablesRule(
        "W209",
        "two addresses differ by tracking, host or ending alone",
        "Keep one of the two documents.",
        severity="warning",
        needs=("sources",),
        breaches=_urls_alike,
    ),
)
