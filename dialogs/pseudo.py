"""A made-up language for rehearsals and tests: every English sentence with accents, two fifths longer and in
brackets. What comes out without brackets was never in the words; what does not fit will not fit in a real
translation. Never offered to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dialogs.languages import GROUPS, SOURCE, Direction, Language, Languages, Review
from dialogs.library import Library
from dialogs.translations import BLANK, translatable
from dialogs.wording import Wording

PSEUDO = "qps"
LONGER = 0.4
OPEN, CLOSE = "⟦", "⟧"
ACCENTS = str.maketrans("aceiknosuyACEIKNOSUY", "áçéíķñöšûýÅÇÉÎĶÑÖŠÛÝ")


def accented(text: str) -> str:
    """Say a text in the made-up language, its blanks as they are."""
    if not translatable(text):
        return text
    paragraphs = [_paragraph(part) if part.strip() else part for part in text.split("\n")]
    return "\n".join(paragraphs)


def _paragraph(text: str) -> str:
    parts, at = [], 0
    for blank in BLANK.finditer(text):
        parts += [text[at : blank.start()].translate(ACCENTS), blank[0]]
        at = blank.end()
    parts.append(text[at:].translate(ACCENTS))
    return f"{OPEN}{''.join(parts)}{'~' * round(len(text) * LONGER)}{CLOSE}"


def pseudo_library(library: Library, direction: Direction = "ltr") -> Library:
    """Give the same library with the made-up language in it, open for reporting as a reviewed one is."""
    english = library.wording.keys(SOURCE)
    words: Mapping[str, Mapping[str, str]] = {
        SOURCE: english,
        PSEUDO: {key: accented(text) for key, text in english.items()} | _signposts(library),
    }
    vital = library.wording.languages.vital
    made_up = Language(PSEUDO, "⟦Pšéûdö⟧", "Pseudo", direction, open=True)
    pairs = Wording(words, library.signposts, {}, Languages({PSEUDO: made_up}, vital)).pairs(PSEUDO)
    of = {group: Languages({}, vital).digest(group, pairs) for group in GROUPS}
    reviews = {group: Review("Nobody At All", "2026-01-01", of[group]) for group in GROUPS}
    known = Languages({PSEUDO: replace(made_up, reviews=reviews)}, vital)
    wording = Wording(words, library.signposts, library.profile.blanks, known)
    flows = [library.current(name) for name in library.names()]
    return Library(flows, wording, library.signposts, library.profile, library.root)


def _signposts(library: Library) -> dict[str, str]:
    said = {}
    for post in library.signposts.entries.values():
        said[f"signposts.{post.key}.name"] = accented(post.name)
        said[f"signposts.{post.key}.hours"] = accented(post.hours)
    return said
