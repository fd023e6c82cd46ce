"""Generated datasets of any size, in which no rule finds an error, the same for the same seed.

Fields, their order and their codes come from the models, so that a new column is filled without a
line here. What rules require of several fields at once is written out per table. Files have the
layout of `dataset/`.

The data are made to be hard where real data are:

- Few actors take part in most events, and a few dozen give all figures, however many there are.
  That is where joins get slow.
- Events follow one another in time, ever more densely.
- Each event cites up to six documents, published the day after or later. Some are dated by their
  month, some are undated, some contradict the record. One is published after its end. Every
  document is cited.
- Statements are about what happened shortly before. The more figures there are, the more places
  they are about.
- Meetings take place in the DPRK and in Russia on alternate days.
"""

from __future__ import annotations

import datetime as dt
import random
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tumen.schemas import vocabularies as vocab
from tumen.schemas.citations import CITING_TABLES
from tumen.schemas.cross_table.parts import WHOLES
from tumen.schemas.estimates import SUBJECT_TABLES
from tumen.schemas.statements import CONTRADICTING_STANCES
from tumen.testing import fake_names
from tumen.testing.record_draft import DatasetDraft, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FIRST_DAY: Final = dt.date(2018, 1, 1)
DAYS: Final = 3160
SHARES: Final[Mapping[str, float]] = {
    "meetings": 0.12,
    "deployments": 0.01,
    "estimates": 0.10,
    "statements": 0.18,
    "agreements": 0.008,
    "transfers": 0.01,
    "launches": 0.002,
    "positions": 0.02,
    "actors": 0.07,
    "places": 0.02,
    "sources": 0.42,
    "retired": 0.01,
    "set_aside": 0.03,
}
SMALLEST: Final = 50
ESTIMATORS: Final = 40

_BY_YEAR: Final = ("meetings", "deployments", "estimates", "statements", "transfers", "sources")
_PREFIXES: Final = dict(
    zip(CITING_TABLES, ("mtg", "dep", "est", "stm", "agr", "trf", "lch", "pos"), strict=True)
)
_SIDES: Final = ("KP", "RU")
_BOXES: Final = {"KP": ((39.0, 40.5), (126.0, 127.0)), "RU": ((57.0, 60.0), (45.0, 60.0))}
_BODIES: Final = ("government_body", "armed_forces", "company")
_OUTLETS: Final = ("outlet", "news_agency")
_FROM_AFAR: Final = ("phone_call", "letter")
_LEAST: Final = (10_000_000, 80_000_000, 300_000_000, 700_000_000)
_KINDS: Final = {
    measure: "stock" if entry.units == ("percent",) else list(vocab.STOCK_OR_FLOW)[number % 3]
    for number, (measure, entry) in enumerate(vocab.MEASURES.items())
}
_CITED: Final = (1, 1, 2, 2, 2, 3, 3, 4, 6)
_GOLDEN_RATIO: Final = 0.6180339887
_LANGUAGES: Final = ("en", "de", "es", "fr", "id", "it", "pl")


class _Document(NamedTuple):
    slug: str
    publisher: str


def dataset(records: int, *, sources: int | None = None, seed: int = 0) -> dict[str, str]:
    """Generate a dataset of about this many records.

    Args:
        records: Number of records, 50 at least.
        sources: How many of them are documents. The other tables share the rest. Default: 42 %.
        seed: Number that selects one of many datasets.

    Returns:
        The YAML of each file, by its name under the root of the dataset.

    Examples:
        >>> files = tumen.testing.generator.dataset(100, seed=1)

    """
    total, shares = max(records, SMALLEST), dict(SHARES)
    if sources is not None:
        left = (total - sources) / total / (1 - SHARES["sources"])
        shares = {table: share * left for table, share in SHARES.items()} | {
            "sources": sources / total
        }
    sizes = {table: max(round(share * total), 2) for table, share in shares.items()}
    draft = DatasetDraft(sizes, random.Random(seed), FIRST_DAY)  # noqa: S311
    _add_places_and_actors(draft)
    _add_events(draft)
    _add_retired_and_set_aside(draft)
    return draft.texts()


def write(root: Path, records: int, *, sources: int | None = None, seed: int = 0) -> None:
    """Write the files of a generated dataset under a folder.

    Args:
        root: The folder, created if it does not exist.
        records: Number of records, as for `dataset`.
        sources: How many of them are documents, as for `dataset`.
        seed: Number that selects one of many datasets.

    Examples:
        >>> from pathlib import Path
        >>> tumen.testing.generator.write(Path("dataset"), 1000)

    """
    for name, content in dataset(records, sources=sources, seed=seed).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def _add_places_and_actors(draft: DatasetDraft) -> None:
    for number in range(draft.sizes["places"]):
        country, slug = _SIDES[number % 2], f"place-{number}"
        draft.located[country].append(slug)
        north, east = (round(draft.rng.uniform(*edges), 4) for edges in _BOXES[country])
        identity: Record = {
            "id": slug,
            "name": fake_names.place(country, number)[0],
            "country": country,
            "parent": None,
        }
        draft.add("places", "places.yaml", {**identity, "latitude": north, "longitude": east})
    for number in range(draft.sizes["actors"]):
        country, slug = _SIDES[number % 2], f"actor-{number}"
        kind, file = _kind(draft, number)
        if kind == "person":
            draft.persons[country].append(slug)
            name, native = fake_names.person(country, number)
        else:
            seat, native = fake_names.place(country, number)
            name, native = f"{kind.replace('_', ' ').capitalize()} of {seat}", f"{native} {number}"
        draft.publishers += [slug] * (kind in _OUTLETS)
        aliases = [native] if draft.rng.random() < 0.6 else None  # noqa: PLR2004
        identity = {
            "id": slug,
            "name": name,
            "kind": kind,
            "country": country,
            "parent": None,
            "aliases": aliases,
        }
        draft.add(
            "actors",
            f"actors/{file}.yaml",
            {**identity, "wikidata": None if number % 5 else f"Q{number + 1}"},
        )


def _kind(draft: DatasetDraft, number: int) -> tuple[str, str]:
    """Return the kind of an actor, and the file of such actors."""
    if number % 3:
        return "person", "people"
    return (
        (draft.rng.choice(_OUTLETS), "outlets")
        if number % 2
        else (draft.rng.choice(_BODIES), "bodies")
    )


def _add_events(draft: DatasetDraft) -> None:
    order = [table for table in CITING_TABLES for _ in range(draft.sizes[table])]
    draft.rng.shuffle(order)
    documents = min(draft.sizes["sources"], len(order))
    days = [
        FIRST_DAY + dt.timedelta(days=int(DAYS * (number / len(order)) ** 0.5))
        for number in range(len(order))
    ]
    cited = [number * documents // len(order) for number in range(len(order))]
    published = {
        document: day + dt.timedelta(days=1) for document, day in zip(cited, days, strict=True)
    }
    documented = {
        document: _Document(f"outlet-{document % 40}-{day}-{document}", _publisher(draft, document))
        for document, day in published.items()
    }
    draft.terms = [day for table, day in zip(order, days, strict=True) if table == "positions"]
    for number, (table, day, document) in enumerate(zip(order, days, cited, strict=True)):
        identity: Record = {"id": f"{_PREFIXES[table]}-{len(draft.ids[table]) + 1:04}"}
        fields = EVENTS[table](draft, number, day)
        own_documents = {*range(document, min(document + draft.rng.choice(_CITED), documents))}
        if fields.get("end"):
            own_documents.add(cited[bisect_left(days, fields["end"])])
        sources = [
            _citation(
                draft,
                documented[document_number],
                fields.get("topics"),
                first=document_number == document,
            )
            for document_number in sorted(own_documents)
        ]
        file = f"{table}/{day.year}.yaml" if table in _BY_YEAR else f"{table}.yaml"
        draft.add(table, file, {**identity, **fields, "sources": sources})
    for number, day in published.items():
        draft.add("sources", *_source(draft, documented[number], number, day))


def _publisher(draft: DatasetDraft, number: int) -> str:
    """Return a publisher, the first ones far more often.

    It depends on the number alone, so that it does not change what is drawn for events.
    """
    return draft.publishers[int(len(draft.publishers) * (number * _GOLDEN_RATIO % 1) ** 3)]


def _source(
    draft: DatasetDraft, document: _Document, number: int, day: dt.date
) -> tuple[str, Record]:
    """Return the file of a document, and the fields that its record must have."""
    dated = draft.rng.choices((day, f"{day:%Y-%m}", None), weights=(90, 7, 3))[0]
    source: Record = {
        "id": document.slug,
        "url": f"https://outlet-{number % 40}.example/{day:%Y/%m}/{number}",
        "publisher": document.publisher,
        "title": f"{draft.words(6)} {number}" if draft.rng.random() < 0.3 else None,  # noqa: PLR2004
        "published": dated,
        "language": draft.rng.choice(_LANGUAGES),
        "archive_url": None,
    }
    return f"sources/{day.year if dated else 'undated'}.yaml", source


def _citation(
    draft: DatasetDraft, document: _Document, topics: list[str] | None, *, first: bool
) -> Record:
    fields: Record = {"source": document.slug}
    if draft.rng.random() < 0.3:  # noqa: PLR2004
        origin = draft.often(draft.ids["actors"])
        if origin != document.publisher:
            fields["via"] = origin
    if topics:
        fields["topics"] = draft.rng.sample(topics, draft.rng.randint(1, min(len(topics), 3)))
    if not first and draft.rng.random() < 0.05:  # noqa: PLR2004
        fields |= {"agrees": "false", "note": draft.words(6)}
    return fields


def _meeting(draft: DatasetDraft, _number: int, day: dt.date) -> Record:
    leads: list[str] = []
    while not leads or (day.isoformat(), *leads) in draft.encounters:
        leads = [draft.often(draft.persons[side]) for side in _SIDES]
    draft.encounters.add((day.isoformat(), *leads))
    present = [
        {"actor": actor, "side": side, "principal": "true"}
        for side, actor in zip(_SIDES, leads, strict=True)
    ]
    for number in range(draft.rng.randint(0, 4)):
        side = _SIDES[number % 2]
        actor = draft.often(draft.persons[side])
        if actor not in (person["actor"] for person in present):
            present.append({"actor": actor, "side": side})
    format_ = draft.rng.choice(list(vocab.MEETING_FORMATS))
    level = "head_of_state" if format_ == "summit" else draft.rng.choice(list(vocab.MEETING_LEVELS))
    topics = draft.rng.sample(list(vocab.TOPICS), draft.rng.randint(1, 6))
    fields = {
        "start": day,
        "end": None,
        "format": format_,
        "level": level,
        "topics": topics,
        "participants": present,
    }
    if format_ in _FROM_AFAR:
        return {**fields, "place": None, "venue": None}
    return {**fields, "place": draft.often(draft.located[_SIDES[day.toordinal() % 2 - 1]])}


def _estimate(draft: DatasetDraft, number: int, day: dt.date) -> Record:
    measure = draft.often(list(vocab.MEASURES))
    estimator = draft.often(draft.ids["actors"][:ESTIMATORS])
    kind = _KINDS[measure]
    before, scope = draft.figures.get((estimator, measure), (None, None))
    if kind != "cumulative" or draft.rng.random() > 0.1:  # noqa: PLR2004
        before, scope = (
            None,
            draft.rng.choice(draft.ids["places"]) if draft.rng.random() < 0.8 else None,  # noqa: PLR2004
        )
    draft.figures[estimator, measure] = (f"est-{len(draft.ids['estimates']) + 1:04}", scope)
    has_subject = not before and draft.rng.random() >= 0.7  # noqa: PLR2004
    subject = draft.recent(vocab.MEASURES[measure].subject_tables) if has_subject else None
    fields = {
        "measure": measure,
        "unit": vocab.MEASURES[measure].units[0],
        "stock_or_flow": kind,
        "estimator": estimator,
        "scope": scope,
    }
    until = day if subject else day - dt.timedelta(days=3)
    period = {"period_start": until, "period_end": until} if kind == "flow" else {"as_of": until}
    absent = dict.fromkeys(
        ("as_of", "period_start", "period_end", "confidence", "confidence_low", "confidence_high")
    )
    return {
        **fields,
        **_figure(draft, number, fields),
        **absent,
        **period,
        "subject": subject,
        "said_on": day,
        "supersedes": before,
    }


def _figure(draft: DatasetDraft, number: int, fields: Record) -> Record:
    """Return a figure that rises with the number of the record, and with what it counts."""
    if fields["unit"] == "percent":
        figure, more = 1 + number % 80, 10
    else:
        figure, more = (
            number + _LEAST[_depth(fields["measure"])] + (0 if fields["scope"] else _LEAST[0]),
            500,
        )
    bound, numbers = draft.rng.choice(
        [
            ("exact", {"best": figure}),
            ("more_than", {"low": figure}),
            ("range", {"low": figure, "high": figure + more}),
            ("up_to", {"high": figure}),
        ]
    )
    return {**dict.fromkeys(("low", "best", "high")), "bound": bound, **numbers}


@cache
def _depth(measure: str) -> int:
    """Return how many levels of measures are parts of this one."""
    return max((1 + _depth(part) for part, whole in WHOLES.items() if whole == measure), default=0)


def _statement(draft: DatasetDraft, _number: int, day: dt.date) -> Record:
    subject = draft.recent(SUBJECT_TABLES)
    stances = [stance for stance in vocab.STANCES if subject or stance not in CONTRADICTING_STANCES]
    return {"said_on": day, "subject": subject, "stance": draft.rng.choice(stances)}


def _office(draft: DatasetDraft, _number: int, day: dt.date) -> Record:
    nth, offices = len(draft.ids["positions"]), max(draft.sizes["positions"] // 4, 1)
    office, follows = nth % offices, nth + offices
    persons = draft.persons[_SIDES[office % 2]]
    end = draft.terms[follows] if follows < len(draft.terms) else None
    return {
        "actor": persons[nth % len(persons)],
        "title": f"Head of section {office}",
        "organisation": "actor-0",
        "start": day,
        "end": end,
    }


EVENTS: Final[Mapping[str, Callable[[DatasetDraft, int, dt.date], Record]]] = {
    "meetings": _meeting,
    "deployments": lambda draft, _number, day: {
        "origin": "KP",
        "destination": draft.rng.choice(draft.located["RU"]),
        "announced_on": day,
        "start": day,
        "end": None,
        "meeting": None,
    },
    "estimates": _estimate,
    "statements": _statement,
    "agreements": lambda _made, _number, day: {
        "parties": ["actor-0", "actor-1"],
        "signed": day,
        **dict.fromkeys(("ratified_ru", "ratified_kp", "in_force", "meeting")),
    },
    "transfers": lambda _made, _number, day: {
        "origin": "KP",
        "destination": "RU",
        "start": day,
        "end": None,
    },
    "launches": lambda draft, _number, day: {
        "date": day,
        "site": draft.rng.choice(draft.located["KP"]),
    },
    "positions": _office,
}


def _add_retired_and_set_aside(draft: DatasetDraft) -> None:
    for number in range(draft.sizes["retired"]):
        draft.add(
            "retired",
            "retired.yaml",
            {
                "id": f"stm-9{number:06}",
                "release": "2024.01.0",
                "reason": "erroneous",
                "successor": None,
            },
        )
    for number in range(draft.sizes["set_aside"]):
        draft.add(
            "set_aside",
            "set_aside.yaml",
            {"url": f"https://mirror.example/{number}", "published": FIRST_DAY},
        )
