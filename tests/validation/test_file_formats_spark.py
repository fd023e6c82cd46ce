"""Spark gives the verdict of polars on files that are written oddly."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import odd_files
import spark
from report_content import verdict

pytestmark = spark.needed
SEEDS = range(10_000, 10_050)


def test_spark_gives_one_verdict_with_polars_on_odd_files(tmp_path: Path) -> None:
    drawn = []
    for seed in SEEDS:
        folder = tmp_path / str(seed)
        folder.mkdir()
        table, path = odd_files.write_odd_file(random.Random(seed), folder)  # noqa: S311
        drawn.append((str(path), table))
    (tmp_path / "all.json").write_text(json.dumps(drawn))
    done = spark.run(
        sys.executable,
        Path(__file__).parents[1] / "support" / "spark_odd_files.py",
        tmp_path / "all.json",
    )
    assert done.returncode == 0, done.stderr[-4000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert len(said) == len(SEEDS)
    for (file, table), by_spark in zip(drawn, said, strict=True):
        found, *_ = by_polars = verdict(Path(file), table, "polars")
        expected = [*by_polars] if found == "refused" else json.loads(json.dumps(found))
        assert by_spark == expected, file
