"""Makes a stranger's words safe to look at: what is invisible or turns the line around becomes visible marks.

1. The stored words are never changed; this is for the page only.
2. What languages need stays: joiners inside words (Urdu, Persian, Bengali, emoji), line breaks and tabs.
3. A text node in its own block with ``dir=auto`` does the rest; nothing here makes mark-up.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

_KEPT = {"\n", "\t", "\u200c", "\u200d"}
_FILLERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u034f", "\u17b4", "\u17b5"}
_VARIATION = range(0xFE00, 0xFE10)
_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
_MARKS_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """Words as a page may show them, and whether anything had to be made visible or cut."""

    text: str = field(repr=False)
    altered: bool = False


def shown(words: str) -> Shown:
    """Make what is invisible or turns the line visible, as ``⟦U+202E⟧``; cut piles of marks on one letter."""
    text = words.replace("\r\n", "\n").replace("\r", "\n")
    out: list[str] = []
    marks = 0
    altered = False
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks > _MARKS_IN_A_ROW:
            altered = True
        elif _is_hidden(character):
            out.append(f"⟦U+{ord(character):04X}⟧")
            altered = True
        else:
            out.append(character)
    return Shown("".join(out), altered)


def _is_hidden(character: str) -> bool:
    if character in _KEPT or ord(character) in _VARIATION:
        return False
    return character in _FILLERS or unicodedata.category(character) in _HIDDEN
