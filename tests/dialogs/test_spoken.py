"""A language that is not open has one page and asks nothing; opening it is one reviewed change of data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.card import Card
from dialogs.effects import FileConcern, Keep, KeepIdentity, Show
from dialogs.engine import advance, begin, screen
from dialogs.events import Chose, Commanded, Event, Wrote
from dialogs.facts import Facts
from dialogs.languages import VITAL, spoken
from dialogs.library import Library, make_library
from dialogs.pseudo import OPEN
from dialogs.screen import Line
from dialogs.snapshot import Snapshot
from tests.dialogs.small import FLOWS, NOW, PROFILE, SIGNPOSTS, WORDS, Talk
from tests.dialogs.test_walks import FACTS, STEP, walk
from tests.dialogs.tongues import CODES, closed, filled, library, opened, shipped_languages, text

WIDE = 3
"""Flows laid over another before a path is walked no further."""
Key = tuple[object, ...]


def on_page(talk: Talk, code: str) -> Talk:
    """Choose a language."""
    return talk.take(Commanded("language")).press(code)


def is_closed(where: Library, snapshot: Snapshot) -> bool:
    """Say whether the screen is in a language that is not open."""
    return spoken(snapshot) not in where.wording.open


def asks_nothing(where: Library, snapshot: Snapshot, facts: Facts) -> None:
    """Hold a screen of a closed language to its rule."""
    shown = screen(where, snapshot, facts)
    assert (shown.flow, shown.state) == ("language", "page")
    assert shown.input == "none"
    assert [button.option for button in shown.buttons] == ["go_on", "other"]
    assert shown.banner is None or shown.banner.key == "common.banner.not_sent_yet"


def paths(where: Library, facts: Facts) -> Iterator[tuple[Snapshot, Event, Snapshot, list[object]]]:
    """Walk every path of presses, commands and words from the start, each place once."""
    start = begin(where, facts).snapshot
    waiting, seen = [start], {key_of(start)}
    while waiting:
        before = waiting.pop()
        shown = screen(where, before, facts)
        buttons = [*shown.buttons, *shown.always]
        events: list[Event] = [Chose(button.option, before.step) for button in buttons if not button.url]
        for event in (*events, Wrote("my son"), Commanded("language")):
            turn = advance(where, before, event, facts)
            yield before, event, turn.snapshot, list(turn.effects)
            key = key_of(turn.snapshot)
            if key not in seen and len(turn.snapshot.frames) <= WIDE:
                seen.add(key)
                waiting.append(turn.snapshot)


def key_of(snapshot: Snapshot) -> Key:
    """Tell places apart: where it stands, in which language, and what has been given."""
    frames = tuple((frame.flow, frame.state) for frame in snapshot.frames)
    return frames, spoken(snapshot), snapshot.stage, snapshot.kept > 0


def test_no_path_asks_anything_in_a_closed_language() -> None:
    """On every path of every button, a language that nobody reviewed is spoken on its one page only, and
    there nothing is kept but what somebody writes unasked.
    """
    where = library(codes=("ur",))
    pages, walked = 0, 0
    for before, event, after, effects in paths(
        where, Facts(NOW, "telegram", "7K2M-9QXD", website="https://x.example")
    ):
        walked += 1
        assert after.language == "en"
        if is_closed(where, after):
            pages += 1
            asks_nothing(where, after, Facts(NOW, "web", "7K2M-9QXD"))
        if is_closed(where, before):
            assert not [one for one in effects if isinstance(one, KeepIdentity | FileConcern)]
            kept = [one for one in effects if isinstance(one, Keep)]
            assert all(one.kind in ("aside", "statement") and one.language == "ur" for one in kept)
            assert isinstance(event, Wrote) or not kept
    assert pages > 50
    assert walked > 5000


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, max_size=30), FACTS, st.sampled_from(["", *CODES, "ur-PK,en"]), st.sampled_from(CODES))
def test_no_walk_asks_anything_in_a_closed_language(
    steps: list[Event | tuple[int, int]], facts: dict[str, Any], hint: str, code: str
) -> None:
    """Whatever is pressed and written, from the page of any closed language and with any hint."""
    where = closed()
    talk = walk(where, [Commanded("language"), Chose(code, 1), *steps], {**facts, "language": hint})
    for effect in talk.effects:
        if isinstance(effect, Show) and effect.screen.language:
            assert (effect.screen.flow, effect.screen.state, effect.screen.input) == (
                "language",
                "page",
                "none",
            )
    assert talk.snapshot.language == "en"


@pytest.mark.parametrize("code", CODES)
def test_the_page_says_everything_in_its_language(code: str) -> None:
    """Numbers, an interpreter and the way on are in the language chosen; a plain word of it is a command."""
    where = closed()
    talk = on_page(Talk(where), code)
    card = where.wording.card(talk.screen, "en")
    assert (card.language, card.direction) == (code, shipped_languages()[code].direction)
    said = [*card.paragraphs, card.heading, card.banner, *(post.name for post in card.signposts)]
    said += [button.label for button in (*card.buttons, *card.always)]
    assert all(part.startswith(OPEN) for part in said)
    assert where.wording.languages[code].english in card.plain()
    assert talk.say("⟦hélp~~⟧").at == "help.menu"
    assert talk.screen.language == ""
    assert talk.press("go_back").at == "language.page"
    assert talk.press("go_on").at == "family.welcome"


def test_a_closed_language_is_never_taken_from_a_hint() -> None:
    """Only one that is open is; a network's dialect counts as its language."""
    where = library(opened("ur", closed()))
    assert Talk(closed(), language="ur").snapshot.language == "en"
    assert Talk(where, language="ur-PK").snapshot.language == "ur"
    assert Talk(where, language="xx,pl, UR_pk").snapshot.language == "ur"
    assert Talk(where, language="").snapshot.language == "en"


def test_opening_a_language_is_one_reviewed_change() -> None:
    """The same words, with one change of ``languages.yaml``: reviewed by name, and open. Everything is then
    asked in it, and it says that its words are reviewed.
    """
    where = library(opened("ur", closed()))
    assert where.wording.open == {"en", "ur"}
    talk = Talk(where).take(Commanded("language")).press("ur")
    assert (talk.at, talk.snapshot.language) == ("family.welcome", "ur")
    talk.press("go_on")
    assert where.wording.card(talk.screen, talk.snapshot.language).heading.startswith(OPEN)
    assert where.wording.reviewed("family.consent.say", "ur")
    assert not where.wording.reviewed("family.since.ask", "ur")
    assert not closed().wording.reviewed("family.consent.say", "ur")
    assert talk.take(Commanded("language")).press("en").snapshot.language == "en"


@pytest.mark.parametrize("lacking", VITAL)
def test_a_language_is_not_open_with_one_group_unread(lacking: str) -> None:
    """``open: true`` alone opens nothing."""
    groups = tuple(group for group in VITAL if group != lacking)
    assert library(opened("ur", closed(), groups)).wording.open == {"en"}


def test_a_changed_word_closes_a_language() -> None:
    """A review is of the words that were read: with another translation, or none, it no longer counts."""
    languages = opened("ur", closed())
    kept = library(languages, keep=lambda key: key != "danger.card.say")
    assert kept.wording.open == {"en"}
    assert kept.wording.lacking("ur", "danger") == ("danger.card.say",)


def test_a_language_that_was_closed_again_is_spoken_no_more() -> None:
    """A conversation that began in it goes on in English, and so does one that had ended."""
    before = Talk(library(opened("ur", closed()))).take(Commanded("language")).press("ur", "go_on")
    facts = before.facts
    assert before.snapshot.language == "ur"
    after = advance(closed(), before.snapshot, Commanded("help"), facts)
    assert after.snapshot.language == "en"
    ended = replace(before.snapshot, stage="ended")
    assert advance(closed(), ended, Wrote("again"), facts).snapshot.language == "en"


def test_a_language_is_offered_only_with_its_whole_page() -> None:
    """With a sentence of its page missing it is not listed, and without any language there is no list."""
    partly = library(keep=lambda key: key != "language.page.say", codes=("ur",))
    assert partly.wording.offered == {}
    talk = Talk(partly)
    assert "language" not in [button.option for button in talk.screen.buttons]
    assert "!language" not in [button.option for button in talk.screen.always]
    assert [button.option for button in talk.take(Commanded("language")).screen.buttons] == ["go_back"]
    whole = library(codes=("ur",))
    assert whole.wording.offered == {"en": "English", "ur": "اردو"}
    talk = Talk(whole)
    assert "language" in [button.option for button in talk.screen.buttons]
    assert "!language" not in [button.option for button in talk.screen.always]  # no way twice on one screen
    assert "!language" in [button.option for button in talk.take(Commanded("help")).screen.always]


def test_languages_are_named_in_themselves() -> None:
    """Each button of the list says its own name in its own language, and the first card names them all."""
    talk = Talk(closed())
    card = closed().wording.card(talk.screen, "en")
    named = next(button.label for button in card.buttons if button.option == "language")
    assert named == "\u2068English · Cymraeg · \u2068اردو\u2069 · ਪੰਜਾਬੀ · Polski · \u2068العربية\u2069\u2069"
    listed = closed().wording.card(talk.take(Commanded("language")).screen, "en").buttons
    assert [(b.option, b.language) for b in listed][:3] == [("en", "en"), ("cy", "cy"), ("ur", "ur")]
    assert listed[-1].language == ""
    assert talk.say("Cymraeg").at == "language.page"


def test_a_plural_takes_the_form_of_its_number() -> None:
    """English has two forms; Welsh has six."""
    words = closed().wording
    line = [words.text(Line("web.words.left", {"count": str(n)}), "en") for n in (1, 2)]
    assert line == ["You can write 1 more character.", "You can write 2 more characters."]
    assert words.text(Line("web.words.left", {"count": "3"}), "cy").startswith(OPEN)
    assert set(words.forms("web.words.left", "cy")) == {"zero", "one", "two", "few", "many", "other"}
    assert set(words.forms("web.words.left", "xx")) == {"one", "other"}
    assert words.forms("web.title", "en") == {}


def test_what_is_filled_in_is_isolated() -> None:
    """A number in a sentence from right to left, and words from right to left in an English one; nothing
    else.
    """
    words = closed().wording
    assert "\u2068999\u2069" in words.text(Line("danger.card.say"), "ur")
    assert "\u2068" not in words.text(Line("danger.card.say"), "en")
    item = Line("common.review.item", {"question_key": "family.name.short", "answer": "احمد\n\nAli"})
    assert words.text(item, "en").endswith(": \u2068احمد\u2069\n\n\u2068Ali\u2069")
    numbers = words.card(on_page(Talk(closed()), "ar").screen, "en").plain()
    assert ": \u2068999\u2069 (" in numbers


def test_plain_text_from_right_to_left_begins_from_the_right() -> None:
    """A line that begins with Latin letters is marked, one that begins in its own script is not."""
    card = Card("ABC اردو", paragraphs=("اردو ABC", "\u2068ABC\u2069 اردو", "12"), direction="rtl")
    lines = card.plain().split("\n\n")
    assert lines == ["اردو ABC", "\u2068ABC\u2069 اردو", "\u200f12", "\u200fABC اردو"]
    assert Card("ABC", paragraphs=("اردو",)).plain() == "اردو\n\nABC"


def test_an_unreadable_file_is_as_if_it_were_not_there() -> None:
    """The conversation goes on in English, and the fault is known."""

    where = make_library(
        FLOWS,
        WORDS,
        SIGNPOSTS,
        PROFILE,
        languages=text("words/languages.yaml"),
        translated={"ur": lambda: 'msgid "a"\nnonsense\n'},
    )
    assert where.wording.keys("ur") == {}
    assert where.wording.unreadable("ur")[0].startswith("words/ur.po:")
    assert where.wording.unreadable("pl") == ()


def test_an_old_translation_is_none() -> None:
    """A file made for another English sentence says nothing for it."""
    new = "Nothing has been sent yet."
    old = filled("pl").replace(f'msgid "{new}"', 'msgid "Nothing was sent yet."')
    where = make_library(
        FLOWS,
        text("words/en.yaml"),
        text("signposts.yaml"),
        PROFILE,
        languages=text("words/languages.yaml"),
        translated={"pl": lambda: old},
    )
    assert where.wording.text(Line("common.banner.not_sent_yet"), "pl") == new
    assert where.wording.text(Line("common.choices.skip"), "pl").startswith(OPEN)
    assert where.wording.said_in("common.banner.not_sent_yet", "pl") == "en"
