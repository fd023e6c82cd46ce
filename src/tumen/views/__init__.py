"""Views: pure functions from the tables of a release to one tidy frame that answers a question.

Every view takes the mapping of tables that `Snapshot.tables` holds, so that it honours its caller's
release and day.
"""
