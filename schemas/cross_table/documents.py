"""Documents: none older than what it reports, none twice, and none its own origin."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, key_of, last_day, lowered
from tumen.schemas.rules import Frame, Tables, TablesRule

_MONTH: Final = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])"
_DAY: Final = f"{_MONTH}-(0[1-9]|[12][0-9]|3[01])"
_EVENT_DAY: Final = {
    "meetings": ("start_date", "date_precision"),
    "launches": ("launch_date", "date_precision"),
    "statements": ("said_on", "said_on_precision"),
    "estimates": ("said_on", "said_on_precision"),
    "agreements": ("signed", "signed_precision"),
}
_OPEN_DAY: Final = {name: _EVENT_DAY[name] for name in ("statements", "estimates", "agreements")}


def said_after_sources(tables: Tables) -> Iterator[Frame]:
    """Yield the utterances that every source of theirs is older than; an undated one may be as young as needed."""
    published = _published(tables)
    undated = tables["citations"].join(published, on="source_id", how="anti")
    last = (
        tables["citations"]
        .join(published, on="source_id", how="inner")
        .join(undated, on="record_id", how="anti")
    )
    last = last.group_by("record_id").agg(nw.col("published_by").max())
    for name in ("estimates", "statements"):
        if name in tables:
            late = tables[name].join(last, left_on=key_of(name), right_on="record_id", how="inner")
            late = late.filter(
                (nw.col("said_on") > nw.col("published_by"))
                & (nw.col("said_on_precision") != "on_or_before")
            )
            yield breach(late, name, "said_on", nw.col("said_on"), nw.col("published_by"))


def open_after_sources(tables: Tables) -> Iterator[Frame]:
    """Yield the dates written `../D` whose D lies after the first publication of a source that agrees: it was said by then."""
    agreeing = (
        tables["citations"]
        .filter(nw.col("agrees").fill_null(value=True))
        .join(_published(tables), on="source_id", how="inner")
    )
    first = agreeing.group_by("record_id").agg(nw.col("published_by").min())
    for name, (day, precision) in _OPEN_DAY.items():
        if name in tables:
            is_open = tables[name].filter(nw.col(precision) == "on_or_before")
            late = is_open.join(first, left_on=key_of(name), right_on="record_id", how="inner")
            late = late.filter(nw.col(day) > nw.col("published_by"))
            yield breach(
                late,
                name,
                day,
                nw.col(day),
                nw.concat_str(nw.lit("../"), nw.col("published_by").cast(nw.String)),
            )


def published_too_early(tables: Tables) -> Iterator[Frame]:
    """Yield the citations of documents that were out more than a day before the first possible day of what they report.

    The day is for the date line: what happens in Pyongyang in the morning is in the American papers of the day before. A document
    that contradicts the record is left out, because the date may be what it contradicts.
    """
    cited = (
        tables["citations"]
        .filter(nw.col("agrees").fill_null(value=True))
        .join(_published(tables), on="source_id", how="inner")
    )
    for name, (day, precision) in _EVENT_DAY.items():
        if name in tables:
            dated = tables[name].filter(nw.col(precision) != "on_or_before")
            events = dated.select(nw.col(key_of(name)).alias("record_id"), nw.col(day).alias("day"))
            early = cited.join(events, on="record_id", how="inner").filter(
                nw.col("published_by").dt.offset_by("1d") < nw.col("day")
            )
            yield breach(early, "citations", "source_id", nw.col("source_id"), nw.col("day"))


def misdated_ids(tables: Tables) -> Iterator[Frame]:
    """Yield the documents whose id holds another day than that of publication, or another month where no day is known."""
    day = nw.col("published").cast(nw.String)
    known = nw.when(nw.col("published_precision") == "day").then(day).otherwise(day.str.slice(0, 7))
    dated = tables["sources"].filter(~nw.col("published").is_null())
    yield breach(
        dated.filter(~_names_its_date()), "sources", "source_id", nw.col("source_id"), known
    )


def _names_its_date() -> nw.Expr:
    """Return whether the first day or month in an id is that of publication; null where one of the two is not known."""
    slug = nw.concat_str(nw.lit("-"), nw.col("source_id"), nw.lit("-"))
    published, precision = nw.col("published").cast(nw.String), nw.col("published_precision")
    of_day = slug.str.contains(f"-{_DAY}-") & precision.is_in(["day"])
    of_month = slug.str.contains(f"-{_MONTH}-") & precision.is_in(["day", "month"])
    same_month = _names_first(slug, _MONTH, published.str.slice(0, 7))
    return (
        nw.when(of_day)
        .then(_names_first(slug, _DAY, published))
        .otherwise(nw.when(of_month).then(same_month))
    )


def _names_first(slug: nw.Expr, pattern: str, date: nw.Expr) -> nw.Expr:
    """Return whether the first date of this pattern in a slug is this one: the slug is the same with it in that place."""
    before = slug.str.replace_all(rf"-{pattern}-.*\z", "-")
    after = slug.str.replace_all(f"^.*?-{pattern}-", "-")
    return nw.concat_str(before, date, after) == slug


def own_origin(tables: Tables) -> Iterator[Frame]:
    """Yield the citations that give as `via` the publisher of the document itself."""
    publishers = tables["sources"].select("source_id", nw.col("publisher_id").alias("via_id"))
    own = tables["citations"].join(publishers, on=["source_id", "via_id"], how="inner")
    yield breach(own, "citations", "via_id", nw.col("via_id"), nw.col("source_id"))


def same_document(tables: Tables) -> Iterator[Frame]:
    """Yield the documents whose publisher, title and day of publication an earlier one has."""
    what = ["publisher_id", "folded", "published", "published_precision"]
    titled = tables["sources"].filter(~nw.col("title").is_null() & ~nw.col("published").is_null())
    titled = titled.with_columns(lowered(nw.col("title")).alias("folded")).select(
        "row", "source_id", "title", *what
    )
    pairs = titled.join(titled, on=what, how="inner", suffix="_2").filter(
        nw.col("row") > nw.col("row_2")
    )
    yield breach(pairs, "sources", "title", nw.col("title"), nw.col("source_id_2"))


def _published(tables: Tables) -> Frame:
    """Return each dated source with the last possible day of its publication."""
    dated = tables["sources"].filter(~nw.col("published").is_null())
    return dated.select(
        "source_id", last_day("published", "published_precision").alias("published_by")
    )


RULES: Final = (
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
        "W264",
        "via names the document's own publisher",
        "Name who told it to the publisher, or leave via out.",
        severity="warning",
        needs=("sources", "citations"),
        breaches=own_origin,
    ),
    TablesRule(
        "W265",
        "an id holds another date than that of publication",
        "Correct published; a new document takes its own date into its id, that of a released one stays.",
        severity="warning",
        needs=("sources",),
        breaches=misdated_ids,
    ),
    TablesRule(
        "W271",
        "two documents look like one",
        "Join them: same publisher, title and day; or say under allow: how they differ.",
        severity="warning",
        needs=("sources",),
        breaches=same_document,
    ),
)
