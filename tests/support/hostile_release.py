"""A small release with awkward texts: scripts, special characters of other tools, odd dates."""

from __future__ import annotations

import datetime as dt
import os
from functools import cache
from typing import TYPE_CHECKING
from unittest import mock

import temporary

import tumen
from tumen.publishing import build as publishing_build
from tumen.validation.explain import read_clean_dataset

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "2031.01.0"
AWKWARD = '=1+1 & 100% of #1 {x}_y \\ ~ ^ $5 "quoted" <b> 조선 Шойгу'
TITLES = {
    "open": "A brace { that is never closed, a \\ and 'quotes'",
    "hangul": '조선중앙통신 "위대한" 100% & more #1_a',
    "cyrillic": "Шойгу прибыл в Пхеньян",
    "question": "Is it undated?",
}

SOURCES = f"""
- id: hangul
  url: https://kcna.example/a_b?c=%20&d=1#e{{f}}
  publisher: kcna
  title: '{TITLES["hangul"]}'
  published: 2025-06
  language: ko
  kind: state_media

- id: cyrillic
  url: https://b.example/c
  publisher: kcna
  title: {TITLES["cyrillic"]}
  published: 2025
  language: ru
  kind: news

- id: open
  url: https://b.example/o
  publisher: kcna
  title: "{TITLES["open"].replace(chr(92), chr(92) * 2)}"
  published: 2025-06-18
  language: en
  kind: news

- id: question
  url: https://b.example/q
  publisher: kcna
  title: {TITLES["question"]}
  language: en
  kind: news

- id: untitled
  url: https://b.example/u
  publisher: kcna
  published: 2025-06-17
  language: en
  kind: official
"""

MEETINGS = f"""
- id: mtg-0001
  start: 2025-06-17
  end: 2025-06-18
  format: talks
  level: security_council
  place: pyongyang
  topics: [memorials, treaty]
  summary: '{AWKWARD}'
  participants:
    - {{actor: sergei-shoigu, side: RU, principal: true}}
    - {{actor: kim-jong-un, side: KP, capacity: '+President', principal: true}}
  sources:
    - {{source: hangul, via: dprk}}
    - {{source: hangul}}
    - {{source: open, agrees: false, note: Says 50% & more.}}
    - {{source: question}}

- id: mtg-0002
  start: 2025-06
  format: letter
  level: head_of_state
  summary: '-A letter.'
  note: '@home'
  participants:
    - {{actor: sergei-shoigu, side: RU, principal: true}}
    - {{actor: kim-jong-un, side: KP, principal: true}}
  sources:
    - {{source: cyrillic}}
    - {{source: untitled}}
"""


@cache
def store() -> Path:
    """Return a store with the release."""
    top = temporary.folder("thorny")
    (top / "dataset").mkdir()
    texts = read_clean_dataset() | {
        "sources.yaml": SOURCES.lstrip(),
        "meetings.yaml": MEETINGS.lstrip(),
    }
    texts["estimates.yaml"] = (
        texts["estimates.yaml"]
        .replace("kcna-2025-06-18-talks", "open")
        .replace("said_on: ", "said_on: ../")
    )
    for name, text in texts.items():
        (top / "dataset" / name).write_text(text, encoding="utf-8")
    publishing_build.build(top / "dataset", top / "store", VERSION, dt.date(2031, 1, 31))
    return top / "store"


@cache
def snapshot(known_by: str | None = None) -> tumen.Snapshot:
    """Return the release as published, or as known on a date."""
    with mock.patch.dict(os.environ, {"TUMEN_CACHE": str(store().with_name("cache"))}):
        return tumen.open(release=VERSION, known_by=known_by, store=store())
