"""Cases of impossible or unlikely figures and statements, and of sound ones that resemble them."""

from __future__ import annotations

from typing import Any, Final

from rule_cases import Case

_FIGURE: Final = {
    "measure": "killed",
    "unit": "persons",
    "best": "300",
    "bound": "exact",
    "stock_or_flow": "cumulative",
    "estimator": "nis",
    "said_on": "2025-06-18",
}
_SAID: Final = {
    "speaker": "sergei-lavrov",
    "said_on": "2025-06-18",
    "stance": "announces",
    "about": "rail links",
}

UKRAINIAN: Final = "{id: hur, name: HUR, kind: intelligence_service, country: UA}"
BRITISH: Final = "{id: di, name: Defence Intelligence, kind: intelligence_service, country: GB}"
AMERICAN: Final = (
    "{id: pentagon-official, name: Pentagon official, kind: unnamed_group, country: US}"
)
COLUMNIST: Final = "{id: columnist, name: Columnist, kind: person}"
PAPER: Final = "{id: the-paper, name: The Paper, kind: outlet, country: GB}"

WORKS: Final = (
    "{id: dep-0002, kind: workers, origin: KP, destination: moscow, status: observed,"
    " start: 2025-05-20, summary: Workers came., sources: [{source: tass-june}]}"
)


def _record(
    prefix: str, number: int, values: dict[str, Any], sources: tuple[str, ...], extra: str = ""
) -> str:
    fields = {"id": f"{prefix}-{number:04}", **values, "summary": f"Told in record {number}."}
    lines = [f"{field}: {value}" for field, value in fields.items() if value is not None]
    cited = "\n".join(f"    - {{source: {source}{extra}}}" for source in sources)
    return "- " + "\n  ".join(lines) + f"\n  sources:\n{cited}\n"


def figures(*values: dict[str, Any], cites: tuple[str, ...] = ("tass-june",)) -> str:
    """Return estimates, numbered from 2; by default each counts the killed of 18 June."""
    return "\n".join(
        _record("est", number, {**_FIGURE, **record}, cites)
        for number, record in enumerate(values, 2)
    )


def statements(*values: dict[str, Any], cites: tuple[str, ...] = ("tass-june",)) -> str:
    """Return statements, numbered from 2; by default each announces rail links on 18 June."""
    return "\n".join(
        _record("stm", number, {**_SAID, **record}, cites)
        for number, record in enumerate(values, 2)
    )


def _of_figures(
    name: str,
    *values: dict[str, Any],
    expected: tuple[str, ...] = (),
    more: dict[str, str] | None = None,
) -> Case:
    return Case(name, {"estimates.yaml": figures(*values), **(more or {})}, expected)


def _revised(name: str, earlier: dict[str, Any], later: dict[str, Any], *expected: str) -> Case:
    """Return a case of a figure that supersedes one of the day before."""
    return _of_figures(
        name,
        {"said_on": "2025-06-17", **earlier},
        {"supersedes": "est-0002", "best": 400, **later},
        expected=expected,
    )


def _listed(*items: str) -> str:
    return "".join(f"- {item}\n" for item in items)


E309 = "E309 estimates.yaml supersedes"
W230 = "W230 estimates.yaml supersedes"
W231 = "W231 estimates.yaml supersedes"
W232 = "W232 estimates.yaml stock_or_flow"
W234 = "W234 estimates.yaml measure"
W235 = "W235 estimates.yaml bound"
W236 = "W236 estimates.yaml confidence_low"
W237 = "W237 estimates.yaml subject"
E311 = "E311 estimates.yaml measure"
E323 = "E323 statements.yaml subject"
E205 = "E205 estimates.yaml as_of"

SHELLS: Final = {"measure": "shells", "unit": "shells"}
ROUNDS: Final = {"measure": "shells", "unit": "rounds"}
TROOPS: Final = {"measure": "troops_deployed", "stock_or_flow": "stock"}
LOST: Final = {"measure": "casualties"}

REVISIONS: Final = (
    _revised("revised: the same thing, a day later", {}, {}),
    _revised("revised: another unit", SHELLS, ROUNDS, E309),
    _revised(
        "revised: another currency",
        {"measure": "arms_value", "unit": "usd"},
        {"measure": "arms_value", "unit": "krw"},
        E309,
    ),
    _revised("revised: a sum by an amount", {}, {"stock_or_flow": "flow"}, E309),
    _revised("revised: a level by a sum", {"stock_or_flow": "stock"}, {}, E309),
    _revised("revised: itself", {}, {"supersedes": "est-0003"}, E309),
    _revised(
        "revised: each by the other", {"supersedes": "est-0003", "said_on": "2025-06"}, {}, E309
    ),
    _revised("revised: by one of the month in which it was said", {}, {"said_on": "2025-06"}),
    _revised("revised: by one of the month before", {"best": 400}, {"said_on": "2025-05"}, E309),
    _revised("revised: another scope", {"scope": "moscow"}, {"scope": "kursk-oblast"}, W230),
    _revised("revised: a scope where none was given", {}, {"scope": "kursk-oblast"}),
    _revised("revised: another subject", {"subject": "dep-0001"}, {"subject": "trf-0001"}, W230),
    _revised(
        "revised: a level of another day",
        {"measure": "captured", "stock_or_flow": "stock", "as_of": "2025-06-02"},
        {"measure": "captured", "stock_or_flow": "stock", "as_of": "2025-06-09"},
        W230,
    ),
    _revised("revised: a sum of a later day", {"as_of": "2025-06-02"}, {"as_of": "2025-06-09"}),
    _revised(
        "revised: an amount of another period",
        {"stock_or_flow": "flow", "period_start": "2025-03", "period_end": "2025-03"},
        {"stock_or_flow": "flow", "period_start": "2025-04", "period_end": "2025-04"},
        W230,
    ),
    _revised(
        "revised: an amount of the same period",
        {"stock_or_flow": "flow", "period_start": "2025-03", "period_end": "2025-03"},
        {"stock_or_flow": "flow", "period_start": "2025-03", "period_end": "2025-03"},
    ),
    _of_figures(
        "revised: one by two",
        {"said_on": "2025-06-10"},
        {"said_on": "2025-06-12", "best": 400, "supersedes": "est-0002"},
        {"said_on": "2025-06-14", "best": 500, "supersedes": "est-0002"},
        expected=(W231,),
    ),
    _of_figures(
        "revised: one after the other",
        {"said_on": "2025-06-10"},
        {"said_on": "2025-06-12", "best": 400, "supersedes": "est-0002"},
        {"said_on": "2025-06-14", "best": 500, "supersedes": "est-0003"},
    ),
)

DATES: Final = (
    _of_figures(
        "dates: a level over a period",
        {**TROOPS, "period_start": "2025-01", "period_end": "2025-03"},
        expected=(W232,),
    ),
    _of_figures(
        "dates: a level from a day on", {**TROOPS, "period_start": "2025-01-05"}, expected=(W232,)
    ),
    _of_figures(
        "dates: a share over a period",
        {
            "measure": "losses_share",
            "unit": "percent",
            "best": 40,
            "stock_or_flow": "stock",
            "period_start": "2025-03",
            "period_end": "2025-05",
        },
    ),
    _of_figures(
        "dates: an amount of a day",
        {"stock_or_flow": "flow", "as_of": "2025-06-10"},
        expected=(W232,),
    ),
    _of_figures(
        "dates: an amount of a period, told for a day",
        {
            "stock_or_flow": "flow",
            "period_start": "2025-01",
            "period_end": "2025-05",
            "as_of": "2025-06-10",
        },
    ),
    _of_figures("dates: an amount of no period", {"stock_or_flow": "flow"}),
    _of_figures(
        "dates: an amount foretold",
        {
            "measure": "workers_planned",
            "stock_or_flow": "flow",
            "period_start": "2026",
            "period_end": "2027",
        },
    ),
    _of_figures(
        "dates: a sum up to a year to come",
        {"period_start": "2025-01", "period_end": "2031"},
        expected=(W232,),
    ),
    _of_figures(
        "dates: a sum up to the month in which it was said",
        {"period_start": "2025-01", "period_end": "2025-06"},
    ),
    _of_figures(
        "dates: a sum for a day after its period",
        {"period_end": "2025-04", "as_of": "2025-06-10"},
        expected=(W232,),
    ),
    _of_figures(
        "dates: a sum for a day before its period",
        {"period_start": "2025-04", "as_of": "2025-03-31"},
        expected=(W232,),
    ),
    _of_figures(
        "dates: a day after the month in which it was said",
        {"said_on": "2025-05", "as_of": "2025-06-01"},
        expected=(E205,),
    ),
    _of_figures(
        "dates: the last day of the month in which it was said",
        {"said_on": "2025-05", "as_of": "2025-05-31"},
    ),
    _of_figures(
        "dates: a day after the year in which it was said",
        {"said_on": "2024", "as_of": "2025-01-01"},
        expected=(E205,),
    ),
    _of_figures(
        "dates: the last day of the year in which it was said",
        {"said_on": "2024", "as_of": "2024-12-31"},
    ),
    _of_figures(
        "dates: a day after that by which it was said",
        {"said_on": "../2025-06-18", "as_of": "2025-06-19"},
        expected=(E205,),
    ),
    _of_figures(
        "dates: long before the state",
        {**TROOPS, "as_of": "1911-04-05"},
        expected=("W214 estimates.yaml as_of",),
    ),
    _of_figures(
        "dates: the eve of the state",
        {**TROOPS, "as_of": "1948-09-08"},
        expected=("W214 estimates.yaml as_of",),
    ),
    _of_figures("dates: the first day of the state", {**TROOPS, "as_of": "1948-09-09"}),
    _of_figures(
        "dates: a period before the state",
        {"stock_or_flow": "flow", "period_start": "1946", "period_end": "1947"},
        expected=("W214 estimates.yaml period_end",),
    ),
    _of_figures(
        "dates: a period since before the state",
        {"stock_or_flow": "flow", "period_start": "1946", "period_end": "1950"},
    ),
    Case(
        "dates: said before the state",
        {"statements.yaml": statements({"said_on": "1903-02-01"})},
        ("W214 statements.yaml said_on",),
    ),
    Case(
        "dates: said in the year of the state", {"statements.yaml": statements({"said_on": 1948})}
    ),
)

BOUNDS: Final = (
    _of_figures(
        "bound: a range of one figure",
        {"bound": "range", "best": None, "low": 70, "high": 70},
        expected=(W235,),
    ),
    _of_figures("bound: a range", {"bound": "range", "best": None, "low": 70, "high": 71}),
    _of_figures(
        "bound: at least none", {"bound": "at_least", "best": None, "low": 0}, expected=(W235,)
    ),
    _of_figures("bound: more than none", {"bound": "more_than", "best": None, "low": 0}),
    _of_figures("bound: up to none", {"bound": "up_to", "best": None, "high": 0}, expected=(W235,)),
    _of_figures(
        "bound: less than none", {"bound": "less_than", "best": None, "high": 0}, expected=(W235,)
    ),
    _of_figures(
        "bound: up to all",
        {
            "measure": "losses_share",
            "unit": "percent",
            "stock_or_flow": "stock",
            "bound": "up_to",
            "best": None,
            "high": 100,
        },
        expected=(W235,),
    ),
    _of_figures("bound: none at all", {"best": 0}),
    _of_figures("bound: exact, in words that say more", {"wording": "over 300"}),
    _of_figures(
        "bound: unquantified, in words that hold a figure",
        {"best": None, "bound": "unquantified", "wording": "12,000"},
    ),
)


def _banded(name: str, estimator: str, phrase: str, low: int, high: int, *expected: str) -> Case:
    values = {
        "estimator": estimator,
        "confidence": phrase,
        "confidence_low": low,
        "confidence_high": high,
    }
    actors = _listed(UKRAINIAN, BRITISH, AMERICAN, COLUMNIST, PAPER)
    return _of_figures(f"band: {name}", values, expected=expected, more={"actors.yaml": actors})


BANDS: Final = (
    _banded("of a service that publishes none", "nis", "almost_certain", 0, 5, W236),
    _banded("of another service that publishes none", "hur", "likely", 55, 75, W236),
    _banded("of a columnist", "columnist", "likely", 55, 80, W236),
    _banded("of a newspaper", "the-paper", "likely", 55, 75, W236),
    _banded("of another phrase", "di", "almost_certain", 55, 75, W236),
    _banded("of another government's yardstick", "di", "likely", 55, 80, W236),
    _banded("of a phrase that has none", "di", "high_confidence", 80, 90, W236),
    _banded("of the phrase, British", "di", "likely", 55, 75),
    _banded("of the phrase, American", "pentagon-official", "likely", 55, 80),
)

LOSSES: Final = (
    _of_figures("losses: more killed", {}, {**LOST, "best": 200}, expected=(E311,)),
    _of_figures("losses: as many killed", {}, {**LOST, "best": 300}),
    _of_figures(
        "losses: more wounded", {"measure": "wounded"}, {**LOST, "best": 200}, expected=(E311,)
    ),
    _of_figures(
        "losses: more together",
        {"best": 90},
        {"measure": "wounded", "best": 90},
        {**LOST, "best": 150},
        expected=(E311,),
    ),
    _of_figures(
        "losses: as many together",
        {"best": 90},
        {"measure": "wounded", "best": 90},
        {**LOST, "best": 180},
    ),
    _of_figures(
        "losses: more together, but rounded",
        {"best": 1300, "bound": "about"},
        {"measure": "wounded", "best": 3800, "bound": "about"},
        {**LOST, "best": 5000, "bound": "about"},
        expected=(W234,),
    ),
    _of_figures(
        "losses: for the day on which it was said",
        {},
        {**LOST, "best": 200, "as_of": "2025-06-18"},
        expected=(E311,),
    ),
    _of_figures(
        "losses: killed by an earlier day",
        {"as_of": "2025-06-11"},
        {**LOST, "best": 200},
        expected=(E311,),
    ),
    _of_figures(
        "losses: casualties of an earlier day",
        {},
        {**LOST, "best": 200, "as_of": "2025-06-17"},
        expected=(W234,),
    ),
    _of_figures(
        "losses: in a month, and in another",
        *(
            {"stock_or_flow": "flow", "period_start": month, "period_end": month, **one}
            for month, one in (("2025-03", {}), ("2025-04", {**LOST, "best": 200}))
        ),
    ),
    _of_figures(
        "losses: so far, and of these in a month",
        {},
        {**LOST, "best": 200, "stock_or_flow": "flow"},
    ),
    _of_figures(
        "losses: of two units",
        {"subject": "dep-0001"},
        {**LOST, "best": 200, "subject": "dep-0002"},
        more={"deployments.yaml": _listed(WORKS)},
    ),
)

PARTS: Final = (
    _of_figures(
        "part: engineers beside troops of the day before",
        {**TROOPS, "measure": "engineers_deployed", "best": 7000},
        {**TROOPS, "best": 400, "as_of": "2025-06-17"},
        expected=(W234,),
    ),
    _of_figures(
        "part: officers among troops",
        {**TROOPS, "measure": "officers_deployed"},
        {**TROOPS, "best": 4000},
    ),
    _of_figures(
        "part: a level beside that of another year",
        {**TROOPS, "as_of": "2024-02-03"},
        {**TROOPS, "scope": "moscow", "best": 4000},
    ),
    _of_figures(
        "part: more lost than came",
        {**LOST, "best": 900},
        {**TROOPS, "best": 800},
        expected=(W234,),
    ),
    _of_figures(
        "part: mortar rounds beside shells",
        {**ROUNDS, "measure": "mortar_rounds", "best": 60000},
        {**ROUNDS, "best": 50000},
        expected=(W234,),
    ),
    _of_figures(
        "part: mortar rounds beside shells in another unit",
        {**ROUNDS, "measure": "mortar_rounds", "best": 60000},
        {**SHELLS, "best": 500},
    ),
    _of_figures(
        "part: in a region more than in all, a week later",
        {"said_on": "2025-06-10", "scope": "kursk-oblast"},
        {"said_on": "2025-06-17", "best": 200},
        expected=(W234,),
    ),
    _of_figures(
        "part: in a region more than in all, on one day",
        {**TROOPS, "scope": "kursk-oblast", "best": 9000},
        {**TROOPS, "best": 8000},
        expected=(W234,),
    ),
    _of_figures(
        "part: in a region more than by then in all",
        {"said_on": "2025-06-17", "scope": "kursk-oblast"},
        {"said_on": "2025-06-10", "best": 200},
    ),
    _of_figures(
        "part: a share in a region above the share in all",
        *(
            {"measure": "casualty_share", "unit": "percent", "stock_or_flow": "stock", **one}
            for one in ({"scope": "kursk-oblast", "best": 40}, {"best": 30})
        ),
    ),
    _of_figures(
        "part: in a district more than in its oblast",
        {"said_on": "2025-06-10", "scope": "sudzha"},
        {"said_on": "2025-06-17", "scope": "kursk-oblast", "best": 200},
        expected=(W234,),
        more={
            "places.yaml": (
                "- {id: sudzha, name: Sudzha, kind: town, country: RU, parent: kursk-oblast}\n"
            )
        },
    ),
    _of_figures(
        "part: in a region, by another estimator",
        {"said_on": "2025-06-10", "scope": "kursk-oblast", "estimator": "sergei-shoigu"},
        {"said_on": "2025-06-17", "best": 200},
    ),
    _of_figures(
        "part: in a region, since revised",
        {"said_on": "2025-06-10", "scope": "kursk-oblast"},
        {"said_on": "2025-06-12", "scope": "kursk-oblast", "best": 100, "supersedes": "est-0002"},
        {"said_on": "2025-06-17", "best": 200},
    ),
    _of_figures(
        "part: a sum that falls, of which the month alone is known",
        {"said_on": "2025-06", "best": 900},
        {"said_on": "2025-06-18"},
    ),
)


def _about(name: str, subject: str, values: dict[str, Any], *expected: str) -> Case:
    return _of_figures(f"subject: {name}", {"subject": subject, **values}, expected=expected)


SOURCES: Final = """\
- {id: old-paper, url: "https://archive.example/old", publisher: tass,
   published: 2024-03-02, language: ru, kind: news}
- {id: new-paper, url: "https://archive.example/new", publisher: tass,
   published: 2025-09-20, language: ru, kind: news}
- {id: july-paper, url: "https://archive.example/july", publisher: tass,
   published: 2025-07, language: ru, kind: news}
- {id: no-date, url: "https://archive.example/undated", publisher: tass, language: ru, kind: news}
"""
_CITED: Final = statements(
    {"about": "docks"}, cites=("old-paper", "new-paper", "july-paper", "no-date")
).replace("stm-0002", "stm-0900")


def _told(name: str, day: str, stance: str, subject: str, *expected: str) -> Case:
    """Return a case of a statement of that date about an event."""
    statement = statements({"said_on": day, "stance": stance, "subject": subject})
    return Case(
        f"subject: {name}",
        {"statements.yaml": statement, "deployments.yaml": _listed(WORKS)},
        expected,
    )


def _counted(name: str, *expected: str, **values: Any) -> Case:
    """Return a case of a figure of workers who came on 20 May 2025."""
    workers = {"measure": "workers", "stock_or_flow": "stock", "subject": "dep-0002", **values}
    return _of_figures(
        f"subject: {name}", workers, expected=expected, more={"deployments.yaml": _listed(WORKS)}
    )


def _cited(name: str, day: str, cites: tuple[str, ...], *expected: str) -> Case:
    """Return a case of a statement of that date with these sources, beside one that cites all."""
    statement = statements({"said_on": day}, cites=cites)
    both = f"{_CITED.replace('said_on: 2025-06-18', 'said_on: ../2024-03-02')}\n{statement}"
    return Case(f"said: {name}", {"statements.yaml": both, "sources.yaml": SOURCES}, expected)


SUBJECTS: Final = (
    _about("troops of a launch", "lch-0001", TROOPS, W237),
    _about("troops of talks", "mtg-0001", TROOPS, W237),
    _about("shells of a deployment", "dep-0001", SHELLS, W237),
    _about(
        "a delegation of a transfer",
        "trf-0001",
        {"measure": "delegation_size", "stock_or_flow": "stock"},
        W237,
    ),
    _about("tourists of a launch", "lch-0001", {"measure": "tourists"}, W237),
    _about("shells of a transfer", "trf-0001", SHELLS),
    _about("killed by what was transferred", "trf-0001", {}),
    _about(
        "a delegation of talks",
        "mtg-0001",
        {"measure": "delegation_size", "stock_or_flow": "stock"},
    ),
    _about(
        "attempts of a launch",
        "lch-0001",
        {"measure": "satellite_launch_attempts", "unit": "launches"},
    ),
    _about("troops that a statement is about", "stm-0001", TROOPS),
)

TIMES: Final = (
    _counted("counted before it began", "W233 estimates.yaml as_of", as_of="2025-05-18"),
    _counted("counted on the eve, west of the date line", as_of="2025-05-19"),
    _counted("counted on the first day", as_of="2025-05-20"),
    _counted("told before it began", "W233 estimates.yaml said_on", said_on="2025-04"),
    _counted("told in the month in which it began", said_on="2025-05"),
    _counted(
        "counted to a month before",
        "W233 estimates.yaml period_end",
        stock_or_flow="flow",
        period_start="2025-01",
        period_end="2025-03",
    ),
    _counted(
        "counted to a month after it began",
        stock_or_flow="flow",
        period_start="2025-01",
        period_end="2025-05",
    ),
    _counted("planned before it began", measure="workers_planned", said_on="2025-04-02"),
    _told(
        "confirmed before it took place",
        "2025-06-15",
        "confirms",
        "mtg-0001",
        "W233 statements.yaml said_on",
    ),
    _told(
        "thanked for before it took place",
        "2025-04",
        "thanks",
        "dep-0002",
        "W233 statements.yaml said_on",
    ),
    _told(
        "reported before it took place",
        "2024",
        "reports",
        "lch-0001",
        "W233 statements.yaml said_on",
    ),
    _told(
        "acknowledged before it was signed",
        "2025-06-01",
        "acknowledges",
        "agr-0001",
        "W233 statements.yaml said_on",
    ),
    _told("confirmed in the year in which it took place", "2025", "confirms", "mtg-0001"),
    _told("confirmed by some day", "../2025-06-10", "expects", "mtg-0001"),
    _told("confirmed on the day", "2025-06-17", "confirms", "mtg-0001"),
    _told("announced before", "2025-06-02", "announces", "mtg-0001"),
    _told("denied before", "2025-06-02", "denies", "mtg-0001"),
    _told("acknowledged though its day is not known", "2025-06-02", "acknowledges", "dep-0001"),
    Case("subject: itself", {"statements.yaml": statements({"subject": "stm-0002"})}, (E323,)),
    Case(
        "subject: each the other",
        {
            "statements.yaml": statements(
                {"subject": "stm-0003"}, {"subject": "stm-0002", "about": "roads"}
            )
        },
        (E323,),
    ),
    Case(
        "subject: a figure and a statement, each the other",
        {
            "statements.yaml": statements({"subject": "est-0002"}),
            "estimates.yaml": figures({"subject": "stm-0002"}),
        },
        ("E323 estimates.yaml subject", E323),
    ),
    Case(
        "subject: a circle of three",
        {
            "statements.yaml": statements(
                *({"subject": f"stm-{to:04}", "about": f"road {to}"} for to in (3, 4, 2))
            )
        },
        (E323,),
    ),
    Case(
        "subject: a statement about a statement about a figure",
        {
            "statements.yaml": statements(
                {"subject": "est-0002"}, {"subject": "stm-0002", "about": "roads"}
            ),
            "estimates.yaml": figures({}),
        },
    ),
)

STATEMENTS: Final = (
    Case(
        "twice: but for the number",
        {"statements.yaml": statements({}, {})},
        ("W238 statements.yaml id",),
    ),
    Case(
        "twice: however cased",
        {"statements.yaml": statements({}, {"about": "Rail Links"})},
        ("W238 statements.yaml id",),
    ),
    Case(
        "twice: one names the subject",
        {"statements.yaml": statements({"subject": "dep-0001"}, {})},
        ("W238 statements.yaml id",),
    ),
    Case(
        "twice: of two subjects",
        {"statements.yaml": statements({"subject": "dep-0001"}, {"subject": "mtg-0001"})},
    ),
    Case("twice: on two days", {"statements.yaml": statements({}, {"said_on": "2025-06-17"})}),
    Case(
        "twice: of two speakers", {"statements.yaml": statements({}, {"speaker": "sergei-shoigu"})}
    ),
    Case("twice: in two ways", {"statements.yaml": statements({}, {"stance": "hopes"})}),
    Case("twice: of two things", {"statements.yaml": statements({}, {"about": "air links"})}),
    *(
        Case(
            f"without subject: {stance}",
            {"statements.yaml": statements({"stance": stance})},
            ("W239 statements.yaml stance",),
        )
        for stance in ("denies", "doubts", "omits", "refuses")
    ),
    *(
        Case(f"without subject: {stance}", {"statements.yaml": statements({"stance": stance})})
        for stance in ("declines_to_comment", "warns")
    ),
    Case(
        "without subject: omits what is named",
        {"statements.yaml": statements({"stance": "omits", "subject": "dep-0001"})},
    ),
    Case(
        "without capacity, before any office",
        {"statements.yaml": statements({"speaker": "sergei-shoigu", "said_on": "2020-04-05"})},
    ),
)

_OPEN: Final = "E324 statements.yaml said_on"
PUBLISHED: Final = (
    _cited("by a day to come", "../4000-01-01", ("new-paper",), _OPEN),
    _cited("by the day of the later of two", "../2025-06-20", ("kcna-talks", "tass-june"), _OPEN),
    _cited("by the day of the earlier of two", "../2025-06-18", ("kcna-talks", "tass-june")),
    _cited("by a day before both", "../2025-06-01", ("kcna-talks", "tass-june")),
    _cited(
        "by the last day of the month of publication", "../2025-07-31", ("july-paper", "new-paper")
    ),
    _cited(
        "by a day after the month of publication",
        "../2025-08-01",
        ("july-paper", "new-paper"),
        _OPEN,
    ),
    _cited("by a day after the dated one", "../2025-06-19", ("kcna-talks", "no-date"), _OPEN),
    _cited("by any day, undated", "../2025-06-19", ("no-date",)),
    Case(
        "said: a figure by a day to come",
        {"estimates.yaml": figures({"said_on": "../2031-01-01"})},
        ("E324 estimates.yaml said_on",),
    ),
    Case(
        "said: signed by a day to come",
        {
            "agreements.yaml": (
                "- {id: agr-0002, name: Plan, kind: plan, parties: [dprk, russia],"
                " signed: ../2031-01-01, summary: A plan., sources: [{source: tass-june}]}\n"
            )
        },
        ("E324 agreements.yaml signed",),
    ),
    _cited("after every source", "2025-06-19", ("kcna-talks",), "E310 statements.yaml said_on"),
    _cited(
        "after the dated source, with an undated one",
        "2025-07-05",
        ("kcna-talks", "no-date"),
        "W203 statements.yaml sources[0].source",
    ),
    _cited(
        "the day after the dated source, with an undated one",
        "2025-06-19",
        ("kcna-talks", "no-date"),
    ),
)

CASES: Final = (
    *REVISIONS,
    *DATES,
    *BOUNDS,
    *BANDS,
    *LOSSES,
    *PARTS,
    *SUBJECTS,
    *TIMES,
    *STATEMENTS,
    *PUBLISHED,
)
