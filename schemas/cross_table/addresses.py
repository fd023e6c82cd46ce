"""Rules on URLs: each document has its own URL, and each archived copy belongs to one document."""

import string
from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.addresses import SESSION_PATTERN
from tumen.schemas.cross_table.helpers import pair_with_earlier, select_violations, to_lower_case
from tumen.schemas.rules import Frame, Tables, TablesRule

_TRACKING: Final = (
    r"&(utm_[a-z_]+|fbclid|gclid|dclid|yclid|msclkid|igshid|mc_[ce]id|_ga|cmpid|ocid|ref|ref_src"
    r"|amp|output(type)?=amp)(=[^&]*|\z)"
)
_ENCODED: Final = "%[2-7]"
_NEEDLESSLY_ENCODED: Final = f"{string.ascii_letters}{string.digits}-._~"


def find_repeated_urls(tables: Tables) -> Iterator[Frame]:
    """Yield the documents that repeat the URL of an earlier one."""
    documents = _select_documents(tables)
    pairs = documents.join(documents, on="url", how="inner", suffix="_2")
    yield from _select_later(tables, pairs, other="url")


def find_equivalent_urls(tables: Tables) -> Iterator[Frame]:
    """Yield the documents whose URL differs from an earlier one but leads to the same document."""
    documents = _with_normal_form(_select_documents(tables))
    pairs = documents.join(documents, on="normal", how="inner", suffix="_2")
    different = pairs.filter(ex.col("url") != ex.col("url_2"))
    yield from _select_later(tables, different, other="url_2")


def find_copies_at_documents(tables: Tables) -> Iterator[Frame]:
    """Yield the archived copies whose URL is that of a document, their own or another."""
    documents = _with_normal_form(tables["sources"].select("row", "url"))
    pairs = _select_copies(tables).join(documents, on="normal", how="inner", suffix="_2")
    yield select_violations(pairs, "sources", "archive_url", ex.col("url"), ex.col("url_2"))


def find_shared_copies(tables: Tables) -> Iterator[Frame]:
    """Yield the archived copies that an earlier document has."""
    pairs = pair_with_earlier(_select_copies(tables), "normal")
    yield select_violations(pairs, "sources", "archive_url", ex.col("url"), ex.col("source_id_2"))


def normalise_address(address: ex.Expr) -> ex.Expr:
    """Return a text that is equal for URLs that lead to the same document.

    These parts of a URL do not count: scheme, mobile host, case and final dot of the host, default
    port, fragment, empty query, parameters of tracking and of sessions, ending, and the case of
    percent-encoded digits. The text is only for comparison, and is not a URL itself.
    """
    # Parameters are separated by & alone, so that one pattern finds the first as well.
    bare = (
        address.str.replace_all(r"^(?i:https?://)", "")
        .str.replace_all(r"(?s:#.*)", "")
        .str.replace_all(r"\?\z", "")
        .str.replace_all(SESSION_PATTERN, "")
        .str.replace_all("?", "&", literal=True)
        .str.replace_all(_TRACKING, "")
    )
    host = (
        to_lower_case(bare.str.replace_all(r"(?s:[/&].*)", ""))
        .str.replace_all(r"\.?(:(80|443)?)?\z", "")
        .str.replace_all(r"^(www|m|mobile|amp)\.", "")
    )
    path = (
        bare.str.replace_all(r"(?s:&.*)", "")
        .str.replace_all(r"^[^/]*", "")
        .str.replace_all(r"(/amp)?/?(index\.html?)?\z", "")
    )
    parameters = bare.str.replace_all(r"^[^&]*", "")
    whole = ex.concat_str(host, path, parameters)
    # Letters count by case, hexadecimal digits do not. The first text keeps the case and drops the
    # digits, the second keeps the digits in lower case. Both are equal for URLs in which only the
    # case of such digits differs.
    without_digits = whole.str.replace_all("%[0-9a-fA-F]{2}", "%")
    return ex.concat_str(without_digits, to_lower_case(whole), separator=" ")


def decode_plain_characters(address: ex.Expr) -> ex.Expr:
    """Return a URL with percent-encoded letters, digits and `-._~` written plainly."""
    forms = {
        character: (f"%{ord(character):x}", f"%{ord(character):X}")
        for character in _NEEDLESSLY_ENCODED
    }
    return ex.replace_any(address, forms)


def _select_documents(tables: Tables) -> Frame:
    """Return the URLs of both tables of documents, with the number of the table as `part`."""
    parts = [
        tables[name].select("row", "url", ex.lit(part).alias("part"))
        for part, name in enumerate(_present_tables(tables))
    ]
    return ex.concat(parts)


def _present_tables(tables: Tables) -> list[str]:
    return [name for name in ("sources", "set_aside") if name in tables]


def _select_copies(tables: Tables) -> Frame:
    """Return the archived copies, their URL as `url`, with its normal form."""
    archived = tables["sources"].filter(~ex.col("archive_url").is_null())
    copies = archived.select("row", "source_id", ex.col("archive_url").alias("url"))
    return _with_normal_form(copies)


def _with_normal_form(addresses: Frame) -> Frame:
    """Return the URLs with their normal form, for which only the few encoded ones are decoded."""
    is_encoded = ex.col("url").str.contains(_ENCODED)
    plain = addresses.filter(~is_encoded).with_columns(ex.col("url").alias("decoded"))
    encoded = addresses.filter(is_encoded).with_columns(
        decode_plain_characters(ex.col("url")).alias("decoded")
    )
    normal = normalise_address(ex.col("decoded")).alias("normal")
    return ex.concat([plain, encoded]).with_columns(normal)


def _select_later(tables: Tables, pairs: Frame, *, other: str) -> Iterator[Frame]:
    """Yield, for each table, the later document of each pair."""
    later_table = ex.col("part") > ex.col("part_2")
    same_table = ex.col("part") == ex.col("part_2")
    is_later = later_table | (same_table & (ex.col("row") > ex.col("row_2")))
    for part, name in enumerate(_present_tables(tables)):
        later = pairs.filter(is_later & (ex.col("part") == part))
        yield select_violations(later, name, "url", ex.col("url"), ex.col(other))


RULES: Final = (
    TablesRule(
        "E305",
        "a URL is used twice",
        "Keep one of the two documents and cite that one.",
        tables=("sources",),
        find_violations=find_repeated_urls,
    ),
    TablesRule(
        "E332",
        "an archived copy has the URL of a document",
        "Give the URL at which the archive keeps the copy, or leave archive_url out.",
        tables=("sources",),
        find_violations=find_copies_at_documents,
    ),
    TablesRule(
        "W209",
        "two URLs lead to one document",
        "Keep one of the two documents. Tracking parameters, mobile host, port, encoding and"
        " ending do not make another document.",
        severity="warning",
        tables=("sources",),
        find_violations=find_equivalent_urls,
    ),
    TablesRule(
        "W266",
        "two documents share an archived copy",
        "Give each document its own copy, or merge the two documents.",
        severity="warning",
        tables=("sources",),
        find_violations=find_shared_copies,
    ),
)
