"""Estimates by the million, in a Parquet file.

    python benchmarks/frame_data.py ROWS FAULTS PATH

Every FAULTS-th row has one of four faults: an unknown code, a negative figure, a figure for a date
after it was published, or a null where a value is required. With 0, no row has a fault. Keys are in
no order.
"""

from __future__ import annotations

import sys
from typing import Final

import polars as pl

from tumen.schemas import vocabularies as vocab

SLICE: Final = 5_000_000


def make(rows: int, every: int, path: str) -> None:
    """Write a number of estimates, of which every `faults`-th has a fault (0: none)."""
    measures = [(name, measure.units[0]) for name, measure in vocab.MEASURES.items()]
    pairs = pl.DataFrame(measures, schema=["measure", "unit"], orient="row").with_row_index("which")
    parts = [
        _part(start, min(SLICE, rows - start), every, pairs) for start in range(0, rows, SLICE)
    ]
    pl.concat(parts).sink_parquet(path, row_group_size=250_000)


def _part(start: int, rows: int, every: int, pairs: pl.DataFrame) -> pl.LazyFrame:
    number, none = pl.col("number"), pl.lit(None)
    kind = pl.lit(pl.Series(["code", "bound", "day", "null"])).gather(number // max(every, 1) % 4)
    fault = pl.when(number % every == every - 1).then(kind) if every else pl.lit(None, pl.String)
    day = pl.date(2024, 1, 1) + pl.duration(days=number % 700)
    made = pl.LazyFrame({"number": pl.arange(start, start + rows, eager=True)}).with_columns(
        fault.alias("fault")
    )
    made = made.with_columns((number % pairs.height).cast(pl.get_index_type()).alias("which")).join(
        pairs.lazy(), on="which"
    )
    low = (number % 5000).cast(pl.Float64)
    return made.select(
        pl.format("est-{}", (1_000_000_000 + number * 7919 % 999_999_937)).alias("estimate_id"),
        pl.when(pl.col("fault") == "code")
        .then(pl.lit("kilt"))
        .otherwise("measure")
        .alias("measure"),
        "unit",
        pl.when(pl.col("fault") == "bound").then(-1.0).otherwise(low).alias("low"),
        none.cast(pl.Float64).alias("best"),
        (low + 500).alias("high"),
        pl.lit("range").alias("bound"),
        none.cast(pl.String).alias("wording"),
        pl.lit("stock").alias("stock_or_flow"),
        pl.lit("kursk-oblast").alias("scope_id"),
        pl.when(number % 3 == 0).then(pl.format("dep-{}", 1000 + number % 90)).alias("subject_id"),
        pl.format("actor-{}", number % 40).alias("estimator_id"),
        day.alias("said_on"),
        pl.lit("day").alias("said_on_precision"),
        pl.when(pl.col("fault") == "day")
        .then(day + pl.duration(days=1))
        .otherwise(day)
        .alias("as_of"),
        none.cast(pl.Date).alias("period_start"),
        none.cast(pl.Date).alias("period_end"),
        pl.when(number % 4 == 0).then(pl.lit(next(iter(vocab.CONFIDENCES)))).alias("confidence"),
        pl.when(number % 4 == 0).then(55.0).alias("confidence_low"),
        pl.when(number % 4 == 0).then(75.0).alias("confidence_high"),
        none.cast(pl.String).alias("supersedes_id"),
        pl.when(pl.col("fault") == "null")
        .then(none)
        .otherwise(pl.format("Troops of group {} in the oblast", number % 1000))
        .alias("summary"),
        day.alias("known_since"),
        none.cast(pl.String).alias("note"),
    )


if __name__ == "__main__":
    make(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
