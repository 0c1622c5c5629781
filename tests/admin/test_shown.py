"""Words as a page may show them: what is invisible becomes visible, what languages need stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.shown import shown


@pytest.mark.parametrize(
    "code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF, 0x00AD]
)
def test_what_turns_or_hides_is_shown_as_a_mark(code: int) -> None:
    """Every bidirectional control and invisible format character is written out."""
    seen = shown(f"a{chr(code)}b")
    assert seen.text == f"a⟦U+{code:04X}⟧b"
    assert seen.altered


@pytest.mark.parametrize(
    "words",
    [
        "He has changed.\nSince March.\tReally.",
        "وہ گھر سے چلا گیا ہے",
        "می‌خواهم",
        "ਉਹ ਘਰ ਛੱਡ ਗਿਆ",
        "তিনি চলে গেছেন",
        "Nie wiem, co robić. Żółć.",
        "👩‍👩‍👧‍👦 👍🏽 ❤️",
        "Tiếng Việt, é, ô",
    ],
)
def test_ordinary_words_of_any_language_stay_as_they_are(words: str) -> None:
    """Joiners, combining marks, emoji and line breaks are part of writing."""
    assert shown(words).text == words
    assert not shown(words).altered


def test_piles_of_marks_are_cut() -> None:
    """More than four marks on one letter would cover the lines around it."""
    seen = shown("z" + "\u0301" * 50 + "a")
    assert len(seen.text) == 6
    assert seen.altered


@given(st.text(max_size=200))
def test_nothing_invisible_is_ever_left(words: str) -> None:
    """Whatever comes in, no control, format or private character but the few that writing needs goes out."""
    for character in shown(words).text:
        kept = character in "\n\t\u200c\u200d"
        assert kept or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
