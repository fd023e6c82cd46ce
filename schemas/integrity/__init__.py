"""The rules across rows and tables: one table of them here, each rule's breaches in the module of its subject.

A rule is a `TablesRule` whose `breaches` is a small function over narwhals lazy frames: every table has its columns and `row`, a
number or a text that rises with the key. A rule whose tables are absent is not judged, so that part of a dataset can be checked on
its own. Rows meet by hash joins on what they share, so that a check takes time in proportion to the records. A warning compares
only what is known: of an imprecise date the days it can mean, of a field that is left out nothing.
"""

from typing import Final

from tumen.schemas.integrity import actors, documents, estimates, meetings, places, references, spelling
from tumen.schemas.rules import TablesRule

INTEGRITY: Final[tuple[TablesRule, ...]] = (
    TablesRule(
        "E301",
        "an id is used twice",
        "Give one of the two records another id, or join them.",
        needs=(),
        breaches=references.keys_twice,
    ),
    TablesRule(
        "E302", "a reference leads nowhere", "Correct the id, or add the record it names.", needs=(), breaches=references.dangling
    ),
    TablesRule(
        "E303",
        "a record cites nothing",
        "Name under sources: the documents that support it.",
        needs=("citations",),
        breaches=references.uncited,
    ),
    TablesRule(
        "E304",
        "a source is cited by no record",
        "Cite it, or move it to set_aside.yaml with the reason.",
        needs=("sources", "citations"),
        breaches=references.unused_sources,
    ),
    TablesRule(
        "E305", "an address stands twice", "Keep one of the two and cite that.", needs=("sources",), breaches=documents.urls_twice
    ),
    TablesRule(
        "E306",
        "a bilateral meeting lacks a principal of one side",
        "Mark who led each side with principal: true.",
        needs=("meetings", "participants"),
        breaches=meetings.one_sided,
    ),
    TablesRule(
        "E307",
        "a cited topic is not a topic of the meeting",
        "Add it to the meeting's topics, or take it out.",
        needs=("citations", "meetings"),
        breaches=meetings.foreign_topics,
    ),
    TablesRule(
        "E308",
        "a retired id is in use",
        "Take a new id, also for a record that moved to another table: a retired one is never used again.",
        needs=("retired",),
        breaches=references.retired_in_use,
    ),
    TablesRule(
        "E309",
        "a figure supersedes a later one, or one of another estimator or measure",
        "Name an earlier figure of the same estimator and measure.",
        needs=("estimates",),
        breaches=estimates.backward_supersession,
    ),
    TablesRule(
        "E310",
        "said after the last of its sources was published",
        "Correct said_on, or cite the document that reports it.",
        needs=("sources", "citations"),
        breaches=documents.said_after_sources,
    ),
    TablesRule(
        "E311",
        "more killed than casualties, by one estimator on one day",
        "Correct measure, scope or figure of one of the two.",
        needs=("estimates",),
        breaches=estimates.more_dead_than_casualties,
    ),
    TablesRule(
        "E312",
        "parents lead in a circle or too far",
        "Correct parent: it names what the record is directly a part of.",
        needs=(),
        breaches=references.endless_parents,
    ),
    TablesRule(
        "W201",
        "a person is in two countries on one day",
        "Check date and place of both meetings.",
        severity="warning",
        needs=("meetings", "participants", "places", "actors"),
        breaches=meetings.in_two_countries,
    ),
    TablesRule(
        "W202",
        "two persons hold one office at a time",
        "Check the dates of both positions.",
        severity="warning",
        needs=("positions",),
        breaches=actors.shared_offices,
    ),
    TablesRule(
        "W203",
        "a document is older than what it reports",
        "Check both dates; cite it only if it says that it took place.",
        severity="warning",
        needs=("sources", "citations"),
        breaches=documents.published_too_early,
    ),
    TablesRule(
        "W204",
        "a capacity is an office that the positions contradict",
        "Check person, office and day; correct the capacity, or the dates of the position.",
        severity="warning",
        needs=("positions",),
        breaches=actors.contradicted_capacities,
    ),
    TablesRule(
        "W205",
        "a cumulative figure falls below an earlier one of the same estimator",
        "Check stock_or_flow and scope; say supersedes or add a note.",
        severity="warning",
        needs=("estimates",),
        breaches=estimates.falling_totals,
    ),
    TablesRule(
        "W206",
        "two figures look like one utterance",
        "Join them, or tell them apart by scope, period or date.",
        severity="warning",
        needs=("estimates",),
        breaches=estimates.same_utterance,
    ),
    TablesRule(
        "W207",
        "two meetings look like one",
        "Join them, or tell them apart by format, place, venue or date.",
        severity="warning",
        needs=("meetings", "participants"),
        breaches=meetings.same_encounter,
    ),
    TablesRule(
        "W208",
        "a name belongs to two actors",
        "Join the actors, or take the alias from one.",
        severity="warning",
        needs=("actors",),
        breaches=actors.shared_names,
    ),
    TablesRule(
        "W209",
        "two addresses differ by tracking, host or ending alone",
        "Keep one of the two documents.",
        severity="warning",
        needs=("sources",),
        breaches=documents.urls_alike,
    ),
    TablesRule(
        "W210",
        "coordinates lie outside the country",
        "Check them for a swap, a sign and a digit, and check the country.",
        severity="warning",
        needs=("places",),
        breaches=places.outside_country,
    ),
    TablesRule(
        "W211",
        "a word mixes letters of two alphabets",
        "Type the word anew in one alphabet.",
        severity="warning",
        needs=(),
        breaches=spelling.mixed_words,
    ),
)
