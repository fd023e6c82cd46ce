"""Web addresses that everybody can open: the rules that each is held to.

The patterns keep to what the expressions of Rust, RE2 and Java share.
"""

import re
import unicodedata
from typing import Final

import narwhals as nw

from tumen.schemas.rules import RowRule

_BEFORE_HOST: Final = "(?i)^https?://([^/?#@]*@)?"
_AFTER_HOST: Final = r"\.?(:[0-9]{0,5})?([/?#]|\z)"
_LABEL: Final = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
_OCTET: Final = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_PUBLIC: Final = (
    rf"({_LABEL}\.)+[a-z][a-z0-9-]*[a-z0-9]",
    rf"{_OCTET}(\.{_OCTET}){{3}}",
    r"\[[23][0-9a-f]{3}:[0-9a-f:.]+\]",
)
_RESERVED: Final = (
    rf"({_LABEL}\.)*(localhost|localdomain|local|lan|internal|intranet|home\.arpa|invalid|test)",
    r"(0|10|127|22[4-9]|2[3-5][0-9])(\.[0-9]+){3}",
    r"(169\.254|192\.168|192\.0\.[02]|198\.1[89]|198\.51\.100|203\.0\.113)(\.[0-9]+)+",
    r"172\.(1[6-9]|2[0-9]|3[01])(\.[0-9]+){2}",
    r"100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])(\.[0-9]+){2}",
    r"\[2001:0?db8:[0-9a-f:.]+\]",
)

SESSION: Final = (
    r"(?i:[?&;](jsessionid|phpsessid|aspsessionid[a-z]*|cftoken)=[^?&;/#]*"
    r"|[?&;](s|sess|session)_?(id|token)?=[a-z0-9._-]{16,}[^?&;/#]*"
    r"|/\(s\([a-z0-9]+\)\))"
)


def build_address_rules(column: str) -> tuple[RowRule, ...]:
    """Return the rules that the addresses of a column are held to, beside that of their form."""
    address = nw.col(column)
    return (
        RowRule(
            "E235",
            "an address holds a user name or a password",
            "Take out what stands before the @; change the password, if it is one.",
            columns=(column,),
            holds=~address.str.contains("^https?://[^/?#]*@"),
        ),
        RowRule(
            "E236",
            "the host of an address has letters outside ASCII",
            "Write the host as browsers copy it, xn--..., and make sure that it is the site that you mean.",
            columns=(column,),
            holds=~_has_foreign_host(address),
        ),
        RowRule(
            "E237",
            "the host of an address is not public",
            "Give the address at which everybody can open the document, with the full name of the host.",
            columns=(column,),
            holds=~address.str.contains("^https?://[^/?#]")
            | _has_foreign_host(address)
            | _is_public(address),
        ),
        RowRule(
            "W267",
            "an address holds a session or a text fragment",
            "Take out ;jsessionid=..., #:~:text=... and the like, and make sure that the address still opens.",
            severity="warning",
            columns=(column,),
            holds=~address.str.contains(rf"{SESSION}|#.*:~:"),
        ),
    )


def encode_host(url: str) -> str:
    """Return the host of an address in ASCII, as browsers copy it: each label with other letters in Punycode."""
    host = re.sub("^https?://([^/?#]*@)?|[/?#:].*", "", url)
    labels = unicodedata.normalize("NFKC", host).lower().replace("\u3002", ".").split(".")
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )


def _has_foreign_host(address: nw.Expr) -> nw.Expr:
    return address.str.contains(r"^https?://[^/?#]*[\x{80}-\x{10ffff}]")


def _is_public(address: nw.Expr) -> nw.Expr:
    public, reserved = (
        f"{_BEFORE_HOST}({'|'.join(hosts)}){_AFTER_HOST}" for hosts in (_PUBLIC, _RESERVED)
    )
    return address.str.contains(public) & ~address.str.contains(reserved)
