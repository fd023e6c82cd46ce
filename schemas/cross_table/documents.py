"""Rules on documents: when they were published, where their content comes from, and duplicates."""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import (
    id_column,
    last_day,
    pair_with_earlier,
    select_violations,
    to_lower_case,
)
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
"""By table, the columns of the date that its documents report and of its precision."""

_OPEN_DAY: Final = {name: _EVENT_DAY[name] for name in ("statements", "estimates", "agreements")}
_SAME_DOCUMENT: Final = ("publisher_id", "folded", "published", "published_precision")


def find_claims_after_sources(tables: Tables) -> Iterator[Frame]:
    """Yield the claims that are dated after the publication of all their sources.

    A claim with an undated source is left out, because that source may be late enough.
    """
    citations = tables["citations"]
    published = _select_published(tables)
    undated = citations.join(published, on="source_id", how="anti")
    dated = citations.join(published, on="source_id", how="inner")
    dated = dated.join(undated, on="record_id", how="anti")
    last = dated.group_by("record_id").agg(ex.col("published_by").max())
    for name in ("estimates", "statements"):
        if name in tables:
            claims = tables[name].join(
                last, left_on=id_column(name), right_on="record_id", how="inner"
            )
            late = claims.filter(
                ex.col("said_on") > ex.col("published_by"),
                ex.col("said_on_precision") != "on_or_before",
            )
            yield select_violations(
                late, name, "said_on", ex.col("said_on"), ex.col("published_by")
            )


def find_open_dates_after_sources(tables: Tables) -> Iterator[Frame]:
    """Yield the dates `../D` whose D is later than the first publication of an agreeing source.

    What such a source reports had taken place by then.
    """
    agreeing = _select_agreeing(tables)
    first = agreeing.group_by("record_id").agg(ex.col("published_by").min())
    possible = ex.concat_str(ex.lit("../"), ex.col("published_by").cast(ex.String))
    for name, (day, precision) in _OPEN_DAY.items():
        if name in tables:
            is_open = tables[name].filter(ex.col(precision) == "on_or_before")
            cited = is_open.join(first, left_on=id_column(name), right_on="record_id", how="inner")
            late = cited.filter(ex.col(day) > ex.col("published_by"))
            yield select_violations(late, name, day, ex.col(day), possible)


def find_documents_before_events(tables: Tables) -> Iterator[Frame]:
    """Yield the citations of documents published more than a day before what they report.

    The first possible day of the event counts. The day of tolerance is for the date line: what
    happens in Pyongyang in the morning is in the American papers of the day before. A document
    that contradicts the record is left out, because it may contradict the date.
    """
    agreeing = _select_agreeing(tables)
    for name, (day, precision) in _EVENT_DAY.items():
        if name in tables:
            dated = tables[name].filter(ex.col(precision) != "on_or_before")
            events = dated.select(
                ex.col(id_column(name)).alias("record_id"), ex.col(day).alias("day")
            )
            cited = agreeing.join(events, on="record_id", how="inner")
            early = cited.filter(ex.col("published_by").dt.offset_by("1d") < ex.col("day"))
            yield select_violations(
                early, "citations", "source_id", ex.col("source_id"), ex.col("day")
            )


def find_misdated_ids(tables: Tables) -> Iterator[Frame]:
    """Yield the documents whose id contains another date than that of publication.

    If the day of publication is not known, the months are compared.
    """
    day = ex.col("published").cast(ex.String)
    month = day.str.slice(0, 7)
    published = ex.when(ex.col("published_precision") == "day").then(day).otherwise(month)
    dated = tables["sources"].filter(~ex.col("published").is_null())
    misdated = dated.filter(~_has_publication_date())
    yield select_violations(misdated, "sources", "source_id", ex.col("source_id"), published)


def _has_publication_date() -> ex.Expr:
    """Return whether the first day or month in an id is that of publication.

    It is null if the id has no date, or if the publication date is less precise.
    """
    slug = ex.concat_str(ex.lit("-"), ex.col("source_id"), ex.lit("-"))
    published, precision = ex.col("published").cast(ex.String), ex.col("published_precision")
    has_day = slug.str.contains(f"-{_DAY}-") & precision.is_in(["day"])
    has_month = slug.str.contains(f"-{_MONTH}-") & precision.is_in(["day", "month"])
    same_day = _is_first_date(slug, _DAY, published)
    same_month = _is_first_date(slug, _MONTH, published.str.slice(0, 7))
    return ex.when(has_day).then(same_day).otherwise(ex.when(has_month).then(same_month))


def _is_first_date(slug: ex.Expr, pattern: str, date: ex.Expr) -> ex.Expr:
    """Return whether `date` is the first date of this pattern in a slug.

    Engines have no common way to take a match out of a text. So the slug is put together from what
    is before the first match, the date, and what is after it: the result is the same slug if the
    date is the match.
    """
    before = slug.str.replace_all(rf"-{pattern}-.*\z", "-")
    after = slug.str.replace_all(f"^.*?-{pattern}-", "-")
    return ex.concat_str(before, date, after) == slug


def find_own_publisher_as_via(tables: Tables) -> Iterator[Frame]:
    """Yield the citations whose `via` is the publisher of the document itself."""
    publishers = tables["sources"].select("source_id", ex.col("publisher_id").alias("via_id"))
    own = tables["citations"].join(publishers, on=["source_id", "via_id"], how="inner")
    yield select_violations(own, "citations", "via_id", ex.col("via_id"), ex.col("source_id"))


def find_duplicate_documents(tables: Tables) -> Iterator[Frame]:
    """Yield the documents that repeat publisher, title and publication date of an earlier one."""
    has_title, has_date = (~ex.col(name).is_null() for name in ("title", "published"))
    titled = tables["sources"].filter(has_title & has_date)
    titled = titled.with_columns(to_lower_case(ex.col("title")).alias("folded"))
    titled = titled.select("row", "source_id", "title", *_SAME_DOCUMENT)
    pairs = pair_with_earlier(titled, *_SAME_DOCUMENT)
    yield select_violations(pairs, "sources", "title", ex.col("title"), ex.col("source_id_2"))


def _select_published(tables: Tables) -> Frame:
    """Return each dated source with the last possible day of its publication."""
    dated = tables["sources"].filter(~ex.col("published").is_null())
    published_by = last_day("published", "published_precision").alias("published_by")
    return dated.select("source_id", published_by)


def _select_agreeing(tables: Tables) -> Frame:
    """Return the citations of dated sources that do not contradict their record."""
    agrees = ex.col("agrees").fill_null(value=True)
    agreeing = tables["citations"].filter(agrees)
    return agreeing.join(_select_published(tables), on="source_id", how="inner")


RULES: Final = (
    TablesRule(
        "E310",
        "a claim is dated after its last source was published",
        "Correct said_on, or cite the document that reports it.",
        tables=("sources", "citations"),
        find_violations=find_claims_after_sources,
    ),
    TablesRule(
        "E324",
        "an open date (../D) ends after its earliest source was published",
        "Write ../ and the publication date of the earliest agreeing source, or an earlier date.",
        tables=("sources", "citations"),
        find_violations=find_open_dates_after_sources,
    ),
    TablesRule(
        "W203",
        "a document was published before what it reports",
        "Check both dates. Cite the document only if it says that the event took place.",
        severity="warning",
        tables=("sources", "citations"),
        find_violations=find_documents_before_events,
    ),
    TablesRule(
        "W264",
        "via names the document's own publisher",
        "Name who informed the publisher, or leave via out.",
        severity="warning",
        tables=("sources", "citations"),
        find_violations=find_own_publisher_as_via,
    ),
    TablesRule(
        "W265",
        "an id contains another date than the publication date",
        "Correct published. If the document is new, put its own date into its id. The id of a"
        " released document stays.",
        severity="warning",
        tables=("sources",),
        find_violations=find_misdated_ids,
    ),
    TablesRule(
        "W271",
        "two documents look like one",
        "Merge them: they have the same publisher, title and date. Otherwise say under allow: how"
        " they differ.",
        severity="warning",
        tables=("sources",),
        find_violations=find_duplicate_documents,
    ),
)
