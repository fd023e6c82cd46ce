"""The Excel export: a workbook with a sheet per table, the codebook and the release.

No cell is a formula or a link.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from tumen.errors import TumenError

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from tumen.exports.contents import Contents

_ROWS: Final = 1_048_575
_CHARACTERS: Final = 32_767
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_FIRST_DATE: Final = dt.date(1900, 3, 1)


def write(contents: Contents, path: Path) -> None:
    """Write the workbook.

    It is built in memory: where the disk is full, the library would print a traceback when it
    closes its file.

    Raises:
        TumenError: A table or a text is too long for Excel, or the file could not be written.

    """
    for name, frame in contents.with_codebook().items():
        if frame.height > _ROWS:
            raise TumenError(
                f"{name} has {frame.height} rows, more than the {_ROWS} of an Excel sheet; "
                "export to csv or sqlite."
            )
    buffer = io.BytesIO()
    try:
        with xlsxwriter.Workbook(
            buffer, {"default_date_format": "yyyy-mm-dd", "in_memory": True}
        ) as book:
            book.set_properties(
                {
                    "title": contents.about["title"],
                    "created": dt.datetime.fromisoformat(str(contents.about["date"])),
                }
            )
            bold, guarded = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
            _write_release(book.add_worksheet("release"), contents, bold)
            for name, frame in {"codebook": contents.codebook, **contents.tables}.items():
                _write_sheet(book.add_worksheet(name), name, frame, bold, guarded)
    except XlsxWriterException as error:
        raise TumenError(f"{path} could not be written: {error}.") from error
    path.write_bytes(buffer.getbuffer())


def _write_release(sheet: Worksheet, contents: Contents, bold: Format) -> None:
    sheet.set_column(0, 1, 24)
    for row, (name, value) in enumerate(contents.about.items()):
        sheet.write_string(row, 0, name, bold)
        if value is not None:
            sheet.write_string(row, 1, value)


def _write_sheet(
    sheet: Worksheet, name: str, frame: pl.DataFrame, bold: Format, guarded: Format
) -> None:
    for column, title in enumerate(frame.columns):
        sheet.write_string(0, column, title, bold)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, frame.height, frame.width - 1)
    sheet.set_column(0, frame.width - 1, 18)
    for row, values in enumerate(frame.iter_rows(), start=1):
        for column, value in enumerate(values):
            if isinstance(value, list | str):
                text = "; ".join(value) if isinstance(value, list) else value
                if len(text) > _CHARACTERS:
                    place = f"{name} row {row}, {frame.columns[column]}"
                    raise TumenError(
                        f"{place} has {len(text)} characters, more than the {_CHARACTERS} "
                        "of an Excel cell; export to csv or sqlite."
                    )
                # A prefix keeps Excel from making a formula of the text when it is edited.
                style = guarded if text.startswith(_FORMULA) else None
                sheet.write_string(row, column, text, style)
            else:
                _write_value(sheet, row, column, value)


def _write_value(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, float):
        sheet.write_number(row, column, value)
    elif isinstance(value, dt.date):
        # Excel has no earlier dates, and takes 1900 for a leap year.
        if value < _FIRST_DATE:
            sheet.write_string(row, column, value.isoformat())
        else:
            sheet.write_datetime(row, column, value)
