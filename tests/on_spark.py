"""Run by the tests in a process of its own, where Spark can be imported: prints what checks of Parquet files say, as JSON.

    on_spark.py FOLDER

FOLDER holds a Parquet file for each table, and `faulty.parquet`, estimates with faults; checks are of the folder's tables together,
of the faulty file in one partition and in seven, and what a stopped session says. Plans are searched for Python workers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

import tumen
from tumen import checks
from tumen.errors import TumenError
from tumen.schemas import TABLES

if TYPE_CHECKING:
    from tumen.tabular.reporting import FrameReport

ACROSS = ("estimates", "places", "sources", "citations")


def told(report: FrameReport) -> list[object]:
    return [[one.table, one.code, list(one.columns), one.count, [repr(row[:2]) for row in one.rows]] for one in report.broken]


def main() -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415

    folder = Path(sys.argv[1])
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2")
    session = spark.getOrCreate()
    faulty = session.read.parquet(str(folder / "faulty.parquet"))
    result: dict[str, object] = {}
    for parts in (1, 7):
        result[f"faulty {parts}"] = told(tumen.check(faulty.repartition(parts), table="estimates", max_findings=5))
    result["by engine"] = told(tumen.check(folder / "faulty.parquet", table="estimates", engine="spark", max_findings=5))
    result["coerced"] = told(tumen.check(folder / "text.csv", table="estimates", engine="spark", coerce=True))
    tables = {name: session.read.parquet(str(folder / f"{name}.parquet")) for name in (*ACROSS, "meetings")}
    result["clean"] = [name for name in ("estimates", "meetings") if not tumen.check(tables[name], table=name).ok]
    result["empty"] = tumen.check(tables["places"].limit(0), table="places").ok
    result["across"] = told(tumen.check({name: tables[name] for name in ACROSS}, max_findings=3))
    result["python"] = "Python" in _plan(faulty)
    session.stop()
    try:
        tumen.check(faulty, table="estimates")
    except TumenError as error:
        result["stopped"] = str(error)
    print(json.dumps(result))  # noqa: T201


def _plan(frame: Any) -> str:
    lazy: nw.LazyFrame[Any] = nw.from_native(frame)
    rules = checks.row_rules(TABLES["estimates"], lazy.implementation)
    counted = lazy.select(*((~rule.holds).cast(nw.Int64).sum().alias(str(i)) for i, rule in enumerate(rules))).to_native()
    return str(counted._jdf.queryExecution().toString())


if __name__ == "__main__":
    main()
