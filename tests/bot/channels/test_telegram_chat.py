"""What a person sees: one card in place, answers, a cleared chat; and what happens when it fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels import Mark
from bot.errors import DeliveryFailed, Refused, Unreachable
from dialogs.wording import CardButton
from tests.bot.channels.telegram_hall import Line, card
from tests.peers.telegram import TelegramStandIn
from tests.peers.telegram_person import Person


@pytest.fixture
async def person(telegram: TelegramStandIn) -> Person:
    """Somebody who has opened the chat."""
    telegram.person().writes("/start")
    return telegram.person()


@pytest.fixture
async def quiet(telegram: TelegramStandIn, person: Person) -> AsyncIterator[Line]:
    """A channel that only delivers."""
    line = Line(telegram)
    await line.channel.open()
    yield line
    await line.channel.close()


def theirs(number: int) -> Mark:
    """The mark of a message they wrote."""
    return Mark(str(number), "theirs")


async def test_a_press_edits_the_card_where_it_stands(quiet: Line, person: Person) -> None:
    """With nothing below it the card changes in place, and nothing new makes a sound."""
    marks = await quiet.sent(person.id, card=card("First?", "Yes", "No"), tag="00ff00ff")
    shown = person.card.id
    marks = await quiet.sent(person.id, marks, card=card("Second?", "Go on"), tag="00ff00ff")
    assert person.card.id == shown
    assert "Second?" in person.card.text
    assert person.buttons == ["Go on", "Danger", "Close now"]
    assert person.card.keyboard[0][0]["callback_data"] == "1|00ff00ff|3|go_on"
    assert [m.what for m in marks] == ["card"]


async def test_after_words_the_card_moves_below_them(quiet: Line, person: Person) -> None:
    """A new card is sent silently below what was typed, then the old one goes."""
    marks = await quiet.sent(person.id, card=card("First?"))
    old = person.card.id
    marks.append(theirs(person.writes("my words")))
    marks = await quiet.sent(person.id, marks, card=card("Second?"))
    assert [m.text.split("\n")[0] for m in person.sees][-2:] == ["my words", "Second?"]
    assert old not in [m.id for m in person.sees]
    assert str(old) not in [m.name for m in marks]
    assert all(m.silent for m in person.sees if m.sender != person.id)


async def test_the_same_card_again_is_no_error(quiet: Line, person: Person) -> None:
    """Telegram's "not modified" counts as shown."""
    marks = await quiet.sent(person.id, card=card("First?"))
    again = await quiet.sent(person.id, marks, card=card("First?"), repeated=True)
    assert again == marks
    assert len(person.told) == 1


async def test_a_card_that_vanished_is_sent_anew(quiet: Line, person: Person) -> None:
    """When the person deleted the card themselves, the next one is a new message."""
    marks = await quiet.sent(person.id, card=card("First?"))
    person.deletes(person.card.id)
    marks = await quiet.sent(person.id, marks, card=card("Second?"))
    assert person.told[-1].startswith("Second?")
    assert [m.name for m in marks] == [str(person.card.id)]


async def test_nothing_is_formatted_previewed_or_protected_that_people_must_copy(
    quiet: Line, person: Person
) -> None:
    """A person's words come back as typed, links show no preview, and a card can be copied."""
    odd = "<b>*_`~|[x](https://example.org)</b> \u202e \U0001f468\u200d\U0001f469\u200d\U0001f467 سلام"
    marks = await quiet.sent(person.id, card=card(odd, "Yes"))
    await quiet.sent(person.id, marks, card=card(odd + "!", "Yes"))
    assert odd + "!" in person.card.text
    assert not person.card.preview
    assert not person.card.protected
    assert not any("parse_mode" in p for _, p in quiet.telegram.calls)


async def test_an_answer_comes_as_a_message_of_its_own(quiet: Line, person: Person) -> None:
    """An officer's answer is plain, may make a sound, cannot be passed on, and later ones are numbered."""
    marks = await quiet.sent(
        person.id, kind="reply", text="There is an update.\n\nThank you.", number=1, silent=False
    )
    marks = await quiet.sent(person.id, marks, kind="reply", text="There is an update.\n\nMore.", number=2)
    assert person.told == ["There is an update.\n\nThank you.", "(2) There is an update.\n\nMore."]
    first, second = person.sees[-2:]
    assert (first.silent, second.silent, first.protected, first.preview) == (False, True, True, False)
    assert [m.what for m in marks] == ["reply", "reply"]
    assert quiet.telegram.calls[-1][0] == "sendmessage"


async def test_a_notice_has_one_button_that_shows_where_things_stand(quiet: Line, person: Person) -> None:
    """After a while nothing but a neutral line is sent, and the next card takes its place."""
    marks = await quiet.sent(person.id, kind="notice", text="There is an update.", button="Show", tag="abcd")
    assert person.buttons == ["Show"]
    assert person.card.keyboard[0][0]["callback_data"] == "1|abcd|0|!show"
    marks = await quiet.sent(person.id, marks, card=card("Here you are."))
    assert person.told[-1].startswith("Here you are.")
    assert len(person.told) == 1


async def test_a_long_card_comes_in_pieces_and_goes_whole(quiet: Line, person: Person) -> None:
    """A card over 4,096 units is several messages; the last has the buttons; all go with the next."""
    long = "\n\n".join(f"{n}. " + "wörter 🙂 " * 60 for n in range(12))
    marks = await quiet.sent(person.id, card=card(long, "Send"))
    assert len(person.told) == len(marks) > 1
    assert [bool(m.keyboard) for m in person.sees if m.sender != person.id][-2:] == [False, True]
    marks = await quiet.sent(person.id, marks, card=card("Short."))
    assert len(person.told) == len(marks) == 1


async def test_a_link_telegram_refuses_stands_in_the_text(quiet: Line, person: Person) -> None:
    """A telephone link or a bare host is written out; a good one is a button, unless it is refused."""
    links = (
        CardButton("call", "Call", url="tel:08000113764"),
        CardButton("here", "Website", url="http://localhost:8080"),
        CardButton("web", "Website", url="https://example.org"),
    )
    await quiet.sent(person.id, card=card("How?", buttons=links))
    assert "Call: 08000113764" in person.card.text
    assert "Website: http://localhost:8080" in person.card.text
    person.presses("Website")
    assert person.opened == ["https://example.org"]
    wrong = "Bad Request: inline keyboard button URL 'https://example.org' is invalid: Wrong HTTP URL"
    quiet.telegram.goes_wrong("sendMessage", code=400, description=wrong)
    await quiet.sent(person.id, card=card("How?", buttons=links))
    assert "Website: https://example.org" in person.told[-1]


async def test_clearing_removes_what_telegram_still_lets_us_remove(quiet: Line, person: Person) -> None:
    """Everything under 48 hours goes, theirs too; what is older is said to be left."""
    old = theirs(person.writes("old words"))
    quiet.telegram.passes(49 * 3600)
    marks = [old, *(theirs(person.writes(f"words {n}")) for n in range(120))]
    marks = await quiet.sent(person.id, marks, card=card("Card"))
    marks = await quiet.sent(person.id, marks, kind="clear", card=card("You can close this chat now."))
    texts = [m.text for m in person.sees]
    assert texts[:2] == ["/start", "old words"]
    assert len(texts) == 3
    assert texts[2].startswith("You can close this chat now.")
    assert "could not be removed" in texts[2]
    assert [m.name for m in marks] == [str(person.card.id)]


async def test_clearing_a_young_chat_leaves_one_card(quiet: Line, person: Person) -> None:
    """When all could go, nothing is said to be left, in two calls."""
    marks = [theirs(m.id) for m in person.sees] + await quiet.sent(person.id, card=card("Card"))
    await quiet.sent(person.id, marks, kind="clear", card=card("Chat closed."))
    assert len(person.sees) == 1
    assert "could not" not in person.card.text
    assert len(quiet.telegram.called("deleteMessages")) == 1
    await quiet.sent(person.id, [Mark(str(person.card.id), "card")], kind="clear")
    assert not person.sees


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"how": "refuse"}, {"retry_after": 0, "uncertain": True}),
        ({"how": "drop"}, {"retry_after": 0, "uncertain": True}),
        ({"how": "garbage"}, {"retry_after": 0, "uncertain": True}),
        ({"code": 500}, {"retry_after": 0, "uncertain": True}),
        ({"code": 502}, {"retry_after": 0, "uncertain": True}),
        ({"retry_after": 7}, {"retry_after": 7, "uncertain": False}),
        ({"code": 401, "description": "Unauthorized"}, {"retry_after": 60, "whole_network": True}),
    ],
)
async def test_what_may_arrive_later_is_tried_again(
    quiet: Line, person: Person, wrong: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Every passing failure says how long to wait and whether the message may have arrived."""
    quiet.telegram.goes_wrong("sendMessage", **wrong)
    with pytest.raises(DeliveryFailed) as failed:
        await quiet.sent(person.id, card=card("Hello"))
    assert {name: getattr(failed.value, name) for name in expected} == expected
    assert failed.value.__suppress_context__


async def test_a_connection_that_was_never_made_is_certain() -> None:
    """When Telegram was not reached, nothing can have arrived."""
    async with TelegramStandIn() as gone:
        line = Line(gone)
    await line.channel.open()
    with pytest.raises(DeliveryFailed) as failed:
        await line.sent(1001, card=card("Hello"))
    await line.channel.close()
    assert not failed.value.uncertain


async def test_a_whole_network_waits_only_when_several_are_slowed(quiet: Line, person: Person) -> None:
    """One chat that is too fast is its own matter; a second one refused at once is everybody's."""
    other = quiet.telegram.person(1002)
    other.writes("/start")
    quiet.telegram.goes_wrong("sendMessage", retry_after=3, times=3)
    seen = []
    for chat in (person.id, person.id, other.id):
        with pytest.raises(DeliveryFailed) as failed:
            await quiet.sent(chat, card=card("Hello"))
        seen.append(failed.value.whole_network)
    assert seen == [False, False, True]


async def test_a_person_who_closed_the_chat_is_unreachable(quiet: Line, person: Person) -> None:
    """Blocked, never begun, or gone: nothing more is tried for this address."""
    person.blocks()
    with pytest.raises(Unreachable):
        await quiet.sent(person.id, card=card("Hello"))
    with pytest.raises(Unreachable):
        await quiet.sent(424242, card=card("Hello"))


async def test_what_telegram_will_never_take_is_refused(quiet: Line, person: Person) -> None:
    """A message that is wrong in itself, or leads nowhere, never blocks what follows."""
    quiet.telegram.goes_wrong("sendMessage", code=400, description="Bad Request: something else")
    wrong: list[dict[str, Any]] = [
        {"card": card("Hello")},
        {"card": None},
        {"card": card("x", "a" * 70)},
        {"route": {}},
    ]
    for message in wrong:
        with pytest.raises(Refused):
            await quiet.sent(person.id, **message)


async def test_a_delivery_that_arrived_never_fails_for_tidying(quiet: Line, person: Person) -> None:
    """When the new card stands and the old one cannot be removed now, it is done and the mark stays."""
    marks = await quiet.sent(person.id, card=card("First?"))
    marks.append(theirs(person.writes("words")))
    quiet.telegram.goes_wrong("deleteMessages", retry_after=9)
    after = await quiet.sent(person.id, marks, card=card("Second?"))
    assert len([m for m in after if m.what == "card"]) == 2


async def test_pieces_before_a_failure_are_taken_back(quiet: Line, person: Person) -> None:
    """A card of which only a part arrived is removed before it is tried again."""
    quiet.telegram.faults.clear()
    long = "word " * 2000
    first = quiet.telegram.goes_wrong("sendMessage", retry_after=2, times=0)
    sends = 0

    original = first.takes

    def second_only(method: str) -> bool:
        nonlocal sends
        sends += method == "sendmessage"
        first.times = 1 if sends == 2 else 0
        return original(method)

    first.takes = second_only  # type: ignore[method-assign]  # a fault that waits for the second piece
    with pytest.raises(DeliveryFailed):
        await quiet.sent(person.id, card=card(long))
    assert not person.told
