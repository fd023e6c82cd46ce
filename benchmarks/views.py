"""Time of every view, on the newest release and on up to a million generated estimates.

    python benchmarks/views.py [ROWS ...]

It prints milliseconds per view on the release with its tables loaded. Then it prints seconds per
view for each number of estimates, and how the time grows if the rows grow tenfold. It should grow
as the rows do.

The generated tables grow as a dataset does: five statements for ten estimates, two citations each,
and dates over eight years. The places and subjects grow with the rows, because a view compares
pairs about one subject on one date.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

import tumen
from tumen import as_known_on
from tumen.views.accounts import accounts
from tumen.views.disagreements import disagreements
from tumen.views.meetings import network, visits
from tumen.views.publication import acknowledgement, first_known, known
from tumen.views.series import envelope, series
from tumen.views.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Tables = dict[str, pl.LazyFrame]
VIEWS: dict[str, Callable[[Mapping[str, pl.LazyFrame]], pl.LazyFrame]] = {
    "timeline": timeline,
    "series": lambda tables: series(tables, "casualties"),
    "envelope": lambda tables: envelope(tables, "casualties"),
    "disagreements": disagreements,
    "accounts": accounts,
    "first_known": first_known,
    "known": lambda tables: known(tables, "casualties", "2025-03-31"),
    "acknowledgement": acknowledgement,
    "visits": lambda tables: visits(tables, "sergei-shoigu"),
    "network": network,
}
START = dt.date(2018, 9, 1)
DAYS = 2900


def spread(rows: int, step: int, over: int) -> pl.Series:
    """Return numbers below `over` that look random and are the same every time."""
    return (pl.int_range(rows, eager=True).cast(pl.UInt64) * step + 12345) % 2_147_483_647 % over


def enlarged(tables: Mapping[str, pl.LazyFrame], rows: int) -> Tables:
    """Return the tables with `rows` estimates, half as many statements and a tenth of the sources.

    The rows are made from existing ones.
    """
    many = {name: frame.collect() for name, frame in tables.items()}
    days = pl.Series([START]).first() + pl.duration(days=pl.col("day"))
    for name, size in (
        ("sources", max(10, rows // 10)),
        ("estimates", rows),
        ("statements", rows // 2),
    ):
        key = many[name].columns[0]
        frame = many[name].select(pl.all().gather(spread(size, 7919, many[name].height)))
        frame = frame.with_columns(
            pl.format("{}-{}", pl.lit(name[:3]), pl.int_range(size)).alias(key),
            day=spread(size, 104_729, DAYS),
        )
        dated = {
            "sources": ("published",),
            "estimates": ("said_on", "known_since"),
            "statements": ("said_on", "known_since"),
        }[name]
        frame = frame.with_columns(days.cast(pl.Date).alias(column) for column in dated).drop("day")
        many[name] = (
            frame.with_columns(_about(rows)[name]) if name in ("estimates", "statements") else frame
        )
    cited = pl.concat([many["estimates"]["estimate_id"], many["statements"]["statement_id"]])
    one = many["citations"].head(1).drop("record_id", "source_id")
    both = [
        one.select(pl.all().repeat_by(cited.len()).explode()).with_columns(
            record_id=cited,
            source_id=many["sources"]["source_id"].gather(
                spread(cited.len(), step, many["sources"].height)
            ),
        )
        for step in (31, 37)
    ]
    many["citations"] = pl.concat([many["citations"].select(both[0].columns), *both]).select(
        many["citations"].columns
    )
    return {name: frame.lazy() for name, frame in many.items()}


def _about(rows: int) -> dict[str, list[pl.Expr]]:
    scope, subject = (
        pl.lit(spread(size, 6_700_417, rows // 50 + 1)).cast(pl.String)
        for size in (rows, rows // 2)
    )
    estimates = [
        pl.lit(None, pl.String).alias("supersedes_id"),
        (pl.lit("place-") + scope).alias("scope_id"),
    ]
    return {"estimates": estimates, "statements": [(pl.lit("est-") + subject).alias("subject_id")]}


def seconds(run: Callable[[], object], times: int) -> float:
    """Return the median wall time of a call."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[times // 2]


def main() -> None:
    """Print both tables."""
    loaded = {name: frame.collect().lazy() for name, frame in tumen.open().tables.items()}
    print(f"release {tumen.open().release}, tables loaded, median of 9\n")
    for name, view in VIEWS.items():
        median = seconds(lambda view=view: view(loaded).collect(), 9)  # type: ignore[misc]
        print(f"{name:<16} {1000 * median:8.1f} ms")
    median = seconds(lambda: as_known_on.known_by(loaded, dt.date(2025, 3, 31)), 9)
    print(f"{'known_by':<16} {1000 * median:8.1f} ms\n")
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000]
    worlds = [enlarged(loaded, size) for size in sizes]
    print(f"{'estimates':<16}" + "".join(f"{size:>12,}" for size in sizes) + "   growth")
    for name, view in VIEWS.items():
        times = [seconds(lambda: view(world).collect(), 3) for world in worlds]  # noqa: B023
        growth = "  ".join(f"x{later / earlier:.1f}" for earlier, later in pairwise(times))
        print(f"{name:<16}" + "".join(f"{time:>10.3f} s" for time in times) + f"   {growth}")


if __name__ == "__main__":
    main()
