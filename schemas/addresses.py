"""Rules for URLs, which must be ones that everybody can open.

Patterns use only what the regular expressions of Rust, RE2 and Java share.
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
# Hosts that may be public: names with a dot, and IP addresses of versions 4 and 6.
_PUBLIC: Final = (
    rf"({_LABEL}\.)+[a-z][a-z0-9-]*[a-z0-9]",
    rf"{_OCTET}(\.{_OCTET}){{3}}",
    r"\[[23][0-9a-f]{3}:[0-9a-f:.]+\]",
)
# Names and ranges that are local, private, multicast, or reserved for documentation.
_RESERVED: Final = (
    rf"({_LABEL}\.)*(localhost|localdomain|local|lan|internal|intranet|home\.arpa|invalid|test)",
    r"(0|10|127|22[4-9]|2[3-5][0-9])(\.[0-9]+){3}",
    r"(169\.254|192\.168|192\.0\.[02]|198\.1[89]|198\.51\.100|203\.0\.113)(\.[0-9]+)+",
    r"172\.(1[6-9]|2[0-9]|3[01])(\.[0-9]+){2}",
    r"100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])(\.[0-9]+){2}",
    r"\[2001:0?db8:[0-9a-f:.]+\]",
)

# Session ids of Java, PHP, ASP and ColdFusion, parameters that look like one, and /(S(...)) of ASP.
SESSION_PATTERN: Final = (
    r"(?i:[?&;](jsessionid|phpsessid|aspsessionid[a-z]*|cftoken)=[^?&;/#]*"
    r"|[?&;](s|sess|session)_?(id|token)?=[a-z0-9._-]{16,}[^?&;/#]*"
    r"|/\(s\([a-z0-9]+\)\))"
)


def build_url_rules(column: str) -> tuple[RowRule, ...]:
    """Build the rules for the URLs of a column, except the rule of their form (E108)."""
    url = nw.col(column)
    return (
        RowRule(
            "E235",
            "a URL contains a user name or a password",
            "Remove what is before the @. If it is a password, change the password.",
            columns=(column,),
            condition=~url.str.contains("^https?://[^/?#]*@"),
        ),
        RowRule(
            "E236",
            "the host of a URL has letters outside ASCII",
            "Write the host as browsers copy it, xn--..., and check that it is the right site.",
            columns=(column,),
            condition=~_has_foreign_host(url),
            explain=encode_host,
        ),
        RowRule(
            "E237",
            "the host of a URL is not public",
            "Give a URL at which everybody can open the document, with the full name of its host.",
            columns=(column,),
            condition=~url.str.contains("^https?://[^/?#]")
            | _has_foreign_host(url)
            | _is_public(url),
        ),
        RowRule(
            "W267",
            "a URL contains a session id or a text fragment",
            "Remove ;jsessionid=..., #:~:text=... and the like; check that the URL still opens.",
            severity="warning",
            columns=(column,),
            condition=~url.str.contains(rf"{SESSION_PATTERN}|#.*:~:"),
        ),
    )


def encode_host(url: str) -> str:
    """Return the host of a URL in ASCII, as browsers copy it.

    Each label with letters outside ASCII becomes Punycode.
    """
    host = re.sub("^https?://([^/?#]*@)?|[/?#:].*", "", url)
    labels = unicodedata.normalize("NFKC", host).lower().replace("\u3002", ".").split(".")
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )


def _has_foreign_host(url: nw.Expr) -> nw.Expr:
    return url.str.contains(r"^https?://[^/?#]*[\x{80}-\x{10ffff}]")


def _is_public(url: nw.Expr) -> nw.Expr:
    public, reserved = (
        f"{_BEFORE_HOST}({'|'.join(hosts)}){_AFTER_HOST}" for hosts in (_PUBLIC, _RESERVED)
    )
    return url.str.contains(public) & ~url.str.contains(reserved)
