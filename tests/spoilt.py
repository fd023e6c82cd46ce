"""Files of estimates that cannot be read as what they are said to be, each with the words that must tell why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import tabled

if TYPE_CHECKING:
    from pathlib import Path

MIXED = {"mixed parquet": ".parquet", "mixed csv": ".csv", "mixed jsonl": ".jsonl", "mixed arrow": ".arrow"}
CASES = ("truncated", "encoding", "delimiter", "nothing", "ending", "folder", *MIXED)


def files(folder: Path, case: str) -> tuple[Path, str]:
    """Write the files of a case; return the path to give and a pattern of what must be said of it."""
    frame = tabled.tables()["estimates"]
    match case:
        case "truncated":
            whole = tabled.written(frame, folder / "cut.parquet").read_bytes()
            (folder / "cut.parquet").write_bytes(whole[: len(whole) // 2])
            return folder / "cut.parquet", "cut.parquet cannot be read: "
        case "encoding":
            (folder / "latin.csv").write_bytes(frame.with_columns(note=pl.lit("é")).write_csv().encode("latin-1"))
            return folder / "latin.csv", "latin.csv cannot be read: .*[uU][tT][fF]-?8"
        case "delimiter":
            frame.write_csv(folder / "semicolons.csv", separator=";")
            return folder / "semicolons.csv", "has no column of estimates; .* mend the delimiter"
        case "nothing":
            return folder / "*.arrow", "no file that matches"
        case "ending":
            return folder / "whole.txt", "the ending '.txt' names no format of a table; there are: .parquet"
        case "folder":
            return folder, r"name the files of a folder, as in folder/\*.parquet"
        case _:
            suffix = MIXED[case]
            tabled.written(frame, folder / f"a{suffix}")
            other = frame.select("low", pl.exclude("low")) if suffix == ".csv" else frame.with_columns(low=pl.lit("1"))
            tabled.written(other, folder / f"b{suffix}")
            return (
                folder / f"*{suffix}",
                f"b{suffix} cannot be read: its column '.+' is not as in .+a{suffix}; check them one by one",
            )
