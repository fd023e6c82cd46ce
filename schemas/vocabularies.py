"""The vocabularies: a mapping from code to definition for each.

To add a code, add a line here. Removing or renaming a code is a MAJOR change of the schema.
The codes of countries and languages are in `iso`. This module imports nothing of the project.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


def _vocabulary(**codes: str) -> Mapping[str, str]:
    return MappingProxyType(codes)


DATE_PRECISIONS: Final = _vocabulary(
    day="the exact day",
    month="an unknown day of the month; the column holds its first day, of an end its last",
    year="an unknown day of the year; the column holds its first day, of an end its last",
    on_or_before=(
        "that day or any day before it; written ../2025-06-19 in the records ([..2025-06-19] in"
        " EDTF)"
    ),
)

MEETING_FORMATS: Final = _vocabulary(
    summit="talks between the two heads of state",
    visit=(
        "a stay of a person or delegation in the other country, including talks that the source"
        " does not date separately"
    ),
    talks="one face-to-face conversation",
    consultation="a scheduled round between ministries, or a session of a joint commission",
    phone_call="a conversation by telephone or video link",
    letter="a message from one side to the other, or an exchange of messages",
    ceremony=(
        "an opening, wreath-laying, award, performance, funeral or parade that both sides attended"
    ),
    conference="a multilateral or expert gathering at which both sides took part",
)

MEETING_LEVELS: Final = _vocabulary(
    head_of_state="the President of Russia and the leader of the DPRK, in person or by letter",
    head_of_government=(
        "the Prime Minister of Russia or the Premier of the DPRK, with the other side's"
        " counterpart or leader"
    ),
    parliament="speakers or members of the parliaments",
    security_council="the Secretary or deputies of the Security Council",
    minister="ministers, or their counterparts in party and cabinet",
    deputy_minister="deputy or vice ministers, and heads of departments",
    military="officers and defence officials below the minister",
    law_enforcement="prosecutors, courts, police, intelligence and border services",
    party="officials of the Workers' Party of Korea and of parties in Russia",
    regional="governors, regional ministers, city heads",
    ambassador="ambassadors and embassy staff, with the host's officials",
    expert="academies, companies, museums, unions, cultural and sports bodies",
)

TOPICS: Final = _vocabulary(
    agriculture="farming, food supplies, livestock",
    anniversaries=(
        "anniversaries and holidays: liberation, founding, Victory Day, Russia Day, New Year,"
        " birthdays"
    ),
    arms_supplies="arms and ammunition delivered or sought",
    aviation="flights, aircraft, airports",
    awards="orders, medals, honours",
    bilateral_relations="relations in general",
    border="the border, its crossings and guards",
    bridge="the road bridge over the Tumen river",
    condolences="condolences and sympathy",
    construction="building, housing, infrastructure",
    crime_and_justice="prosecutors, courts, police matters, extradition",
    culture="arts, performances, museums, exhibitions",
    defence_cooperation="cooperation of the armed forces and ministries of defence",
    disarmament="arms control, sanctions on arms, denuclearisation",
    economy="economic cooperation in general, and the intergovernmental commission",
    education="universities, students, schools, language teaching",
    elections="elections, appointments and re-elections, with congratulations on them",
    energy="oil, gas, coal, electricity, nuclear power",
    engineer_deployment="sappers and builders from the DPRK for Russia",
    environment="environment, forestry, emergencies, disaster relief",
    finance="banks, payments, frozen assets",
    fisheries="fishing and fishing licences",
    gifts="presents from one side to the other",
    health="medicine, hospitals, epidemics",
    information="media, broadcasting, news agencies, information security",
    invitation="an invitation to visit, or a future visit",
    korean_peninsula="the situation on the Korean Peninsula",
    kursk_operation="fighting in Kursk Oblast and its liberation",
    kursk_reconstruction="rebuilding and demining of Kursk Oblast",
    labour="workers of the DPRK in Russia",
    leaders_messages="messages and letters of the leaders, handed over or discussed",
    long_term_plans="plans for cooperation beyond the next steps",
    memorials="memorials, museums and remembrance of the fallen",
    military_technology="weapons technology, space and missile engineering for military use",
    multilateral="the United Nations, BRICS, regional and international affairs",
    naval_cooperation="navies, ships, port calls",
    nuclear_issue="the nuclear programme of the DPRK and talks on it",
    parliament="work between the parliaments",
    party_ties="ties between political parties",
    prisoners_and_wounded="prisoners of war, wounded soldiers and their care",
    regional_cooperation="cooperation of Primorye and other regions with the DPRK",
    return_of_troops="troops or engineers who came home, and their reception",
    sanctions="sanctions and their monitoring",
    science="science, research, technology",
    security="national and regional security",
    space="satellites, launches, crewed flight",
    sport="sport and youth camps",
    summit_follow_up="implementation of what the leaders agreed",
    support_for_dprk="Russian support for the DPRK",
    support_for_russia="support by the DPRK for Russia in the war in Ukraine",
    tourism="tourism and resorts",
    trade="trade and customs",
    transport="rail, road and sea transport, ports",
    treaty="the treaty of 2024: its drafting, signing, ratification, application",
    troop_deployment="troops from the DPRK for Russia",
    ukraine_war="the war in Ukraine",
    us_and_allies="the United States, the Republic of Korea, Japan and their alliances",
)

DEPLOYMENT_KINDS: Final = _vocabulary(
    combat_troops=(
        "infantry, special forces and other units sent to fight, or troops that the sources do"
        " not differentiate"
    ),
    sappers="military engineers who clear mines",
    construction_troops="military builders",
    artillery_troops="crews of guns, rockets and missiles",
    drone_operators="operators of unmanned aircraft",
    workers="civilian workers",
    advisers="officers and specialists who observe, advise or train others",
    medical="doctors and nurses",
    other="any other personnel, named in the summary",
)

DEPLOYMENT_STATUSES: Final = _vocabulary(
    announced="Moscow or Pyongyang said it would take place",
    assessed="an outsider says that it took place or is under way",
    observed="seen by a named observer, through imagery, prisoners or documents",
    acknowledged="Moscow or Pyongyang said that it took place",
    completed="Moscow or Pyongyang, or a named observer, said that it ended",
    denied="only denials are on record",
)

BOUNDS: Final = _vocabulary(
    exact="a plain figure, in `best`",
    about="a point estimate given as approximate, in `best` (also: nearly, almost, some)",
    at_least="a lower bound that the figure may equal, in `low`",
    more_than="a lower bound that the figure exceeds, in `low`",
    up_to="an upper bound that the figure may equal, in `high`",
    less_than="an upper bound that the figure stays below, in `high`",
    range=(
        "a lower and an upper bound, in `low` and `high`, with a point estimate in `best` if one"
        " was given"
    ),
    unquantified="words without a figure, in `wording`",
)

STOCK_OR_FLOW: Final = _vocabulary(
    stock="how many there are at one time (`as_of`)",
    flow="how many in a period (`period_start` to `period_end`)",
    cumulative="how many since the start, up to a time",
)

CONFIDENCES: Final = _vocabulary(
    almost_certain="almost certain(ly)",
    highly_likely="highly likely, very likely, highly probable",
    likely="likely, probable, probably",
    realistic_possibility="realistic possibility, roughly even chance",
    possible="possible, possibly, may",
    unlikely="unlikely, improbable",
    highly_unlikely="highly or very unlikely",
    remote_chance="remote chance, almost no chance",
    low_confidence="said with low confidence",
    moderate_confidence="said with moderate confidence",
    high_confidence="said with high confidence",
    preliminary="said to be preliminary, based on first reports or not yet verified",
    believed="believed, thought, understood",
)

STANCES: Final = _vocabulary(
    announces="makes known a decision, plan or event of its own",
    acknowledges="admits for its own side what others have said before",
    confirms="says that another's claim is true",
    reports="states as a fact what others did",
    assesses="judges, estimates or interprets",
    expects="says what it thinks will happen",
    hopes="says what it wishes for",
    proposes="offers or suggests",
    pledges="commits itself to doing something",
    supports="endorses another's act or position",
    thanks="thanks, praises or honours",
    congratulates="congratulates or sends greetings",
    demands="calls on another to act or to stop",
    warns="points out consequences",
    condemns="calls an act wrong",
    doubts="questions without denying",
    denies="says that it is not true",
    declines_to_comment="was asked and gave no answer",
    refuses="says that it will not do what was asked",
    vetoes="blocks a decision by its vote",
    omits="reports the matter but leaves this out",
)

AGREEMENT_KINDS: Final = _vocabulary(
    treaty="a treaty between the states",
    intergovernmental="an agreement between the governments",
    interagency="an agreement or memorandum between ministries, agencies, courts or banks",
    regional="an agreement made by a region",
    plan="a plan or programme of cooperation, or a protocol of a commission",
    declaration="a joint declaration or statement",
    company="an agreement or contract between companies or institutes",
    party="an agreement between parties",
)

TRANSFER_STATUSES: Final = _vocabulary(
    alleged="said by an outsider who shows no evidence",
    documented="shown by imagery, customs or other records, or by debris",
    acknowledged="said by the side that gave or received it",
    denied="only denials are on record",
    planned="said to be agreed or under way, without a claim of delivery",
)

LAUNCH_OUTCOMES: Final = _vocabulary(
    success="the object reached orbit: the launching side says so and others do not dispute it",
    failure="the object did not reach orbit",
    unknown="the sources do not say",
)

ACTOR_KINDS: Final = _vocabulary(
    person="a person",
    state="a state, where the source names none of its bodies",
    government_body="a ministry, office, embassy, agency or regional administration",
    intelligence_service="an intelligence service",
    armed_forces="a general staff, command or unit",
    legislature="a parliament or a chamber of one",
    party="a political party or a body of one",
    court="a court",
    international_organisation="an organisation, team or group of states",
    company="a company",
    research_institute="a think tank, university or laboratory",
    ngo="a non-governmental organisation",
    news_agency="a news agency",
    outlet="a newspaper, broadcaster, website or platform",
    unnamed_group="speakers whom the sources do not name",
)

PLACE_KINDS: Final = _vocabulary(
    country="a state's territory",
    region="an oblast, province, krai or part of a country",
    city="a city",
    town="a town, village or settlement",
    site="a base, port, airport, plant, launch site or building",
    border_crossing="a border crossing",
    area="an area without fixed borders, or across several countries",
)

SOURCE_KINDS: Final = _vocabulary(
    news="news from an outlet that is not state media of either side or of China",
    state_media="state media",
    official="a page or document of a public body",
    report="a report with findings of its own",
    analysis="analysis or opinion",
)

SET_ASIDE_REASONS: Final = _vocabulary(
    mirror="a copy of a document that is cited",
    adds_nothing="read; everything it says is cited from better sources",
    out_of_scope="read; says nothing about relations between the two",
    cannot_be_trusted="its origin or text cannot be relied on",
    undated_unsupported="undated, and no other document supports or dates what it says",
)

RETIREMENT_REASONS: Final = _vocabulary(
    duplicate="the same as another record",
    erroneous="its source does not say so",
    merged="merged with another record",
    moved="recorded in another table",
    split="divided into several records",
)


_EVENTS: Final = ("meetings", "deployments", "agreements", "transfers")


@dataclass(frozen=True, slots=True)
class Measure:
    """What an estimate counts.

    Attributes:
        definition: What is counted.
        units: The units in which it may be given.
        sizes: The tables whose events it can quantify.

    """

    definition: str
    units: tuple[str, ...]
    subject_tables: tuple[str, ...] = _EVENTS


def _persons(definition: str, *sizes: str) -> Measure:
    return Measure(definition, ("persons",), sizes or _EVENTS)


def _percent(definition: str, *sizes: str) -> Measure:
    return Measure(definition, ("percent",), sizes or _EVENTS)


def _money(definition: str, *sizes: str) -> Measure:
    return Measure(definition, ("usd", "krw", "rub"), sizes or _EVENTS)


def _goods(definition: str, *units: str) -> Measure:
    return Measure(definition, units, ("transfers", "agreements"))


MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "troops_deployed": _persons(
            "troops of the DPRK sent to or present in the scope", "deployments"
        ),
        "troops_planned": _persons(
            "troops of the DPRK that were to be sent", "deployments", "agreements", "meetings"
        ),
        "troops_training": _persons("troops of the DPRK in training in Russia", "deployments"),
        "combat_troops_deployed": _persons(
            "combat troops alone, where counted separately", "deployments"
        ),
        "engineers_deployed": _persons(
            "engineers, sappers and military builders of the DPRK", "deployments"
        ),
        "officers_deployed": _persons("officers of the DPRK", "deployments"),
        "casualties": _persons(
            "killed and wounded, and others lost if the source includes them", "deployments"
        ),
        "killed": _persons("dead", "deployments", "transfers"),
        "wounded": _persons("wounded", "deployments", "transfers"),
        "captured": _persons("taken prisoner", "deployments"),
        "missing": _persons("missing", "deployments"),
        "named_dead": _persons("dead who are known by name", "deployments", "meetings"),
        "returned": _persons("personnel who went back to the DPRK", "deployments", "meetings"),
        "wounded_repatriated": _persons("wounded who were brought home", "deployments"),
        "workers": _persons("workers of the DPRK", "deployments", "agreements", "meetings"),
        "workers_planned": _persons(
            "workers of the DPRK that were to be sent", "deployments", "agreements", "meetings"
        ),
        "students": _persons("students of the DPRK"),
        "tourists": _persons("tourists"),
        "entries_to_russia": Measure(
            "entries of citizens of the DPRK into Russia", ("persons", "trips")
        ),
        "entries_to_russia_for_education": Measure(
            "entries of citizens of the DPRK into Russia for study", ("persons", "trips")
        ),
        "entries_to_russia_for_business": Measure(
            "entries of citizens of the DPRK into Russia for business", ("persons", "trips")
        ),
        "trips_to_dprk": Measure("trips of citizens of Russia to the DPRK", ("trips", "persons")),
        "delegation_size": _persons("members of a delegation", "meetings"),
        "performers": _persons("performers on tour", "meetings"),
        "rail_passengers": _persons("passengers by rail"),
        "air_passengers": _persons("passengers by air"),
        "bodies_returned": Measure(
            "remains of the dead that were brought home",
            ("coffins", "persons"),
            ("deployments", "meetings"),
        ),
        "coffins_shown": Measure(
            "coffins seen in pictures", ("coffins",), ("deployments", "meetings")
        ),
        "grave_places": Measure("places for graves or urns", ("places",)),
        "killed_share": _percent("dead as a share of casualties", "deployments"),
        "casualty_share": _percent("casualties as a share of the force", "deployments"),
        "shells": _goods("artillery shells, rockets and mortar rounds", "shells", "rounds"),
        "mortar_rounds": _goods("mortar rounds alone", "rounds", "shells"),
        "rockets": _goods("rockets for multiple rocket launchers alone", "rounds", "rockets"),
        "missiles": _goods("missiles supplied", "missiles"),
        "missiles_fired": Measure("missiles fired", ("missiles",), ("transfers",)),
        "missiles_examined": Measure(
            "missiles whose remains were examined", ("missiles",), ("transfers",)
        ),
        "missile_launchers": _goods("missile launchers supplied", "launchers"),
        "artillery_pieces": _goods(
            "guns, howitzers and rocket launchers supplied", "artillery_pieces", "brigades"
        ),
        "air_defence_systems": _goods(
            "air defence systems and vehicles supplied", "systems", "vehicles"
        ),
        "vehicles": Measure("vehicles supplied or presented", ("vehicles",)),
        "drones": Measure("unmanned aircraft", ("drones",)),
        "containers": _goods("shipping containers", "containers"),
        "cargo": _goods("goods by weight", "tonnes"),
        "munitions_weight": _goods("munitions or explosives by weight", "tonnes"),
        "shipments": Measure("shipments", ("shipments", "voyages"), ("deployments", "transfers")),
        "tanker_voyages": _goods("voyages of tankers", "voyages", "tankers", "visits"),
        "railcars": _goods("railway wagons", "railcars"),
        "reactor_modules": _goods("modules of submarine reactors", "modules"),
        "ammunition_share": _percent(
            "share of the ammunition that Russia uses or receives", "transfers"
        ),
        "shells_needing_repair_share": _percent(
            "share of the shells supplied that need repair", "transfers"
        ),
        "losses_share": _percent(
            "share of the losses caused by artillery that uses shells of the DPRK", "transfers"
        ),
        "payment_confirmed_share": _percent("share of the payment that is confirmed"),
        "progress": _percent(
            "share of a project that is done",
            "meetings",
            "deployments",
            "agreements",
            "transfers",
            "launches",
        ),
        "refined_petroleum": _goods("oil products", "barrels", "tonnes"),
        "food_aid": Measure("food given", ("tonnes",)),
        "livestock": Measure("animals sold or given", ("horses", "animals")),
        "trade_value": _money("trade between the two"),
        "arms_value": _money("value of arms delivered"),
        "arms_and_troops_value": _money("value of arms and troops together"),
        "troops_income": _money("income of the DPRK from troops", "deployments", "agreements"),
        "workers_income": _money("income of the DPRK from workers", "deployments", "agreements"),
        "total_income": _money("income of the DPRK from Russia"),
        "pay_per_person": _money(
            "pay of one person, per month unless the wording says otherwise",
            "deployments",
            "agreements",
        ),
        "payment_value": _money("value of what Russia gave in return"),
        "technology_value": _money(
            "value of technology received", "transfers", "agreements", "launches"
        ),
        "money_transferred": _money("money moved or released"),
        "cryptocurrency_stolen": _money("value of cryptocurrency stolen"),
        "explosives_found": Measure("explosive devices found", ("devices",), ("deployments",)),
        "explosives_destroyed": Measure(
            "explosive devices destroyed", ("devices",), ("deployments",)
        ),
        "area_demined": Measure("area cleared of mines", ("hectares",), ("deployments",)),
        "meetings_held": Measure("meetings counted by an observer", ("meetings",)),
        "flights": Measure("flights", ("flights",)),
        "satellite_launch_attempts": Measure(
            "attempts to launch a satellite", ("launches",), ("launches",)
        ),
    }
)

FRACTIONAL_UNITS: Final = frozenset(
    {"barrels", "hectares", "krw", "percent", "rub", "tonnes", "usd"}
)
"""Units that can be fractional; all others count whole things."""

UNITS: Final = tuple(sorted({unit for measure in MEASURES.values() for unit in measure.units}))
