"""One check of a Parquet file of estimates by one tool, in its own process.

    python benchmarks/frame_contenders.py CONTENDER PATH

It prints the time, the memory and the number of violations found. The reference is what a person
who knows polars would write for this table alone: one aggregation, and one filter if a rule failed.
Each tool gets the same rules in its own words. A rule that it cannot express is left out, which is
to its advantage.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import polars as pl

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
NEEDED: Final = (
    *(name for name in CODES if name != "confidence"),
    "estimate_id",
    "estimator_id",
    "said_on",
    "summary",
)
PAIRS: Final = [
    f"{name} {unit}" for name, measure in vocab.MEASURES.items() for unit in measure.units
]
KEY: Final = "estimate_id"
HUNDRED: Final = 100
RANGES: Final = {
    "low": None,
    "best": None,
    "high": None,
    "confidence_low": HUNDRED,
    "confidence_high": HUNDRED,
}
LINE: Final = r"^\S(.*\S)?$"
PATTERNS: Final = {KEY: ID, "wording": LINE, "note": LINE, "summary": r"^\S+( \S+){0,29}$"}


def _only(*names: str) -> pl.Expr:
    return pl.all_horizontal(
        pl.col(name).is_not_null() == (name in names) for name in ("low", "best", "high")
    )


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
        **{f"{name} positive": c(name) >= 0 for name, most in RANGES.items() if most is None},
        **{
            f"{name} in range": (c(name) >= 0) & (c(name) <= most)
            for name, most in RANGES.items()
            if most is not None
        },
        **{
            f"{name} as written": c(name).str.contains(pattern)
            for name, pattern in PATTERNS.items()
        },
        "order": (c("low") <= c("best")).fill_null(true)
        & (c("best") <= c("high")).fill_null(true)
        & (c("low") <= c("high")).fill_null(true),
        "figures": figures,
        "unit fits": ~c("measure").is_in(CODES["measure"])
        | pl.concat_str("measure", "unit", separator=" ").is_in(PAIRS),
        "as of": ~c("said_on_precision").is_in(["day", "on_or_before"])
        | (c("as_of") <= c("said_on")),
        "period": c("period_start") <= c("period_end"),
        "band": band & (c("confidence_low") <= c("confidence_high")).fill_null(true),
    }


def reference(path: str) -> int:
    """Return the number of violations by one polars query, with the failing rows by another."""
    frame, rules = pl.scan_parquet(path), _rules()
    counts = frame.select(
        pl.len().alias("rows"),
        pl.col(KEY).n_unique().alias("keys"),
        *((~rule).sum().alias(name) for name, rule in rules.items()),
    )
    counted = counts.collect(engine="streaming").row(0, named=True)
    failed = [name for name in rules if counted[name]]
    if failed:
        flags = [(~rules[name]).fill_null(value=False).alias(name) for name in failed]
        rows = (
            frame.with_row_index("row")
            .with_columns(flags)
            .filter(pl.any_horizontal(failed))
            .select("row", KEY, *failed)
        )
        rows.collect(engine="streaming")
    return int(sum(counted[name] for name in failed) + counted["rows"] - counted["keys"])


def _tumen(path: str, engine: Any) -> int:
    import tumen  # noqa: PLC0415

    return sum(tumen.check(path, table="estimates", engine=engine).by_code().values())


def pandera(path: str) -> int:
    """Return the number of violations by pandera with polars; values need an eager frame."""
    import pandera.errors  # noqa: PLC0415

    from tumen.schemas import Estimates  # noqa: PLC0415

    try:
        Estimates.validate(pl.read_parquet(path), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        return len(errors.failure_cases)
    return 0


def dataframely(path: str) -> int:
    """Return the number of violations by dataframely, with a rule of a schema for each rule."""
    import dataframely as dy  # noqa: PLC0415

    members: dict[str, Any] = {}
    for name, kind in pl.read_parquet_schema(path).items():
        column = {pl.String: dy.String, pl.Float64: dy.Float64, pl.Date: dy.Date}[type(kind)]
        members[name] = column(
            nullable=name not in NEEDED, **({"primary_key": True} if name == KEY else {})
        )
    for number, (name, rule) in enumerate(_rules().items()):
        if not name.endswith(" given"):
            members[f"rule_{number}"] = dy.rule()(_of(rule))
    schema: Any = type("Estimates", (dy.Schema,), members)
    _, failures = schema.filter(pl.scan_parquet(path), eager=True)
    return sum(failures.counts().values())


def _of(rule: pl.Expr) -> Callable[[Any], pl.Expr]:
    return lambda _schema: rule


def pointblank(path: str) -> int:
    """Return the number of violations by pointblank, with a step for each rule."""
    import pointblank as pb  # noqa: PLC0415

    frame = pl.read_parquet(path)
    validation = pb.Validate(frame).rows_distinct(columns_subset=KEY)
    for rule in _rules().values():
        validation = validation.col_vals_expr(expr=rule.fill_null(value=True))
    failed = validation.interrogate(collect_extracts=False).n_failed()
    return int(sum(failed.values()))


def great_expectations(path: str) -> int:
    """Return the number of violations by Great Expectations on pandas.

    It cannot express rules of several columns.
    """
    import great_expectations as gx  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    ask = gx.expectations
    expectations = [ask.ExpectColumnValuesToNotBeNull(column=name) for name in NEEDED]
    expectations += [
        ask.ExpectColumnValuesToBeInSet(column=name, value_set=codes)
        for name, codes in CODES.items()
    ]
    expectations += [
        ask.ExpectColumnValuesToBeBetween(column=name, min_value=0, max_value=most)
        for name, most in RANGES.items()
    ]
    expectations += [
        ask.ExpectColumnValuesToMatchRegex(column=name, regex=pattern)
        for name, pattern in PATTERNS.items()
    ]
    expectations += [ask.ExpectColumnValuesToBeUnique(column=KEY)]
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("held").add_dataframe_asset("estimates")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(
        {"dataframe": pd.read_parquet(path)}
    )
    results = batch.validate(
        context.suites.add(gx.ExpectationSuite(name="rules", expectations=expectations))
    )
    return sum(result.result.get("unexpected_count", 0) for result in results.results)


def frictionless(path: str) -> int:
    """Return the number of violations by frictionless, which reads row by row.

    It cannot express rules of several columns. It reads null in Parquet as NaN, which violates
    every range, so ranges are left out.
    """
    from frictionless import Resource, Schema  # noqa: PLC0415

    words = {pl.String: "string", pl.Float64: "number", pl.Date: "any"}
    fields = [
        {
            "name": name,
            "type": words[type(kind)],
            "constraints": {
                **({"required": True} if name in NEEDED else {}),
                **({"enum": CODES[name]} if name in CODES else {}),
                **({"pattern": PATTERNS[name]} if name in PATTERNS else {}),
            },
        }
        for name, kind in pl.read_parquet_schema(path).items()
    ]
    schema = Schema.from_descriptor({"fields": fields, "primaryKey": [KEY]})
    folder, _, file = path.rpartition("/")
    return int(
        Resource(path=file, basepath=folder, schema=schema)
        .validate(limit_errors=1_000_000)
        .stats["errors"]
    )


CONTENDERS: Final[dict[str, Callable[[str], int]]] = {
    "fused polars query": reference,
    "tumen, polars": lambda path: _tumen(path, "polars"),
    "tumen, duckdb": lambda path: _tumen(path, "duckdb"),
    "pandera": pandera,
    "dataframely": dataframely,
    "pointblank": pointblank,
    "great_expectations": great_expectations,
    "frictionless": frictionless,
}
IMPORTED: Final = {
    "tumen, polars": "tumen.validation.records",
    "tumen, duckdb": "tumen.validation.records",
    "pandera": "tumen.schemas",
}
"""What a contender imports before the time starts, if it is not the library of its name."""


def main() -> None:
    """Run one contender, with its libraries imported before the time starts."""
    if CONTENDERS[sys.argv[1]] is not reference:
        __import__(IMPORTED.get(sys.argv[1], sys.argv[1]))
    before, start = time.process_time(), time.perf_counter()
    breaches = CONTENDERS[sys.argv[1]](sys.argv[2])
    seconds, processor = time.perf_counter() - start, time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(json.dumps([seconds, processor, peak, breaches]))


if __name__ == "__main__":
    main()
