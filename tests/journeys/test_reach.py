"""Holds the journeys together to the whole conversation: every screen, ending, door and kind of person."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from dialogs.effects import FileConcern, Show
from dialogs.library import Library, load_library
from dialogs.screen import Screen
from dialogs.wording import Card
from tests.journeys.play import JOURNEYS, Journey, load, play

LOUD = re.compile(r"prevent|radical|report|concern|police", re.IGNORECASE)
UNFILLED = re.compile(
    r"\{[a-z_]+\}|\b(?:common|notice|repair|always)\.[a-z]|\.(?:ask|say|why|short|choices)\b"
)
TELEGRAM = 1500


@cache
def library() -> Library:
    """Give the shipped library, once."""
    return load_library("west_midlands")


@cache
def played() -> tuple[Journey, ...]:
    """Play every journey, once."""
    return tuple(play(library(), load(path)) for path in JOURNEYS)


def screens() -> Iterator[tuple[str, Screen, Card]]:
    """List every screen of every journey with its words."""
    for journey in played():
        for effect in journey.effects:
            if isinstance(effect, Show):
                yield journey.path.name, effect.screen, library().wording.card(effect.screen, "en")


def test_every_screen_is_reached() -> None:
    """No state with a screen is left out by all the journeys."""
    seen = {(screen.flow, screen.state) for _, screen, _ in screens()}
    all_states = [library().current(name) for name in library().names()]
    shown = [
        (flow.name, state.name)
        for flow in all_states
        for state in flow.states.values()
        if not state.end and not state.silent
    ]
    assert [place for place in shown if place not in seen] == [], "write a journey that goes there"


def test_every_ending_is_reached() -> None:
    """Each flow is left in each of the ways that it can be left."""
    taken: set[tuple[str, str, str]] = set()
    for journey in played():
        frames = [turn.snapshot.frames[-1] for turn in journey.turns]
        pressed = [str(step.get("press", "")) for step in journey.body["steps"]]
        taken |= {(frame.flow, frame.state, option) for frame, option in zip(frames, pressed, strict=False)}
    missing = []
    for name in library().names():
        flow = library().current(name)
        for ending in (state.name for state in flow.states.values() if state.end):
            ways = [
                (name, state.name, choice.option)
                for state in flow.states.values()
                for choice in state.choices
                if ending in [target.to for target in choice.targets]
            ]
            typed = [s.name for s in flow.states.values() if ending in [target.to for target in s.next]]
            if not taken.intersection(ways) and not typed and ending != "left":
                missing.append(f"{name}.{ending}")
    assert missing == [], "write a journey that ends there"


def test_nothing_is_loud_at_first_sight() -> None:
    """On every screen of every journey the first 60 characters, as a locked screen shows them, are quiet."""
    first = {(screen.flow, screen.state, card.plain()[:60]) for _, screen, card in screens()}
    assert [place for place in first if LOUD.search(place[2])] == []


def test_every_card_fits_and_is_in_words() -> None:
    """No card is too long for one message, shows a key for a word, or leaves a blank unfilled."""
    for name, screen, card in screens():
        assert len(card.plain()) < TELEGRAM, f"{name}: {screen.flow}.{screen.state}"
        labels = " | ".join(button.label for button in (*card.buttons, *card.always))
        prose = "\n".join((*card.notices, *card.paragraphs, card.banner, card.heading, labels))
        assert not UNFILLED.search(prose), f"{name}: {screen.flow}.{screen.state}"


def test_people_of_many_kinds_are_there() -> None:
    """The people worried about hold many ideas, or none that is clear, and no one kind is half of them."""
    kinds = Counter(journey.body["about"] for journey in played() if "about" in journey.body)
    assert {"far right", "Islamist-inspired", "mixed", "none clear"} <= set(kinds)
    assert max(kinds.values()) * 2 < sum(kinds.values())
    assert min(kinds[kind] for kind in ("far right", "Islamist-inspired", "mixed", "none clear")) >= 4


def test_every_door_is_used() -> None:
    """Journeys go through the website and through Telegram, and send something on both."""
    doors = Counter(
        journey.body.get("door", "web")
        for journey in played()
        if any(isinstance(effect, FileConcern) for effect in journey.effects)
    )
    assert doors["web"] > 1
    assert doors["telegram"] > 1


def test_without_a_team_nothing_of_substance_is_asked_or_kept() -> None:
    """Where nobody can take it, no screen expects words, save for feedback, and nothing is sent."""
    closed = [journey for journey in played() if journey.body.get("facts", {}).get("open") is False]
    assert len(closed) >= 3
    for journey in closed:
        for effect in journey.effects:
            assert not isinstance(effect, FileConcern)
            if isinstance(effect, Show) and effect.screen.flow != "feedback":
                assert effect.screen.input == "none", journey.path.name
