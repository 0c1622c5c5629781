"""The words and phrasings that the interview linter looks for, read from ``interview.yaml``. Knows no
question and judges none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from dialogs.marked import Marked, read

Pattern = re.Pattern[str]
INITIALS = re.compile(r"\b[A-Z]{2,}(?=s?\b)")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of the trade and plain ones for them, charged words, easy words, and how faults sound."""

    trade: Mapping[Pattern, str]
    initials: frozenset[str]
    charged: Pattern
    exempt: frozenset[str]
    patterns: Mapping[str, tuple[Pattern, ...]]

    def seen(self, kind: str, text: str) -> str:
        """Give the first words that sound like this kind, or nothing."""
        found = (pattern.search(text) for pattern in self.patterns[kind])
        return next((match[0].strip(" ,?") for match in found if match), "")

    def without(self, kind: str, text: str, instead: str = "") -> str:
        """Give the text without what sounds like this kind."""
        for pattern in self.patterns[kind]:
            text = pattern.sub(instead, text)
        return text

    def untraded(self, text: str) -> str:
        """Give the text with an easy word for each of the trade."""
        for pattern in self.trade:
            text = pattern.sub("word", text)
        return text

    def unknown_initials(self, text: str) -> str:
        """Give the first initials that not everybody knows, or nothing."""
        return next((word for word in INITIALS.findall(text) if word not in self.initials), "")


@cache
def shipped() -> Lexicon:
    """Give the lists that are shipped. Raises ``FlowError``."""
    return read_lexicon((resources.files("dialogs") / "interview.yaml").read_text(encoding="utf-8"))


def read_lexicon(text: str) -> Lexicon:
    """Read the lists. Raises ``FlowError``."""
    body = read(text, "interview.yaml").mapping
    charged = [word for kind in body["charged"].mapping.values() for word in _texts(kind)]
    classes = {name: str(piece.value) for name, piece in body["classes"].mapping.items()}
    classes["harm"] = _words(_texts(body["harm"]))
    return Lexicon(
        trade={_regex(_words([name])): str(plain.value) for name, plain in body["jargon"].mapping.items()},
        initials=frozenset(_texts(body["known_initials"])),
        charged=_regex(_words(charged)),
        exempt=frozenset(part for name in body["exempt"].mapping for part in name.casefold().split()),
        patterns={
            kind: tuple(_regex(pattern, classes) for pattern in _texts(piece))
            for kind, piece in body["patterns"].mapping.items()
        },
    )


def _texts(piece: Marked) -> list[str]:
    return [str(item.value) for item in piece.items]


def _words(phrases: Iterable[str]) -> str:
    """Write phrases as one expression; a star stands for any ending."""
    parts = "|".join(re.escape(phrase).replace(r"\*", r"\w*") for phrase in phrases)
    return rf"\b(?:{parts})\b"


def _regex(pattern: str, classes: Mapping[str, str] | None = None) -> Pattern:
    for name, body in (classes or {}).items():
        pattern = pattern.replace(f"{{{name}}}", body)
    return re.compile(pattern, re.IGNORECASE)
