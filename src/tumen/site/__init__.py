"""The explorer: a static web site of one release, for readers who write no Python.

    OUT/index.html            the overview, and the frame of all other views
    OUT/explorer.js, .css     code and style; scripts/ joined in one file
    OUT/data/<name>.js        data of the release, loaded when a view needs it
    OUT/vendored/…            Vega, Grid.js, MiniSearch, with their licences
    OUT/downloads/…           the release's own files, byte for byte

It works from any file server and from a folder, and requests nothing from elsewhere. Its content
security policy allows neither inline scripts nor other hosts. Every string of the records becomes
text, never markup: scripts create nodes, and the overview escapes. What the page shows "as known
on" a date is what `known_by=` gives: its data carry `known_since`, and the tests compare the two.
"""
