"""Edit files of records as curators write them; every comment is kept.

Files are put in canonical form, new records are added, and released ones are retired.
"""
