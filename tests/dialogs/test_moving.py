"""One conversation moved from edition to edition: where it stands, and what became of its answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dialogs.events import Chose, Wrote
from dialogs.flow import make_flow
from dialogs.library import Library
from dialogs.migrations import Migration, Migrations
from dialogs.moving import MOVED, Note, met, move
from dialogs.parse import parse
from dialogs.retired import revived
from dialogs.screens import draw
from dialogs.snapshot import Answer, Frame, Snapshot
from tests.dialogs.small import NOW, ROOT, Talk, library

A, B = "a" * 16, "b" * 16
SAID = Answer(parts=("one",), records=(1,), kind="record")
MORE = Answer(parts=("two",), records=(2,), kind="record")


@pytest.fixture(scope="module")
def where() -> Library:
    """Today's flows."""
    return library()


def today(where: Library, flow: str = "family") -> str:
    """The edition of today."""
    return where.current(flow).edition


def stood(*states: str, edition: str = A, flow: str = "family", **values: Any) -> Snapshot:
    """A conversation that stands here, one frame a state."""
    return Snapshot(tuple(Frame(flow, edition, state) for state in states), **values)


def step(where: Library, **values: Any) -> Migrations:
    """One migration to today's edition of the root flow."""
    return Migrations([Migration("family", A, today(where), **values)])


def whats(notes: frozenset[Note]) -> set[str]:
    """The kinds of notes."""
    return {note.what for note in notes}


def test_an_ended_and_a_current_conversation_stay_as_they_are(where: Library) -> None:
    """There is nothing to move."""
    ended = stood("gone", stage="ended")
    assert move(where, step(where), ended) == move(where, Migrations(), ended)
    assert not move(where, step(where), ended).notes
    now = stood("menu", edition=today(where))
    assert move(where, step(where), now).snapshot == now
    assert move(where, step(where), now).notes == {Note("on", "family", today(where))}


def test_what_only_a_memory_holds_ends_on_its_edition(where: Library) -> None:
    """A conversation that nothing is kept of is not moved."""
    private = stood("menu", private=True)
    moved = move(where, step(where), private)
    assert moved.snapshot == private
    assert "ends" in whats(moved.notes)


def test_a_renamed_question_is_the_same_question(where: Library) -> None:
    """Its answer, its way back and its card stay good."""
    before = replace(
        stood("old", answers={"family.old": SAID, "tell.old": MORE}), step=4, finished="family.old"
    )
    before = replace(before, frames=(replace(before.frames[0], trail=("hello", "old2", "menu"), tries=2),))
    names = {"old": "words", "old2": "line"}
    after = move(where, step(where, places=names, answers=names), before)
    frame = after.snapshot.frames[0]
    assert (frame.state, frame.trail, frame.tries) == ("words", ("hello", "line", "menu"), 2)
    assert frame.edition == today(where)
    assert after.snapshot.answers == {"family.words": SAID, "tell.old": MORE}
    assert after.snapshot.finished == "family.words"
    assert after.snapshot.step == 4
    assert {"renamed", "answer", "moves"} <= whats(after.notes)


def test_a_removed_question_leaves_its_answer_and_its_person_somewhere(where: Library) -> None:
    """They stand where it says, the old question not behind them; a press must be of the new card."""
    before = replace(stood("gone", answers={"family.gone": SAID}), step=4)
    before = replace(before, frames=(replace(before.frames[0], trail=("hello", "line", "gone", "menu")),))
    after = move(where, step(where, places={"gone": "line"}, removed=frozenset({"gone"})), before).snapshot
    assert after.frames[0].state == "line"
    assert after.frames[0].trail == ("hello",)
    assert after.answers == {"family.gone": SAID}
    assert after.step == 5
    assert [line.key for line in after.notices] == [MOVED]
    assert met(after, Chose("skip", 4))
    assert not met(after, Chose("skip", 5))
    assert not met(after, Wrote("skip"))
    assert not met(before, Chose("skip", 3))


def test_changing_an_answer_to_a_removed_question_ends(where: Library) -> None:
    """They are back on the check page; what lies over it stays."""
    root, changing = Frame("family", A, "check"), Frame("family", A, "gone", resume="check", replacing=True)
    helping = Frame("help", today(where, "help"), "menu", resume="")
    way = step(
        where,
        places={"gone": "line", "check": "review"},
        answers={"check": "review"},
        removed=frozenset({"gone"}),
    )
    after = move(where, way, Snapshot((root, changing, helping))).snapshot
    assert [frame.state for frame in after.frames] == ["review", "menu"]
    line = replace(changing, state="line")
    assert move(where, way, Snapshot((root, line))).snapshot.frames[1].resume == "review"


def test_a_split_question_begins_with_its_first_part(where: Library) -> None:
    """Whoever is changing the answer stands where the answer went."""
    way = step(where, places={"both": "line"}, answers={"both": "words"}, split=frozenset({"both"}))
    before = stood("both", answers={"family.both": SAID})
    after = move(where, way, before).snapshot
    assert (after.frames[0].state, list(after.answers)) == ("line", ["family.words"])
    changing = Frame("family", A, "both", resume="review")
    after = move(where, way, Snapshot((Frame("family", A, "review"), changing))).snapshot
    assert after.frames[1].state == "words"


def test_in_a_new_order_the_first_unanswered_question_comes_first(where: Library) -> None:
    """Nobody is led past a question; whoever changes one answer goes on changing it."""
    way = step(where, order=("words", "line"))
    after = move(where, way, stood("line"))
    assert after.snapshot.frames[0].state == "words"
    assert Note("reordered", "family", A, "line", "words") in after.notes
    assert move(where, way, stood("line", answers={"family.words": SAID})).snapshot.frames[0].state == "line"
    everything = {"family.words": SAID, "family.line": MORE}
    assert move(where, way, stood("line", answers=everything)).snapshot.frames[0].state == "line"
    changing = Snapshot((Frame("family", A, "review"), Frame("family", A, "line", resume="review")))
    assert move(where, way, changing).snapshot.frames[1].state == "line"


def test_words_meet_and_options_do_not(where: Library) -> None:
    """Two answers in words become one; where one is an option, or kept elsewhere, nobody is moved."""
    way = step(where, places={"gone": "words"}, answers={"gone": "words"}, removed=frozenset({"gone"}))
    both = {"family.words": SAID, "family.gone": MORE}
    after = move(where, way, stood("menu", answers=both)).snapshot
    assert after.answers == {"family.words": Answer(parts=("one", "two"), records=(1, 2), kind="record")}
    for other in (replace(MORE, option="yes"), replace(MORE, kind="identity")):
        before = stood("menu", answers=both | {"family.gone": other})
        moved = move(where, way, before)
        assert moved.snapshot == before
        assert "ends" in whats(moved.notes)


def test_steps_after_one_that_cannot_be_are_not_taken(where: Library) -> None:
    """Nobody is left half-way."""
    both = {"family.words": SAID, "family.gone": replace(MORE, option="yes")}
    first = Migration("family", A, B, answers={"gone": "words"})
    before = stood("menu", answers=both)
    assert move(where, Migrations([first, Migration("family", B, today(where))]), before).snapshot == before


@pytest.mark.parametrize(
    ("before", "values"),
    [
        (stood("nowhere"), {}),
        (stood("menu", answers={"family.old": SAID}), {"answers": {"old": "name"}}),
    ],
)
def test_what_would_not_be_whole_is_not_moved(where: Library, before: Snapshot, values: Any) -> None:
    """A place that is not there, or words of a record under a question for the capsule."""
    moved = move(where, step(where, **values), before)
    assert moved.snapshot == before
    assert "ends" in whats(moved.notes)


def test_answers_of_a_flow_that_was_left_go_along(where: Library) -> None:
    """No frame says their edition: what today's does not know goes where migrations send it, once."""
    on = {
        "tell.old": Answer("yes"),
        "tell.stars": Answer("four"),
        "unheard.of": Answer("x"),
        "tell.odd": SAID,
    }
    before = stood("menu", edition=today(where), answers=on)
    end = today(where, "tell")
    ways = Migrations(
        [
            Migration("tell", A, B, answers={"old": "found"}),
            Migration("tell", B, end, answers={"other": "stars"}),
        ]
    )
    after = move(where, ways, before)
    assert list(after.snapshot.answers) == ["tell.found", "tell.stars", "unheard.of", "tell.odd"]
    assert Note("answer", "tell", A, "old", "found") in after.notes
    assert move(where, ways, after.snapshot).snapshot == after.snapshot
    assert after.snapshot.step == before.step


def test_a_place_without_words_is_noted(where: Library) -> None:
    """So that nobody is shown the name of a question instead of the question."""
    assert Note("unworded", "family", A, "gone") in move(where, Migrations(), stood("gone")).notes


def test_the_check_page_offers_no_change_of_what_is_no_more_asked(where: Library) -> None:
    """The answer is shown all the same."""
    talk = Talk(where)
    answers = {"family.words": SAID, "family.gone": MORE, "unheard.of": SAID}
    before = stood("review", edition=today(where), answers=answers, stage="drafting")
    shown = draw(where, before, talk.facts)
    assert [button.option for button in shown.buttons if button.option.startswith("change:")] == [
        "change:family.words"
    ]
    assert len([line for line in shown.body if line.key == "common.review.item"]) == 3
    assert talk.facts.now == NOW


def test_a_kept_edition_keeps_its_name() -> None:
    """Today's program may give its meaning another; conversations stand on it by that name."""
    flow = parse(ROOT, "family")
    read = revived(flow.to_json(), A)
    assert read is not None
    assert (read.edition, read.states) == (A, flow.states)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "not JSON",
        make_flow(replace(parse(ROOT, "family"), again="x")).to_json().replace('"again"', '"agane"'),
        parse(ROOT, "family").to_json().replace("two_people", "three_people"),
        parse(ROOT, "family").to_json().replace('"discard"', '"burn"'),
    ],
)
def test_an_edition_that_todays_program_cannot_read_is_none(text: str) -> None:
    """A field, a check or a deed that is no more."""
    assert revived(text, A) is None
