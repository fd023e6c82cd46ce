"""Formats of a report: text, JSON, GitHub annotations, SARIF and JUnit."""
