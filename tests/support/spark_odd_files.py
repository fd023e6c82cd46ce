"""Print the results of checks of files with Spark, as JSON.

    spark_odd_files.py FILE

Tests run it in its own process, where Spark can be imported. FILE is a JSON array of pairs: a path
and its table.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import tumen
from tumen.errors import TumenError


def main() -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
    )
    spark.config("spark.sql.codegen.wholeStage", "false").config(
        "spark.sql.session.timeZone", "Asia/Seoul"
    ).getOrCreate()
    print(  # noqa: T201
        json.dumps(
            [verdict(path, table) for path, table in json.loads(Path(sys.argv[1]).read_text())]
        )
    )


def verdict(path: str, table: str) -> list[object]:
    try:
        report = tumen.check(path, table=table, engine="spark", coerce=True)
    except TumenError as error:
        return ["refused", str(error)]
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


if __name__ == "__main__":
    main()
