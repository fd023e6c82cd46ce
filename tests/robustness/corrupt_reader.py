"""A reader of corrupted bytes, run in its own process.

    python corrupt_reader.py WAY LENGTHS FLIPS SEED FIRST

Each line of JSON says what was done to the bytes and what came of it:

- `right`: the data as published, or a check that found nothing in sound data
- `refused`: a `TumenError`
- `found`: a finding
- `other`: other data, unnoticed
- `trace`: an unexpected error

If the process ends early, the corruption after the last line ended it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from corrupt_bytes import corrupted

import tumen
from tumen.comparison import changes
from tumen.errors import TumenError
from tumen.publishing import build as publishing_build
from tumen.publishing import verify
from tumen.release import catalog, conformance
from tumen.stores import download
from tumen.stores import fetch as stores_fetch
from tumen.validation.explain import read_clean_dataset

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION: Final = "2031.01.0"
TABLE: Final = "places"


def published(top: Path) -> Path:
    """Return a store with one small release, written to a folder."""
    (top / "dataset").mkdir()
    for name, text in read_clean_dataset().items():
        (top / "dataset" / name).write_text(text, encoding="utf-8")
    publishing_build.build(top / "dataset", top / "store", VERSION, dt.date(2031, 1, 31))
    return top / "store"


def forget() -> None:
    """Clear what the library reads only once per process."""
    for function in (
        catalog.describe,
        catalog.fields,
        catalog.verified_file,
        conformance.verified_table,
        stores_fetch._served_or_remembered,
    ):
        function.cache_clear()


class Reader:
    """A store in a folder, a cache with its release, and the result without corruption."""

    def __init__(self, top: Path) -> None:
        self.store = published(top)
        self.cache = self.store.with_name("cache")
        os.environ["TUMEN_CACHE"] = str(self.cache)
        download.RETRIES = 0  # type: ignore[misc]
        self.frame = tumen.load(TABLE, release=VERSION, store=self.store)
        (self.held,) = self.cache.glob(f"releases/*/{VERSION}")
        (self.memory,) = self.cache.glob("stores/*.json")
        self.edition = changes.edition(self.held)

    def load(self) -> str:
        """Load the table from the cache."""
        return self._same(tumen.load(TABLE, release=VERSION))

    def fetch(self) -> str:
        """Load the table from the store, with an empty cache."""
        shutil.rmtree(self.cache, ignore_errors=True)
        return self._same(tumen.load(TABLE, release=VERSION, store=self.store))

    def diff(self) -> str:
        """Compare the release in the cache with itself as published."""
        return (
            "right"
            if changes.between(self.edition, changes.edition(self.held)).is_empty()
            else "other"
        )

    def verify(self) -> str:
        """Verify the store."""
        return "found" if verify.verify(self.store, rows=True) else "right"

    def check(self, engine: Any) -> str:
        """Check the file of the store as a table of a user.

        `other` includes changes in columns that no rule covers.
        """
        path = self.store / VERSION / f"{TABLE}.parquet"
        report = tumen.check(path, table=TABLE, engine=engine)
        if report.findings:
            return "found"
        try:
            return self._same(pl.read_parquet(path).cast(self.frame.schema))
        except (Exception, pl.exceptions.PanicException):  # noqa: BLE001
            return "other"

    def _same(self, frame: pl.DataFrame) -> str:
        return "right" if frame.equals(self.frame) else "other"


def ways(reader: Reader) -> dict[str, tuple[Path, Callable[[], str]]]:
    """Return by name which file is corrupted, and how it is read."""
    parquet, package, index = f"{TABLE}.parquet", "datapackage.json", "index.json"
    return {
        "parquet-cache": (reader.held / parquet, reader.load),
        "parquet-store": (reader.store / VERSION / parquet, reader.fetch),
        "parquet-diff": (reader.held / parquet, reader.diff),
        "parquet-verify": (reader.store / VERSION / parquet, reader.verify),
        "parquet-polars": (reader.store / VERSION / parquet, lambda: reader.check("polars")),
        "parquet-duckdb": (reader.store / VERSION / parquet, lambda: reader.check("duckdb")),
        "package-cache": (reader.held / package, reader.load),
        "package-store": (reader.store / VERSION / package, reader.fetch),
        "package-verify": (reader.store / VERSION / package, reader.verify),
        "index-store": (reader.store / index, reader.fetch),
        "index-verify": (reader.store / index, reader.verify),
        "memory-cache": (reader.memory, reader.load),
    }


def outcome(read: Callable[[], str]) -> tuple[str, str]:
    """Return the outcome of a read, and its message."""
    forget()
    try:
        return read(), ""
    except TumenError as error:
        return "refused", str(error)
    except BaseException as error:  # noqa: BLE001
        return "trace", f"{type(error).__module__}.{type(error).__name__}: {error}"


def main() -> None:
    """Print a line for each corruption, from the given number on."""
    way, lengths, flips, seed, first = sys.argv[1], *map(int, sys.argv[2:])
    with tempfile.TemporaryDirectory() as top:
        path, read = ways(Reader(Path(top)))[way]
        content = path.read_bytes()
        changed = (
            corruption
            for corruption in corrupted(content, lengths, flips, seed)
            if corruption.content != content
        )
        for number, corruption in enumerate(changed):
            if number >= first:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(corruption.content)
                became, message = outcome(read)
                print(
                    json.dumps([number, corruption.how, corruption.where, became, message[:300]]),
                    flush=True,
                )
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


if __name__ == "__main__":
    main()
