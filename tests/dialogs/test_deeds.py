"""What each check asks and each deed does, alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs.checks import CHECKS, Moment, visible
from dialogs.deeds import DEEDS, NEEDS
from dialogs.effects import Discard, FileConcern, KeepIdentity, MarkUrgent
from dialogs.facts import Facts
from dialogs.snapshot import Answer, Snapshot, Stage
from tests.dialogs.small import NOW

FACTS = Facts(NOW, "web", "7K2M-9QXD")
EMPTY = Snapshot(())


def moment(stage: Stage = "drafting", **answers: Answer) -> Moment:
    """Stand somewhere with these answers of a flow f."""
    given = {f"f.{name}": answer for name, answer in answers.items()}
    return Moment(replace(EMPTY, stage=stage, answers=given, kept=1), FACTS, "f", "s")


def test_nothing_is_done_twice() -> None:
    """Consent after sending, sending after sending and discarding after sending change nothing."""
    filed = moment("filed")
    for name in ("consent", "file", "discard"):
        assert DEEDS[name](filed) == (filed.snapshot, ())


def test_urgent_once_sent_is_marked_and_before_is_remembered() -> None:
    """Sending as urgent what was sent marks it; marking before sending makes the sending urgent."""
    assert DEEDS["file_urgent"](moment("filed"))[1] == (MarkUrgent(),)
    snapshot, effects = DEEDS["mark_urgent"](moment())
    assert (snapshot.urgent, effects) == (True, ())
    sent = DEEDS["file"](replace(moment(), snapshot=snapshot))[1][-1]
    assert isinstance(sent, FileConcern)
    assert sent.urgent


@pytest.mark.parametrize(
    ("option", "replies"), [("here", "push"), ("none", "none"), ("phone", "visit"), ("skip", "visit")]
)
def test_how_they_may_be_answered(option: str, replies: str) -> None:
    """Only someone who said here is written to; someone who said no is not; for all others it waits."""
    sent = DEEDS["file"](moment(contact=Answer(option)))[1][-1]
    assert isinstance(sent, FileConcern)
    assert sent.replies == replies


@pytest.mark.parametrize(("option", "area"), [("north", "north"), ("skip", ""), ("dont_know", "")])
def test_the_area_is_what_was_answered(option: str, area: str) -> None:
    """Not known and not said are no area."""
    sent = DEEDS["file"](moment(area=Answer(option)))[1][-1]
    assert isinstance(sent, FileConcern)
    assert sent.area == area


def test_a_name_needs_two_people() -> None:
    """Without an authoriser's key nothing goes into a capsule, and nothing else happens with it."""
    named = moment(name=Answer(parts=("Jo",), kind="identity"), reach=Answer("skip", kind="identity"))
    assert DEEDS["file"](named)[1][0] == KeepIdentity((("name", "Jo"),))
    alone = replace(named, facts=replace(FACTS, two_people=False))
    assert [type(effect) for effect in DEEDS["file"](alone)[1]] == [FileConcern]


def test_discarding_forgets() -> None:
    """Nothing that was given is left."""
    snapshot, effects = DEEDS["discard"](moment(words=Answer(parts=("x",), kind="record")))
    assert (snapshot.answers, snapshot.kept, snapshot.stage, effects) == ({}, 0, "fresh", (Discard(),))


@pytest.mark.parametrize(
    ("stage", "kept", "open_", "holds"),
    [
        ("drafting", 1, True, True),
        ("drafting", 0, True, False),
        ("drafting", 1, False, False),
        ("filed", 0, False, True),
    ],
)
def test_sending_needs_something_and_somebody(stage: Stage, kept: int, open_: bool, holds: bool) -> None:
    """Something kept and a team; what was sent already may always be sent again, to no effect."""
    at = Moment(replace(EMPTY, stage=stage, kept=kept), replace(FACTS, open=open_), "f", "s")
    assert NEEDS["file"](at) is holds


@pytest.mark.parametrize(
    ("check", "facts", "snapshot", "holds"),
    [
        ("can_send", {"open": False}, {}, False),
        ("cannot_send", {"open": False}, {}, True),
        ("two_people", {"two_people": False}, {}, False),
        ("on_telegram", {"door": "telegram"}, {}, True),
        ("on_web", {"door": "telegram"}, {}, False),
        ("telegram_door", {"door": "telegram", "telegram": "door"}, {}, True),
        ("telegram_door", {"door": "telegram"}, {}, False),
        ("telegram_door", {"telegram": "door"}, {}, False),
        ("consented", {}, {"stage": "drafting"}, True),
        ("consented", {}, {"stage": "fresh"}, False),
        ("was_sent", {}, {"stage": "filed"}, True),
        ("something_kept", {}, {"answers": {"f.s": Answer("yes", records=(1,), kind="record")}}, False),
        ("something_kept", {}, {"answers": {"f.s": Answer(parts=("x",), kind="record")}}, True),
        ("something_said", {}, {"answers": {"f.s": Answer(records=(1,), kind="record")}}, True),
        ("something_said", {}, {}, False),
    ],
)
def test_checks_ask_one_thing(
    check: str, facts: dict[str, object], snapshot: dict[str, object], holds: bool
) -> None:
    """Each looks at the world or at the conversation, and at nothing else."""
    at = Moment(replace(EMPTY, **snapshot), replace(FACTS, **facts), "f", "s")  # type: ignore[arg-type]  # by name
    assert CHECKS[check](at) is holds


def test_every_check_is_asked_here() -> None:
    """A new check needs a test: `short_line` has its own in the engine's."""
    assert set(CHECKS) >= {"short_line", "something_said"}


@pytest.mark.parametrize("text", ["a", "👩", "م", ".", "\u200ba"])
def test_what_can_be_seen(text: str) -> None:
    """Letters, signs and pictures of any script."""
    assert visible(text)


@pytest.mark.parametrize(
    "text", ["", " \t\n", "\u200b\u200d\ufeff", "\u2800", "\u3164", "\ufe0f", "\x00\x07", "\u00ad"]
)
def test_what_cannot_be_seen(text: str) -> None:
    """Spaces, controls, marks without width, blank letters."""
    assert not visible(text)
