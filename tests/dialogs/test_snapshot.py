"""Snapshots and events come back from their bytes as they were, and never print words."""

from __future__ import annotations

import pytest

from dialogs.events import Chose, Commanded, Edited, Event, Sent, Wrote, from_json, to_json
from dialogs.snapshot import Answer, Snapshot, dumps, loads
from tests.dialogs.small import Talk


def test_a_snapshot_comes_back_with_its_answers_in_order() -> None:
    """Fields, frames, notices and the order of answers."""
    talk = Talk().press("agree", "words").say("zeta").press("done", "area", "north").say("an aside")
    back = loads(dumps(talk.snapshot))
    assert back == talk.snapshot
    assert list(back.answers) == list(talk.snapshot.answers)
    assert dumps(back) == dumps(talk.snapshot)


@pytest.mark.parametrize(
    "event",
    [Wrote("a\x00\ud83d", "7"), Chose("done", 3), Commanded("leave"), Edited("b", "7"), Sent("voice")],
    ids=lambda event: type(event).__name__,
)
def test_an_event_comes_back(event: Event) -> None:
    """Even half a character, so that it can be refused kindly."""
    assert from_json(to_json(event)) == event


def test_an_event_of_before_names_still_loads() -> None:
    """What waited in the inbox had no name, and has none."""
    assert from_json('{"event":"wrote","text":"a"}') == Wrote("a")
    assert from_json('{"event":"edited","text":"b"}') == Edited("b")


def test_nothing_prints_words() -> None:
    """Neither events nor answers nor snapshots show what was written."""
    said = "canary-5113"
    snapshot = Snapshot((), answers={"f.s": Answer(parts=(said,))})
    talk = Talk().press("agree", "words").say(said).press("done", "check")
    shown = [Wrote(said), Edited(said), snapshot, *talk.effects, talk.snapshot, talk.turn]
    assert not [value for value in shown if said in repr(value)]
