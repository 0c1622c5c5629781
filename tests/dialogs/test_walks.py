"""Any walk through any flow: it never raises, never gets stuck, and every snapshot comes back as it was."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.effects import FileConcern, Keep, Show
from dialogs.engine import screen
from dialogs.events import COMMANDS, Chose, Commanded, Edited, Event, Sent, Wrote, from_json, to_json
from dialogs.library import Library, load_library
from tests.dialogs.small import Talk, library

WORDS = st.one_of(
    st.sampled_from(
        ["my son", "1", "done", "skip", "999", "stop", "", "\u200b", "\ud83d", "a\x00b", "مرحبا"]
    ),
    st.text(st.characters(), max_size=40),
    st.integers(0, 9000).map(lambda times: "x" * times),
)
KINDS = st.sampled_from(["sticker", "voice", "photo", "document", "command", "hologram"])
NAMES = st.sampled_from(["", "1", "2", "3"])
PRESS = st.tuples(st.integers(0, 40), st.sampled_from([0, 0, 0, 0, 0, 0, 1, -1]))
STEP = st.one_of(
    PRESS,
    PRESS,
    PRESS,
    st.builds(Wrote, WORDS, NAMES),
    st.builds(Edited, WORDS, NAMES),
    KINDS.map(Sent),
    st.sampled_from(sorted(COMMANDS.values())).map(Commanded),
)
FACTS = st.fixed_dictionaries(
    {
        "door": st.sampled_from(["telegram", "web", "terminal"]),
        "open": st.booleans(),
        "two_people": st.booleans(),
        "website": st.sampled_from(["", "https://site.example"]),
        "telegram": st.sampled_from(["full", "door"]),
        "waited": st.sampled_from([timedelta(), timedelta(hours=1)]),
    }
)


@cache
def shipped() -> Library:
    """The shipped library, once."""
    return load_library("west_midlands")


@cache
def small() -> Library:
    """The small library, once."""
    return library()


def _event(talk: Talk, step: Event | tuple[int, int]) -> Event:
    """Make a press of one of the buttons that are shown, at its step or beside it."""
    if not isinstance(step, tuple):
        return step
    buttons = [button.option for button in (*talk.screen.buttons, *talk.screen.always)]
    return Chose(buttons[step[0] % len(buttons)] if buttons else "none", talk.snapshot.step + step[1])


def walk(where: Library, steps: list[Event | tuple[int, int]], facts: dict[str, object]) -> Talk:
    """Walk, holding at each step what must always hold."""
    talk = Talk(where, **facts)
    for step in steps:
        event = _event(talk, step)
        before = talk.snapshot
        talk.take(from_json(to_json(event)), seconds=3)
        if not talk.turn.effects:
            assert talk.snapshot == before
            continue
        shown = talk.turn.effects[-1]
        assert isinstance(shown, Show)
        assert shown.screen == screen(where, talk.snapshot, talk.facts)
        card = where.wording.card(shown.screen, "en")
        assert card.heading
        assert card.buttons or card.always or card.ended
        assert (shown.screen.banner is not None) == (talk.snapshot.stage in ("fresh", "drafting"))
    return talk


def holds(talk: Talk) -> None:
    """Hold a whole walk to its promises."""
    numbered: list[int] = []
    for effect in talk.effects:
        if isinstance(effect, Keep):
            numbered = [] if effect.n == 1 else numbered
            numbered.append(effect.n)
            assert numbered == list(range(1, len(numbered) + 1))
            assert effect.corrects < effect.n
            assert len(effect.answer) <= 4096
        if isinstance(effect, FileConcern):
            assert numbered
    assert talk.take(Commanded("emergency")).at == "danger.card"
    assert talk.take(Commanded("help")).at == "help.menu"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, max_size=40), FACTS)
def test_any_walk_of_the_shipped_flows_holds(
    steps: list[Event | tuple[int, int]], facts: dict[str, object]
) -> None:
    """Whatever is pressed, written, sent, edited or commanded, in any order and at any door."""
    holds(walk(shipped(), steps, facts))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, max_size=40), FACTS)
def test_any_walk_of_odd_flows_holds(steps: list[Event | tuple[int, int]], facts: dict[str, object]) -> None:
    """Even with loops, dead ends and flows that call themselves."""
    holds(walk(small(), steps, facts))
