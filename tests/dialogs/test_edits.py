"""What becomes of a message that was changed on its network: it is corrected, and no name gets out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dialogs.effects import Keep, KeepIdentity
from dialogs.engine import advance
from dialogs.events import Edited, Wrote
from dialogs.snapshot import Answer, dumps, loads
from tests.dialogs.small import Talk

KEPT, NOT_KEPT, SENT = "notice.edit_kept", "notice.edit_not_kept", "notice.statement_sent"


def given(talk: Talk) -> list[tuple[str, str, int]]:
    """Give every record that was kept: its kind, its words, and what it corrects."""
    return [(keep.kind, keep.answer, keep.corrects) for keep in talk.of(Keep)]


def named() -> Talk:
    """A conversation in which a name was given in message 3 and words in message 4."""
    talk = Talk().press("agree", "name").take(Wrote("Jo Bloggs", "3"))
    return talk.press("words").take(Wrote("he left home", "4"))


def sent(talk: Talk) -> Talk:
    """The same conversation, sent."""
    return talk.press("done", "check", "send")


def test_the_message_that_was_edited_is_corrected() -> None:
    """By the network's own name for it, however unlike the words are, and another one never."""
    talk = Talk().press("agree", "words").take(Wrote("he left on monday", "7"), Wrote("he came back", "8"))
    talk.take(Edited("he came back on monday", "7"))
    assert (talk.notices, given(talk)[2:]) == ([KEPT], [("words", "he came back on monday", 1)])
    assert talk.snapshot.answers["family.words"].parts == ("he came back on monday", "he came back")
    assert given(talk.take(Edited("on sunday", "7")))[3:] == [("words", "on sunday", 3)]


def test_an_edited_name_stays_apart() -> None:
    """However it is changed, it is corrected where it is kept and becomes no record."""
    talk = named().take(Edited("Alexandra Smith", "3"))
    assert (talk.notices, given(talk)) == ([KEPT], [("words", "he left home", 0)])
    assert sent(talk).of(KeepIdentity)[0].given == (("name", "Alexandra Smith"),)


def test_an_edited_name_is_no_statement_after_sending() -> None:
    """What went to the capsule is not kept again where one officer reads it, and they are told."""
    talk = sent(named())
    before = given(talk)
    talk.take(Edited("Joe Bloggs", "3"))
    assert (talk.notices, given(talk)) == ([NOT_KEPT], before)
    talk.take(Edited("he left home on monday", "4"))
    assert (talk.notices, given(talk)[-1]) == ([SENT], ("statement", "he left home on monday", 0))
    assert "Bloggs" not in dumps(talk.snapshot).decode()


def test_a_name_that_was_given_anew_is_still_a_name() -> None:
    """Its first message is never kept as something else."""
    talk = Talk().press("agree", "name").take(Wrote("Jo Bloggs", "3")).press("name").take(Wrote("Sam", "4"))
    talk.take(Edited("Joe Bloggs of Leeds", "3"))
    assert (talk.notices, given(talk)) == ([NOT_KEPT], [])
    assert talk.snapshot.answers["family.name"].parts == ("Sam",)


def test_what_was_refused_as_a_name_is_a_name_when_it_is_mended() -> None:
    """Two lines do not fit, so they are edited into one: not kept, and never beside the draft."""
    talk = Talk().press("agree", "name").take(*[Wrote("Jo\nBloggs", "3")] * 2)
    assert (talk.notices, talk.snapshot.capsule) == (["repair.short_line"], ("3",))
    talk.take(Edited("Jo Bloggs", "3"))
    assert (talk.notices, given(talk)) == ([NOT_KEPT], [])


def test_where_a_name_is_asked_no_edit_is_kept_beside_the_draft() -> None:
    """An edit of a message of before may be the name that is asked for now."""
    talk = Talk().take(Wrote("hello there", "2")).press("agree", "name").take(Edited("Jo Bloggs", "2"))
    assert (talk.notices, given(talk)) == ([NOT_KEPT], [])


def test_what_was_meant_for_the_capsule_is_remembered_by_its_name_alone() -> None:
    """Once each, through sending, discarding and a new beginning; never a word of it."""
    talk = named().press("done", "name").take(Wrote("Sam", "9"), Wrote("Sam", "9"))
    assert talk.snapshot.capsule == ("3", "9")
    assert talk.press("quit").snapshot.capsule == ("3", "9")
    assert talk.press("agree").snapshot.capsule == ("3", "9")


def test_words_just_after_done_can_be_edited_too() -> None:
    """They belong to the answer before, and so does their correction."""
    talk = Talk().press("agree", "words").take(Wrote("my son", "3")).press("done")
    talk.take(Wrote("and petrol", "4"), seconds=2).take(Edited("and fuel", "4"))
    assert given(talk)[-1] == ("words", "and fuel", 2)


def test_a_message_of_several_records_is_edited_whole() -> None:
    """The edit takes the place of all of them; what is left over is taken away, what is new is added."""
    talk = Talk().press("agree", "words").take(Wrote("a", "1"), Wrote("b" * 9000, "2"), Wrote("c", "3"))
    talk.take(Edited("short", "2"))
    assert given(talk)[5:] == [("words", "short", 2), ("words", "", 3), ("words", "", 4)]
    assert talk.snapshot.answers["family.words"].parts == ("a", "short", "c")
    talk.take(Edited("d" * 5000, "2"))
    assert [(len(words), corrects) for _, words, corrects in given(talk)[8:]] == [(4096, 6), (904, 0)]
    assert [len(part) for part in talk.snapshot.answers["family.words"].parts] == [1, 4096, 904, 1]
    assert given(talk.take(Edited("C", "3")))[-1] == ("words", "C", 5)


def test_an_option_given_before_the_words_keeps_its_record() -> None:
    """An edit of the words corrects their record, not that of the button pressed first."""
    talk = Talk().press("agree", "words", "nothing", "words").take(Wrote("my sun", "5"))
    assert given(talk.take(Edited("my son", "5")))[-1] == ("words", "my son", 2)


def test_an_edited_aside_is_corrected_by_its_name() -> None:
    """Words beside the question have a name too, and so has an edit that was kept beside it."""
    talk = Talk().press("agree").take(Wrote("he has a knife", "5"), Edited("no more", "5"))
    assert given(talk) == [("aside", "he has a knife", 0), ("words", "no more", 1)]
    talk.take(Edited("he is gone", "6"), Edited("he is back", "6"))
    assert given(talk)[2:] == [("aside", "he is gone", 0), ("words", "he is back", 3)]


def test_an_unknown_edit_is_kept_beside_the_draft() -> None:
    """A message that was not kept, and is edited after consent, is kept now; before consent it is not."""
    talk = Talk().take(Wrote("he has a knife", "2"), Edited("he has a gun", "2"))
    assert (talk.notices, given(talk)) == ([NOT_KEPT], [])
    talk.press("agree").take(Edited("he has two guns", "2"))
    assert (talk.notices, given(talk)) == ([KEPT], [("aside", "he has two guns", 0)])


def test_an_unknown_edit_that_is_like_a_name_is_not_kept() -> None:
    """Even when the network says that it was another message."""
    talk = Talk().take(Wrote("Jo Bloggs", "2")).press("agree", "name").take(Wrote("Jo Bloggs", "3"))
    talk.take(Edited("I am Jo Bloggs", "2"))
    assert (talk.notices, given(talk)) == ([NOT_KEPT], [])


def test_a_named_edit_never_corrects_another_named_message() -> None:
    """However alike they are: the network says that it was not this one."""
    talk = Talk().press("agree", "words").take(Wrote("he left home", "4"), Edited("he left home.", "5"))
    assert given(talk)[1:] == [("aside", "he left home.", 0)]


def test_without_a_name_only_strong_and_single_likeness_corrects() -> None:
    """Weak or doubtful likeness is kept beside the draft, so that nothing is overwritten by guess."""
    talk = Talk().press("agree", "words").say("he left on monday", "he left on friday", "my sun")
    assert given(talk.take(Edited("he left on sunday")))[-1] == ("aside", "he left on sunday", 0)
    assert given(talk.take(Edited("something else")))[-1] == ("aside", "something else", 0)
    assert given(talk.take(Edited("my son")))[-1] == ("words", "my son", 3)


def test_without_a_name_nothing_is_kept_beside_the_draft_once_a_name_was_given() -> None:
    """It could be the name, however changed. What is surely the words is corrected as the words."""
    talk = Talk().press("agree", "name").say("Jo Bloggs").press("words").say("he left home")
    talk.take(Edited("Alexandra Smith"))
    assert (talk.notices, len(given(talk))) == ([NOT_KEPT], 1)
    assert given(talk.take(Edited("he left home.")))[1:] == [("words", "he left home.", 1)]
    talk.take(Edited("Joe Bloggs"))
    assert (talk.notices, talk.snapshot.answers["family.name"].parts) == ([KEPT], ("Joe Bloggs",))


def test_words_that_are_like_a_name_are_not_corrected_by_guess() -> None:
    """Where the words could as well be the name, neither is touched."""
    talk = Talk().press("agree", "name").say("Jo Bloggs").press("words").say("Jo Bloggs is afraid")
    talk.take(Edited("Jo Bloggs is afraid."))
    assert (talk.notices, len(given(talk))) == ([NOT_KEPT], 1)


def test_after_sending_an_edit_without_a_name_is_kept_only_where_no_name_was_given() -> None:
    """Where there is a capsule it could be what is in it."""
    talk = sent(Talk().press("agree", "words").say("he left home"))
    assert given(talk.take(Edited("he left")))[-1] == ("statement", "he left", 0)
    talk = sent(Talk().press("agree", "name").say("Jo Bloggs").press("words").say("he left home"))
    assert talk.take(Edited("he left")).notices == [NOT_KEPT]
    assert talk.take(Edited("he left", "5")).notices == [NOT_KEPT]


def test_feedback_edited_after_sending_is_no_statement() -> None:
    """What is still in the draft is corrected there, sent or not."""
    talk = sent(Talk().press("agree", "words").take(Wrote("x", "1"))).press("tell", "skip", "skip")
    talk.take(Wrote("It was kid", "2"), Edited("It was kind", "2"))
    assert (given(talk)[1:], talk.notices) == ([], [KEPT])
    assert talk.snapshot.answers["tell.comment"].parts == ("It was kind",)


def test_an_edit_of_a_question_that_is_gone_is_said() -> None:
    """A flow that no longer has the question cannot take its correction."""
    talk = Talk().press("agree")
    gone = replace(talk.snapshot, answers={"gone.state": Answer(parts=("my son",), names=("4",))})
    turn = advance(talk.library, gone, Edited("my sun", "4"), talk.facts)
    assert [line.key for line in turn.snapshot.notices] == [NOT_KEPT]
    assert len(turn.effects) == 1


def test_a_draft_of_before_names_can_still_be_edited() -> None:
    """An older draft has no names: what was given for the capsule in it has none either."""
    talk = named()
    old = json.loads(dumps(talk.snapshot))
    del old["capsule"]
    for answer in old["answers"].values():
        del answer["names"]
    back = loads(json.dumps(old).encode())
    assert back.capsule == ("",)
    assert back.answers["family.words"].names == ("",)
    turn = advance(talk.library, back, Edited("he left home.", "4"), talk.facts)
    assert turn.snapshot.answers["family.words"].parts == ("he left home.",)
    turn = advance(talk.library, back, Edited("Alexandra Smith", "3"), talk.facts)
    assert [line.key for line in turn.snapshot.notices] == [NOT_KEPT]


@pytest.mark.parametrize(
    ("stage", "kind", "capsule"),
    [("filed", "record", ("",)), ("drafting", "record", ()), ("drafting", "identity", ("",))],
)
def test_an_older_snapshot_takes_no_chances(stage: str, kind: str, capsule: tuple[str, ...]) -> None:
    """What was sent before may have had a name in it, so an edit of it is not kept."""
    old = json.loads(dumps(Talk().snapshot)) | {"stage": stage}
    old["answers"] = {"family.name": {"option": "", "parts": ["x"], "records": [], "kind": kind}}
    del old["capsule"]
    assert loads(json.dumps(old).encode()).capsule == capsule
