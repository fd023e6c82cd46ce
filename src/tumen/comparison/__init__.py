"""Comparison of releases: their records and their schemas."""
