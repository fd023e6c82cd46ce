"""Editing: files of records as curators write them, put in canonical form, and new records in them, with every comment kept."""
