"""The explorer as a reader meets it: in Chromium, by `make test-site`."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import explorer
import polars as pl
import pytest
import two_releases
from axe_playwright_python.sync_playwright import Axe

import tumen
from tumen.plot import disagreements_chart, map_chart, network_chart, series_chart, theme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
DAYS = (
    "2024-10-18",
    "2025-01-30",
    "2025-01-31",
    "2025-03-22",
    "2025-06-17",
    "2025-06-18",
    "2026-11-24",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with explorer.browser() as found:
        yield found


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    with explorer.served(explorer.folder()) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, home: str) -> Iterator[Page]:
    """Yield a page, which must end without a fault."""
    found = chromium.new_page(viewport={"width": 1280, "height": 900})
    witness = explorer.Witness(found, home)
    yield found
    assert witness.faults == []
    found.close()


def drawn(page: Page, chart: str) -> Any:
    return page.evaluate(f"tumen.drawn[{chart!r}]")


def as_known(page: Page, day: str) -> None:
    page.fill("#filter-known_by", day)
    page.press("#filter-known_by", "Enter")
    page.locator("#filter-known_by").dispatch_event("change")


@pytest.mark.parametrize("view", explorer.VIEWS)
def test_a_view_opens_and_shows_its_records(page: Page, home: str, view: str) -> None:
    explorer.go(page, home, view)
    assert page.inner_text("#view h1") == view.capitalize()
    assert page.title().startswith(view.capitalize())
    shown = {
        "codebook": "section table",
        "rules": "section.rule",
        "records": ".gridjs-tbody tr",
    }.get(view, ".chart svg")
    page.wait_for_selector(shown, state="attached")
    assert page.locator("#views a[aria-current]").inner_text() == view.capitalize()


def test_it_works_from_a_folder_without_a_server(chromium: Browser) -> None:
    page = chromium.new_page()
    address = (explorer.folder() / "index.html").as_uri()
    witness = explorer.Witness(page, address.removesuffix("index.html"))
    for view in (*explorer.VIEWS, "mtg-0001", "search?q=letter"):
        explorer.go(page, address, view)
        assert page.locator("[role=alert]").count() == 0
    assert witness.faults == []
    page.close()


def passing(field: str, value: str) -> list[str]:
    """Return the records that pass a filter, as Python filters."""
    with two_releases.opened():
        ds = tumen.open()
        if field == "level":
            return ds.meetings.filter(pl.col("level") == value).collect()["meeting_id"].to_list()
        if field == "source":
            cited = ds.citations.join(
                ds.sources.filter(pl.col("kind") == value), on="source_id", how="semi"
            ).collect()
            return (
                ds.timeline()
                .filter(pl.col("record_id").is_in(cited["record_id"].implode()))["record_id"]
                .to_list()
            )
        chosen: dict[str, Any] = {{"from": "start", "to": "end"}.get(field, field): value}
        return ds.timeline(**chosen)["record_id"].to_list()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("table", "deployments"),
        ("actor", "sergei-shoigu"),
        ("place", "pyongyang"),
        ("place", "russia"),
        ("topic", "treaty"),
        ("level", "head_of_state"),
        ("source", "state_media"),
        ("from", "2025-06-17"),
        ("to", "2025-01-31"),
    ],
)
def test_filters_filter(page: Page, home: str, field: str, value: str) -> None:
    wanted = sorted(passing(field, value))
    explorer.go(page, home, "timeline")
    everything = drawn(page, "timeline")["rows"]
    control = page.locator(f"#filter-{field}")
    if field in ("from", "to"):
        control.fill(value)
        control.dispatch_event("change")
    else:
        control.select_option(value)
    page.wait_for_function(
        "before => tumen.drawn.timeline.rows.length < before", arg=len(everything)
    )
    assert sorted(row["record_id"] for row in drawn(page, "timeline")["rows"]) == wanted != []
    page.goto("about:blank")
    page.goto(f"{home}#/timeline?{field}={value}")
    explorer.settled(page)
    assert sorted(row["record_id"] for row in drawn(page, "timeline")["rows"]) == wanted


@pytest.mark.parametrize("scope", [None, "russia", "kursk-oblast"])
def test_the_estimates_of_a_day_are_those_of_known_by(
    page: Page, home: str, scope: str | None
) -> None:
    explorer.go(page, home, "estimates" + (f"?scope={scope}" if scope else ""))
    for day in DAYS:
        as_known(page, day)
        page.wait_for_function(
            "day => document.querySelector('[role=status]').textContent.includes(day)", arg=day
        )
        page.wait_for_timeout(150)
        with two_releases.opened():
            ds = tumen.open(known_by=day)
            known = scope is None or scope in ds.places.collect()["place_id"]
            wanted = series_chart.chart_rows(ds, "casualties", scope=scope)[0] if known else []
        assert drawn(page, "series")["rows"] == json.loads(json.dumps(wanted)), day


def test_the_slider_moves_the_chart(page: Page, home: str) -> None:
    explorer.go(page, home, "estimates?measure=casualties")
    everything = drawn(page, "series")["rows"]
    slider = page.locator("#known_by-slider")
    slider.focus()
    slider.press("Home")
    page.wait_for_function(
        "before => tumen.drawn.series.rows.length !== before", arg=len(everything)
    )
    first = page.input_value("#filter-known_by")
    assert slider.get_attribute("aria-valuetext") == first
    with two_releases.opened():
        wanted = series_chart.chart_rows(tumen.open(known_by=first), "casualties")[0]
    assert drawn(page, "series")["rows"] == json.loads(json.dumps(wanted))
    page.click("text=As published")
    page.wait_for_function(
        "before => tumen.drawn.series.rows.length === before", arg=len(everything)
    )


def test_timeline_network_and_map_of_a_day_are_those_of_known_by(page: Page, home: str) -> None:
    for view in ("timeline", "network", "map"):
        explorer.go(page, home, view)
        for day in DAYS:
            as_known(page, day)
            page.wait_for_timeout(250)
            with two_releases.opened():
                ds = tumen.open(known_by=day)
                events, names = ds.timeline(), ds.actors.select("actor_id", "name").collect()
                places, edges = ds.places.collect(), ds.network()
            if view == "timeline":
                assert [row["record_id"] for row in drawn(page, view)["rows"]] == events[
                    "record_id"
                ].to_list()
            elif view == "network":
                wanted = network_chart.chart_rows(edges, names)
                shown = drawn(page, view)
                assert (shown["links"], shown["nodes"]) == tuple(json.loads(json.dumps(wanted)))
            else:
                assert drawn(page, view)["rows"] == map_chart.chart_rows(events, places)[0]


def test_disagreements_are_those_of_the_view(page: Page, home: str) -> None:
    explorer.go(page, home, "disagreements")
    with two_releases.opened():
        ds = tumen.open()
        wanted, all_pairs = disagreements_chart.chart_rows(ds.disagreements()), ds.disagreements()
        accounts = theme.json_rows(ds.accounts("mtg-0003"))
    assert drawn(page, "disagreements")["rows"] == wanted
    assert page.locator(".gridjs-tbody tr").count() == all_pairs.height
    page.select_option("#filter-kind", "denial")
    page.wait_for_function(
        "() => tumen.drawn.disagreements.rows.every(row => row.kind === 'denial')"
    )
    explorer.go(page, home, "mtg-0003")
    rows = page.locator(".matrix tbody tr")
    told = [one for one in accounts if one["reports"] is not None]
    assert rows.count() == len(told) > 0
    for one in told:
        row = page.locator(f'.matrix tbody tr:has(a[href="#/{one["source_id"]}"])').first
        assert row.locator(".reported").count() == len(one["reports"])
        assert row.locator(".not-seen").count() == len(one["not_seen"])


def test_a_permanent_link_opens_its_record(page: Page, home: str) -> None:
    explorer.go(page, home, "mtg-0001")
    text = page.inner_text("#view")
    assert page.inner_text("#view h1") == "The first visit."
    for part in (
        "mtg-0001",
        "security council",
        "Sergei Shoigu",
        "TASS",
        "Визит & ко",
        "added in release 2026.10.0",
        "changed in release 2026.11.0",
    ):
        assert part in text
    assert "summary: First visit. → The first visit." in text
    assert f"{home}#/mtg-0001" in page.inner_text(".cite >> nth=0")
    assert "@misc{tumen-2026.11.0-mtg-0001," in page.inner_text(".cite >> nth=1")
    page.click("text=Sergei Shoigu >> nth=0")
    page.wait_for_function(
        "() => document.querySelector('#view h1').textContent === 'Sergei Shoigu'"
    )
    page.goto(f"{home}#/mtg-9999")
    explorer.settled(page)
    assert "No record mtg-9999 in release 2026.11.0." in page.inner_text("#view")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("constructor", "No record constructor in release 2026.11.0."),
        ("records/constructor", "mtg-0001"),
        ("100%", "No record 100% in release 2026.11.0."),
    ],
)
def test_an_address_that_means_nothing_is_told(
    page: Page, home: str, address: str, told: str
) -> None:
    explorer.go(page, home, address)
    page.wait_for_function(
        "told => document.querySelector('#view').innerText.includes(told)", arg=told
    )


def test_what_is_no_day_is_not_taken(chromium: Browser, home: str) -> None:
    page = chromium.new_page()
    explorer.go(page, home, "timeline?known_by=2025-02-30")
    assert (
        page.inner_text("[role=alert]")
        == "This view could not be shown: known_by=2025-02-30 is not a day; write YYYY-MM-DD."
    )
    explorer.go(page, home, "timeline")
    as_known(page, "2025-02-30")
    assert page.get_attribute("#filter-known_by", "aria-invalid") == "true"
    assert "known_by" not in page.url
    page.close()


def test_bibtex_prints_what_tex_would_take_for_an_order(page: Page, home: str) -> None:
    explorer.go(page, home, "mtg-0001")
    page.evaluate(
        "document.body.append(tumen.cited('mtg-0001', 'meetings', {title: 'A & B', date: '2026-11-24', version: '1'}, '50% of {x}_y \\\\z'))"
    )
    told = page.locator("body > section pre").nth(1).inner_text()
    assert (
        "title = {{50\\% of {\\textbraceleft}x{\\textbraceright}\\_y {\\textbackslash}z}}" in told
    )
    assert "in A \\& B, release" in told


def test_a_chart_that_comes_too_late_is_not_kept(page: Page, home: str) -> None:
    explorer.go(page, home, "network")
    late = "const before = tumen.redraw; const box = document.createElement('div');"
    late += " await tumen.draw(box, 'network', tumen.drawn.network, 'x'); return [tumen.redraw === before, box.childElementCount];"
    assert page.evaluate(f"(async () => {{ {late} }})()") == [True, 0]


def test_a_click_on_a_mark_opens_the_record(page: Page, home: str) -> None:
    explorer.go(page, home, "timeline?table=deployments")
    page.locator(
        ".chart svg .mark-rule path, .chart svg .mark-rect path, .chart svg .mark-symbol path"
    ).locator("visible=true").first.click(force=True)
    page.wait_for_function("() => location.hash === '#/dep-0001'")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("김정은", "kim-jong-un"),
        ("Песков", "dmitry-peskov"),
        ("shoygu", "sergei-shoigu"),
        ("treety", "stm-0002"),
        ("mtg-0003", "mtg-0003"),
    ],
)
def test_search_finds_records_in_any_script(page: Page, home: str, text: str, found: str) -> None:
    page.goto(home)
    page.fill("#q", text)
    page.press("#q", "Enter")
    page.wait_for_selector(f'.gridjs-tbody a[href="#/{found}"]')


def test_a_figure_has_its_own_unit_and_a_month_is_no_day(page: Page, home: str) -> None:
    explorer.go(page, home, "est-0003")
    assert "as in column" not in page.inner_text("#view")
    assert " persons" in page.inner_text("#view .fields")
    explorer.go(page, home, "mtg-0004")
    fields = page.inner_text("#view .fields")
    assert "2025-04" in fields
    assert "2025-04-01" not in fields
    assert "2025-04-30" not in fields


def test_tables_sort(page: Page, home: str) -> None:
    explorer.go(page, home, "records/estimates")
    page.click(".gridjs-th:has-text('Best') button")
    page.wait_for_selector(".gridjs-sort-asc")
    # The mark of the column may appear before its rows are in order.
    page.wait_for_function(
        """() => {
          const cells = [...document.querySelectorAll(".gridjs-tbody tr td:nth-child(6)")];
          const texts = cells.map((cell) => cell.innerText.replaceAll(",", "")).filter(Boolean);
          const numbers = texts.map(Number);
          return numbers.length > 1 && numbers.every((value, at) => !at || numbers[at - 1] <= value);
        }"""
    )
    assert page.locator(".gridjs-search-input").count() == 0


def test_downloads_are_the_files_of_the_release(page: Page, home: str) -> None:
    page.goto(home)
    offered = page.locator("#overview a[download]")
    files = {
        path.name: path for path in (explorer.folder() / "downloads" / two_releases.NEW).iterdir()
    }
    assert sorted(link.inner_text() for link in offered.all()) == sorted(files)
    for path in (two_releases.releases() / two_releases.NEW).iterdir():
        assert files[path.name].read_bytes() == path.read_bytes()
    for link in offered.all():
        content = page.request.get(f"{home}{link.get_attribute('href')}").body()
        assert content == files[link.inner_text()].read_bytes()
        assert (
            hashlib.sha256(content).hexdigest() in link.locator("xpath=ancestor::tr").inner_text()
        )
    for name in (
        "meetings.parquet",
        "tumen-2026.11.0.db",
        "tumen-2026.11.0.csv.zip",
        "tumen-2026.11.0.xlsx",
    ):
        with page.expect_download() as download:
            page.click(f"#overview a[download]:text-is('{name}')")
        assert download.value.path().read_bytes() == files[name].read_bytes()


def test_texts_that_try_to_break_out_show_as_texts(page: Page, home: str) -> None:
    for view in (
        "",
        *explorer.VIEWS,
        "mtg-0004",
        "tass-2025-03-22",
        "pyongyang",
        "search?q=script",
        "records/sources",
    ):
        page.goto("about:blank")
        page.goto(f"{home}#/{view}")
        if view:
            explorer.settled(page)
        assert page.evaluate("window.hurt") is None, view
        assert page.locator("#view img, #view script, #view td > b, #view i").count() == 0
    explorer.go(page, home, "mtg-0004")
    assert page.inner_text("#view h1") == two_releases.HOSTILE
    assert not page.evaluate("tumen.outside('javascript:window.hurt=1', 'x').href")


def test_links_out_of_the_site_are_http_and_tell_nothing(page: Page, home: str) -> None:
    for view in ("", "mtg-0001", "tass-2025-03-22"):
        page.goto("about:blank")
        page.goto(f"{home}#/{view}")
        if view:
            explorer.settled(page)
        outside = page.locator("main a[href]").evaluate_all(
            "all => all.filter(a => a.origin !== location.origin && !a.hidden).map(a => [a.protocol, a.rel])"
        )
        assert all(
            protocol in ("http:", "https:") and "noopener" in rel for protocol, rel in outside
        )
        assert outside


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_serious_fault_and_nothing_overflows(
    chromium: Browser, home: str, scheme: Any, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    axe = Axe()
    for view in ("", *explorer.VIEWS, "mtg-0003", "est-0003", "kim-jong-un", "search?q=visit"):
        page.goto(f"{home}#/{view}")
        if view:
            explorer.settled(page)
        page.wait_for_timeout(50)
        found = [
            (one["id"], [node["html"][:120] for node in one["nodes"]][:3])
            for one in axe.run(page).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert found == [], view
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{view} overflows at {width}"
        )
    page.close()


def test_the_keyboard_alone_reaches_every_view(page: Page, home: str) -> None:
    page.goto(home)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("#brand a").focus()
    reached = []
    for _ in range(9):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent"))
    assert reached == ["Overview", *(view.capitalize() for view in explorer.VIEWS)]
    page.keyboard.press("Enter")
    explorer.settled(page)
    assert page.evaluate("document.activeElement.tagName") == "H1"


def test_hangul_and_cyrillic_are_drawn_and_named(page: Page, home: str) -> None:
    explorer.go(page, home, "kim-jong-un")
    assert page.locator("dd [lang=ko]").inner_text() == "김정은"
    assert page.locator("dd [lang=ru]").inner_text() == "Ким Чен Ын"
    drawn_alike = """(texts) => { const ink = texts.map(text => { const c = document.createElement('canvas'); const x = c.getContext('2d');
        x.font = '40px ' + getComputedStyle(document.body).fontFamily; x.fillText(text, 5, 60); return c.toDataURL(); });
        return new Set(ink).size; }"""
    assert page.evaluate(drawn_alike, ["김", "정", "은", "Ы", "Ш"]) == 5


def test_print_leaves_the_controls_out(page: Page, home: str) -> None:
    explorer.go(page, home, "estimates")
    page.emulate_media(media="print")
    assert not page.is_visible(".filters")
    assert not page.is_visible("header")
    assert page.is_visible(".chart svg")
    assert page.is_visible(".gridjs-tbody")
