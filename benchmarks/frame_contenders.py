"""One check of a Parquet file of estimates by one tool, in a process of its own: prints what it took and how many breaches it saw.

    python benchmarks/frame_contenders.py make ROWS FAULTS PATH
    python benchmarks/frame_contenders.py CONTENDER PATH

The reference is what a person who knows polars would write for this table alone: one aggregation, and one filter if a rule failed.
Each tool is given the same rules in its own words; what it cannot say is left out of its favour, not of the others'.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tumen.schemas import base
from tumen.schemas import vocabularies as vocab

if TYPE_CHECKING:
    from collections.abc import Callable

ID: Final = "^est-[0-9]{4,}$"
CODES: Final = {
    "measure": list(vocab.MEASURES),
    "unit": list(vocab.UNITS),
    "bound": list(vocab.BOUNDS),
    "stock_or_flow": list(vocab.STOCK_OR_FLOW),
    "said_on_precision": list(vocab.DATE_PRECISIONS),
    "confidence": list(vocab.CONFIDENCES),
}
NEEDED: Final = (*(name for name in CODES if name != "confidence"), "estimate_id", "estimator_id", "said_on", "summary")
PAIRS: Final = [f"{name} {unit}" for name, measure in vocab.MEASURES.items() for unit in measure.units]
KEY: Final = "estimate_id"
HUNDRED: Final = 100
SLICE: Final = 5_000_000


def make(rows: int, every: int, path: str) -> None:
    """Write so many estimates, of which every so manyth has a fault of one of four kinds (0: none)."""
    measures = [(name, measure.units[0]) for name, measure in vocab.MEASURES.items()]
    pairs = pl.DataFrame(measures, schema=["measure", "unit"], orient="row").with_row_index("which")
    parts = [_part(start, min(SLICE, rows - start), every, pairs) for start in range(0, rows, SLICE)]
    pl.concat(parts).sink_parquet(path, row_group_size=250_000)


def _part(start: int, rows: int, every: int, pairs: pl.DataFrame) -> pl.LazyFrame:
    number, none = pl.col("number"), pl.lit(None)
    kind = pl.lit(pl.Series(["code", "bound", "day", "null"])).gather(number // max(every, 1) % 4)
    fault = pl.when(number % every == every - 1).then(kind) if every else pl.lit(None, pl.String)
    day = pl.date(2024, 1, 1) + pl.duration(days=number % 700)
    made = pl.LazyFrame({"number": pl.arange(start, start + rows, eager=True)}).with_columns(fault.alias("fault"))
    made = made.with_columns((number % pairs.height).cast(pl.get_index_type()).alias("which")).join(pairs.lazy(), on="which")
    low = (number % 5000).cast(pl.Float64)
    return made.select(
        pl.format("est-{}", (1_000_000_000 + number * 7919 % 999_999_937)).alias("estimate_id"),
        pl.when(pl.col("fault") == "code").then(pl.lit("kilt")).otherwise("measure").alias("measure"),
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
        pl.when(pl.col("fault") == "day").then(day + pl.duration(days=1)).otherwise(day).alias("as_of"),
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


def _only(*names: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(name).is_not_null() == (name in names) for name in ("low", "best", "high"))


def _rules() -> dict[str, pl.Expr]:
    c, only = pl.col, _only
    figures = (
        (~c("bound").is_in(["exact", "about"]) | only("best"))
        & (~c("bound").is_in(["at_least", "more_than"]) | only("low") | only("low", "best"))
        & (~c("bound").is_in(["up_to", "less_than"]) | only("high") | only("high", "best"))
        & (~c("bound").is_in(["range"]) | only("low", "high") | only("low", "best", "high"))
        & (~c("bound").is_in(["unquantified"]) | (only() & c("wording").is_not_null()))
    )
    band = (c("confidence_low").is_null() == c("confidence_high").is_null()) & (
        c("confidence_low").is_null() | c("confidence").is_not_null()
    )
    true = pl.lit(value=True)
    return {
        **{f"{name} given": c(name).is_not_null() for name in NEEDED},
        **{f"{name} known": c(name).is_in(codes) for name, codes in CODES.items()},
        **{f"{name} positive": c(name) >= 0 for name in ("low", "best", "high")},
        **{f"{name} in range": (c(name) >= 0) & (c(name) <= HUNDRED) for name in ("confidence_low", "confidence_high")},
        **{f"{name} is a line": c(name).str.contains(base.TEXT) for name in ("wording", "note")},
        "id": c(KEY).str.contains(ID),
        "summary is short": c("summary").str.contains(base.SUMMARY),
        "order": (c("low") <= c("best")).fill_null(true)
        & (c("best") <= c("high")).fill_null(true)
        & (c("low") <= c("high")).fill_null(true),
        "figures": figures,
        "unit fits": ~c("measure").is_in(CODES["measure"]) | pl.concat_str("measure", "unit", separator=" ").is_in(PAIRS),
        "as of": ~c("said_on_precision").is_in(["day", "on_or_before"]) | (c("as_of") <= c("said_on")),
        "period": c("period_start") <= c("period_end"),
        "band": band & (c("confidence_low") <= c("confidence_high")).fill_null(true),
    }


def reference(path: str) -> int:
    """Return the number of breaches by one fused polars query, with its broken rows by a second."""
    frame, rules = pl.scan_parquet(path), _rules()
    counts = frame.select(
        pl.len().alias("rows"), pl.col(KEY).n_unique().alias("keys"), *((~rule).sum().alias(name) for name, rule in rules.items())
    )
    found = counts.collect(engine="streaming").row(0, named=True)
    failed = [name for name in rules if found[name]]
    if failed:
        flags = [(~rules[name]).fill_null(value=False).alias(name) for name in failed]
        rows = frame.with_row_index("row").with_columns(flags).filter(pl.any_horizontal(failed)).select("row", KEY, *failed)
        rows.collect(engine="streaming")
    return int(sum(found[name] for name in failed) + found["rows"] - found["keys"])


def _tumen(path: str, engine: Any) -> int:
    import tumen  # noqa: PLC0415

    return sum(tumen.check(path, table="estimates", engine=engine).by_code().values())


def pandera(path: str) -> int:
    """Return the number of breaches by pandera on its polars backend, which takes the values of an eager frame alone."""
    import pandera.errors  # noqa: PLC0415

    from tumen.schemas import Estimates  # noqa: PLC0415

    try:
        Estimates.validate(pl.read_parquet(path), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        return len(errors.failure_cases)
    return 0


def dataframely(path: str) -> int:
    """Return the number of breaches by dataframely, each rule a rule of a schema."""
    import dataframely as dy  # noqa: PLC0415

    members: dict[str, Any] = {}
    for name, kind in pl.read_parquet_schema(path).items():
        column = {pl.String: dy.String, pl.Float64: dy.Float64, pl.Date: dy.Date}[type(kind)]
        members[name] = column(nullable=name not in NEEDED, **({"primary_key": True} if name == KEY else {}))
    for number, (name, rule) in enumerate(_rules().items()):
        if not name.endswith(" given"):
            members[f"rule_{number}"] = dy.rule()(_of(rule))
    schema: Any = type("Estimates", (dy.Schema,), members)
    _, failures = schema.filter(pl.scan_parquet(path), eager=True)
    return sum(failures.counts().values())


def _of(rule: pl.Expr) -> Callable[[Any], pl.Expr]:
    return lambda _schema: rule


def pointblank(path: str) -> int:
    """Return the number of breaches by pointblank, each rule a step."""
    import pointblank as pb  # noqa: PLC0415

    frame = pl.read_parquet(path)
    validation = pb.Validate(frame).rows_distinct(columns_subset=KEY)
    for rule in _rules().values():
        validation = validation.col_vals_expr(expr=rule.fill_null(value=True))
    failed = validation.interrogate(collect_extracts=False).n_failed()
    return int(sum(failed.values()))


CONTENDERS: Final[dict[str, Callable[[str], int]]] = {
    "fused polars query": reference,
    "tumen, polars": lambda path: _tumen(path, "polars"),
    "tumen, duckdb": lambda path: _tumen(path, "duckdb"),
    "pandera": pandera,
    "dataframely": dataframely,
    "pointblank": pointblank,
}


def main() -> None:
    """Make data, or run one contender with its libraries imported and polars warm before the clock starts."""
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
        return
    for library in {"tumen, polars": ("tumen.checking",), "tumen, duckdb": ("tumen.checking", "duckdb")}.get(
        sys.argv[1], ("tumen.schemas", sys.argv[1]) if sys.argv[1] in ("pandera", "dataframely", "pointblank") else ()
    ):
        __import__(library)
    before, start = time.process_time(), time.perf_counter()
    breaches = CONTENDERS[sys.argv[1]](sys.argv[2])
    seconds, processor = time.perf_counter() - start, time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(json.dumps([seconds, processor, peak, breaches]))


if __name__ == "__main__":
    main()
