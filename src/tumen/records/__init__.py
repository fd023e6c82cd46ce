"""Read records: from YAML text in a strict dialect to typed rows and frames.

The place of every value in its file stays known.
"""
