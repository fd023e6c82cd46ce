"""Addresses beside each other: each leads to one document, and an archived copy leads to no other."""

from collections.abc import Iterator
from functools import reduce
from string import ascii_letters, digits
from typing import Final

import narwhals as nw

from tumen.schemas.addresses import SESSION
from tumen.schemas.cross_table.helpers import breach, lowered
from tumen.schemas.rules import Frame, Tables, TablesRule

_TRACKING: Final = (
    r"&(utm_[a-z_]+|fbclid|gclid|dclid|yclid|msclkid|igshid|mc_[ce]id|_ga|cmpid|ocid|ref|ref_src|amp|output(type)?=amp)"
    r"(=[^&]*|\z)"
)
_ENCODED: Final = "%[2-7]"
_NEEDLESSLY_ENCODED: Final = f"{ascii_letters}{digits}-._~"


def urls_twice(tables: Tables) -> Iterator[Frame]:
    """Yield the documents whose address an earlier one has."""
    documents = _documents(tables)
    yield from _later(
        tables, documents.join(documents, on="url", how="inner", suffix="_2"), other="url"
    )


def urls_alike(tables: Tables) -> Iterator[Frame]:
    """Yield the documents whose address differs from an earlier one by nothing that leads elsewhere."""
    documents = _normalised(_documents(tables))
    pairs = documents.join(documents, on="normal", how="inner", suffix="_2")
    yield from _later(tables, pairs.filter(nw.col("url") != nw.col("url_2")), other="url_2")


def copies_that_are_none(tables: Tables) -> Iterator[Frame]:
    """Yield the archived copies that stand at the address of a document, their own or another."""
    documents = _normalised(tables["sources"].select("row", "url"))
    same = _copies(tables).join(documents, on="normal", how="inner", suffix="_2")
    yield breach(same, "sources", "archive_url", nw.col("url"), nw.col("url_2"))


def copies_shared(tables: Tables) -> Iterator[Frame]:
    """Yield the archived copies that an earlier document has."""
    copies = _copies(tables)
    pairs = copies.join(copies, on="normal", how="inner", suffix="_2").filter(
        nw.col("row") > nw.col("row_2")
    )
    yield breach(pairs, "sources", "archive_url", nw.col("url"), nw.col("source_id_2"))


def normalise_address(address: nw.Expr) -> nw.Expr:
    """Return a text that addresses have in common which differ by nothing that leads elsewhere.

    Scheme, mobile host, case and final dot of the host, default port, fragment, empty query, parameters of tracking and
    of sessions, ending, and the case of the digits of what is percent-encoded: none of them makes another document.
    """
    bare = (
        address.str.replace_all(r"^(?i:https?://)", "")
        .str.replace_all(r"(?s:#.*)", "")
        .str.replace_all(r"\?\z", "")
        .str.replace_all(SESSION, "")
        .str.replace_all("?", "&", literal=True)
        .str.replace_all(_TRACKING, "")
    )
    host = (
        lowered(bare.str.replace_all(r"(?s:[/&].*)", ""))
        .str.replace_all(r"\.?(:(80|443)?)?\z", "")
        .str.replace_all(r"^(www|m|mobile|amp)\.", "")
    )
    path = (
        bare.str.replace_all(r"(?s:&.*)", "")
        .str.replace_all(r"^[^/]*", "")
        .str.replace_all(r"(/amp)?/?(index\.html?)?\z", "")
    )
    whole = nw.concat_str(host, path, bare.str.replace_all(r"^[^&]*", ""))
    # Letters count by case, hexadecimal digits do not: both texts are equal where only such digits differ.
    return nw.concat_str(
        whole.str.replace_all("%[0-9a-fA-F]{2}", "%"), lowered(whole), separator=" "
    )


def decode_plain_characters(address: nw.Expr) -> nw.Expr:
    """Return the address with the letters, digits and `-._~` that are percent-encoded in it written plainly."""
    forms = {
        f"%{form}": letter
        for letter in _NEEDLESSLY_ENCODED
        for form in (f"{ord(letter):x}", f"{ord(letter):X}")
    }
    return reduce(
        lambda decoded, form: decoded.str.replace_all(form, forms[form], literal=True),
        forms,
        address,
    )


def _documents(tables: Tables) -> Frame:
    """Return the addresses of both tables of documents; `part` tells the tables apart."""
    parts = [
        tables[name].select("row", "url", nw.lit(part).alias("part"))
        for part, name in enumerate(_present(tables))
    ]
    return nw.concat(parts)


def _present(tables: Tables) -> list[str]:
    return [name for name in ("sources", "set_aside") if name in tables]


def _copies(tables: Tables) -> Frame:
    archived = tables["sources"].filter(~nw.col("archive_url").is_null())
    return _normalised(archived.select("row", "source_id", nw.col("archive_url").alias("url")))


def _normalised(addresses: Frame) -> Frame:
    """Return the addresses with their normal form; only the few that can be decoded pay for it."""
    encoded = nw.col("url").str.contains(_ENCODED)
    plain = addresses.filter(~encoded).with_columns(nw.col("url").alias("decoded"))
    other = addresses.filter(encoded).with_columns(
        decode_plain_characters(nw.col("url")).alias("decoded")
    )
    return nw.concat([plain, other]).with_columns(
        normalise_address(nw.col("decoded")).alias("normal")
    )


def _later(tables: Tables, pairs: Frame, *, other: str) -> Iterator[Frame]:
    """Yield, for each table, the later document of each pair."""
    later = (nw.col("part") > nw.col("part_2")) | (
        (nw.col("part") == nw.col("part_2")) & (nw.col("row") > nw.col("row_2"))
    )
    for part, name in enumerate(_present(tables)):
        here = pairs.filter(later & (nw.col("part") == part))
        yield breach(here, name, "url", nw.col("url"), nw.col(other))


RULES: Final = (
    TablesRule(
        "E305",
        "an address stands twice",
        "Keep one of the two and cite that.",
        needs=("sources",),
        breaches=urls_twice,
    ),
    TablesRule(
        "E332",
        "an archived copy has the address of a document",
        "Give the address at which the archive keeps the copy, or leave archive_url out.",
        needs=("sources",),
        breaches=copies_that_are_none,
    ),
    TablesRule(
        "W209",
        "two addresses lead to one document",
        "Keep one of the two documents: tracking, host, port, encoding and ending make no other.",
        severity="warning",
        needs=("sources",),
        breaches=urls_alike,
    ),
    TablesRule(
        "W266",
        "two documents share an archived copy",
        "Give each document its own copy, or join the two documents.",
        severity="warning",
        needs=("sources",),
        breaches=copies_shared,
    ),
)
