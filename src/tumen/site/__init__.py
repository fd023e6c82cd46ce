"""The explorer: a static web site of one release, for readers who write no Python.

    OUT/index.html            the overview, and the frame of all other views
    OUT/explorer.js, .css     what runs and how it looks; scripts/ joined in one file
    OUT/data/<name>.js        the release for the views, read when a view asks for it
    OUT/vendored/…            Vega, Grid.js, MiniSearch, with their licences
    OUT/downloads/…           the release's own files, byte for byte

It works from any file server and from a folder, asks for no address outside itself, and runs under a content security policy
that allows neither inline scripts nor strangers. Every string of the records becomes text, never markup: scripts make nodes, and
the overview escapes. What the page shows "as known on" a day is what `known_by=` gives: its data carry `known_since`, and the
tests hold the two to each other.
"""
