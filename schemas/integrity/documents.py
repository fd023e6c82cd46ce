"""Documents: each address once, and none older than what it reports."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.integrity.breach import breach, key_of, last_day
from tumen.schemas.rules import Frame, Tables, TablesRule

_TRACKING: Final = (
    r"&(utm_[a-z_]+|fbclid|gclid|dclid|yclid|msclkid|igshid|mc_[ce]id|_ga|cmpid|ocid|ref|ref_src|amp|output(type)?=amp)"
    r"(=[^&]*|\z)"
)
_EVENT_DAY: Final = {
    "meetings": ("start_date", "date_precision"),
    "launches": ("launch_date", "date_precision"),
    "statements": ("said_on", "said_on_precision"),
    "estimates": ("said_on", "said_on_precision"),
    "agreements": ("signed", "signed_precision"),
}
_OPEN_DAY: Final = {name: _EVENT_DAY[name] for name in ("statements", "estimates", "agreements")}


def urls_twice(tables: Tables) -> Iterator[Frame]:
    """Yield the documents whose address an earlier one has."""
    yield from _same(tables, nw.col("url"))


def urls_alike(tables: Tables) -> Iterator[Frame]:
    """Yield the documents whose address differs from an earlier one by nothing that leads elsewhere."""
    yield from _same(tables, _bare_url(), apart=nw.col("url"))


def _bare_url() -> nw.Expr:
    """Return the address without scheme, mobile host, fragment, empty query, tracking parameters and ending."""
    address = (
        nw.col("url")
        .str.replace_all(r"^(?i:http)[sS]?(?i:://(www\.|m\.|mobile\.|amp\.)?)", "")
        .str.replace_all(r"(?s:#.*)", "")
        .str.replace_all(r"\?\z", "")
        .str.replace_all("?", "&", literal=True)
        .str.replace_all(_TRACKING, "")
    )
    path = address.str.replace_all(r"(?s:&.*)", "").str.replace_all(r"(/amp)?/?(index\.html?)?\z", "")
    return nw.concat_str(path, address.str.replace_all(r"^[^&]*", ""))


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
        yield breach(pairs.filter(nw.col("part") == i), name, "url", nw.col("url"), nw.col("url_2"))


def said_after_sources(tables: Tables) -> Iterator[Frame]:
    """Yield the utterances that every source of theirs is older than; an undated one may be as young as needed."""
    published = _published(tables)
    undated = tables["citations"].join(published, on="source_id", how="anti")
    last = tables["citations"].join(published, on="source_id", how="inner").join(undated, on="record_id", how="anti")
    last = last.group_by("record_id").agg(nw.col("published_by").max())
    for name in ("estimates", "statements"):
        if name in tables:
            late = tables[name].join(last, left_on=key_of(name), right_on="record_id", how="inner")
            late = late.filter((nw.col("said_on") > nw.col("published_by")) & (nw.col("said_on_precision") != "on_or_before"))
            yield breach(late, name, "said_on", nw.col("said_on"), nw.col("published_by"))


def open_after_sources(tables: Tables) -> Iterator[Frame]:
    """Yield the dates written `../D` whose D lies after the first publication of a source that agrees: it was said by then."""
    agreeing = (
        tables["citations"].filter(nw.col("agrees").fill_null(value=True)).join(_published(tables), on="source_id", how="inner")
    )
    first = agreeing.group_by("record_id").agg(nw.col("published_by").min())
    for name, (day, precision) in _OPEN_DAY.items():
        if name in tables:
            is_open = tables[name].filter(nw.col(precision) == "on_or_before")
            late = is_open.join(first, left_on=key_of(name), right_on="record_id", how="inner")
            late = late.filter(nw.col(day) > nw.col("published_by"))
            yield breach(late, name, day, nw.col(day), nw.concat_str(nw.lit("../"), nw.col("published_by").cast(nw.String)))


def published_too_early(tables: Tables) -> Iterator[Frame]:
    """Yield the citations of documents that were out more than a day before the first possible day of what they report.

    The day is for the date line: what happens in Pyongyang in the morning is in the American papers of the day before. A document
    that contradicts the record is left out, because the date may be what it contradicts.
    """
    cited = tables["citations"].filter(nw.col("agrees").fill_null(value=True)).join(_published(tables), on="source_id", how="inner")
    for name, (day, precision) in _EVENT_DAY.items():
        if name in tables:
            dated = tables[name].filter(nw.col(precision) != "on_or_before")
            events = dated.select(nw.col(key_of(name)).alias("record_id"), nw.col(day).alias("day"))
            early = cited.join(events, on="record_id", how="inner").filter(
                nw.col("published_by").dt.offset_by("1d") < nw.col("day")
            )
            yield breach(early, "citations", "source_id", nw.col("source_id"), nw.col("day"))


def _published(tables: Tables) -> Frame:
    """Return each dated source with the last possible day of its publication."""
    dated = tables["sources"].filter(~nw.col("published").is_null())
    return dated.select("source_id", last_day("published", "published_precision").alias("published_by"))


RULES: Final = (
    TablesRule("E305", "an address stands twice", "Keep one of the two and cite that.", needs=("sources",), breaches=urls_twice),
    TablesRule(
        "E310",
        "said after the last of its sources was published",
        "Correct said_on, or cite the document that reports it.",
        needs=("sources", "citations"),
        breaches=said_after_sources,
    ),
    TablesRule(
        "E324",
        "a date open to the past ends after the earliest of its sources was published",
        "Write ../ and the day on which the earliest agreeing source was published, or an earlier day.",
        needs=("sources", "citations"),
        breaches=open_after_sources,
    ),
    TablesRule(
        "W203",
        "a document is older than what it reports",
        "Check both dates; cite it only if it says that it took place.",
        severity="warning",
        needs=("sources", "citations"),
        breaches=published_too_early,
    ),
    TablesRule(
        "W209",
        "two addresses differ by tracking, host or ending alone",
        "Keep one of the two documents.",
        severity="warning",
        needs=("sources",),
        breaches=urls_alike,
    ),
)
