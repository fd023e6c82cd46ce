"""Addresses by themselves: which are refused, and by which rule."""

from __future__ import annotations

from typing import Final

import narwhals as nw
import polars as pl
import pytest

from tumen.schemas import SetAside, Sources, Table
from tumen.schemas.addresses import encode_host
from tumen.validation import column_rules, evaluate

_PUBLIC_HOSTS: Final = (
    "https://www.kremlin.ru/events/77",
    "http://175.45.176.91/en/",
    "https://xn--80ak6aa92e.example/x",
    "https://a_b.blogs.example:8443?x=1",
    "https://172.32.0.1/x",
    "https://10.example/127.0.0.1",
    "https://localhost.example/x",
    "https://[2606:4700::1111]/x",
    "https://u.example/@kcna/status/1",
    "https://u.example/x?mail=a@b.example",
    "https://u.example/новости/1",
)
_PRIVATE_HOSTS: Final = (
    "http://127.0.0.1:8080/etc",
    "http://192.168.1.1/x",
    "http://10.1.2.3",
    "http://172.16.0.1/x",
    "http://172.31.255.254?x",
    "http://169.254.169.254/latest",
    "http://100.64.0.1/x",
    "http://0.0.0.0/x",
    "http://255.255.255.255/x",
    "http://127.1/x",
    "http://0177.0.0.1/x",
    "http://0x7f.0.0.1/x",
    "http://0x7f000001/x",
    "http://2130706433/x",
    "http://256.1.1.1/x",
    "http://1.2.3.4.5/x",
    "http://localhost/x",
    "http://LOCALHOST:8000/x",
    "http://app.localhost/x",
    "http://localhost.localdomain/x",
    "http://printer.local/x",
    "http://router.lan./x",
    "http://wiki.internal/x",
    "http://intranet/x",
    "https://kcna/x",
    "http://[::1]/x",
    "http://[fe80::1]/x",
    "http://[fd00::1]/x",
    "http://[::ffff:127.0.0.1]/x",
    "http://[2001:db8::1]/x",
    "https://.example/x",
    "https://u..example/x",
    "https://%6cocalhost.example/x",
)
_WITH_USER: Final = (
    "https://user:s3cret@u.example/x",
    "https://user@u.example",
    "https://@u.example/x",
    "https://:pass@u.example:443/x",
)
_FOREIGN_HOSTS: Final = (
    "https://\u0430\u0440\u0440\u04cf\u0435.com/x",
    "https://\uff11\uff12\uff17.0.0.1/x",
    "https://kcna\u3002example/x",
    "https://b\u00fccher.example/x",
)
_PASSING_SESSIONS: Final = (
    "https://u.example/x?sid=100&session=22#section-2",
    "https://u.example/x?q=(S)",
    "https://u.example/session/x",
)
_SESSIONS: Final = (
    "https://u.example/x;jsessionid=ABC",
    "https://u.example/x;JSESSIONID=ABC?a=1",
    "https://u.example/x?PHPSESSID=1",
    "https://u.example/x?a=1&ASPSESSIONIDQQ=1",
    "https://u.example/x?session_id=1f3870be274f6c49b3e31a0c6728957f",
    "https://u.example/(S(ltsiplqffxqjm445i0w3i2a0))/x.aspx",
    "https://u.example/x#:~:text=a",
    "https://u.example/x#top:~:text=a",
)


def _broken(model: type[Table], column: str, url: str) -> list[str]:
    """Return the rules of this column that the address breaks."""
    rules = [rule for rule in column_rules.row_rules(model) if rule.columns == (column,)]
    frame = nw.from_native(pl.LazyFrame({"row": [0], column: [url]}))
    violations = evaluate.find_violations(model.spec().name, frame, rules)
    return [violation.rule.code for violation in violations]


@pytest.mark.parametrize(
    ("model", "column"), [(Sources, "url"), (Sources, "archive_url"), (SetAside, "url")]
)
@pytest.mark.parametrize("code", ["E108", "E235", "E236", "E237", "W267"])
def test_each_column_of_addresses_is_judged(model: type[Table], column: str, code: str) -> None:
    wrong = {
        "E108": "u.example/x",
        "E235": "https://me@u.example/x",
        "E236": "https://\u00fc.example/x",
        "E237": "https://10.0.0.1/x",
        "W267": "https://u.example/x#:~:text=a",
    }
    assert _broken(model, column, wrong[code]) == [code]
    assert _broken(model, column, "https://u.example/x") == []


@pytest.mark.parametrize("url", [*_PUBLIC_HOSTS, *_PASSING_SESSIONS])
def test_addresses_that_pass(url: str) -> None:
    assert _broken(Sources, "url", url) == []


@pytest.mark.parametrize("url", _PRIVATE_HOSTS)
def test_e237_hosts_that_are_not_public(url: str) -> None:
    assert _broken(Sources, "url", url) == ["E237"]


@pytest.mark.parametrize("url", _WITH_USER)
def test_e235_users_and_passwords(url: str) -> None:
    assert _broken(Sources, "url", url) == ["E235"]


@pytest.mark.parametrize("url", _FOREIGN_HOSTS)
def test_e236_hosts_outside_ascii(url: str) -> None:
    assert _broken(Sources, "url", url) == ["E236"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (
            "https://me@\u041f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444:80/x",
            "xn--e1afmkfd.xn--p1ai",
        ),
        ("https://[\u00fc", "xn--[-eha"),
        ("https://\uff11\uff12\uff17.0.0.1/", "127.0.0.1"),
        ("https://b\u00fccher\u3002example", "xn--bcher-kva.example"),
    ],
)
def test_a_host_in_ascii(url: str, host: str) -> None:
    assert encode_host(url) == host


@pytest.mark.parametrize("url", _SESSIONS)
def test_w267_sessions_and_text_fragments(url: str) -> None:
    assert _broken(Sources, "url", url) == ["W267"]
