"""Thinking it through: what is said there is written down nowhere, and only what was chosen is carried."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from dialogs import bounds, engine
from dialogs.effects import ClearChat, Close, Discard, Effect, FileConcern, Keep, Show
from dialogs.events import Chose, Commanded, Event, Wrote
from dialogs.facts import Door
from dialogs.library import Library, load_library
from dialogs.snapshot import Snapshot, dumps, loads
from dialogs.thinking import told
from tests.dialogs.small import Talk

WALKS = 1000
STEPS = 14
CANARY = "rivet sable"
TRACELESS = (Show, ClearChat, Close, Discard)


@cache
def shipped() -> Library:
    """The shipped library, once."""
    return load_library("west_midlands")


def talk(door: Door = "web", **facts: object) -> Talk:
    """A conversation in which somebody has just begun to think."""
    begun = Talk(shipped(), door=door, **facts)
    begun.press("think")
    return begun


def worded(begun: Talk) -> str:
    """The card of now in words."""
    return shipped().wording.card(begun.screen, "en").plain()


def event(begun: Talk, chance: random.Random, number: int) -> Event:
    """Something that a person may do here: mostly press, or write where words are taken."""
    if begun.screen.input != "none" and chance.random() < 0.7:
        return Wrote(f"{CANARY} {number}")
    if chance.random() < 0.1:
        return Wrote(f"{CANARY} aside {number}")
    buttons = [b.option for b in begun.screen.buttons if not b.url and b.option != "ready"]
    return Chose(chance.choice(buttons or ["!back"]), begun.snapshot.step)


def outlined(snapshot: Snapshot) -> Snapshot:
    """What of it is written down, read back."""
    return loads(dumps(bounds.outline(shipped(), snapshot)))


def test_a_thousand_walks_leave_no_byte() -> None:
    """Whatever is pressed and typed while thinking, no effect keeps it, and what may be sealed holds
    neither the words nor a choice nor the place.
    """
    typed = 0
    for number in range(WALKS):
        chance = random.Random(number)
        begun = talk(chance.choice(["web", "terminal", "telegram"]))
        bare = dumps(replace(outlined(begun.snapshot), step=0))
        for _ in range(STEPS):
            step = event(begun, chance, number)
            begun.take(step, seconds=5)
            if not begun.snapshot.private:
                break
            typed += isinstance(step, Wrote)
            assert all(isinstance(effect, TRACELESS) for effect in begun.turn.effects)
            sealed = outlined(begun.snapshot)
            if len(sealed.frames) > 1:
                assert dumps(replace(sealed, step=0)) == bare
            assert not sealed.answers
            assert not sealed.notices
            assert begun.snapshot.kept == 0
    assert typed > WALKS


def test_every_screen_says_that_nothing_is_sent_or_kept() -> None:
    """While somebody thinks, and in whatever is laid over it, the banner says both."""
    begun = talk()
    said = "Nothing has been sent, and nothing is kept."
    for option in ("go_on", "changed", "skip", "talk", "!help", "!back", "listen", "calm"):
        assert said in worded(begun)
        begun.press(option)
    assert said in worded(begun)


def test_the_first_screen_is_open_about_each_channel() -> None:
    """On Telegram it says who can see; elsewhere, that words may be used; everywhere, how it is lost."""
    assert "Telegram can see that you are here. We keep nothing." in worded(talk("telegram"))
    assert "use your own words" in worded(talk("web"))
    for door in ("telegram", "web", "terminal"):
        assert "If we have to start again, or after two hours, it is gone." in worded(talk(door))


def test_on_telegram_no_screen_takes_words() -> None:
    """Every state that is reached with buttons on Telegram expects none, and what is typed is refused."""
    flow = shipped().current("think")
    for number in range(200):
        chance, begun = random.Random(number), talk("telegram")
        for _ in range(STEPS):
            begun.take(event(begun, chance, number), seconds=5)
            if begun.snapshot.frames[-1].flow == flow.name:
                assert begun.screen.input == "none"
            assert not any(a.parts for a in begun.snapshot.answers.values() if a.kind == "private")


def test_a_question_for_words_met_on_telegram_keeps_none() -> None:
    """Even where a conversation stands at one, as after a change of the flow, the words are not taken."""
    begun = talk("web")
    begun.press("go_on", "changed")
    begun.facts = replace(begun.facts, door="telegram")
    begun.say(CANARY)
    assert [line.key for line in begun.screen.notices] == ["repair.buttons_only"]
    assert CANARY not in str(begun.snapshot.answers)


@pytest.mark.parametrize("fear", ["afraid", "not_sure"])
def test_no_talk_is_planned_where_violence_is_feared(fear: str) -> None:
    """Not sure is enough: they are shown who can help instead, and the plan stays shut."""
    begun = talk()
    begun.press("go_on", "changed", "skip", "talk", fear)
    assert begun.screen.state == "withheld"
    begun.press("menu", "talk")
    assert begun.screen.state == "withheld"


def test_skipping_takes_no_fear_back() -> None:
    """Someone who said that somebody may get hurt, and then skips that question, plans no talk."""
    begun = talk()
    begun.press("go_on", "hurt", "menu", "worry", "skip", "talk")
    assert begun.screen.state == "withheld"


def ready(*leave: str) -> Talk:
    """Somebody who thought, is ready, agreed, and left some of it out."""
    begun = talk()
    begun.press("go_on", "changed")
    begun.say("  My son\nlaughs at it ")
    begun.say("and at us")
    begun.press("done", "whom", "friend", "menu", "ready", "ready", "agree_carry")
    begun.press(*(f"leave:think.{name}" for name in leave))
    return begun


def kept(effects: tuple[Effect, ...]) -> list[Keep]:
    """The records among these."""
    return [effect for effect in effects if isinstance(effect, Keep)]


def test_the_list_shows_each_answer_and_lets_it_be_left_out() -> None:
    """One line and one button an answer; what is left out is forgotten there and then."""
    begun = ready()
    items = shipped().wording.card(begun.screen, "en").items
    assert [item.name for item in items] == ["What worries me most", "In my own words", "Who else could help"]
    assert [item.change for item in items] == [f"leave:think.{n}" for n in ("worry", "own_words", "whom")]
    begun.press("leave:think.own_words")
    assert "laughs" not in dumps(begun.snapshot).decode()
    assert begun.snapshot.size == 0


@pytest.mark.parametrize("leave", [(), ("worry",), ("own_words",), ("worry", "whom"), ("whom", "own_words")])
def test_exactly_what_was_chosen_is_carried(leave: tuple[str, ...]) -> None:
    """One tap makes it the answer to what was noticed: words as typed, a choice as its question and label."""
    begun = ready(*leave)
    begun.press("put_in")
    said = {
        "worry": ["What worries me most: They have changed"],
        "own_words": ["  My son\nlaughs at it ", "and at us"],
        "whom": ["Who else could help: A friend"],
    }
    expected = [words for name, parts in said.items() if name not in leave for words in parts]
    records = kept(begun.turn.effects)
    assert [(keep.flow, keep.question, keep.kind) for keep in records] == [
        ("family", "noticed", "words") for _ in expected
    ]
    assert [keep.answer for keep in records] == expected
    assert list(begun.snapshot.answers["family.noticed"].parts) == expected
    assert not begun.snapshot.private
    assert begun.snapshot.size == sum(len(words.encode()) for words in expected)


def test_nothing_is_kept_before_the_tap_and_nothing_of_what_is_left_behind() -> None:
    """Consent alone keeps nothing, and going on without it forgets it all."""
    begun = ready()
    agreed = begun.snapshot
    assert (agreed.stage, agreed.private, agreed.kept) == ("drafting", True, 0)
    begun.press("leave_all")
    assert not begun.snapshot.private
    assert not [a for a in begun.snapshot.answers.values() if a.kind == "private"]
    begun.press("family", "safe")
    begun.say("Something else")
    begun.press("done", "send")
    assert any(isinstance(effect, FileConcern) for effect in begun.turn.effects)


def test_an_answer_that_is_not_there_cannot_be_left_out() -> None:
    """A button of an older list, or a made-up one, is silence."""
    begun = ready("worry")
    before = begun.snapshot
    begun.take(Chose("leave:think.worry", begun.snapshot.step))
    assert begun.snapshot == before
    begun.take(Chose("leave:family.consent", begun.snapshot.step))
    assert begun.snapshot == before


def test_thinking_is_offered_only_while_nothing_is_kept() -> None:
    """On the first screen and at who you are; not after an answer, nor where Telegram is only a door."""
    begun = Talk(shipped())
    begun.press("go_on", "agree")
    assert "think" in [button.option for button in begun.screen.buttons]
    begun.press("family", "safe", "!back", "!back")
    assert "think" not in [button.option for button in begun.screen.buttons]
    door = Talk(shipped(), door="telegram", telegram="door")
    assert "think" not in [button.option for button in door.screen.buttons]


def test_leaving_forgets() -> None:
    """Finishing, stopping, closing and going back out of it each leave nothing in hand."""
    for way in ("finish", "!leave"):
        begun = talk()
        begun.press("go_on", "changed")
        begun.say(CANARY)
        begun.press("done", way)
        assert not begun.snapshot.private
        assert CANARY not in dumps(begun.snapshot).decode()
    begun = talk()
    begun.press("whom", "friend", "menu")
    begun.take(Commanded("stop"))
    assert not begun.snapshot.private


def test_an_urgent_sentence_is_as_safe_as_any_answer() -> None:
    """Where what is typed is to be sent as urgent, it is private no longer before it is typed."""
    begun = talk()
    begun.press("go_on", "changed")
    begun.say(CANARY)
    begun.press("done", "!emergency", "send_now")
    assert not begun.snapshot.private
    assert CANARY not in dumps(begun.snapshot).decode()
    assert [frame.flow for frame in begun.snapshot.frames] == ["family", "danger"]


def test_what_was_lost_is_said_and_old_buttons_mean_nothing() -> None:
    """From its outline a conversation begins again at the first screen of thinking, with a new step."""
    begun = talk()
    begun.press("go_on", "changed")
    again = bounds.lost(outlined(begun.snapshot))
    shown = engine.screen(shipped(), again, begun.facts)
    assert (shown.flow, shown.state) == ("think", "hello")
    assert [line.key for line in shown.notices] == ["notice.private_lost"]
    turn = engine.advance(shipped(), again, Chose("go_on", begun.snapshot.step), begun.facts)
    assert turn.effects == ()


def test_after_a_long_wait_it_is_said_that_nothing_is_kept() -> None:
    """Not even after consent is it called safe."""
    begun = ready()
    facts = replace(begun.facts, waited=timedelta(hours=1))
    turn = engine.advance(shipped(), begun.snapshot, Commanded("help"), facts)
    assert "notice.late.nothing" in [line.key for line in turn.snapshot.notices]


def test_it_takes_no_more_words_than_a_case_holds() -> None:
    """What does not fit is said, and what was left out makes room again."""
    begun = talk()
    begun.press("go_on", "changed")
    begun.say("x" * 200_000)
    begun.say("x" * 200_000)
    assert [line.key for line in begun.screen.notices] == ["repair.too_much"]
    assert begun.snapshot.size == 200_000


def test_a_choice_is_told_with_its_question() -> None:
    """So that an officer knows what was asked."""
    begun = ready()
    line = told("think.worry", begun.snapshot.answers["think.worry"])
    assert shipped().wording.text(line, "en").startswith("What worries me most: ")


def test_nobody_need_be_there_to_think() -> None:
    """It is offered, and works, while nobody can be told: then they are shown who can be called."""
    begun = talk(open=False)
    begun.press("go_on", "changed", "ready", "ready")
    assert begun.screen.state == "closed"
