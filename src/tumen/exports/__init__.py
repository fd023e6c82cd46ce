"""A snapshot as one file for other tools: SQLite, DuckDB, CSV in a zip, an Excel workbook, JSON Lines.

Each holds every table, as published or as known on a day, and which release it is; all but JSON Lines hold the codebook. The file
is put together beside its place and renamed when it is whole. Same snapshot, same libraries: same bytes, except for DuckDB, whose
format does not allow it.
"""
