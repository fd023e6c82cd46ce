"""Tools for tests and benchmarks of a dataset: generated records, and tables that break a rule."""
