"""Places without a screen, links, limits, late answers, and editions that are gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.engine import advance, begin
from dialogs.events import Chose, Command, Commanded, Sent
from dialogs.parse import parse
from dialogs.snapshot import Frame, Snapshot
from dialogs.walk import DEPTH
from tests.dialogs.small import ROOT, Talk, library


def test_places_without_a_screen_are_passed() -> None:
    """A state with nothing to ask leads on at once, by what holds."""
    assert Talk().press("agree", "pass").at == "family.line"


def test_a_conversation_may_begin_by_moving() -> None:
    """A start with nothing to ask leads on before the first screen."""
    root = ROOT.replace("start: hello", "start: first").replace(
        "  hello:", "  first: {next: hello}\n  hello:"
    )
    assert Talk(library(family=root)).at == "family.hello"


def test_a_place_that_leads_nowhere_still_shows_something() -> None:
    """If nothing holds, they stay there and every command works."""
    talk = Talk().press("agree", "stuck")
    assert talk.at == "family.stuck"
    assert talk.take(Commanded("back")).at == "family.menu"


def test_going_round_for_ever_is_stopped() -> None:
    """A flow that never comes to rest is taken back, and the person is told."""
    talk = Talk().press("agree", "loop")
    assert (talk.at, talk.notices) == ("family.menu", ["repair.lost"])


def test_the_stack_has_a_bottom_and_a_top() -> None:
    """However deep flows are called, the stack stays small and the way out works."""
    talk = Talk().press("agree", "deep", *["on"] * 20)
    assert len(talk.snapshot.frames) == DEPTH
    assert talk.press("out").at == "deep.down"


def test_links_lead_out_and_change_nothing() -> None:
    """Only links that lead somewhere are shown; a press of one just shows the question again."""
    talk = Talk(website="https://site.example").press("agree", "links")
    assert [(button.option, button.url) for button in talk.screen.buttons] == [
        ("site", "https://site.example"),
        ("post", "https://act.example"),
        ("on", ""),
    ]
    assert [line.key for line in talk.screen.body] == ["family.links.also.shown"]
    assert (talk.press("site").at, talk.notices) == ("family.links", [])
    talk.press("on", "area", "north", "links")
    assert ("form", "https://north.example") in [
        (button.option, button.url) for button in talk.screen.buttons
    ]


def test_long_waits_are_answered_with_an_apology() -> None:
    """After ten minutes: sorry, what was saved, the danger line and its number, then the question."""
    late = timedelta(minutes=11)
    fresh = Talk().press("agree", waited=late)
    assert fresh.notices == ["notice.late.sorry", "notice.late.draft", "notice.late.danger"]
    assert fresh.screen.signposts == ("emergency",)
    assert Talk().take(Commanded("help"), waited=late).notices[1] == "notice.late.nothing"
    sent = Talk().press("agree", "words").say("x").press("done", "check", "send").say("y", waited=late)
    assert sent.notices[1] == "notice.late.sent"
    assert Talk().press("agree", "links", waited=late).screen.signposts == ("emergency", "doubtful")
    assert begin(library(), replace(fresh.facts, waited=late)).snapshot.notices


def test_a_conversation_ends_on_the_edition_it_began() -> None:
    """A changed flow does not change a conversation that is under way."""
    talk = Talk().press("agree")
    changed = library(family=ROOT.replace("look: menu}", "look: links}"))
    assert changed.current("family").edition != talk.library.current("family").edition
    changed.add(talk.library.current("family"))
    turn = advance(changed, talk.snapshot, Chose("words", talk.snapshot.step), talk.facts)
    assert turn.snapshot.frames[0].edition == talk.library.current("family").edition
    assert turn.effects[0].screen.state == "words"  # type: ignore[union-attr]  # a turn shows a screen last


def test_a_flow_that_is_gone_is_not_entered() -> None:
    """An old edition that calls a flow that no longer exists stays where it is and says so."""
    where = library()
    where.add(parse(ROOT.replace("{call: deep}", "{call: gone}"), "old.yaml"))
    old = parse(ROOT.replace("{call: deep}", "{call: gone}"), "old.yaml")
    snapshot = Snapshot((Frame("family", old.edition, "menu"),), stage="drafting", step=1)
    turn = advance(where, snapshot, Chose("deep", 1), Talk().facts)
    assert [line.key for line in turn.snapshot.notices] == ["repair.lost"]


@pytest.mark.parametrize("name", ["stop", "leave"])
def test_an_old_root_that_cannot_be_left_says_so(name: Command) -> None:
    """Proofreading lets no such flow be shipped; one from the store still answers."""
    where = library()
    bare = parse("{flow: family, start: only, states: {only: {choices: {on: only}}}}", "bare.yaml")
    where.add(bare)
    snapshot = Snapshot((Frame("family", bare.edition, "only"),), step=1)
    turn = advance(where, snapshot, Commanded(name), Talk().facts)
    assert [line.key for line in turn.snapshot.notices] == ["repair.lost"]


@pytest.mark.parametrize("name", ["emergency", "help", "privacy"])
def test_an_old_root_without_interruptions_still_answers(name: Command) -> None:
    """A command that the edition does not know is answered kindly, and three tries go on in place."""
    where = library()
    bare = parse("{flow: family, start: only, states: {only: {choices: {on: only}}}}", "bare.yaml")
    where.add(bare)
    snapshot = Snapshot((Frame("family", bare.edition, "only", tries=2),), step=1)
    turn = advance(where, snapshot, Commanded(name), Talk().facts)
    assert [line.key for line in turn.snapshot.notices] == ["repair.not_understood"]
    turn = advance(where, snapshot, Sent("voice"), Talk().facts)
    assert [line.key for line in turn.snapshot.notices] == ["repair.sent.voice"]
