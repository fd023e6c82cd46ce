"""Print the results of checks of Parquet files with Spark, as JSON.

    spark_check.py FOLDER

Tests run it in its own process, where Spark can be imported. FOLDER contains:

- `faulty/`, a Parquet file per table, which violates every rule although most rows are sound
- `estimates.parquet` with many faults
- `text.csv`
- `release/`, files as a release has them, whose rows are printed

The test makes sure that no Python worker can start, and looks through the plans of all queries.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tumen
from tumen.errors import TumenError
from tumen.table_names import TABLE_NAMES

if TYPE_CHECKING:
    from tumen.validation.table_report import FrameReport


def content(report: FrameReport) -> list[object]:
    return [
        [
            rule.table,
            rule.code,
            list(rule.columns),
            rule.count,
            [repr(row[:2]) for row in rule.rows],
        ]
        for rule in report.broken
    ]


def main() -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415

    folder = Path(sys.argv[1])
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
    )
    spark = spark.config(
        "spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED"
    )  # Spark 3.5 asks before it reads the year 1
    session = spark.config("spark.sql.ui.retainedExecutions", "5000").getOrCreate()
    estimates = session.read.parquet(str(folder / "estimates.parquet"))
    result: dict[str, object] = {}
    for parts in (1, 7):
        before = len(plans(session))
        result[f"estimates {parts}"] = content(
            tumen.check(estimates.repartition(parts), table="estimates", max_findings=5)
        )
        result[f"queries {parts}"] = len(plans(session)) - before
    before = len(plans(session))
    result["empty"] = tumen.check(estimates.limit(0), table="estimates").ok
    result["queries of none"] = len(plans(session)) - before
    result["by engine"] = content(
        tumen.check(folder / "estimates.parquet", table="estimates", engine="spark", max_findings=5)
    )
    result["coerced"] = content(
        tumen.check(folder / "text.csv", table="estimates", engine="spark", coerce=True)
    )
    hurry(session)
    published = {
        path.stem: session.read.parquet(str(path)) for path in (folder / "release").iterdir()
    }
    result["release"] = {
        name: [row.asDict() for row in frame.collect()] for name, frame in published.items()
    }
    tables = {
        name: session.read.parquet(str(folder / "faulty" / f"{name}.parquet"))
        for name in TABLE_NAMES
    }
    result["faulty"] = content(tumen.check(tables, max_findings=3))
    everything = plans(session)
    result["plans"] = len(everything)
    result["python"] = [
        plan for plan in everything if "Python" in plan or "Pandas" in plan or "ArrowEval" in plan
    ]
    session.stop()
    try:
        tumen.check(estimates, table="estimates")
    except TumenError as error:
        result["stopped"] = str(error)
    print(json.dumps(result, default=str))  # noqa: T201


def hurry(session: Any) -> None:
    """Make Spark interpret queries of a few rows, because compiling them takes longer."""
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    session.conf.set("spark.sql.adaptive.enabled", "false")


def plans(session: Any) -> list[str]:
    """Return the physical plan of every query so far."""
    session.sparkContext._jsc.sc().listenerBus().waitUntilEmpty()
    executions = session._jsparkSession.sharedState().statusStore().executionsList()
    return [
        executions.apply(number).physicalPlanDescription() for number in range(executions.size())
    ]


if __name__ == "__main__":
    main()
