"""Exports of a snapshot to one file: SQLite, DuckDB, CSV in a zip, an Excel workbook, JSON Lines.

Each has every table, as published or as known on a date, and says which release it is. All but
JSON Lines have the codebook. The file is written under a temporary name and renamed when it is
complete. The same snapshot and libraries give the same bytes, except for DuckDB, whose format does
not allow it.
"""
