"""Actors by their names, and persons by their offices."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, first_day, last_day, lowered
from tumen.schemas.cross_table.names import NOT_ASCII, composed, folded, latin, plain
from tumen.schemas.cross_table.wording import sort_words
from tumen.schemas.rules import Frame, Tables, TablesRule

ONE_OF_SEVERAL: Final = (
    r"(^|[^\p{L}\p{M}\p{N}_])(co-|deputy|vice|assistant|aide|advis[eo]r|member|fellow|researcher|professor|analyst|expert|"
    r"correspondent|spokes\p{L}|counsellor|attach|officer|official|lawmaker|senator)"
)
_FORMER: Final = r"^(former |ex-)"
_SPAN: Final = ("started", "ended")


def shared_names(tables: Tables) -> Iterator[Frame]:
    """Yield the names and aliases that another actor has, however cased, accented, spaced or hyphenated."""
    every = _names(tables)
    pairs = every.join(every, on="folded", how="inner", suffix="_2").filter(
        nw.col("row") > nw.col("row_2")
    )
    yield from _of_two(pairs)


def similar_names(tables: Tables) -> Iterator[Frame]:
    """Yield the names and aliases in another alphabet that look like those of another actor in Latin letters."""
    every = _names(tables)
    others = every.filter(_beyond_ascii())
    strange = others.with_columns(folded(latin(nw.col("composed"))).alias("seen")).filter(
        nw.col("seen") != nw.col("folded")
    )
    pairs = strange.join(every, left_on="seen", right_on="folded", how="inner", suffix="_2")
    yield from _of_two(pairs)


def _names(tables: Tables) -> Frame:
    """Return every name and alias, with `column`, as composed, and folded."""
    actors = tables["actors"]
    names = actors.select(
        "row", "actor_id", nw.col("name").alias("called"), nw.lit("name").alias("column")
    )
    aliases = actors.select("row", "actor_id", nw.col("aliases").alias("called")).explode("called")
    aliases = aliases.filter(~nw.col("called").is_null()).with_columns(
        nw.lit("aliases").alias("column")
    )
    every = composed(
        nw.concat([names, aliases]).with_columns(nw.col("called").alias("composed")), "composed"
    )
    typed, other = (every.filter(one) for one in (~_beyond_ascii(), _beyond_ascii()))
    simple = typed.with_columns(plain(nw.col("composed")).alias("folded"))
    return nw.concat(
        [simple, other.with_columns(folded(nw.col("composed")).alias("folded"))]
    ).filter(nw.col("folded") != "")


def _beyond_ascii() -> nw.Expr:
    return nw.col("composed").str.contains(NOT_ASCII)


def _of_two(pairs: Frame) -> Iterator[Frame]:
    """Yield what two actors have in common, once for each that it is told of."""
    pairs = pairs.filter(nw.col("actor_id") != nw.col("actor_id_2")).unique(
        subset=["row", "column", "called", "actor_id_2"]
    )
    for column in ("name", "aliases"):
        yield breach(
            pairs.filter(nw.col("column") == column),
            "actors",
            column,
            nw.col("called"),
            nw.col("actor_id_2"),
        )


def shared_items(tables: Tables) -> Iterator[Frame]:
    """Yield the actors whose item of Wikidata an earlier one has."""
    known = (
        tables["actors"]
        .filter(~nw.col("wikidata_id").is_null())
        .select("row", "actor_id", "wikidata_id")
    )
    pairs = known.join(known, on="wikidata_id", how="inner", suffix="_2").filter(
        nw.col("row") > nw.col("row_2")
    )
    yield breach(pairs, "actors", "wikidata_id", nw.col("wikidata_id"), nw.col("actor_id_2"))


def shared_offices(tables: Tables) -> Iterator[Frame]:
    """Yield the positions whose office another person surely holds at the same time.

    An office is a title in an organisation; titles that several hold at a time, such as deputies and members, are left out. A day
    of handover is shared, and so is the month or year that is all that is known of it; an end that no source gives may lie before.
    """
    held = _held(tables).filter(
        ~nw.col("start_date").is_null(),
        ~nw.col("organisation_id").is_null(),
        ~_is_one_of_several("title"),
    )
    later = (nw.col("start_date") > nw.col("start_date_2")) | (
        (nw.col("start_date") == nw.col("start_date_2")) & (nw.col("row") > nw.col("row_2"))
    )
    before_end = nw.col("started") < nw.col("ended_2")
    after_start = (nw.col("started_2") < nw.col("ended")).fill_null(value=True)
    pairs = held.join(held, on=["office", "organisation_id"], how="inner", suffix="_2").filter(
        (nw.col("actor_id") != nw.col("actor_id_2")) & later & before_end & after_start
    )
    yield breach(pairs, "positions", "title", nw.col("title"), nw.col("position_id_2"))


def misheld_offices(tables: Tables) -> Iterator[Frame]:
    """Yield the positions that are held by another than a person, or in a person."""
    kinds = tables["actors"].select("actor_id", "kind")
    held = (
        tables["positions"]
        .join(kinds, on="actor_id", how="inner")
        .filter(nw.col("kind") != "person")
    )
    yield breach(held, "positions", "actor_id", nw.col("actor_id"), nw.col("kind"))
    bodies = kinds.rename({"actor_id": "organisation_id"})
    within = (
        tables["positions"]
        .join(bodies, on="organisation_id", how="inner")
        .filter(nw.col("kind") == "person")
    )
    yield breach(within, "positions", "organisation_id", nw.col("organisation_id"), nw.col("kind"))


def contradicted_capacities(tables: Tables) -> Iterator[Frame]:
    """Yield who acts or speaks in an office that `positions` says was not theirs on that day.

    A capacity is free text, so it is compared only where it has the words of the title of a position (see `words`), "former" or
    "ex-" before them apart, in three cases: the person holds that title, but not on any possible day; a former office is surely
    still held; the person then holds another office of an organisation in which somebody else has that title, and alone.
    """
    held = _held(tables)
    for table, named in _named(tables):
        own = named.join(held, on=["actor_id", "office"], how="inner").with_columns(
            _outside().alias("outside"), _within().alias("within")
        )
        own = own.group_by("row", "capacity", "former").agg(
            nw.col("outside").min(), nw.col("within").max(), nw.col("position_id").min()
        )
        wrong = own.filter(
            nw.when(nw.col("former")).then(nw.col("within") == 1).otherwise(nw.col("outside") == 1)
        )
        yield breach(wrong, table, "capacity", nw.col("capacity"), nw.col("position_id"))
        yield breach(
            _of_another(named, held), table, "capacity", nw.col("capacity"), nw.col("position_id")
        )


def _of_another(named: Frame, held: Frame) -> Frame:
    """Return who is named by an office that somebody else then holds, where they themselves hold another."""
    strange = named.filter(~nw.col("former"), ~_is_one_of_several("capacity"))
    strange = strange.join(held, on=["actor_id", "office"], how="anti")
    in_office = held.filter(~nw.col("start_date").is_null() & ~nw.col("organisation_id").is_null())
    there = strange.join(
        in_office.select("actor_id", "organisation_id", *_SPAN), on="actor_id", how="inner"
    )
    there = there.filter(_throughout()).select(
        "row", "capacity", "office", "first", "last", "organisation_id"
    )
    others = in_office.select("office", "organisation_id", "position_id", *_SPAN)
    taken = there.join(others, on=["office", "organisation_id"], how="inner").filter(_throughout())
    return taken.group_by("row", "capacity").agg(nw.col("position_id").min())


def _held(tables: Tables) -> Frame:
    """Return the positions with the last possible day of their start and the first possible day of their end."""
    return tables["positions"].select(
        "row",
        "position_id",
        "actor_id",
        "organisation_id",
        "title",
        "start_date",
        "end_date",
        sort_words(nw.col("title")).alias("office"),
        last_day("start_date", "date_precision").alias("started"),
        first_day("end_date", "date_precision").alias("ended"),
    )


def _named(tables: Tables) -> Iterator[tuple[str, Frame]]:
    """Yield, of participants and statements, who acts in which office, from the first to the last possible day."""
    if "participants" in tables and "meetings" in tables:
        days = tables["meetings"].select(
            "meeting_id", nw.col("start_date").alias("first"), nw.col("end_date").alias("last")
        )
        yield (
            "participants",
            _office(tables["participants"].join(days, on="meeting_id", how="inner")),
        )
    if "statements" in tables:
        said = tables["statements"].with_columns(
            nw.col("speaker_id").alias("actor_id"),
            first_day("said_on", "said_on_precision").alias("first"),
            last_day("said_on", "said_on_precision").alias("last"),
        )
        yield "statements", _office(said)


def _office(named: Frame) -> Frame:
    told = lowered(nw.col("capacity"))
    return named.filter(~nw.col("capacity").is_null()).select(
        "row",
        "actor_id",
        "capacity",
        "first",
        "last",
        told.str.contains(_FORMER).alias("former"),
        sort_words(told.str.replace_all(_FORMER, "")).alias("office"),
    )


def _is_one_of_several(title: str) -> nw.Expr:
    return lowered(nw.col(title)).str.contains(ONE_OF_SEVERAL)


def _outside() -> nw.Expr:
    before = (nw.col("last") < nw.col("start_date")).fill_null(value=False)
    after = (nw.col("first") > nw.col("end_date")).fill_null(value=False)
    return (before | after).cast(nw.Int64)


def _within() -> nw.Expr:
    inside = (nw.col("first") > nw.col("started")) & (nw.col("last") < nw.col("ended"))
    return inside.fill_null(value=False).cast(nw.Int64)


def _throughout() -> nw.Expr:
    not_ended = (nw.col("last") < nw.col("ended")).fill_null(value=True)
    return (nw.col("first") > nw.col("started")).fill_null(value=False) & not_ended


RULES: Final = (
    TablesRule(
        "E315",
        "an office is held by no person, or belongs to one",
        "Name the person under actor, and the body under organisation.",
        needs=("positions", "actors"),
        breaches=misheld_offices,
    ),
    TablesRule(
        "E331",
        "a Wikidata item belongs to two actors",
        "Join the actors, with both names as aliases, or correct the item of one.",
        needs=("actors",),
        breaches=shared_items,
    ),
    TablesRule(
        "W202",
        "two persons hold one office at a time",
        "Check the dates of both positions.",
        severity="warning",
        needs=("positions",),
        breaches=shared_offices,
    ),
    TablesRule(
        "W204",
        "a capacity is an office that the positions contradict",
        "Check person, office and day; correct the capacity, or the dates of the position.",
        severity="warning",
        needs=("positions",),
        breaches=contradicted_capacities,
    ),
    TablesRule(
        "W208",
        "a name belongs to two actors",
        "Join the actors, or take the alias from one.",
        severity="warning",
        needs=("actors",),
        breaches=shared_names,
    ),
    TablesRule(
        "W253",
        "a name looks like that of another actor",
        "Type it in the alphabet that it belongs to; if both names are real, allow it with the reason.",
        severity="warning",
        needs=("actors",),
        breaches=similar_names,
    ),
)
