"""How to cite a record, or a release: the record, the release that holds it, and the documents that it rests on.

`works` gathers what is cited, once; `text`, `chicago`, `bibtex` and `csl_json` set it. An imprecise date stays imprecise in every
style, and what has no date is n.d.
"""
