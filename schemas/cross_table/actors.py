"""Rules on the names of actors and on the offices that people hold."""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import (
    first_day,
    last_day,
    pair_with_earlier,
    select_violations,
    to_lower_case,
)
from tumen.schemas.cross_table.names import (
    NOT_ASCII,
    compose,
    fold,
    fold_ascii,
    to_latin_lookalikes,
)
from tumen.schemas.cross_table.word_order import sort_words
from tumen.schemas.rules import Frame, Tables, TablesRule

ONE_OF_SEVERAL: Final = (
    r"(^|[^\p{L}\p{M}\p{N}_])(co-|deputy|vice|assistant|aide|advis[eo]r|member|fellow|researcher"
    r"|professor|analyst|expert|correspondent|spokes\p{L}|counsellor|attach|officer|official"
    r"|lawmaker|senator)"
)
"""A pattern of titles that several people hold at the same time."""

_FORMER: Final = r"^(former |ex-)"
_SPAN: Final = ("started_by", "ended_from")


def find_shared_names(tables: Tables) -> Iterator[Frame]:
    """Yield the names and aliases that another actor has.

    Case, accents, spaces and hyphens do not count.
    """
    pairs = pair_with_earlier(_select_names(tables), "folded")
    yield from _select_two_actors(pairs)


def find_similar_names(tables: Tables) -> Iterator[Frame]:
    """Yield the names in another alphabet that look like the Latin name of another actor."""
    names = _select_names(tables)
    look = fold(to_latin_lookalikes(ex.col("composed"))).alias("look")
    beyond_ascii = names.filter(_is_beyond_ascii()).with_columns(look)
    lookalikes = beyond_ascii.filter(ex.col("look") != ex.col("folded"))
    pairs = lookalikes.join(names, left_on="look", right_on="folded", how="inner", suffix="_2")
    yield from _select_two_actors(pairs)


def _select_names(tables: Tables) -> Frame:
    """Return every name and alias, with its column, in normal form C and folded."""
    actors = tables["actors"]
    names = actors.select(
        "row", "actor_id", ex.col("name").alias("called"), ex.lit("name").alias("column")
    )
    aliases = actors.select("row", "actor_id", ex.col("aliases").alias("called")).explode("called")
    aliases = aliases.filter(~ex.col("called").is_null())
    aliases = aliases.with_columns(ex.lit("aliases").alias("column"))
    called = ex.concat([names, aliases]).with_columns(ex.col("called").alias("composed"))
    called = compose(called, "composed")
    # Most names are of ASCII, for which far fewer replacements are needed.
    ascii_only = called.filter(~_is_beyond_ascii()).with_columns(
        fold_ascii(ex.col("composed")).alias("folded")
    )
    others = called.filter(_is_beyond_ascii()).with_columns(
        fold(ex.col("composed")).alias("folded")
    )
    return ex.concat([ascii_only, others]).filter(ex.col("folded") != "")


def _is_beyond_ascii() -> ex.Expr:
    return ex.col("composed").str.contains(NOT_ASCII)


def _select_two_actors(pairs: Frame) -> Iterator[Frame]:
    """Yield the pairs of two different actors, each name once for each other actor."""
    pairs = pairs.filter(ex.col("actor_id") != ex.col("actor_id_2"))
    pairs = pairs.unique(subset=["row", "column", "called", "actor_id_2"])
    for column in ("name", "aliases"):
        of_column = pairs.filter(ex.col("column") == column)
        yield select_violations(of_column, "actors", column, ex.col("called"), ex.col("actor_id_2"))


def find_shared_wikidata_items(tables: Tables) -> Iterator[Frame]:
    """Yield the actors that repeat the Wikidata item of an earlier one."""
    with_item = tables["actors"].filter(~ex.col("wikidata_id").is_null())
    pairs = pair_with_earlier(with_item.select("row", "actor_id", "wikidata_id"), "wikidata_id")
    yield select_violations(
        pairs, "actors", "wikidata_id", ex.col("wikidata_id"), ex.col("actor_id_2")
    )


def find_shared_offices(tables: Tables) -> Iterator[Frame]:
    """Yield the positions whose office another person surely holds at the same time.

    - An office is a title in an organisation. Titles that several people hold at the same time,
      such as deputies and members, are left out.
    - A day of handover may be shared. So may the month or year of a handover, if no more is known.
    - An end that no source gives may lie before.
    """
    positions = _select_positions(tables).filter(
        ~ex.col("start_date").is_null(),
        ~ex.col("organisation_id").is_null(),
        ~_is_one_of_several("title"),
    )
    pairs = positions.join(positions, on=["office", "organisation_id"], how="inner", suffix="_2")
    other_person = ex.col("actor_id") != ex.col("actor_id_2")
    # Of the two positions, the one that starts later is reported.
    same_start = ex.col("start_date") == ex.col("start_date_2")
    starts_later = (ex.col("start_date") > ex.col("start_date_2")) | (
        same_start & (ex.col("row") > ex.col("row_2"))
    )
    starts_before_end = ex.col("started_by") < ex.col("ended_from_2")
    ends_after_start = (ex.col("started_by_2") < ex.col("ended_from")).fill_null(value=True)
    shared = pairs.filter(other_person, starts_later, starts_before_end, ends_after_start)
    yield select_violations(shared, "positions", "title", ex.col("title"), ex.col("position_id_2"))


def find_misheld_offices(tables: Tables) -> Iterator[Frame]:
    """Yield the positions whose holder is not a person, or whose organisation is one."""
    positions = tables["positions"]
    kinds = tables["actors"].select("actor_id", "kind")
    by_holder = positions.join(kinds, on="actor_id", how="inner")
    not_persons = by_holder.filter(ex.col("kind") != "person")
    yield select_violations(
        not_persons, "positions", "actor_id", ex.col("actor_id"), ex.col("kind")
    )
    organisation_kinds = kinds.rename({"actor_id": "organisation_id"})
    by_organisation = positions.join(organisation_kinds, on="organisation_id", how="inner")
    persons = by_organisation.filter(ex.col("kind") == "person")
    yield select_violations(
        persons, "positions", "organisation_id", ex.col("organisation_id"), ex.col("kind")
    )


def find_contradicted_capacities(tables: Tables) -> Iterator[Frame]:
    """Yield the capacities of people who did not hold that office on that day.

    A capacity is free text. It is compared only if it has the words of the title of a position
    (see `wording`), apart from "former" or "ex-" before them. There are three cases:

    - The person holds that title, but not on any possible day.
    - A former office is surely still held.
    - The person holds another office of an organisation in which somebody else has that title, and
      is the only one to have it.
    """
    positions = _select_positions(tables)
    for table, capacities in _select_capacities(tables):
        own = capacities.join(positions, on=["actor_id", "office"], how="inner")
        own = own.with_columns(
            _is_outside_term().cast(ex.Int64).alias("outside"),
            _is_within_term().cast(ex.Int64).alias("within"),
        )
        # A person may hold an office more than once: outside all terms, or within any of them.
        own = own.group_by("row", "capacity", "former").agg(
            ex.col("outside").min(), ex.col("within").max(), ex.col("position_id").min()
        )
        still_held, not_held = ex.col("within") == 1, ex.col("outside") == 1
        wrong = own.filter(ex.when(ex.col("former")).then(still_held).otherwise(not_held))
        taken = _select_offices_of_others(capacities, positions)
        for contradicted in (wrong, taken):
            yield select_violations(
                contradicted, table, "capacity", ex.col("capacity"), ex.col("position_id")
            )


def _select_offices_of_others(capacities: Frame, positions: Frame) -> Frame:
    """Return the capacities that somebody else holds in an organisation where the person does not.

    The person holds another office of that organisation throughout the days in question.
    """
    unheld = capacities.filter(~ex.col("former"), ~_is_one_of_several("capacity"))
    unheld = unheld.join(positions, on=["actor_id", "office"], how="anti")
    has_start = ~ex.col("start_date").is_null()
    has_organisation = ~ex.col("organisation_id").is_null()
    terms = positions.filter(has_start & has_organisation)
    own_terms = terms.select("actor_id", "organisation_id", *_SPAN)
    in_organisation = unheld.join(own_terms, on="actor_id", how="inner")
    in_organisation = in_organisation.filter(_is_throughout_term())
    in_organisation = in_organisation.select(
        "row", "capacity", "office", "first", "last", "organisation_id"
    )
    other_terms = terms.select("office", "organisation_id", "position_id", *_SPAN)
    taken = in_organisation.join(other_terms, on=["office", "organisation_id"], how="inner")
    taken = taken.filter(_is_throughout_term())
    return taken.group_by("row", "capacity").agg(ex.col("position_id").min())


def _select_positions(tables: Tables) -> Frame:
    """Return the positions with the last possible day of the start and the first of the end."""
    return tables["positions"].select(
        "row",
        "position_id",
        "actor_id",
        "organisation_id",
        "title",
        "start_date",
        "end_date",
        sort_words(ex.col("title")).alias("office"),
        last_day("start_date", "date_precision").alias("started_by"),
        first_day("end_date", "date_precision").alias("ended_from"),
    )


def _select_capacities(tables: Tables) -> Iterator[tuple[str, Frame]]:
    """Yield participants and statements: who acts in which office, from `first` to `last` day."""
    if "participants" in tables and "meetings" in tables:
        days = tables["meetings"].select(
            "meeting_id", ex.col("start_date").alias("first"), ex.col("end_date").alias("last")
        )
        participants = tables["participants"].join(days, on="meeting_id", how="inner")
        yield "participants", _with_office(participants)
    if "statements" in tables:
        statements = tables["statements"].with_columns(
            ex.col("speaker_id").alias("actor_id"),
            first_day("said_on", "said_on_precision").alias("first"),
            last_day("said_on", "said_on_precision").alias("last"),
        )
        yield "statements", _with_office(statements)


def _with_office(records: Frame) -> Frame:
    """Return the records that have a capacity, with its words, and whether it is a former one."""
    capacity = to_lower_case(ex.col("capacity"))
    return records.filter(~ex.col("capacity").is_null()).select(
        "row",
        "actor_id",
        "capacity",
        "first",
        "last",
        capacity.str.contains(_FORMER).alias("former"),
        sort_words(capacity.str.replace_all(_FORMER, "")).alias("office"),
    )


def _is_one_of_several(title: str) -> ex.Expr:
    return to_lower_case(ex.col(title)).str.contains(ONE_OF_SEVERAL)


def _is_outside_term() -> ex.Expr:
    """Return whether all the days lie outside every day that the term can have."""
    before = (ex.col("last") < ex.col("start_date")).fill_null(value=False)
    after = (ex.col("first") > ex.col("end_date")).fill_null(value=False)
    return before | after


def _is_within_term() -> ex.Expr:
    """Return whether the term surely began before the days and ended after them."""
    began = ex.col("first") > ex.col("started_by")
    not_ended = ex.col("last") < ex.col("ended_from")
    return (began & not_ended).fill_null(value=False)


def _is_throughout_term() -> ex.Expr:
    """Return whether the term surely began before the days, and is not known to end by then."""
    began = (ex.col("first") > ex.col("started_by")).fill_null(value=False)
    not_ended = (ex.col("last") < ex.col("ended_from")).fill_null(value=True)
    return began & not_ended


RULES: Final = (
    TablesRule(
        "E315",
        "a position is not held by a person, or its organisation is a person",
        "Name the person under actor, and the body under organisation.",
        tables=("positions", "actors"),
        find_violations=find_misheld_offices,
    ),
    TablesRule(
        "E331",
        "a Wikidata item belongs to two actors",
        "Merge the actors, with both names as aliases, or correct the item of one.",
        tables=("actors",),
        find_violations=find_shared_wikidata_items,
    ),
    TablesRule(
        "W202",
        "two people hold one office at the same time",
        "Check the dates of both positions.",
        severity="warning",
        tables=("positions",),
        find_violations=find_shared_offices,
    ),
    TablesRule(
        "W204",
        "a capacity contradicts the positions",
        "Check person, office and date. Correct the capacity, or the dates of the position.",
        severity="warning",
        tables=("positions",),
        find_violations=find_contradicted_capacities,
    ),
    TablesRule(
        "W208",
        "a name belongs to two actors",
        "Merge the actors, or remove the alias from one.",
        severity="warning",
        tables=("actors",),
        find_violations=find_shared_names,
    ),
    TablesRule(
        "W253",
        "a name looks like that of another actor",
        "Type it in the alphabet that it belongs to. If both names are real, allow it with the"
        " reason.",
        severity="warning",
        tables=("actors",),
        find_violations=find_similar_names,
    ),
)
