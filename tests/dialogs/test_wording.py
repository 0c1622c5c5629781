"""How a key finds its words, how blanks are filled, and what a card holds."""

from __future__ import annotations

import pytest

from dialogs.screen import Button, Line, Screen
from dialogs.wording import Card, plain
from tests.dialogs.small import Talk, library

WORDING = library().wording


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (Line("family.menu.choices.words"), "Write"),
        (Line("family.words.choices.done"), "Done"),
        (Line("family.words.short"), "What happened"),
        (Line("family.area.short"), "Where?"),
        (Line("nobody.knows.this"), "nobody.knows.this"),
        (Line("common.name", {"name": "North"}), "North"),
        (Line("common.name"), "{name}"),
        (Line("family.menu.ask", {"count": "3"}), "What now?"),
        (Line("common.name", {"name": "a\x00\tb\n"}), "a␀\tb\n"),
        (Line("common.review.change", {"question_key": "family.words.short"}), "Change: What happened"),
        (
            Line(
                "common.review.item", {"question_key": "family.area.short", "answer": "{force} {reference}"}
            ),
            "Where?: {force} {reference}",
        ),
    ],
)
def test_a_key_finds_its_words(line: Line, text: str) -> None:
    """Its own, then shared ones, then the question for its short name, then itself; a number asks for no form
    that there is not; what was typed is never filled in.
    """
    assert WORDING.text(line, "en") == text


def test_an_unknown_language_gets_english() -> None:
    """And its commands work in English too."""
    assert WORDING.text(Line("family.menu.ask"), "xx") == "What now?"
    assert WORDING.command("help", "xx") == "help"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Help me!", "help"),
        (" 999. ", "emergency"),
        ("stop", "stop"),
        ("stop it now", None),
        ("what", None),
        ("", None),
    ],
)
def test_whole_short_messages_are_commands(text: str, command: str | None) -> None:
    """Case, spaces and signs around do not matter; anything more is a message."""
    assert WORDING.command(text, "en") == command


def test_a_card_has_everything_a_channel_needs() -> None:
    """Paragraphs are cut at blank lines and their blanks filled; the plain text ends with the question."""
    talk = Talk()
    card = WORDING.card(talk.screen, "en")
    assert card.paragraphs == ("One 999.", "Two A Force.", "Because.")
    assert [button.option for button in card.buttons] == ["agree", "look"]
    assert card.plain().endswith("Ready?")
    assert "Nothing" not in repr(card)
    links = WORDING.card(Talk().press("agree", "links").screen, "en")
    assert "Emergency: 999 (always)" in links.plain()
    assert "Doubtful" not in links.plain()


def test_repairs_and_words_stay_apart() -> None:
    """Notices that say what did not fit are marked; a person's own words are one paragraph, blank lines and
    all.
    """
    talk = Talk().press("agree", "words", "done")
    assert WORDING.card(talk.screen, "en").repairs
    talk.say("one\n\n\ntwo").press("done", "check")
    assert WORDING.card(talk.screen, "en").paragraphs == ("What happened: one\n\n\ntwo",)


def test_a_card_without_anything_is_only_its_question() -> None:
    """No empty lines are left around."""
    screen = Screen("f", "s", 1, Line("family.menu.ask"), buttons=(Button("on", Line("x.choices.skip")),))
    card = WORDING.card(screen, "en")
    assert (card.plain(), card.buttons[0].label) == ("What now?", "Skip")
    assert Card("a").plain() == "a"


def test_review_state_is_known() -> None:
    """English is the reviewed source; what does not exist, or another language, is not reviewed."""
    assert WORDING.reviewed("family.menu.ask", "en")
    assert not WORDING.reviewed("family.menu.ask", "pl")
    assert not WORDING.reviewed("nobody.knows.this", "en")


def test_plain_lays_aside_what_does_not_matter() -> None:
    """Case, spacing and the signs around."""
    assert plain("  Send   NOW!… ") == "send now"
