"""One check of a Parquet file of estimates by one tool, in a process of its own: prints what it took and how many breaches it saw.

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
    """Return the number of breaches by one fused polars query, with its broken rows by a second."""
    frame, rules = pl.scan_parquet(path), _rules()
    counts = frame.select(
        pl.len().alias("rows"),
        pl.col(KEY).n_unique().alias("keys"),
        *((~rule).sum().alias(name) for name, rule in rules.items()),
    )
    found = counts.collect(engine="streaming").row(0, named=True)
    failed = [name for name in rules if found[name]]
    if failed:
        flags = [(~rules[name]).fill_null(value=False).alias(name) for name in failed]
        rows = (
            frame.with_row_index("row")
            .with_columns(flags)
            .filter(pl.any_horizontal(failed))
            .select("row", KEY, *failed)
        )
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
    """Return the number of breaches by pointblank, each rule a step."""
    import pointblank as pb  # noqa: PLC0415

    frame = pl.read_parquet(path)
    validation = pb.Validate(frame).rows_distinct(columns_subset=KEY)
    for rule in _rules().values():
        validation = validation.col_vals_expr(expr=rule.fill_null(value=True))
    failed = validation.interrogate(collect_extracts=False).n_failed()
    return int(sum(failed.values()))


def great_expectations(path: str) -> int:
    """Return the number of breaches by Great Expectations on pandas; rules of several columns it cannot say."""
    import great_expectations as gx  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    ask = gx.expectations
    asked = [ask.ExpectColumnValuesToNotBeNull(column=name) for name in NEEDED]
    asked += [
        ask.ExpectColumnValuesToBeInSet(column=name, value_set=codes)
        for name, codes in CODES.items()
    ]
    asked += [
        ask.ExpectColumnValuesToBeBetween(column=name, min_value=0, max_value=most)
        for name, most in RANGES.items()
    ]
    asked += [
        ask.ExpectColumnValuesToMatchRegex(column=name, regex=pattern)
        for name, pattern in PATTERNS.items()
    ]
    asked += [ask.ExpectColumnValuesToBeUnique(column=KEY)]
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("held").add_dataframe_asset("estimates")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(
        {"dataframe": pd.read_parquet(path)}
    )
    found = batch.validate(
        context.suites.add(gx.ExpectationSuite(name="rules", expectations=asked))
    )
    return sum(one.result.get("unexpected_count", 0) for one in found.results)


def frictionless(path: str) -> int:
    """Return the number of breaches by frictionless, which reads row by row.

    Rules of several columns it cannot say; of Parquet it reads null as NaN, which breaks every range, so that ranges are left out.
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
"""What a contender imports before the clock starts, where it is not the library of its name."""


def main() -> None:
    """Run one contender, its libraries imported before the clock starts."""
    if CONTENDERS[sys.argv[1]] is not reference:
        __import__(IMPORTED.get(sys.argv[1], sys.argv[1]))
    before, start = time.process_time(), time.perf_counter()
    breaches = CONTENDERS[sys.argv[1]](sys.argv[2])
    seconds, processor = time.perf_counter() - start, time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(json.dumps([seconds, processor, peak, breaches]))


if __name__ == "__main__":
    main()
