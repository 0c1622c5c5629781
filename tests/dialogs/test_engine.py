"""The engine's rules, one sentence each, on the small library."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.effects import (
    ClearChat,
    Close,
    Discard,
    FileConcern,
    Keep,
    KeepFeedback,
    KeepIdentity,
    MarkUrgent,
)
from dialogs.engine import Turn, advance, begin, screen
from dialogs.events import Chose, Command, Commanded, Edited, Sent, Wrote
from dialogs.parse import parse
from dialogs.snapshot import Answer, Frame, Snapshot
from dialogs.walk import DEPTH
from tests.dialogs.small import ROOT, Talk, library


def test_a_conversation_begins_at_the_start() -> None:
    """The first screen is the root flow's start, with the line that nothing has been sent."""
    talk = Talk()
    assert (talk.at, talk.snapshot.stage, talk.snapshot.step) == ("family.hello", "fresh", 1)
    assert talk.screen.banner is not None
    assert talk.screen == screen(talk.library, talk.snapshot, talk.facts)


def test_a_choice_leads_where_the_flow_says() -> None:
    """Pressing a button moves, and the step goes up with the move."""
    talk = Talk().press("agree")
    assert (talk.at, talk.snapshot.stage, talk.snapshot.step) == ("family.menu", "drafting", 2)


def test_a_stale_or_doubled_press_is_silence() -> None:
    """The same press twice moves once; the second says nothing and changes nothing."""
    talk = Talk()
    press = Chose("agree", 1)
    talk.take(press)
    before = talk.snapshot
    talk.take(press)
    assert talk.turn == Turn(before, ())


def test_the_always_there_options_work_at_any_step() -> None:
    """A stale screen's danger button is still a danger button."""
    talk = Talk().press("agree").take(Chose("!emergency", 1))
    assert talk.at == "danger.card"
    assert talk.take(Chose("!unheard_of", 1)).turn.effects == ()


def test_a_repeated_question_keeps_its_step() -> None:
    """Buttons stay good while the same question is asked again, so that Done works right behind a message."""
    talk = Talk().press("agree", "words")
    step = talk.snapshot.step
    talk.say("my son", "he changed")
    assert talk.snapshot.step == step
    assert talk.take(Chose("done", step)).at == "family.menu"


def test_any_number_of_messages_is_one_answer() -> None:
    """Each message becomes its own record of the same question, acknowledged each time."""
    talk = Talk().press("agree", "words").say("my son", "he changed", "since march")
    assert [keep.n for keep in talk.of(Keep)] == [1, 2, 3]
    assert {keep.question for keep in talk.of(Keep)} == {"words"}
    assert talk.notices == ["notice.kept"]
    assert talk.snapshot.answers["family.words"].parts == ("my son", "he changed", "since march")


def test_done_needs_something_said() -> None:
    """Done without a word asks again and keeps nothing."""
    talk = Talk().press("agree", "words", "done")
    assert (talk.at, talk.notices, talk.of(Keep)) == ("family.words", ["repair.something_said"], [])


def test_invisible_words_are_no_words() -> None:
    """Spaces, controls and marks without width say nothing."""
    talk = Talk().press("agree", "words").say(" \u200b\u200e\x00\n\u3164")
    assert (talk.notices, talk.of(Keep)) == (["repair.something_said"], [])


def test_a_message_right_after_done_belongs_to_the_answer_before() -> None:
    """Within four seconds on Telegram it is added; later, or on the web, it is not."""
    talk = Talk().press("agree", "words").say("my son").press("done").say("and petrol", seconds=3)
    assert talk.of(Keep)[-1].question == "words"
    assert talk.notices == ["notice.added_to_last"]
    assert talk.say("late", seconds=9).of(Keep)[-1].kind == "aside"
    web = Talk(door="web").press("agree", "words").say("my son").press("done").say("and petrol", seconds=3)
    assert web.of(Keep)[-1].kind == "aside"


def test_long_words_become_several_records() -> None:
    """10,000 characters are kept whole, in records of at most 4,096."""
    talk = Talk().press("agree", "words").say("a" * 10_000)
    assert [len(keep.answer) for keep in talk.of(Keep)] == [4096, 4096, 1808]


def test_there_is_room_for_so_much_and_no_more() -> None:
    """Words beyond the limit of a case are refused kindly, and what was kept stays."""
    talk = Talk().press("agree", "words").say("a" * 200_000, "b" * 100_000)
    assert talk.notices == ["repair.too_much"]
    assert talk.snapshot.size == 200_000


def test_odd_characters_are_kept_as_typed() -> None:
    """NUL, right-to-left and emoji are kept exactly."""
    odd = "a\x00b \u202eabc\u202c 👩‍👩‍👧 مرحبا"
    talk = Talk().press("agree", "words").say(odd)
    assert talk.of(Keep)[0].answer == odd


def test_half_a_character_is_refused_kindly() -> None:
    """What cannot be written down is not kept, and the person is told."""
    talk = Talk().press("agree", "words").say("broken \ud83d")
    assert (talk.notices, talk.of(Keep)) == (["repair.cannot_store"], [])


def test_one_line_answers_a_line() -> None:
    """A line is kept and leads on; one that is too long, empty or of two lines is asked for again."""
    talk = Talk().press("agree", "line").say("x" * 300)
    assert (talk.at, talk.notices) == ("family.line", ["repair.short_line"])
    talk.say("one\ntwo")
    assert talk.at == "family.line"
    assert talk.say("one").at == "family.menu"
    assert [keep.answer for keep in talk.of(Keep)] == ["one"]


def test_words_may_choose_a_button() -> None:
    """A label, whatever its case, or the number of a button is a press of it."""
    assert Talk().press("agree").say("ONE line.").at == "family.line"
    assert Talk().press("agree").say("1").at == "family.words"
    words = Talk().press("agree", "words").say("my son", "done")
    assert words.at == "family.menu"


def test_a_number_is_an_answer_where_words_are_asked() -> None:
    """Where words are asked, 1 is what they wrote."""
    talk = Talk().press("agree", "words").say("1")
    assert talk.of(Keep)[0].answer == "1"


def test_other_words_on_a_choice_are_kept_aside() -> None:
    """After consent they are kept and said to be; the question is asked again."""
    talk = Talk().press("agree").say("he has a knife")
    assert [(keep.kind, keep.answer) for keep in talk.of(Keep)] == [("aside", "he has a knife")]
    assert (talk.at, talk.notices) == ("family.menu", ["repair.kept_aside"])


def test_before_consent_nothing_is_kept() -> None:
    """Words on the first screen are not kept, and we say so."""
    talk = Talk().say("he has a knife")
    assert (talk.notices, talk.of(Keep)) == (["repair.nothing_kept_yet"], [])


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "document", "location", "contact", "other"])
def test_what_is_not_words_gets_a_kind_answer(kind: str) -> None:
    """Each kind has its own sentence, and the question stands."""
    talk = Talk().press("agree", "words").take(Sent(kind))
    assert (talk.at, talk.notices) == ("family.words", [f"repair.sent.{kind}"])


def test_an_unknown_kind_is_other() -> None:
    """What networks invent next gets the general sentence."""
    assert Talk().take(Sent("hologram")).notices == ["repair.sent.other"]


def test_three_tries_open_help() -> None:
    """The third answer that does not fit lays help on top; back returns to the question with its tries
    forgotten.
    """
    talk = Talk().press("agree", "words").take(Sent("sticker"), Sent("sticker"))
    assert talk.at == "family.words"
    talk.take(Sent("sticker"))
    assert (talk.at, talk.notices) == ("help.menu", ["repair.sent.sticker", "notice.help_opened"])
    talk.take(Sent("sticker"), Sent("sticker"), Sent("sticker"))
    assert talk.at == "help.menu"
    assert talk.press("go_back").at == "family.words"
    assert talk.snapshot.frames[-1].tries == 0


def test_a_press_that_is_not_on_the_screen_asks_again() -> None:
    """A made-up option moves nothing."""
    assert Talk().press("made_up").notices == ["repair.not_understood"]


def test_what_cannot_be_done_now_says_so() -> None:
    """Sending with nothing kept is refused, and nothing is filed."""
    talk = Talk().press("agree", "check", "send")
    assert (talk.at, talk.notices, talk.of(FileConcern)) == ("family.review", ["repair.not_now"], [])


def test_a_check_of_a_choice_holds_it_back() -> None:
    """A guarded state is left only when its check holds."""
    assert Talk(two_people=False).press("agree", "guarded", "on").at == "family.guarded"
    assert Talk().press("agree", "guarded", "on").at == "family.menu"


def test_interruptions_return_to_the_same_place() -> None:
    """Help from the middle of an answer comes back to it, with everything kept."""
    talk = Talk().press("agree", "words").say("my son").take(Commanded("help"))
    assert talk.at == "help.menu"
    talk.press("go_back")
    assert talk.at == "family.words"
    assert talk.snapshot.answers["family.words"].parts == ("my son",)


def test_the_same_interruption_is_not_stacked() -> None:
    """Danger while in danger shows its first card again; danger from help over danger comes back to it."""
    talk = Talk().press("agree").take(Commanded("emergency")).press("send").take(Commanded("emergency"))
    assert (talk.at, len(talk.snapshot.frames)) == ("danger.card", 2)
    talk.take(Commanded("help"), Commanded("emergency"))
    assert (talk.at, len(talk.snapshot.frames)) == ("danger.card", 2)


def test_an_outcome_leads_on_where_it_is_waited_for() -> None:
    """Sent from danger over help over the root goes to the root's own next state, and help is gone."""
    talk = Talk().press("agree", "words").say("he left").take(Commanded("help")).press("danger", "send")
    assert (talk.at, len(talk.snapshot.frames)) == ("family.after", 1)
    assert talk.of(FileConcern)[0].urgent


def test_one_sentence_is_enough_in_danger() -> None:
    """From the first screen, danger takes one sentence and sends it as urgent."""
    talk = Talk().take(Commanded("emergency")).press("send").say("he has petrol")
    assert (talk.at, talk.snapshot.stage) == ("family.after", "filed")
    assert talk.of(FileConcern)[0].urgent
    assert talk.say("still here").of(Keep)[-1].kind == "statement"


def test_plain_words_are_commands() -> None:
    """A whole short message is a command; a longer one is not."""
    assert Talk().say("999").at == "danger.card"
    assert Talk().say(" Help me! ").at == "help.menu"
    assert Talk().press("agree", "words").say("help me with my son").of(Keep)


def test_start_says_where_they_are() -> None:
    """Half way it repeats the question; at the very start it says nothing more; after sending it leads to
    what comes again.
    """
    assert Talk().take(Commanded("start")).notices == []
    talk = Talk().press("agree", "words").take(Commanded("start"))
    assert (talk.at, talk.notices) == ("family.words", ["notice.where_you_are"])
    talk.say("x").press("done", "check", "send", "add").take(Commanded("start"))
    assert talk.at == "family.after"


def test_start_after_sending_stays_without_a_place_to_come_back_to() -> None:
    """A root flow without `again` repeats where they are."""
    talk = Talk(library(family=ROOT.replace("again: after\n", "")))
    talk.press("agree", "words").say("x").press("done", "check", "send", "add").take(Commanded("start"))
    assert (talk.at, talk.notices) == ("family.add", ["notice.where_you_are"])


def test_back_goes_the_way_they_came() -> None:
    """Back goes one question back, out of what was laid over, and says so at the very first."""
    talk = Talk().press("agree", "words").take(Commanded("help"), Commanded("back"))
    assert talk.at == "family.words"
    assert talk.take(Commanded("back")).at == "family.menu"
    assert talk.take(Commanded("back")).at == "family.hello"
    assert talk.take(Commanded("back")).notices == ["notice.nothing_before"]


def test_loops_are_cut_out_of_the_way_back() -> None:
    """Going round does not make the way back longer."""
    talk = Talk().press("agree", "words").say("x").press("done", "words", "done", "words")
    assert talk.snapshot.frames[0].trail == ("hello", "menu")


def test_stop_forgets_what_was_not_sent() -> None:
    """Stop leads to its ending from anywhere and discards."""
    talk = Talk().press("agree", "words").say("my son").take(Commanded("help")).say("stop")
    assert (talk.at, talk.snapshot.stage, talk.snapshot.answers) == ("family.bye", "fresh", {})
    assert (talk.snapshot.kept, talk.of(Discard)) == (0, [Discard()])


def test_leave_ends_and_clears() -> None:
    """Leave discards, clears and closes; a second time it stays closed and clears again; then all begins
    anew.
    """
    talk = Talk().press("agree", "words").say("my son").take(Commanded("leave"))
    assert (talk.at, talk.snapshot.stage) == ("family.left", "ended")
    assert talk.screen.ended
    assert talk.screen.banner is None
    assert [type(e) for e in talk.turn.effects[:3]] == [Discard, ClearChat, Close]
    talk.take(Commanded("leave"))
    assert (talk.snapshot.stage, talk.of(ClearChat)) == ("ended", [ClearChat(), ClearChat()])
    assert talk.take(Commanded("stop")).snapshot.stage == "ended"
    assert talk.take(Edited("my daughter")).turn.effects == ()
    step = talk.snapshot.step
    talk.take(Chose("agree", 2))
    assert (talk.at, talk.snapshot.stage, talk.snapshot.step) == ("family.hello", "fresh", step + 1)


def test_after_the_end_words_are_not_kept() -> None:
    """A message after the end begins anew and says that it was not kept; a command is carried out; start just
    begins.
    """
    ended = Talk().press("agree", "quit")
    assert (ended.snapshot.stage, ended.of(Close)) == ("ended", [Close()])
    assert (
        advance(ended.library, ended.snapshot, Wrote("hello"), ended.facts)
        .snapshot.notices[0]
        .key.endswith("nothing_kept_yet")
    )
    turn = advance(ended.library, ended.snapshot, Wrote("999"), ended.facts)
    assert turn.snapshot.frames[-1].flow == "danger"
    turn = advance(ended.library, ended.snapshot, Commanded("start"), ended.facts)
    assert (turn.snapshot.frames[-1].state, turn.snapshot.notices) == ("hello", ())


def test_an_edit_corrects_the_message_it_was() -> None:
    """The most alike of the earlier messages is corrected; a name stays a name."""
    talk = Talk().press("agree", "name").say("Jo Bloggs").press("words").say("my sun left", "he has changed")
    talk.take(Edited("my son left"))
    assert (talk.of(Keep)[-1].corrects, talk.of(Keep)[-1].answer) == (1, "my son left")
    assert talk.snapshot.answers["family.words"].parts == ("my son left", "he has changed")
    kept = len(talk.of(Keep))
    talk.take(Edited("Joe Bloggs"))
    assert talk.snapshot.answers["family.name"].parts == ("Joe Bloggs",)
    assert len(talk.of(Keep)) == kept


def test_an_edited_aside_is_corrected() -> None:
    """Words kept aside can be corrected too."""
    talk = Talk().press("agree").say("he has a knive").take(Edited("he has a knife"))
    assert (talk.of(Keep)[-1].question, talk.of(Keep)[-1].corrects) == ("aside", 1)


def test_an_edit_of_nothing_kept_is_said() -> None:
    """Before anything was kept, and when it cannot be kept, we say that the change was not."""
    assert Talk().take(Edited("hello")).notices == ["notice.edit_not_kept"]
    talk = Talk().press("agree", "words").say("my son").take(Edited("\u200b"))
    assert talk.notices == ["notice.edit_not_kept"]
    lost = replace(talk.snapshot, answers={"gone.state": Answer(parts=("my son",))})
    turn = advance(talk.library, lost, Edited("my sun"), talk.facts)
    assert turn.snapshot.notices[0].key == "notice.edit_not_kept"


def test_after_sending_words_and_edits_are_statements() -> None:
    """They go at once, are said to have gone, and stay in no snapshot."""
    talk = Talk().press("agree", "words").say("my son").press("done", "check", "send").say("one more")
    assert (talk.of(Keep)[-1].kind, talk.notices) == ("statement", ["notice.statement_sent"])
    talk.take(Edited("one more thing"))
    assert talk.of(Keep)[-1].kind == "statement"
    talk.press("add").say("and this")
    assert (talk.of(Keep)[-1].kind, talk.notices) == ("statement", ["notice.statement_sent"])
    assert all(not answer.parts for answer in talk.snapshot.answers.values())
    assert talk.press("done", "add", "done").notices == ["repair.something_said"]


def test_got_worse_marks_it_urgent() -> None:
    """A sent concern is marked at once."""
    talk = Talk().press("agree", "words").say("my son").press("done", "check", "send", "worse")
    assert talk.of(MarkUrgent) == [MarkUrgent()]
    assert talk.snapshot.urgent


def test_sending_puts_the_name_apart() -> None:
    """Who they are goes to the capsule when it is sent, never into a record; then every answer is dropped."""
    talk = (
        Talk().press("agree", "name").say("Jo Bloggs").press("words").say("x").press("done", "area", "north")
    )
    assert not any("Jo" in keep.answer for keep in talk.of(Keep))
    talk.press("check", "send")
    assert talk.of(KeepIdentity)[0].given == (("name", "Jo Bloggs"),)
    filed = talk.of(FileConcern)[0]
    assert (filed.area, filed.urgent, filed.replies, filed.reference) == (
        "north",
        False,
        "visit",
        "7K2M-9QXD",
    )
    assert (talk.snapshot.answers, talk.screen.banner) == ({}, None)


def test_no_way_back_before_sending() -> None:
    """Once it is sent, *Back* leads to no question of before."""
    talk = Talk().press("agree", "words").say("x").press("done", "check", "send")
    assert talk.snapshot.frames[0].trail == ()
    assert not any(button.option == "!back" for button in talk.screen.always)


def test_feedback_is_handed_over_once() -> None:
    """All of it together, without what was skipped, and nothing when all was."""
    talk = Talk().press("agree", "words").say("x").press("done", "check", "send", "tell", "yes", "four")
    talk.say("It was kind").press("done")
    assert talk.of(KeepFeedback) == [KeepFeedback("yes", "", 4, "It was kind")]
    talk.press("go_back", "tell", "skip", "skip", "skip")
    assert len(talk.of(KeepFeedback)) == 1


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


def test_an_option_beside_words_answers_only_without_words() -> None:
    """`nothing` is an answer where nothing was written, and only a way on where something was."""
    talk = Talk().press("agree", "words", "nothing")
    assert (talk.of(Keep)[0].kind, talk.of(Keep)[0].option) == ("choice", "nothing")
    talk = Talk().press("agree", "words").say("my son").press("nothing")
    assert [keep.kind for keep in talk.of(Keep)] == ["words"]
    assert Talk().press("agree", "words", "aside").of(Keep) == []


def test_opening_another_flow_is_no_answer() -> None:
    """A question asked before answering leaves no record."""
    talk = Talk().press("agree", "area", "questions")
    assert (talk.at, talk.of(Keep)) == ("help.menu", [])


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


def test_an_edition_that_is_gone_is_mended() -> None:
    """A frame of an unknown edition goes on with today's; one of an unknown flow is left; nothing left begins
    anew.
    """
    talk = Talk().press("agree", "words")
    old = replace(talk.snapshot, frames=(Frame("family", "0" * 16, "words", trail=("hello", "gone")),))
    turn = advance(talk.library, old, Wrote("my son"), talk.facts)
    assert turn.snapshot.frames[0].edition == talk.library.current("family").edition
    assert turn.snapshot.frames[0].trail == ("hello",)
    for frames in ((), (Frame("gone", "", "x"),), (Frame("family", "", "gone"),)):
        lost = replace(talk.snapshot, frames=frames)
        assert screen(talk.library, lost, talk.facts).state == "hello"
        assert screen(talk.library, replace(lost, stage="filed"), talk.facts).state == "after"


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
