"""Stores: places to fetch further releases from, without having to trust the place.

A store is a copy of `releases/`: a folder, `https://…` or `s3://…`.

    index.json             every version: date, schema version, digest of its datapackage.json
    index.json.minisig     signature of the index, in minisign's format
    2026.11.0/             datapackage.json, and the files it lists with size and digest

Verification runs one way. The index entry is verified by a digest that the package has, or by a
signature with a key that the user or the package trusts. The entry verifies the datapackage, and
the datapackage verifies every file. Nothing unverified enters the cache:

    stores/<digest of the URL>.json    the index last accepted from a store, however its URL is
                                       written, so that an older index is noticed
    releases/<digest>/2026.12.0/       a release; it is written next to its place, and renamed when
                                       all of it is verified
    locks/                             one process fetches; the others wait, but not forever

Modules: `location` parses the name of a store, `download` transfers files, `deadline` ends answers
that never end, `trust` verifies an index, `cache` stores what was verified, `fetch` combines them.
"""
