"""Who met whom: intervals between visits, the network, and what a name may mean."""

from __future__ import annotations

import networkx as nx  # type: ignore[import-untyped]
import polars as pl
import pytest
from example_release import tables

from tumen.errors import TumenError, UnknownNameError
from tumen.views.meetings import network, visits
from tumen.views.search import find
from tumen.views.sql import VIEWS, connect, sql


def test_three_visits_in_88_days() -> None:
    frame = visits(tables(), "sergei-shoigu").collect()
    assert frame.select(
        "meeting_id", "counterparts", "days_since", "rank", "three_within"
    ).rows() == [
        ("mtg-0001", ["kim-jong-un"], None, None, None),
        ("mtg-0002", ["kim-jong-un"], 75, 2, None),
        ("mtg-0003", ["kim-jong-un"], 13, 1, 88),
    ]


def test_visits_of_nobody() -> None:
    with pytest.raises(UnknownNameError, match="no actor 'shoigu'; did you mean 'sergei-shoigu'"):
        visits(tables(), "shoigu")


def test_network() -> None:
    frame = network(tables()).collect()
    assert frame.select(
        "source", "target", "source_side", "target_side", "meetings", "level", "formats"
    ).rows() == [
        ("kim-jong-un", "sergei-shoigu", "KP", "RU", 4, "head_of_state", ["letter", "visit"]),
        ("kim-jong-un", "dmitry-peskov", "KP", "RU", 1, "security_council", ["visit"]),
    ]
    assert network(tables("2025-04-01")).collect()["meetings"].to_list() == [1]


def test_networkx_reads_the_edges() -> None:
    graph = nx.from_pandas_edgelist(network(tables()).collect().to_pandas(), edge_attr=True)
    assert graph.edges["kim-jong-un", "sergei-shoigu"]["meetings"] == 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Shoygu", "sergei-shoigu"),
        ("Sergej Shoigo", "sergei-shoigu"),
        ("Шойгу", "sergei-shoigu"),
        ("김정은", "kim-jong-un"),
        ("kim jong-un", "kim-jong-un"),
        ("Ким Чен Ын", "kim-jong-un"),
        ("Peskow", "dmitry-peskov"),
        ("NIS", "national-intelligence-service-kr"),
        ("국정원", "national-intelligence-service-kr"),
        ("Курск", "kursk-oblast"),
        ("mtg-0003", "mtg-0003"),
        ("under the treaty", "stm-0002"),
    ],
)
def test_find(text: str, found: str) -> None:
    assert find(tables(), text)["id"][0] == found


@pytest.mark.parametrize("text", ["", "   ", "xqzw", "—"])
def test_find_nothing(text: str) -> None:
    assert find(tables(), text).is_empty()


@pytest.mark.parametrize("view", VIEWS)
def test_sql_over_each_view(view: str) -> None:
    frame = sql(tables(), f"from {view}")
    expected = VIEWS[view](tables()).collect()
    assert frame.columns == expected.columns
    assert frame.height == expected.height > 0


def test_sql_joins_views_and_tables() -> None:
    query = "select measure, count(*) as figures from series join actors on estimator_id = actor_id where country = 'GB' group by all"
    assert sql(tables(), query).rows() == [("casualties", 2)]


def test_sql_joins_by_a_shared_name() -> None:
    query = "select count(*) from meetings join participants using (meeting_id) where actor_id = 'dmitry-peskov'"
    assert sql(tables(), query).item() == 1


def test_sql_honours_the_day() -> None:
    assert sql(tables("2025-04-01"), "select count(*) from Meetings").item() == 1


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('/etc/passwd')",
        "attach 'x.db'",
        "select * from '/etc/passwd'",
        "selct 1",
        "set threads = 1",
    ],
)
def test_sql_is_closed_to_the_outside(query: str) -> None:
    with pytest.raises(TumenError, match="the query failed"):
        sql(tables(), query)


def test_connection_holds_everything() -> None:
    with connect(tables()) as connection:
        names = {
            name
            for (name,) in connection.execute(
                "select table_name from information_schema.tables"
            ).fetchall()
        }
        assert names == {*tables(), *VIEWS}
        assert isinstance(connection.sql("select * from network").pl(), pl.DataFrame)
