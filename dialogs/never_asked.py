"""What we never ask: for religion, ethnicity, immigration status, opinions; to watch, search, befriend or
collect. Looks at our own words only, never at what somebody told us.

For flows by the proofreader, and for an officer's reply before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from dialogs.marked import Marked, read
from dialogs.readability import sentences

Kinds = dict[str, re.Pattern[str]]


def subject(text: str) -> str:
    """Name the forbidden subject that a question is about, or nothing."""
    return next((name for name, pattern in _shipped()[0].items() if pattern.search(text)), "")


def deed(text: str) -> str:
    """Name the forbidden deed that a text asks for, or nothing. Behind a *not*, nothing is asked for."""
    _, deeds, denied = _shipped()
    for part in sentences(text):
        for name, pattern in deeds.items():
            found = pattern.search(part)
            if found and not denied.search(part[: found.start()]):
                return name
    return ""


def questions(text: str) -> Iterator[str]:
    """Give the sentences of a text that ask."""
    return (part for part in sentences(text) if part.endswith("?"))


@cache
def _shipped() -> tuple[Kinds, Kinds, re.Pattern[str]]:
    text = (resources.files("dialogs") / "never_asked.yaml").read_text(encoding="utf-8")
    body = read(text, "never_asked.yaml").mapping
    denied = re.compile(str(body["denied"].value), re.IGNORECASE)
    return _kinds(body["subjects"]), _kinds(body["deeds"]), denied


def _kinds(piece: Marked) -> Kinds:
    return {
        name: re.compile("|".join(str(item.value) for item in below.items), re.IGNORECASE)
        for name, below in piece.mapping.items()
    }
