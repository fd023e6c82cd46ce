"""A dataset made up by the schema, of any size, the same for the same seed, in which no rule finds an error.

Fields, their order and their codes come from the models, so that a new column is filled without a line here; what rules ask
of several fields at once is written out per table. Files are laid out as in `dataset/`. Few actors take part in most of what
happens, and a few dozen give all figures, however many: that is where joins get slow. Events follow one another in time, ever
more densely; each cites up to six documents, which came out the day after or later (some are dated by their month, some not at
all, some contradict the record), and one that came out after its end; every document is cited. Statements are about what
happened shortly before, and the more figures there are, the more places they are about. Meetings take place in the DPRK and in
Russia on alternate days.
"""

from __future__ import annotations

import datetime as dt
import random
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tumen.schemas import vocabularies as vocab
from tumen.schemas.citations import CITING
from tumen.schemas.cross_table.parts import WHOLES
from tumen.schemas.estimates import SUBJECTS
from tumen.schemas.statements import AGAINST
from tumen.testing import fake_names
from tumen.testing.record_draft import Making, Record

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
    zip(CITING, ("mtg", "dep", "est", "stm", "agr", "trf", "lch", "pos"), strict=True)
)
_SIDES: Final = ("KP", "RU")
_BOXES: Final = {"KP": ((39.0, 40.5), (126.0, 127.0)), "RU": ((57.0, 60.0), (45.0, 60.0))}
_BODIES: Final = ("government_body", "armed_forces", "company")
_OUTLETS: Final = ("outlet", "news_agency")
_FROM_AFAR: Final = ("phone_call", "letter")
_LEAST: Final = (10_000_000, 80_000_000, 300_000_000, 700_000_000)
_KINDS: Final = {
    measure: "stock" if told.units == ("percent",) else list(vocab.STOCK_OR_FLOW)[number % 3]
    for number, (measure, told) in enumerate(vocab.MEASURES.items())
}
_CITED: Final = (1, 1, 2, 2, 2, 3, 3, 4, 6)
_GOLDEN_RATIO: Final = 0.6180339887
_LANGUAGES: Final = ("en", "de", "es", "fr", "id", "it", "pl")


class _Document(NamedTuple):
    slug: str
    publisher: str


def dataset(records: int, *, sources: int | None = None, seed: int = 0) -> dict[str, str]:
    """Return the YAML of each file by its name under the root of a dataset of about so many records, 50 at least.

    `sources` is how many of them are documents; the other tables share what is left.
    """
    total, shares = max(records, SMALLEST), dict(SHARES)
    if sources is not None:
        left = (total - sources) / total / (1 - SHARES["sources"])
        shares = {table: share * left for table, share in SHARES.items()} | {
            "sources": sources / total
        }
    sizes = {table: max(round(share * total), 2) for table, share in shares.items()}
    made = Making(sizes, random.Random(seed), FIRST_DAY)  # noqa: S311
    _entities(made)
    _events(made)
    _leftovers(made)
    return made.texts()


def write(root: Path, records: int, *, sources: int | None = None, seed: int = 0) -> None:
    """Write the files of `dataset` under `root`, which is made where it is missing."""
    for name, content in dataset(records, sources=sources, seed=seed).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def _entities(made: Making) -> None:
    for number in range(made.sizes["places"]):
        country, slug = _SIDES[number % 2], f"place-{number}"
        made.located[country].append(slug)
        north, east = (round(made.rng.uniform(*edges), 4) for edges in _BOXES[country])
        named: Record = {
            "id": slug,
            "name": fake_names.place(country, number)[0],
            "country": country,
            "parent": None,
        }
        made.add("places", "places.yaml", {**named, "latitude": north, "longitude": east})
    for number in range(made.sizes["actors"]):
        country, slug = _SIDES[number % 2], f"actor-{number}"
        kind, file = _kind(made, number)
        if kind == "person":
            made.persons[country].append(slug)
            name, native = fake_names.person(country, number)
        else:
            seat, native = fake_names.place(country, number)
            name, native = f"{kind.replace('_', ' ').capitalize()} of {seat}", f"{native} {number}"
        made.publishers += [slug] * (kind in _OUTLETS)
        aliases = [native] if made.rng.random() < 0.6 else None  # noqa: PLR2004
        named = {
            "id": slug,
            "name": name,
            "kind": kind,
            "country": country,
            "parent": None,
            "aliases": aliases,
        }
        made.add(
            "actors",
            f"actors/{file}.yaml",
            {**named, "wikidata": None if number % 5 else f"Q{number + 1}"},
        )


def _kind(made: Making, number: int) -> tuple[str, str]:
    """Return the kind of an actor, and the file that such actors stand in."""
    if number % 3:
        return "person", "people"
    return (
        (made.rng.choice(_OUTLETS), "outlets")
        if number % 2
        else (made.rng.choice(_BODIES), "bodies")
    )


def _events(made: Making) -> None:
    order = [table for table in CITING for _ in range(made.sizes[table])]
    made.rng.shuffle(order)
    documents = min(made.sizes["sources"], len(order))
    days = [
        FIRST_DAY + dt.timedelta(days=int(DAYS * (number / len(order)) ** 0.5))
        for number in range(len(order))
    ]
    cited = [number * documents // len(order) for number in range(len(order))]
    published = {
        document: day + dt.timedelta(days=1) for document, day in zip(cited, days, strict=True)
    }
    documented = {
        document: _Document(f"outlet-{document % 40}-{day}-{document}", _publisher(made, document))
        for document, day in published.items()
    }
    made.terms = [day for table, day in zip(order, days, strict=True) if table == "positions"]
    for number, (table, day, document) in enumerate(zip(order, days, cited, strict=True)):
        named: Record = {"id": f"{_PREFIXES[table]}-{len(made.ids[table]) + 1:04}"}
        told = EVENTS[table](made, number, day)
        documents_of_it = {*range(document, min(document + made.rng.choice(_CITED), documents))}
        if told.get("end"):
            documents_of_it.add(cited[bisect_left(days, told["end"])])
        sources = [
            _citation(made, documented[one], told.get("topics"), first=one == document)
            for one in sorted(documents_of_it)
        ]
        file = f"{table}/{day.year}.yaml" if table in _BY_YEAR else f"{table}.yaml"
        made.add(table, file, {**named, **told, "sources": sources})
    for number, day in published.items():
        made.add("sources", *_source(made, documented[number], number, day))


def _publisher(made: Making, number: int) -> str:
    """Return a publisher, the first ones far more often, by number alone: what is drawn for events does not hang on it."""
    return made.publishers[int(len(made.publishers) * (number * _GOLDEN_RATIO % 1) ** 3)]


def _source(made: Making, document: _Document, number: int, day: dt.date) -> tuple[str, Record]:
    """Return the file of a document, and what its record must say."""
    dated = made.rng.choices((day, f"{day:%Y-%m}", None), weights=(90, 7, 3))[0]
    source: Record = {
        "id": document.slug,
        "url": f"https://outlet-{number % 40}.example/{day:%Y/%m}/{number}",
        "publisher": document.publisher,
        "title": f"{made.words(6)} {number}" if made.rng.random() < 0.3 else None,  # noqa: PLR2004
        "published": dated,
        "language": made.rng.choice(_LANGUAGES),
        "archive_url": None,
    }
    return f"sources/{day.year if dated else 'undated'}.yaml", source


def _citation(
    made: Making, document: _Document, topics: list[str] | None, *, first: bool
) -> Record:
    told: Record = {"source": document.slug}
    if made.rng.random() < 0.3 and (origin := made.often(made.ids["actors"])) != document.publisher:  # noqa: PLR2004
        told["via"] = origin
    if topics:
        told["topics"] = made.rng.sample(topics, made.rng.randint(1, min(len(topics), 3)))
    if not first and made.rng.random() < 0.05:  # noqa: PLR2004
        told |= {"agrees": "false", "note": made.words(6)}
    return told


def _meeting(made: Making, _number: int, day: dt.date) -> Record:
    leads: list[str] = []
    while not leads or (day.isoformat(), *leads) in made.encounters:
        leads = [made.often(made.persons[side]) for side in _SIDES]
    made.encounters.add((day.isoformat(), *leads))
    present = [
        {"actor": actor, "side": side, "principal": "true"}
        for side, actor in zip(_SIDES, leads, strict=True)
    ]
    for number in range(made.rng.randint(0, 4)):
        side = _SIDES[number % 2]
        actor = made.often(made.persons[side])
        if actor not in (one["actor"] for one in present):
            present.append({"actor": actor, "side": side})
    way = made.rng.choice(list(vocab.MEETING_FORMATS))
    level = "head_of_state" if way == "summit" else made.rng.choice(list(vocab.MEETING_LEVELS))
    topics = made.rng.sample(list(vocab.TOPICS), made.rng.randint(1, 6))
    told = {
        "start": day,
        "end": None,
        "format": way,
        "level": level,
        "topics": topics,
        "participants": present,
    }
    if way in _FROM_AFAR:
        return {**told, "place": None, "venue": None}
    return {**told, "place": made.often(made.located[_SIDES[day.toordinal() % 2 - 1]])}


def _estimate(made: Making, number: int, day: dt.date) -> Record:
    measure = made.often(list(vocab.MEASURES))
    estimator = made.often(made.ids["actors"][:ESTIMATORS])
    kind = _KINDS[measure]
    before, scope = made.figures.get((estimator, measure), (None, None))
    if kind != "cumulative" or made.rng.random() > 0.1:  # noqa: PLR2004
        before, scope = (
            None,
            made.rng.choice(made.ids["places"]) if made.rng.random() < 0.8 else None,  # noqa: PLR2004
        )
    made.figures[estimator, measure] = (f"est-{len(made.ids['estimates']) + 1:04}", scope)
    subject = (
        None if before or made.rng.random() < 0.7 else made.recent(vocab.MEASURES[measure].sizes)  # noqa: PLR2004
    )
    told = {
        "measure": measure,
        "unit": vocab.MEASURES[measure].units[0],
        "stock_or_flow": kind,
        "estimator": estimator,
        "scope": scope,
    }
    until = day if subject else day - dt.timedelta(days=3)
    spoken_for = (
        {"period_start": until, "period_end": until} if kind == "flow" else {"as_of": until}
    )
    absent = dict.fromkeys(
        ("as_of", "period_start", "period_end", "confidence", "confidence_low", "confidence_high")
    )
    return {
        **told,
        **_figure(made, number, told),
        **absent,
        **spoken_for,
        "subject": subject,
        "said_on": day,
        "supersedes": before,
    }


def _figure(made: Making, number: int, told: Record) -> Record:
    """Return a figure that rises with the number of the record, and is the higher the more it counts."""
    if told["unit"] == "percent":
        figure, more = 1 + number % 80, 10
    else:
        figure, more = (
            number + _LEAST[_depth(told["measure"])] + (0 if told["scope"] else _LEAST[0]),
            500,
        )
    bound, given = made.rng.choice(
        [
            ("exact", {"best": figure}),
            ("more_than", {"low": figure}),
            ("range", {"low": figure, "high": figure + more}),
            ("up_to", {"high": figure}),
        ]
    )
    return {**dict.fromkeys(("low", "best", "high")), "bound": bound, **given}


@cache
def _depth(measure: str) -> int:
    """Return how many measures lie one within the other below this one."""
    return max((1 + _depth(part) for part, whole in WHOLES.items() if whole == measure), default=0)


def _statement(made: Making, _number: int, day: dt.date) -> Record:
    subject = made.recent(SUBJECTS)
    stances = [stance for stance in vocab.STANCES if subject or stance not in AGAINST]
    return {"said_on": day, "subject": subject, "stance": made.rng.choice(stances)}


def _office(made: Making, _number: int, day: dt.date) -> Record:
    nth, offices = len(made.ids["positions"]), max(made.sizes["positions"] // 4, 1)
    office, follows = nth % offices, nth + offices
    persons = made.persons[_SIDES[office % 2]]
    end = made.terms[follows] if follows < len(made.terms) else None
    return {
        "actor": persons[nth % len(persons)],
        "title": f"Head of section {office}",
        "organisation": "actor-0",
        "start": day,
        "end": end,
    }


EVENTS: Final[Mapping[str, Callable[[Making, int, dt.date], Record]]] = {
    "meetings": _meeting,
    "deployments": lambda made, _number, day: {
        "origin": "KP",
        "destination": made.rng.choice(made.located["RU"]),
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
    "launches": lambda made, _number, day: {
        "date": day,
        "site": made.rng.choice(made.located["KP"]),
    },
    "positions": _office,
}


def _leftovers(made: Making) -> None:
    for number in range(made.sizes["retired"]):
        made.add(
            "retired",
            "retired.yaml",
            {
                "id": f"stm-9{number:06}",
                "release": "2024.01.0",
                "reason": "erroneous",
                "successor": None,
            },
        )
    for number in range(made.sizes["set_aside"]):
        made.add(
            "set_aside",
            "set_aside.yaml",
            {"url": f"https://mirror.example/{number}", "published": FIRST_DAY},
        )
