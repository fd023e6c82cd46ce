"""Tumen."""
