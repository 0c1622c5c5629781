"""Standing, moving, commands, interruptions and ends, one sentence each, on the small library."""

from __future__ import annotations

from dialogs.effects import (
    ClearChat,
    Close,
    Discard,
    FileConcern,
    Keep,
)
from dialogs.engine import Turn, advance, screen
from dialogs.events import Chose, Commanded, Edited, Sent, Wrote
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
    turn = advance(ended.library, ended.snapshot, Wrote("my son"), ended.facts)
    assert [line.key for line in turn.snapshot.notices] == ["repair.nothing_kept_yet"]
    turn = advance(ended.library, ended.snapshot, Wrote("999"), ended.facts)
    assert turn.snapshot.frames[-1].flow == "danger"
    turn = advance(ended.library, ended.snapshot, Commanded("start"), ended.facts)
    assert (turn.snapshot.frames[-1].state, turn.snapshot.notices) == ("hello", ())


def _around(talk: Talk) -> list[str]:
    return [button.option for button in talk.screen.always]


def test_an_always_there_button_is_not_shown_twice() -> None:
    """Where the screen's own button opens danger or help, the other is left off; its command still works."""
    assert _around(Talk()) == ["!emergency", "!help", "!leave"]
    talk = Talk(library(family=ROOT.replace("look: menu}", "help: {call: help}, fire: {call: danger}}")))
    assert _around(talk) == ["!leave"]
    assert talk.take(Chose("!emergency", 1)).at == "danger.card"
    assert _around(Talk().press("agree", "area")) == ["!emergency", "!back", "!leave"]
    assert _around(Talk().take(Commanded("help"))) == ["!back", "!leave"]
    maybe = ROOT.replace("look: menu}", "help: [{call: help, if: was_sent}, {to: menu}]}")
    assert "!help" in _around(Talk(library(family=maybe)))


def test_the_first_screen_has_no_way_back() -> None:
    """Not even when they came to it again."""
    talk = Talk().press("agree", "words").say("x").take(Commanded("stop")).press("again")
    assert (talk.at, talk.snapshot.frames[0].trail) == ("family.hello", ("bye",))
    assert "!back" not in _around(talk)


def test_the_way_on_is_set_apart() -> None:
    """A state says which of its options is primary, else Done is; only one is."""
    talk = Talk(
        library(family=ROOT.replace("review: {review: true,", "review: {review: true, primary: send,"))
    )
    talk.press("agree", "words").say("x")
    assert {b.option: b.style for b in talk.screen.buttons}["done"] == "primary"
    talk.press("done", "check")
    assert {b.option: b.style for b in talk.screen.buttons}["send"] == "primary"
    assert [b.style for b in talk.screen.buttons].count("primary") == 1


def test_no_way_back_before_sending() -> None:
    """Once it is sent, *Back* leads to no question of before."""
    talk = Talk().press("agree", "words").say("x").press("done", "check", "send")
    assert talk.snapshot.frames[0].trail == ()
    assert not any(button.option == "!back" for button in talk.screen.always)
