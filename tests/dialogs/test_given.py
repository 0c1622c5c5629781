"""What becomes of everything a person gives: words, lines, asides, edits, names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs.effects import (
    FileConcern,
    Keep,
    KeepFeedback,
    KeepIdentity,
    MarkUrgent,
)
from dialogs.engine import advance, screen
from dialogs.events import Commanded, Edited, Sent, Wrote
from dialogs.snapshot import Answer, Frame
from tests.dialogs.small import Talk


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


def test_nothing_is_added_to_feedback_that_was_handed_over() -> None:
    """Right after the last question about the chat, words are no part of it, and are not lost either."""
    talk = Talk().press("agree", "words").say("x").press("done", "check", "send", "tell", "skip", "skip")
    talk.say("kind").press("done").say("and quick", seconds=2)
    assert (talk.of(Keep)[-1].kind, talk.of(Keep)[-1].answer) == ("statement", "and quick")


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


def test_a_command_nobody_knows_is_no_misfit() -> None:
    """It has its own sentence, the screen stands, and however often it comes no help is laid on top."""
    talk = Talk().press("agree", "words").take(*[Sent("command")] * 4)
    assert (talk.at, talk.notices, talk.of(Keep)) == ("family.words", ["repair.sent.command"], [])
    assert talk.snapshot.frames[-1].tries == 0


def test_plain_words_are_commands() -> None:
    """A whole short message is a command; a longer one is not."""
    assert Talk().say("999").at == "danger.card"
    assert Talk().say(" Help me! ").at == "help.menu"
    assert Talk().press("agree", "words").say("help me with my son").of(Keep)
    assert Talk().press("agree").say("hello").of(Keep) == []
    assert Talk().press("agree", "words").say("hello").of(Keep)[0].answer == "hello"


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


def test_there_is_no_way_back_behind_sending() -> None:
    """Back after sending, or after everything was discarded, does not lead to questions that are over."""
    talk = Talk().press("agree", "words").say("my son").press("done", "check", "send").take(Commanded("back"))
    assert (talk.at, talk.notices) == ("family.after", ["notice.nothing_before"])
    talk = Talk().press("agree", "words").say("my son").take(Commanded("stop"), Commanded("back"))
    assert talk.at == "family.bye"


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


def test_feedback_is_handed_over_once() -> None:
    """All of it together, without what was skipped, and nothing when all was."""
    talk = Talk().press("agree", "words").say("x").press("done", "check", "send", "tell", "yes", "four")
    talk.say("It was kind").press("done")
    assert talk.of(KeepFeedback) == [KeepFeedback("yes", "", 4, "It was kind")]
    talk.press("go_back", "tell", "skip", "skip", "skip")
    assert len(talk.of(KeepFeedback)) == 1


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


def test_an_edit_that_is_too_long_for_one_record_becomes_several() -> None:
    """The first corrects what stood, the others follow it, and nothing of the words is lost."""
    talk = Talk().press("agree", "words").take(Wrote("my son", "1"), Wrote("and more", "2"))
    talk.take(Edited("and more" + "x" * 4096, "2"))
    keeps = talk.of(Keep)[2:]
    assert [(keep.n, keep.corrects, len(keep.answer)) for keep in keeps] == [(3, 2, 4096), (4, 0, 8)]
    answer = talk.snapshot.answers["family.words"]
    assert answer.records == (1, 3, 4)
    assert "".join(answer.parts) == "my son" + "and more" + "x" * 4096
