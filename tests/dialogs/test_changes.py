"""How one answer is changed from the check page, and what its records then say."""

from __future__ import annotations

from dialogs.effects import (
    Keep,
)
from dialogs.events import Commanded
from tests.dialogs.small import Talk


def test_one_answer_can_be_changed() -> None:
    """The check page lists what was kept; changing asks that question again, corrects its record and comes
    back.
    """
    talk = Talk().press("agree", "area", "north", "words").say("old one", "old two").press("done", "check")
    assert [button.option for button in talk.screen.buttons] == [
        *("send", "add", "change:family.area", "change:family.words")
    ]
    talk.press("change:family.area")
    assert talk.at == "family.area"
    talk.press("south")
    assert (talk.at, talk.of(Keep)[-1].corrects) == ("family.review", 1)
    talk.press("change:family.words").say("new one", "new two").press("done")
    assert talk.at == "family.review"
    assert [(keep.n, keep.answer, keep.corrects) for keep in talk.of(Keep)[4:]] == [
        (5, "new one", 2),
        (6, "", 3),
        (7, "new two", 0),
    ]
    assert talk.snapshot.answers["family.words"].parts == ("new one", "new two")


def test_a_change_can_be_left_alone() -> None:
    """Done without new words keeps the old; the same option again keeps its record; back comes back."""
    talk = Talk().press("agree", "area", "north", "words").say("old").press("done", "check")
    kept = len(talk.of(Keep))
    assert talk.press("change:family.words", "done").at == "family.review"
    assert talk.press("change:family.area", "north").at == "family.review"
    assert talk.press("change:family.area").take(Commanded("back")).at == "family.review"
    assert len(talk.of(Keep)) == kept


def test_looking_away_does_not_end_a_change() -> None:
    """A button beside the words that only leads away leaves the change open."""
    talk = (
        Talk()
        .press("agree", "words")
        .say("old")
        .press("done", "check", "change:family.words", "aside", "back")
    )
    assert talk.at == "family.words"
    assert talk.say("new").press("done").at == "family.review"


def test_an_answer_can_be_taken_away() -> None:
    """Skipping while changing takes the record's place away; an option in the place of words does too."""
    talk = Talk().press("agree", "area", "north", "words").say("old", "older").press("done", "check")
    talk.press("change:family.area", "skip")
    assert [(keep.answer, keep.corrects) for keep in talk.of(Keep)[3:]] == [("", 1)]
    talk.press("change:family.words", "nothing")
    assert [(keep.option, keep.corrects) for keep in talk.of(Keep)[4:]] == [("nothing", 2), ("", 3)]
    assert talk.at == "family.review"


def test_a_change_of_something_else_is_silence() -> None:
    """Only what the check page lists can be changed."""
    talk = Talk().press("agree").say("he has a knife").press("check")
    for key in ("change:family.area", "change:gone.state", "change:family.gone", "change:common.aside"):
        assert talk.press(key).turn.effects == ()
