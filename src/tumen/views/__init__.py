"""The views: pure functions from the tables of a release to one tidy frame.

Every view takes the mapping of tables that `Snapshot.tables` returns, so that it honours the
release and the date of its caller. The arguments and columns of a view are documented at the
method of `Snapshot` that has its name, such as `Snapshot.timeline`.
"""
