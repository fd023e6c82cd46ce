"""Files of estimates that cannot be read as what they are said to be, each with the words that must tell why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import generated_tables
import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

MIXED = {
    "mixed parquet": ".parquet",
    "mixed csv": ".csv",
    "mixed jsonl": ".jsonl",
    "mixed arrow": ".arrow",
}
_OTHERS = {
    "truncated": ("cut.parquet", "cut.parquet cannot be read: "),
    "encoding": ("latin.csv", "latin.csv cannot be read: .*[uU][tT][fF]-?8"),
    "delimiter": ("semicolons.csv", "has no column of estimates; .* fix the delimiter"),
    "nothing": ("*.arrow", "no file matches"),
    "ending": (
        "whole.txt",
        "files with the extension '.txt' cannot be read as tables; use one of .parquet",
    ),
    "folder": (".", r"name the files of a folder, as in folder/\*.parquet"),
}
CASES = (*_OTHERS, *MIXED)


def files(folder: Path, case: str) -> tuple[Path, str]:
    """Write the files of a case; return the path to give and a pattern of what must be said of it."""
    frame = generated_tables.tables()["estimates"]
    if case in MIXED:
        suffix = MIXED[case]
        generated_tables.written(frame, folder / f"a{suffix}")
        other = (
            frame.select("low", pl.exclude("low"))
            if suffix == ".csv"
            else frame.with_columns(low=pl.lit("1"))
        )
        generated_tables.written(other, folder / f"b{suffix}")
        return (
            folder / f"*{suffix}",
            f"b{suffix} cannot be read: its column '.+' is not as in .+a{suffix}; check the files one by one",
        )
    name, words = _OTHERS[case]
    if case == "truncated":
        whole = generated_tables.written(frame, folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])
    elif case == "encoding":
        (folder / name).write_bytes(
            frame.with_columns(note=pl.lit("é")).write_csv().encode("latin-1")
        )
    elif case == "delimiter":
        frame.write_csv(folder / name, separator=";")
    return folder / name, words
