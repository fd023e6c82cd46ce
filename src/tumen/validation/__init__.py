"""Checking: the rules held against rows and tables, and what came of it as findings."""
