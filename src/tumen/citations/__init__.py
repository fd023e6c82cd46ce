"""How to cite records, or a release: the records, the release that holds them, and the documents that they rest on.

`works` gathers what is cited, once; `text`, `chicago`, `bibtex` and `csl_json` set it. An imprecise date stays imprecise in every
style, and what has no date is n.d., or has no date where a program is to set it. A document has one entry, whatever cites it.
"""
