"""Citations of records, of a release, and of the documents that records rest on.

`references` collects the works that a citation names. `styles`, `bibtex` and `csl_json` print them.
"""
