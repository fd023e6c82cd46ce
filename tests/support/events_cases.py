"""Cases of meetings, deployments, agreements, transfers, launches and positions."""

from __future__ import annotations

from typing import Any, Final

from rule_cases import Case

MEETING: Final = {
    "id": "mtg-0002",
    "start": "2025-06-16",
    "format": "talks",
    "level": "minister",
    "summary": "Other talks.",
    "participants": (
        "[{actor: sergei-lavrov, side: RU, principal: true}, {actor: kim-jong-un, side: KP,"
        " principal: true}]"
    ),
    "sources": "[{source: tass-june}]",
}
DEPLOYMENT: Final = {
    "id": "dep-0002",
    "kind": "workers",
    "origin": "KP",
    "status": "assessed",
    "summary": "Workers.",
    "sources": "[{source: tass-june}]",
}
AGREEMENT: Final = {
    "id": "agr-0002",
    "name": "Plan of exchanges",
    "kind": "plan",
    "parties": "[dprk, russia]",
    "signed": "2025-06-16",
    "summary": "A plan.",
    "sources": "[{source: tass-june}]",
}
TRANSFER: Final = {
    "id": "trf-0002",
    "origin": "RU",
    "destination": "KP",
    "item": "flour",
    "status": "documented",
    "summary": "Flour.",
    "sources": "[{source: tass-june}]",
}
LAUNCH: Final = {
    "id": "lch-0002",
    "date": "2025-05-30",
    "object": "lantern",
    "site": "sohae",
    "outcome": "unknown",
    "summary": "Another launch.",
    "sources": "[{source: tass-june}]",
}
POSITION: Final = {
    "id": "pos-0002",
    "actor": "sergei-lavrov",
    "title": "Minister of Foreign Affairs",
    "organisation": "russia",
    "start": "2004-03-09",
    "sources": "[{source: tass-june}]",
}
ABROAD: Final = {
    "places.yaml": (
        "- {id: helsinki, name: Helsinki, kind: city, country: FI}\n"
        "- {id: east-sea, name: East Sea, kind: area}\n"
        "- {id: kumsusan, name: Kumsusan, kind: site, country: KP, parent: pyongyang}"
    ),
}
ALSO: Final = {
    "actors.yaml": (
        "- {id: prensa, name: Prensa, kind: outlet, country: CU}\n"
        "- {id: envoy, name: An envoy, kind: person}\n"
        "- {id: li, name: Li, kind: person, country: CN}"
    )
}
OLD_SOURCE: Final = (
    '- {id: old, url: "https://tass.example/old", publisher: tass, published: 2023-09-02,'
    " language: ru, kind: news}\n"
)
OLD: Final = {"sources.yaml": OLD_SOURCE}
UNDATED: Final = {
    "sources.yaml": (
        f'{OLD_SOURCE}- {{id: undated, url: "https://tass.example/undated", publisher: tass,'
        f" language: ru, kind: news}}"
    )
}
CITED_OLD: Final = "[{source: old}, {source: undated}]"


def record(fields: dict[str, str], changes: dict[str, str | None]) -> str:
    """Return a record of these fields, some with other values and some (None) left out."""
    changed = {field: value for field, value in {**fields, **changes}.items() if value is not None}
    return "- {" + ", ".join(f"{field}: {value}" for field, value in changed.items()) + "}"


def people(*participants: str) -> str:
    """Return participants, written as `actor side`, followed by `leads` for a principal."""
    parts = (words.split() for words in participants)
    shown = (
        f"{{actor: {words[0]}, side: {words[1]}{', principal: true' if words[2:] else ''}}}"
        for words in parts
    )
    return f"[{', '.join(shown)}]"


def of(
    table: str,
    fields: dict[str, str],
    name: str,
    /,
    *expected: str,
    others: dict[str, str] | None = None,
    **changes: str | None,
) -> Case:
    """Return a case of one more record in a table, beside other records."""
    return Case(
        name, {**(others or {}), f"{table}.yaml": record(fields, changes)}, tuple(sorted(expected))
    )


def meeting(
    name: str, /, *expected: str, others: dict[str, str] | None = None, **changes: str | None
) -> Case:
    return of("meetings", MEETING, name, *expected, others=others, **changes)


def deployment(
    name: str, /, *expected: str, others: dict[str, str] | None = None, **changes: str | None
) -> Case:
    return of("deployments", DEPLOYMENT, name, *expected, others=others, **changes)


def agreement(
    name: str, /, *expected: str, others: dict[str, str] | None = None, **changes: str | None
) -> Case:
    return of("agreements", AGREEMENT, name, *expected, others=others, **changes)


def transfer(name: str, /, *expected: str, **changes: str | None) -> Case:
    return of("transfers", TRANSFER, name, *expected, others=None, **changes)


def launch(
    name: str, /, *expected: str, others: dict[str, str] | None = None, **changes: str | None
) -> Case:
    return of("launches", LAUNCH, name, *expected, others=others, **changes)


def position(name: str, /, *expected: str, **changes: str | None) -> Case:
    return of("positions", POSITION, name, *expected, others=None, **changes)


def in_office(capacity: str) -> str:
    shoigu = f"{{actor: sergei-shoigu, side: RU, capacity: {capacity}, principal: true}}"
    return f"[{shoigu}, {{actor: kim-jong-un, side: KP, principal: true}}]"


BEFORE_OFFICE: Final[dict[str, Any]] = {
    "others": OLD,
    "start": "2023-09-01",
    "sources": "[{source: old}]",
}

OFFICES: Final = (
    *(
        meeting(
            f"a capacity before its office: {capacity}",
            "W204 meetings.yaml participants[0].capacity",
            participants=in_office(capacity),
            **BEFORE_OFFICE,
        )
        for capacity in (
            "Secretary of the Security Council",
            "Security Council Secretary",
            "Russian Security Council secretary",
            "Secretary of Russia's Security Council",
            '"secretary, Security Council of the Russian Federation"',
        )
    ),
    *(
        meeting(
            f"a capacity that is another office: {capacity}",
            participants=in_office(capacity),
            **BEFORE_OFFICE,
        )
        for capacity in (
            "Deputy Secretary of the Security Council",
            "Minister of Defence",
            "former Secretary of the Security Council",
        )
    ),
    position("an office within its term"),
    position(
        "an office of a body",
        "E315 positions.yaml actor",
        actor="security-council-ru",
        title="Secretary",
    ),
    position(
        "an office in a person", "E315 positions.yaml organisation", organisation="kim-jong-un"
    ),
    position(
        "an office of a body in a person",
        "E315 positions.yaml actor",
        "E315 positions.yaml organisation",
        actor="security-council-ru",
        organisation="kim-jong-un",
    ),
    position(
        "one office twice",
        "W222 positions.yaml id",
        actor="sergei-shoigu",
        title="Security Council Secretary",
        organisation="security-council-ru",
        start="2024-05",
    ),
    position(
        "one office twice, its body left out",
        "W222 positions.yaml id",
        actor="sergei-shoigu",
        title="Secretary of the Security Council",
        organisation=None,
        start="2024-05-12",
    ),
    position(
        "a second term",
        actor="sergei-shoigu",
        title="Secretary of the Security Council",
        organisation="security-council-ru",
        start="2001",
        end="2004",
    ),
)

LOCH: Final = people("sergei-lavrov RU leads", "kim-jong-un KP leads", "li CN")

MEETINGS: Final = (
    meeting("talks of one day"),
    meeting(
        "sides that are swapped",
        "W216 meetings.yaml participants[0].side",
        "W216 meetings.yaml participants[1].side",
        participants=people("sergei-lavrov KP leads", "kim-jong-un RU leads"),
    ),
    meeting(
        "who takes part for another country",
        "W216 meetings.yaml participants[2].side",
        participants=people("sergei-lavrov RU leads", "kim-jong-un KP leads", "sergei-shoigu KP"),
    ),
    meeting(
        "a body that takes part for another country",
        "W216 meetings.yaml participants[2].side",
        participants=people("sergei-lavrov RU leads", "kim-jong-un KP leads", "nis RU"),
    ),
    meeting(
        "an actor of no known country",
        others=ALSO,
        participants=people("sergei-lavrov RU leads", "kim-jong-un KP leads", "envoy KP"),
    ),
    meeting(
        "a third side that leads talks",
        "W217 meetings.yaml participants[2].side",
        participants=people("sergei-lavrov RU leads", "kim-jong-un KP leads", "nis KR leads"),
    ),
    meeting(
        "a third side that leads, of another country",
        "W216 meetings.yaml participants[2].side",
        "W217 meetings.yaml participants[2].side",
        participants=people("sergei-lavrov RU leads", "kim-jong-un KP leads", "nis FR leads"),
    ),
    meeting("a third side in the room", others=ALSO, participants=LOCH),
    meeting(
        "a conference of three",
        others=ALSO,
        format="conference",
        participants=people("sergei-lavrov RU leads", "kim-jong-un KP leads", "li CN leads"),
    ),
    meeting(
        "one meeting twice, with two who led one side",
        "W207 meetings.yaml id",
        start="2025-06-17",
        participants=people(
            "sergei-lavrov RU leads", "sergei-shoigu RU leads", "kim-jong-un KP leads"
        ),
    ),
    meeting(
        "heads of state who are an outlet and a minister",
        "E314 meetings.yaml participants[1].actor",
        level="head_of_state",
        participants=people("sergei-lavrov RU leads", "kcna KP leads"),
    ),
    meeting("a summit of experts", "E213 meetings.yaml level", format="summit", level="expert"),
    meeting(
        "a summit of ministers in a third country",
        "E213 meetings.yaml level",
        others=ABROAD,
        format="summit",
        place="helsinki",
    ),
    meeting(
        "a summit in a third country",
        others=ABROAD,
        format="summit",
        level="head_of_state",
        place="helsinki",
    ),
    meeting(
        "media that meet as ministers",
        "E314 meetings.yaml participants[0].actor",
        "E314 meetings.yaml participants[1].actor",
        participants=people("tass RU leads", "kcna KP leads"),
    ),
    meeting(
        "media that meet as experts",
        level="expert",
        participants=people("tass RU leads", "kcna KP leads"),
    ),
    meeting(
        "a summit of states",
        "E314 meetings.yaml participants[0].actor",
        "E314 meetings.yaml participants[1].actor",
        format="summit",
        level="head_of_state",
        participants=people("russia RU leads", "dprk KP leads"),
    ),
    meeting(
        "a head of government who is a body",
        "E314 meetings.yaml participants[0].actor",
        level="head_of_government",
        participants=people("security-council-ru RU leads", "kim-jong-un KP leads"),
    ),
    meeting(
        "ministers whom no source names", participants=people("russia RU leads", "dprk KP leads")
    ),
    meeting("a letter with a place", "W212 meetings.yaml format", format="letter", place="moscow"),
    meeting(
        "a call with a venue", "W212 meetings.yaml format", format="phone_call", venue="Kremlin"
    ),
    meeting("a letter both ways", format="letter", start="2025-06-10", end="2025-06-14"),
    meeting(
        "a letter of 400 days",
        "W215 meetings.yaml end",
        format="letter",
        start="2024-05-01",
        end="2025-06-05",
    ),
    meeting(
        "a call of eight days",
        "W215 meetings.yaml end",
        format="phone_call",
        start="2025-06-10",
        end="2025-06-17",
    ),
    meeting("talks of three years", "W215 meetings.yaml end", start="2022-06-13", end="2025-06-16"),
    meeting(
        "consultations of months",
        "W215 meetings.yaml end",
        format="consultation",
        start="2025-02",
        end="2025-04",
    ),
    meeting(
        "a visit of two years",
        "W215 meetings.yaml end",
        format="visit",
        place="moscow",
        start="2023-06-13",
        end="2025-06-16",
    ),
    meeting("talks over three days", start="2025-06-14", end="2025-06-16"),
    meeting(
        "a visit of two weeks", format="visit", place="moscow", start="2025-06-01", end="2025-06-14"
    ),
    meeting("talks on some day of two months", start="2025-04", end="2025-05"),
    meeting(
        "a visit to a third country",
        "W218 meetings.yaml place",
        others=ABROAD,
        start="2025-06-10",
        format="visit",
        place="helsinki",
    ),
    meeting(
        "a visit to a third country on a day of other talks",
        "W201 meetings.yaml participants[1].actor",
        "W218 meetings.yaml place",
        others=ABROAD,
        start="2025-06-17",
        format="visit",
        place="helsinki",
    ),
    meeting("a visit at sea", others=ABROAD, format="visit", place="east-sea"),
    meeting("talks at sea", others=ABROAD, place="east-sea"),
    meeting("talks in a third country", others=ABROAD, place="helsinki"),
    meeting(
        "a call on the day of talks",
        start="2025-06-17",
        format="phone_call",
        participants=people("sergei-shoigu RU leads", "kim-jong-un KP leads"),
    ),
    meeting(
        "a ceremony without participants",
        "E313 meetings.yaml id",
        format="ceremony",
        level="expert",
        participants=None,
    ),
    meeting(
        "a conference of one side",
        "E313 meetings.yaml id",
        format="conference",
        participants=people("sergei-lavrov RU"),
    ),
    meeting(
        "a ceremony of one side and a guest",
        "E313 meetings.yaml id",
        format="ceremony",
        others=ALSO,
        participants=people("kim-jong-un KP", "li CN"),
    ),
    meeting(
        "a ceremony of both sides that nobody leads",
        format="ceremony",
        participants=people("sergei-lavrov RU", "kim-jong-un KP"),
    ),
    meeting("a ceremony on no topic", format="ceremony", topics="[]"),
    meeting("a field that is derived", "E009 meetings.yaml known_since", known_since="2031-01-01"),
    meeting("talks before there was a DPRK", "W214 meetings.yaml start", start="0001-01-01"),
    meeting("talks in the year before", "W214 meetings.yaml start", start="1947"),
    meeting("talks in the year itself", start="1948"),
    meeting("talks on the day itself", start="1948-09-09"),
    meeting("talks on the day before", "W214 meetings.yaml start", start="1948-09-08"),
)

AGREEMENTS: Final = (
    agreement("an agreement of the states"),
    agreement(
        "an agreement in force before it was ratified",
        "E212 agreements.yaml in_force",
        signed="2024-06-17",
        ratified_ru="2025-03-01",
        ratified_kp="2025-03-02",
        in_force="2025-01-01",
    ),
    agreement(
        "an agreement in force before one side ratified it",
        "E212 agreements.yaml in_force",
        signed="2024-06-17",
        ratified_ru="2024-12-01",
        ratified_kp="2025-03-02",
        in_force="2025-01-01",
    ),
    agreement(
        "an agreement in force on the day of ratification",
        signed="2024-06-17",
        ratified_ru="2025-01-01",
        in_force="2025-01-01",
    ),
    agreement(
        "an agreement in force before a day by which it was signed",
        signed="../2025-06-16",
        in_force="1990-01-01",
    ),
    agreement("an agreement of one party", "E316 agreements.yaml parties", parties="[kim-jong-un]"),
    agreement(
        "an agreement of two parties of one side",
        "E316 agreements.yaml parties",
        parties="[russia, tass]",
    ),
    agreement("an agreement of no party", "E316 agreements.yaml parties", parties="[]"),
    agreement("an agreement with a third party", others=ALSO, parties="[dprk, russia, li]"),
    agreement(
        "an agreement with a party of no known country", others=ALSO, parties="[russia, envoy]"
    ),
    agreement(
        "an agreement of another day and place than its meeting",
        "W220 agreements.yaml place",
        "W220 agreements.yaml signed",
        signed="2024-01-09",
        place="moscow",
        meeting="mtg-0001",
    ),
    agreement(
        "an agreement of the day after its meeting",
        "W220 agreements.yaml signed",
        signed="2025-06-18",
        meeting="mtg-0001",
    ),
    agreement(
        "an agreement of another place than its meeting",
        "W220 agreements.yaml place",
        signed="2025-06-17",
        place="moscow",
        meeting="mtg-0001",
    ),
    agreement(
        "an agreement of a place within that of its meeting",
        others=ABROAD,
        signed="2025-06-17",
        place="kumsusan",
        meeting="mtg-0001",
    ),
    agreement("an agreement of the month of its meeting", signed="2025-06", meeting="mtg-0001"),
    agreement(
        "an agreement signed by a day after its meeting", signed="../2025-06-19", meeting="mtg-0001"
    ),
    agreement(
        "one agreement twice",
        "W222 agreements.yaml id",
        name="The treaty",
        kind="treaty",
        parties="[kim-jong-un, russia]",
        signed="2025-06",
    ),
    agreement(
        "an agreement of the same name in another year",
        name="Treaty",
        kind="treaty",
        signed="2000-02-09",
    ),
    agreement(
        "an agreement of the same name between others",
        name="Treaty",
        parties="[kcna, tass]",
        signed="2025-06-17",
    ),
    agreement(
        "an agreement that will be ratified",
        "W223 agreements.yaml in_force",
        "W223 agreements.yaml ratified_ru",
        ratified_ru="2030-01-01",
        in_force="2031-01-01",
    ),
    agreement("an agreement of the last document", ratified_ru="2025-06-20", in_force="2025-06-21"),
    agreement("an agreement before there was a DPRK", "W214 agreements.yaml signed", signed="1920"),
)

DEPLOYMENTS: Final = (
    deployment("workers whom somebody counts"),
    deployment(
        "workers to their own country", "E317 deployments.yaml destination", destination="pyongyang"
    ),
    deployment(
        "advisers to their own country",
        "E317 deployments.yaml destination",
        kind="advisers",
        origin="RU",
        destination="kursk-oblast",
    ),
    deployment(
        "advisers to the other country", kind="advisers", origin="RU", destination="pyongyang"
    ),
    deployment(
        "troops to a third country", others=ABROAD, kind="combat_troops", destination="helsinki"
    ),
    deployment("workers at sea", others=ABROAD, destination="east-sea"),
    deployment("workers of a third country", "E215 deployments.yaml origin", origin="FR"),
    deployment(
        "an announcement of an outsider",
        "E318 deployments.yaml announced_by",
        announced_by="nis",
        announced_on="2025-06-17",
    ),
    deployment(
        "an announcement of an outlet of the side", announced_by="kcna", announced_on="2025-06-17"
    ),
    deployment(
        "an announcement without its day",
        "W213 deployments.yaml announced_on",
        status="denied",
        announced_by="kcna",
    ),
    deployment(
        "an announcement of nobody without its day",
        "W213 deployments.yaml announced_on",
        status="announced",
    ),
    deployment(
        "an announcement later than its document",
        "W223 deployments.yaml announced_on",
        status="announced",
        announced_on="2030-01-01",
    ),
    deployment(
        "an announcement of an outsider later than its document",
        "E318 deployments.yaml announced_by",
        "W223 deployments.yaml announced_on",
        status="announced",
        announced_on="2030-01-01",
        announced_by="nis",
    ),
    deployment(
        "an announcement of what had begun",
        "W219 deployments.yaml announced_on",
        status="announced",
        announced_on="2025-06-16",
        start="2019",
    ),
    deployment(
        "an announcement of what had ended",
        "W219 deployments.yaml announced_on",
        status="announced",
        announced_on="2025-06-16",
        end="2025-05",
    ),
    deployment(
        "an announcement in the month of the start",
        status="announced",
        announced_on="2025-06-16",
        start="2025-06",
    ),
    deployment(
        "an announcement of what is to come",
        status="announced",
        announced_on="2025-06-16",
        start="2025-09",
    ),
    deployment(
        "an acknowledgement before the start",
        "W219 deployments.yaml announced_on",
        status="acknowledged",
        announced_on="2025-04-26",
        start="2025-05",
    ),
    deployment(
        "an acknowledgement after the start",
        status="acknowledged",
        announced_on="2025-04-26",
        start="2024-10",
    ),
    deployment(
        "an announcement of another day than its meeting",
        "W220 deployments.yaml announced_on",
        status="announced",
        announced_on="2025-06-12",
        meeting="mtg-0001",
    ),
    deployment(
        "a movement that ends after its documents",
        "W223 deployments.yaml end",
        status="completed",
        start="2025-01",
        end="2031-12",
    ),
    deployment(
        "a movement that begins after its documents", "W223 deployments.yaml start", start="2026"
    ),
    deployment("a movement in the year of its documents", start="2025", end="2025"),
    deployment(
        "a movement that an undated document may report",
        others=UNDATED,
        start="2026",
        sources=CITED_OLD,
    ),
    deployment(
        "one deployment twice",
        "W222 deployments.yaml id",
        kind="sappers",
        destination="kursk-oblast",
        status="announced",
        announced_on="2025-06-17",
        announced_by="sergei-shoigu",
        summary="Sappers for Kursk.",
    ),
    deployment(
        "one summary twice",
        "W222 deployments.yaml id",
        kind="sappers",
        destination="kursk-oblast",
        status="assessed",
        summary="sappers to Kursk.",
    ),
    deployment(
        "sappers of another day",
        kind="sappers",
        destination="kursk-oblast",
        status="acknowledged",
        announced_on="2025-06-19",
    ),
    deployment(
        "sappers to another place",
        kind="sappers",
        destination="moscow",
        status="announced",
        announced_on="2025-06-17",
    ),
    deployment("workers before there was a DPRK", "W214 deployments.yaml start", start="1903"),
    deployment("workers who left before there was a DPRK", "W214 deployments.yaml end", end="1903"),
)

TRANSFERS: Final = (
    transfer("a transfer to the DPRK"),
    transfer(
        "a transfer between others", "E214 transfers.yaml origin", origin="FR", destination="BR"
    ),
    transfer(
        "a transfer of others in their own country",
        "E209 transfers.yaml destination",
        "E214 transfers.yaml origin",
        origin="FR",
        destination="FR",
    ),
    transfer(
        "a transfer after its documents", "W223 transfers.yaml start", start="2030", end="2031"
    ),
    transfer("a transfer that is planned", status="planned", start="2030"),
    transfer("a transfer of the year of its documents", start="2024", end="2025"),
    transfer(
        "one transfer twice",
        "W222 transfers.yaml id",
        origin="KP",
        destination="RU",
        item="Shells",
        status="documented",
        start="2025",
    ),
    transfer(
        "one transfer twice, its start left out",
        "W222 transfers.yaml id",
        origin="KP",
        destination="RU",
        item="shells",
    ),
    transfer(
        "the same thing in another period",
        origin="KP",
        destination="RU",
        item="shells",
        start="2023-08",
    ),
    transfer("the same thing the other way", item="shells", start="2025-01"),
    transfer("a transfer before there was a DPRK", "W214 transfers.yaml start", start="1945-08"),
)

LAUNCHES: Final = (
    launch("another launch"),
    launch("a launch from abroad", "W221 launches.yaml site", site="moscow"),
    launch("a launch from nowhere known", site=None),
    launch("a launch from the sea", others=ABROAD, site="east-sea"),
    launch(
        "one launch twice",
        "W222 launches.yaml id",
        date="2025-06-17",
        object="lantern",
        outcome="success",
    ),
    launch(
        "one launch twice, its site left out", "W222 launches.yaml id", date="2025-06-17", site=None
    ),
    launch("a launch in the month of another", date="2025-06"),
    launch("a launch before there was a DPRK", "W214 launches.yaml date", date="1944-10-05"),
)

OFFICE_DAYS: Final = (
    position("an office after its documents", "W223 positions.yaml start", start="2030-01-01"),
    position("an office that ends after its documents", "W223 positions.yaml end", end="2031"),
    position("an office before there was a DPRK", "W214 positions.yaml start", start="1946"),
)

CASES: Final = (*OFFICES, *MEETINGS, *AGREEMENTS, *DEPLOYMENTS, *TRANSFERS, *LAUNCHES, *OFFICE_DAYS)

POSTPONED: Final = (
    meeting("an end less precise than the start", start="2025-06-16", end="2025"),
    meeting(
        "an end that may lie before the start",
        others={"sources.yaml": OLD_SOURCE.replace("2023-09-02", "2025-07-18")},
        start="2025-06-30",
        end="2025-06",
        sources="[{source: old}]",
    ),
    meeting("a start less precise than the end", start="2025-06", end="2025-06-01"),
)
