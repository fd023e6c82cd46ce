"""Cases of sources, citations, actors and places, with the findings of a strict check."""

from __future__ import annotations

from typing import Final

from rule_cases import Case

_ACTORS, _PLACES, _SOURCES = "actors.yaml", "places.yaml", "sources.yaml"
_KURSK: Final = "latitude: 51.73, longitude: 36.19"


def _talks(*sources: str, day: str = "2025-06-19", more: str = "") -> str:
    """Return talks of Lavrov and Kim, with these citations as flow maps."""
    cited = "\n".join(f"    - {{source: {source}}}" for source in sources)
    return f"""
- id: mtg-0002
  start: {day}
  format: talks
  level: minister
  place: moscow
  topics: [trade, transport]
  summary: Talks in Moscow.
  participants:
    - {{actor: sergei-lavrov, side: RU, principal: true}}
    - {{actor: kim-jong-un, side: KP, principal: true}}
{more}  sources:
{cited}
"""


def _documents(*differences: str) -> dict[str, str]:
    """Return sources d1, d2 … that differ from one of TASS, and talks that cite them."""
    plain = {"publisher": "tass", "published": "2025-06-20", "language": "en", "kind": "news"}
    sources, ids = [], []
    for number, fields in enumerate(differences, 1):
        own = dict(field.strip().split(": ", 1) for field in fields.split(" | "))
        record = {"id": f"d{number}", "url": f"https://d{number}.example/x", **plain, **own}
        ids.append(record["id"])
        sources.append(
            "- "
            + "\n  ".join(f"{field}: {value}" for field, value in record.items() if value != "~")
        )
    return {_SOURCES: "\n".join(sources) + "\n", "meetings.yaml": _talks(*ids)}


def _url(name: str, url: str, *expected: str) -> Case:
    return Case(
        name, _documents(f'url: "{url}"'), tuple(f"{code} sources.yaml url" for code in expected)
    )


def _actor(name: str, records: str, *expected: str) -> Case:
    return Case(
        name,
        {_ACTORS: records},
        tuple(f"{finding.replace(' ', ' actors.yaml ')}" for finding in expected),
    )


def _place(name: str, records: str, *expected: str) -> Case:
    return Case(
        name,
        {_PLACES: records},
        tuple(f"{finding.replace(' ', ' places.yaml ')}" for finding in expected),
    )


_PARENTS: Final = (
    _actor(
        "parents in a circle",
        """
- {id: north, name: North Works, kind: company, parent: south}
- {id: south, name: South Works, kind: company, parent: north}
""",
        "E312 parent",
    ),
    _actor(
        "a state within a person",
        "- {id: france, name: France, kind: state, country: FR, parent: kim-jong-un}\n",
    )._replace(expected=("E330 actors.yaml parent", "W260 actors.yaml parent")),
    _actor(
        "an outlet of a person",
        "- {id: daily, name: Daily, kind: outlet, parent: sergei-lavrov}\n",
        "E330 parent",
    ),
    _actor(
        "a state within a company",
        (
            "- {id: works, name: Works, kind: company}\n"
            "- {id: mars, name: Mars, kind: state, country: FR, parent: works}\n"
        ),
        "W261 parent",
    ),
    _actor(
        "a state within an organisation of states",
        (
            "- {id: union, name: Union, kind: international_organisation}\n"
            "- {id: france, name: France, kind: state, country: FR, parent: union}\n"
        ),
    ),
    _actor(
        "a ministry of another state",
        (
            "- {id: ministry-kp, name: Ministry (KP), kind: government_body, country: KP,"
            " parent: russia}\n"
        ),
        "W260 parent",
    ),
    _actor(
        "a bureau whose country is open",
        "- {id: bureau, name: Bureau, kind: news_agency, parent: russia}\n",
    ),
    _place(
        "a city within one of another country",
        f"- {{id: kursk, name: Kursk, kind: city, country: RU, parent: pyongyang, {_KURSK}}}\n",
        "W260 parent",
    ),
    _place(
        "a region within a city",
        "- {id: moscow-oblast, name: Moscow Oblast, kind: region, country: RU, parent: moscow}\n",
        "W261 parent",
    ),
    _place(
        "a city within a crossing",
        (
            "- {id: bridge, name: Bridge, kind: border_crossing}\n"
            "- {id: khasan, name: Khasan, kind: city, country: RU, parent: bridge}\n"
        ),
        "W261 parent",
    ),
    _place(
        "a town within a city, a site within a region",
        (
            f"- {{id: kudepsta, name: Kudepsta, kind: town, country: RU, parent: moscow}}\n"
            f"- {{id: depot, name: Depot, kind: site, country: RU, parent: kursk-oblast,"
            f" {_KURSK}}}\n"
        ),
    ),
)

_TWICE: Final = (
    _actor(
        "one item of Wikidata on two actors",
        """
- {id: ri-yong-ho, name: Ri Yong Ho, kind: person, country: KP, wikidata: Q4}
- {id: lee-yong-ho, name: Lee Yong Ho, kind: person, country: KP, wikidata: Q4}
""",
        "E331 wikidata",
    ),
    _actor(
        "two items",
        (
            "- {id: aa, name: Aa, kind: person, wikidata: Q4}\n"
            "- {id: bb, name: Bb, kind: person, wikidata: Q44}\n"
        ),
    ),
    _place(
        "a place under a second slug",
        (
            "- {id: pyongyang-city, name: Pyongyang, kind: city, country: KP, latitude: 39.02,"
            " longitude: 125.75}\n"
        ),
        "W262 name",
    ),
    _place(
        "a place spelt with a hyphen, as a region",
        "- {id: pyong-yang, name: PYONG-YANG, kind: region, country: KP}\n",
        "W262 name",
    ),
    _place(
        "a place under another name at the same point",
        "- {id: heijo, name: Heijo, kind: city, country: KP, latitude: 39.02, longitude: 125.75}\n",
        "W262 name",
    ),
    _place(
        "a place of the same name in another country",
        (
            "- {id: moscow-idaho, name: Moscow, kind: city, country: US, latitude: 46.73,"
            " longitude: -117.0}\n"
        ),
    ),
    _place(
        "towns of one name in two regions",
        (
            "- {id: tula-oblast, name: Tula Oblast, kind: region, country: RU}\n"
            "- {id: lgov, name: Lgov, kind: town, country: RU, parent: kursk-oblast}\n"
            "- {id: lgov-2, name: Lgov, kind: town, country: RU, parent: tula-oblast}\n"
        ),
    ),
    _place(
        "a site at the point of its city",
        (
            "- {id: kim-il-sung-square, name: Kim Il Sung Square, kind: site, country: KP,"
            " parent: pyongyang, latitude: 39.02, longitude: 125.75}\n"
        ),
    ),
    Case(
        "documents of one publisher, day and title",
        _documents(
            "title: Shoigu lands in Pyongyang",
            "title: Shoigu Lands in Pyongyang | url: https://d1.example/story?id=77",
        ),
        ("W271 sources.yaml title",),
    ),
    Case(
        "documents of one title on two days",
        _documents("title: News of the day", "title: News of the day | published: 2025-06-21"),
    ),
    Case(
        "documents of one title by two publishers",
        _documents("title: Shoigu lands", "title: Shoigu lands | publisher: kcna"),
    ),
    Case(
        "undated documents of one title",
        _documents("title: Shoigu lands | published: ~", "title: Shoigu lands | published: ~"),
    ),
)

_COORDINATES: Final = (
    _place(
        "a city at null, null without a country",
        "- {id: null-island, name: Null Island, kind: city, latitude: 0, longitude: 0}\n",
        "W263 country",
    ),
    _place(
        "a site with coordinates alone",
        "- {id: depot, name: Depot, kind: site, latitude: 42.3, longitude: 130.4}\n",
        "W263 country",
    ),
    _place(
        "a country without its code", "- {id: japan, name: Japan, kind: country}\n", "W263 country"
    ),
    _place(
        "a crossing between two countries",
        (
            "- {id: crossing, name: Crossing, kind: border_crossing, latitude: 42.42,"
            " longitude: 130.64}\n"
        ),
    ),
    _place(
        "an area across countries",
        "- {id: sea, name: Sea of Japan, kind: area, latitude: 40, longitude: 135}\n",
    ),
    _place("a city of which neither is known", "- {id: new-town, name: New Town, kind: city}\n"),
    _place(
        "an area in another hemisphere",
        (
            "- {id: kursk-area, name: Kursk area, kind: area, country: RU, latitude: -39.02,"
            " longitude: -125.75}\n"
        ),
        "W210 latitude",
    ),
    _place(
        "an area with swapped coordinates",
        (
            "- {id: kursk-area, name: Kursk area, kind: area, country: KP, latitude: 125.75,"
            " longitude: 39.02}\n"
        ),
        "E107 latitude",
    ),
    _place(
        "an area of waters off its country",
        (
            "- {id: landing-zone, name: Landing zone, kind: area, country: KP, latitude: 36.5,"
            " longitude: 124.0}\n"
        ),
    ),
    _place(
        "a city outside its country",
        f"- {{id: kursk, name: Kursk, kind: city, country: KP, {_KURSK}}}\n",
        "W210 latitude",
    ),
)

_CITATIONS: Final = (
    Case(
        "via the publisher itself",
        {"meetings.yaml": _talks("tass-june, via: tass")},
        ("W264 meetings.yaml sources[0].via",),
    ),
    Case("via another outlet", {"meetings.yaml": _talks("tass-june, via: kcna")}),
    Case(
        "via the publisher, in a citation of a launch",
        {
            "launches.yaml": """
- id: lch-0002
  date: 2025-06-20
  object: satellite
  site: sohae
  outcome: failure
  summary: Another launch that failed.
  sources:
    - {source: tass-june}
    - {source: tass-june, via: tass}
"""
        },
        ("W264 launches.yaml sources[1].via",),
    ),
    Case(
        "topics cited for a deployment",
        {
            "deployments.yaml": """
- id: dep-0002
  kind: workers
  origin: KP
  destination: moscow
  status: assessed
  summary: Workers to Moscow.
  sources:
    - {source: tass-june, topics: [trade]}
"""
        },
        ("E307 deployments.yaml sources[0].topics[0]",),
    ),
    Case(
        "a document a year before, which contradicts",
        {"meetings.yaml": _talks("tass-june, agrees: false, note: Another day.", day="2026-06-20")},
    ),
)

_DATES_IN_IDS: Final = (
    Case("another day in the id", _documents("id: tass-2019-01-01-x"), ("W265 sources.yaml id",)),
    Case("the next day in the id", _documents("id: tass-2025-06-21-x"), ("W265 sources.yaml id",)),
    Case("another month in the id", _documents("id: tass-2025-05-x"), ("W265 sources.yaml id",)),
    Case(
        "a day outside the month",
        _documents("id: tass-2025-06-20-x | published: 2025-07"),
        ("W265 sources.yaml id",),
    ),
    Case("the day of publication in the id", _documents("id: tass-2025-06-20-x")),
    Case("a second date in the id", _documents("id: tass-2025-06-20-report-of-2019-01-01")),
    Case("the date at the end of the id", _documents("id: tass-2025-06-20")),
    Case(
        "the month of publication in the id",
        _documents("id: tass-2025-06-x", "id: tass-2025-06-20-y | published: 2025-06"),
    ),
    Case(
        "a day in the id of an undated document", _documents("id: tass-2019-01-01-x | published: ~")
    ),
    Case(
        "numbers in the id that are no date",
        _documents("id: tass-1000-12-30-containers", "id: tass-2000-13-01-y"),
    ),
)

_ADDRESSES: Final = (
    Case(
        "public addresses",
        _documents(
            "url: http://175.45.176.91/en/",
            "url: https://xn--80ak6aa92e.example/x",
            'url: "https://[2606:4700::1111]/x"',
            "url: https://10.example:8443/127.0.0.1",
        ),
    ),
    _url("this machine", "http://127.0.0.1:8080/etc", "E237"),
    _url("this machine by name", "http://localhost/x", "E237"),
    _url("this machine in another notation", "http://0x7f000001/x", "E237"),
    _url("this machine, IPv6", "http://[::1]/x", "E237"),
    _url("a local network", "https://192.168.1.1/x", "E237"),
    _url("a host without a dot", "https://kcna/x", "E237"),
    _url("a user and a password", "https://user:s3cret@u.example/x", "E235"),
    _url("a user alone", "https://user@u.example/x", "E235"),
    _url("a host in Cyrillic", r"https://\u0430\u0440\u0440\u04cf\u0435.com/x", "E236"),
    _url("one letter of another alphabet", r"https://t\u0430ss.example/x", "E236", "W211"),
    _url("a user on a private host", "http://root:root@192.168.0.1/x", "E235", "E237"),
    _url("another scheme", "ftp://u.example/x", "E108"),
    _url("a space", "https://u.example/a b", "E108"),
    Case(
        "a private host of what is set aside",
        {"set_aside.yaml": '\n- {url: "http://10.0.0.1/x", publisher: P, reason: mirror}\n'},
        ("E237 set_aside.yaml url",),
    ),
    Case(
        "a user in the address of a copy",
        _documents("archive_url: https://me@archive.example/1"),
        ("E235 sources.yaml archive_url",),
    ),
)

_SAME_ADDRESS: Final = (
    _url("the same host in capitals", "https://KCNA.example/talks", "W209"),
    _url("the same host with its port", "https://kcna.example:443/talks", "W209"),
    _url("the same path, encoded", "https://kcna.example/%74alks", "W209"),
    _url("the same host with a dot", "https://kcna.example./talks", "W209"),
    _url("another path, but for its case", "https://kcna.example/Talks"),
    _url("another port", "https://kcna.example:8443/talks"),
    Case(
        "set aside at another port",
        {
            "set_aside.yaml": (
                '\n- {url: "http://MIRROR.example:80/talks", publisher: M, reason: mirror}\n'
            )
        },
        ("W209 set_aside.yaml url",),
    ),
    Case(
        "one letter encoded in two ways",
        _documents('url: "https://d.example/%d0%9f"', 'url: "https://d.example/%D0%9F"'),
        ("W209 sources.yaml url",),
    ),
    Case(
        "a copy at the address itself",
        _documents("archive_url: https://d1.example/x"),
        ("E332 sources.yaml archive_url",),
    ),
    Case(
        "a copy at the address, spelt otherwise",
        _documents("archive_url: http://www.D1.example:80/x/"),
        ("E332 sources.yaml archive_url",),
    ),
    Case(
        "a copy at the address of another document",
        _documents("archive_url: https://kcna.example/talks"),
        ("E332 sources.yaml archive_url",),
    ),
    Case(
        "one copy of two documents",
        _documents(
            "archive_url: https://archive.example/1", "archive_url: https://archive.example/1#p2"
        ),
        ("W266 sources.yaml archive_url",),
    ),
    Case(
        "a copy whose address holds that of the document",
        _documents('archive_url: "https://archive.example/2025/https://d1.example/x"'),
    ),
    _url(
        "a session and a text fragment",
        "https://u.example/x;jsessionid=ABC?redirect=y#:~:text=foo",
        "W267",
    ),
    _url("a session", "https://u.example/x?PHPSESSID=1f3870be274f6c49b3e31a0c6728957f", "W267"),
    _url("a long session", "https://u.example/x?a=1&sid=1f3870be274f6c49b3e31a0c6728957f", "W267"),
    _url("a session in the path", "https://u.example/(S(ltsiplqffxqjm445i0w3i2a0))/x.aspx", "W267"),
    _url("a text fragment", "https://u.example/x#:~:text=Kim%20Jong%20Un", "W267"),
    _url("a text fragment after another", "https://u.example/x#top:~:text=Kim", "W267"),
    _url(
        "a section of a page, a session of a parliament",
        "https://u.example/x?sid=100&session=22#section-2",
    ),
    Case("a publisher that is a person", _documents("publisher: kim-jong-un")),
)

_IDS: Final = (
    Case(
        "an id in three tables",
        {
            _ACTORS: "- {id: moscow, name: Moscow city hall, kind: government_body}\n",
            **_documents("id: moscow"),
        },
        ("W268 places.yaml id", "W268 sources.yaml id"),
    ),
    _place(
        "a place named as an actor",
        "- {id: tass, name: Seat of TASS, kind: site, country: RU}\n",
        "W268 id",
    ),
    _place(
        "a state and its territory", "- {id: russia, name: Russia, kind: country, country: RU}\n"
    ),
    _place(
        "a state and the territory of another",
        "- {id: dprk, name: Corea, kind: country, country: KR}\n",
        "W268 id",
    ),
    _actor(
        "an actor numbered like a meeting",
        "- {id: mtg-0001, name: Works, kind: company}\n",
        "E239 id",
    ),
    _place(
        "a place numbered like a launch",
        "- {id: lch-7, name: Pad, kind: site, country: KP}\n",
        "E239 id",
    ),
    Case(
        "a document numbered like an estimate",
        _documents("id: est-00001"),
        ("E239 sources.yaml id",),
    ),
    Case(
        "slugs that only begin so",
        {
            _ACTORS: (
                "- {id: mtg-0001-works, name: Works, kind: company}\n"
                "- {id: dep-no-5, name: Depot, kind: company}\n"
            )
        },
    ),
    Case(
        "an id with a needless zero",
        {"meetings.yaml": _talks("tass-june").replace("mtg-0002", "mtg-00002")},
        ("E104 meetings.yaml id",),
    ),
    Case(
        "an id of five digits",
        {"meetings.yaml": _talks("tass-june").replace("mtg-0002", "mtg-10002")},
    ),
)

_COUNTRIES: Final = (
    _actor(
        "a state without a country", "- {id: france, name: France, kind: state}\n", "W269 country"
    ),
    _actor("a person without a country", "- {id: unknown, name: Unknown, kind: person}\n"),
)

_TITLES: Final = (
    Case(
        "Hangul in English",
        _documents(r'title: "\uae40\uc815\uc740 \ud68c\ub2f4"'),
        ("W270 sources.yaml title",),
    ),
    Case(
        "Hangul in English behind a name in capitals",
        _documents(r'title: "TASS \u2013 \uae40\uc815\uc740"'),
        ("W270 sources.yaml title",),
    ),
    Case(
        "Cyrillic in English",
        _documents("title: Переговоры в Москве"),
        ("W270 sources.yaml title",),
    ),
    Case(
        "English in Russian",
        _documents("title: Talks in Moscow | language: ru"),
        ("W270 sources.yaml title",),
    ),
    Case(
        "Cyrillic in Korean",
        _documents("title: Переговоры | language: ko"),
        ("W270 sources.yaml title",),
    ),
    Case(
        "Chinese in French",
        _documents(r'title: "\u671d\u9c9c" | language: fr'),
        ("W270 sources.yaml title",),
    ),
    Case("a word of Hangul in English", _documents(r'title: "What \ubd81\ud55c means"')),
    Case("names in capitals in Russian", _documents("title: BRICS 2025 | language: ru")),
    Case(
        "Russian in Russian, Chinese letters in Korean",
        _documents(
            "title: Переговоры | language: ru", r'title: "\u5317 \ud30c\ubcd1" | language: ko'
        ),
    ),
    Case(
        "Serbian in either alphabet",
        _documents("title: Разговори | language: sr", "title: Razgovori | language: sr"),
    ),
    Case("no letters at all", _documents('title: "2025-06-20" | language: ko')),
)

CASES: Final = (
    *_PARENTS,
    *_TWICE,
    *_COORDINATES,
    *_CITATIONS,
    *_DATES_IN_IDS,
    *_ADDRESSES,
    *_SAME_ADDRESS,
    *_IDS,
    *_COUNTRIES,
    *_TITLES,
)

NOT_FOUND_YET: Final = (
    Case(
        "a record that its only document contradicts",
        {"meetings.yaml": _talks("tass-june, agrees: false, note: Denies it.")},
    ),
    Case(
        "a contradiction of which no note tells",
        {"meetings.yaml": _talks("tass-june", "kcna-talks, agrees: false")},
    ),
    Case(
        "a topic that no document reports", {"meetings.yaml": _talks("tass-june, topics: [trade]")}
    ),
    Case(
        "one document through two origins",
        {"meetings.yaml": _talks("tass-june", "tass-june, via: kcna", "tass-june, via: nis")},
    ),
    Case(
        "one document that agrees and does not",
        {
            "meetings.yaml": _talks(
                "tass-june, via: kcna", "tass-june, via: nis, agrees: false, note: No."
            )
        },
    ),
    Case(
        "an outlet in an office",
        {
            "statements.yaml": """
- id: stm-0002
  speaker: tass
  said_on: 2025-06-20
  stance: reports
  capacity: Minister of Foreign Affairs
  about: talks
  summary: Talks were held.
  sources:
    - {source: tass-june}
"""
        },
    ),
)
"""Rules that wait for another version: what they should find, and what passes today."""
