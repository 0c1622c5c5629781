"""How hard a text is to read: the Flesch-Kincaid grade, by syllables counted by rule. Names nobody and judges
no words: what is hard enough to mend is for the linter.

1. A word that is exempt by name counts as an easy one of a single syllable; so does a number.
2. A text that is too short for a formula is taken as if it went on in the same way with plain words.
"""

from __future__ import annotations

import re
from collections.abc import Collection

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE = re.compile(r"(?<=[.?!:])\s+")
ENOUGH = 10
"""Words below which one long word would decide alone."""
PLAIN = 1.25
"""Syllables of a plain word, on average."""
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(r"(?<=[a-z])e(?=(?:ly|ment|ful|less|time|where|thing|body|one|how|what)s?$)")
LAST = re.compile(r"(?<=[aeiouy])([^aeiouy]+)e$|(?<=[aeiouy])((?:[^aeiouysxzcg]|(?<![cs])h)+)es$")
PAST = re.compile(r"(?<=[aeiouy])([^aeiouy]*[^aeioutdy])ed$|(?<=[aeiouy])ed$")
LITTLE = re.compile(r"[^aeiouylr]les?$")
PARTED = re.compile(
    r"ia(?!l$|ll|n$|g|r)|[^ctgsx]ia[ln]|[^ctsgx]io|[^ctsgx]iou|[^qg]ua(?!r)|eo(?!p|u|r|n$)|"
    r"[aeiouwy]ing$|iu|crea[^mk]|react|ie[nt]|ea$|uie|[iy]er$"
)
"""Vowels that stand together and are said apart: *diary*, *violent*, *video*, *trying*."""
NOT = re.compile(r"(?<=[^aeiounry])n['’]t$")
BY_HEART = {
    **dict.fromkeys(("every", "evening", "business", "people", "being"), 2),
    **dict.fromkeys(("idea", "area", "theatre", "suicide", "interest"), 3),
    **dict.fromkeys(("friend", "friends", "earth", "once", "eye", "eyes"), 1),
    "experience": 4,
    "ideas": 3,
    "areas": 3,
    "evenings": 2,
    "science": 2,
}
"""Common words that the rules count wrongly."""


def syllables(word: str) -> int:
    """Count the syllables of an English word, by its letters. At least one."""
    plain = NOT.sub("nit", word.casefold()).replace("'", "").replace("’", "")
    return max(1, sum(_part(part) for part in plain.split("-")))


def _part(word: str) -> int:
    if word in BY_HEART:
        return BY_HEART[word]
    if not LITTLE.search(word):
        word = LAST.sub(r"\1\2", word)
    word = SILENT.sub("", PAST.sub(r"\1", word))
    return len(VOWELS.findall(word)) + len(PARTED.findall(word))


def words(text: str) -> list[str]:
    """List the words of a text."""
    return WORD.findall(text)


def sentences(text: str) -> list[str]:
    """List the sentences of a text."""
    return [part for part in SENTENCE.split(text.replace("\n", " ")) if WORD.search(part)]


def grade(text: str, exempt: Collection[str] = ()) -> float:
    """Give the Flesch-Kincaid grade; 0 for a text without words. ``exempt`` words are in lower case."""
    said = words(text)
    if not said:
        return 0.0
    count = sum(1 if word.casefold() in exempt else syllables(word) for word in said)
    missing = max(0, ENOUGH - len(said))
    each = (count + missing * PLAIN) / (len(said) + missing)
    return 0.39 * len(said) / len(sentences(text)) + 11.8 * each - 15.59
