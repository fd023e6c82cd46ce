"""Reporting: a report as text, JSON, a CI system's own format, SARIF or JUnit, from the same findings."""
