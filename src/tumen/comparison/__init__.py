"""Comparing: what differs between two releases, in records and in schema; needs neither the records nor the models."""
