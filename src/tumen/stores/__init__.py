"""Stores: where releases that did not come with the package are fetched from, without having to trust the place.

A store is a copy of `releases/`: a folder, `https://…` or `s3://…`.

    index.json             every version: day, schema version, digest of its datapackage.json
    index.json.minisig     signature of the index, in minisign's format
    2026.11.0/             datapackage.json, and each file that it names with size and digest

The chain runs one way. A digest that the package itself holds, or a signature by a key that the user or the package trusts, proves
the index entry; the entry proves the datapackage; the datapackage proves every file. Nothing unproven enters the cache:

    stores/<digest of the address>.json    the index last accepted from that store, however spelled, so that an older one is noticed
    releases/<digest>/2026.12.0/           a release, put together beside its place and renamed when all of it is proven
    locks/                                 one process fetches, the others wait and find it done; none waits for ever

`address` says which store is meant, `cache` keeps, `trust` judges, `transport` moves bytes, `deadline` ends an answer that does not
end, `fetching` puts them together.
"""
