"""Checks of records, tables and files against the rules, which return reports of findings."""
