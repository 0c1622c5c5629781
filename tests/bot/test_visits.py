"""What a visited door sees: the card of now, answers that wait; and conversations that keep nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels import Incoming
from bot.memory import Memory
from dialogs.events import Commanded, Wrote
from dialogs.screen import Line
from storage.records import CaseRow
from tests.bot.house import House, a_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A door with a team."""
    async with a_house(tmp_path) as made:
        yield made


async def answer(house: House, case: CaseRow, text: str, number: int = 1) -> None:
    """Put an officer's answer out, as the officers' door does."""
    reach = await house.parts.store.read(lambda unit: unit.conversations.by_case(case.id))
    assert reach is not None
    blind = reach.blind_address
    seq = await house.parts.store.read(lambda unit: unit.outbox.next_seq(blind))
    sealed = house.seals.seal_reply(blind, seq, json.dumps({"text": text, "number": number}).encode())
    hold = not (reach.replies == "push" and reach.door == "telegram")
    await house.parts.store.do(
        lambda unit: unit.outbox.add(blind, reach.conversation_id, seq, "reply", sealed, hold=hold)
    )


async def test_the_first_card_is_drawn_for_nobody_and_stores_nothing(house: House) -> None:
    """Looking at the first page leaves no conversation and no key behind."""
    card = await house.parts.visits.opening("web")
    assert card.heading
    assert await house.parts.visits.card("web", "visitor") is None
    assert await house.parts.visits.tag("web", "visitor") == ""
    assert house.parts.seals.draft_kids() == []


async def test_a_press_on_the_first_card_begins_the_conversation(house: House) -> None:
    """A newcomer's first event may be the press of a button on the card that was drawn for nobody."""
    card = await house.parts.visits.opening("web")
    await house.hears(Commanded("emergency"), door="web", address="visitor")
    assert "999" in (await house.card("web", "visitor")).plain()
    assert card.step <= (await house.card("web", "visitor")).step


async def test_a_visited_door_is_never_pushed_to(house: House) -> None:
    """A whole conversation on the web leaves nothing in the outbox."""
    await house.sends("my son changed", door="web", address="visitor")
    assert (await house.parts.store.read(lambda unit: unit.outbox.backlog()))["waiting"] == 0
    assert await house.delivers() == []


async def test_settled_waits_until_everything_said_was_worked(house: House) -> None:
    """While an event waits it says no; once the desk has worked it, yes."""
    await house.parts.intake.accept("web", [Incoming("v", "1", 1, Commanded("start"), {})])
    assert not await house.parts.visits.settled("web", "v", within=0.05)
    await house.works()
    assert await house.parts.visits.settled("web", "v", within=0.05)
    assert await house.parts.visits.settled("web", "nobody", within=0.05)


async def test_an_answer_waits_for_the_visit_and_is_gone_once_shown(house: House) -> None:
    """On the web an officer's answer is opened at the visit, and destroyed here when it was shown."""
    case = await house.sends("my son changed", door="web", address="visitor")
    await answer(house, case, "Thank you. Is he at home now?")
    (reply,) = await house.parts.visits.replies("web", "visitor")
    assert reply.text == "Thank you. Is he at home now?"
    assert reply.number == 1
    assert await house.parts.visits.replies("web", "another") == ()
    await house.parts.visits.shown("web", "another", [reply.id])
    assert len(await house.parts.visits.replies("web", "visitor")) == 1
    await house.parts.visits.shown("web", "visitor", [reply.id])
    assert await house.parts.visits.replies("web", "visitor") == ()


async def test_without_a_yes_an_answer_waits_until_the_person_comes_by(house: House) -> None:
    """On Telegram nothing is pushed to someone who did not say *yes, here*; it comes when they write."""
    case = await house.sends("my son changed")
    await house.delivers()
    await answer(house, case, "Is he at home now?")
    assert await house.delivers() == []
    await house.hears(Commanded("start"))
    kinds = [(message.kind, message.text) for message in await house.delivers()]
    assert next(text for kind, text in kinds if kind == "reply").endswith("Is he at home now?")
    assert ("card", "") in kinds


async def test_a_yes_lets_an_answer_be_pushed_behind_a_neutral_line(house: House) -> None:
    """Someone who chose *here* gets the answer at once, and its first words say nothing to a stranger."""
    await house.tells("my son changed")
    await house.presses("more")
    for _ in range(40):
        card = await house.card()
        options = [button.option for button in card.buttons]
        if "here" in options:
            break
        await house.presses("skip" if "skip" in options else "dont_know")
    await house.presses("here")
    for _ in range(12):
        options = [button.option for button in (await house.card()).buttons]
        if "send" in options:
            break
        await house.presses(next(option for option in ("skip", "done", "nothing") if option in options))
    await house.presses("send")
    await house.delivers()
    house.clock.passes(hours=3)
    await answer(house, await house.case(), "We have read it.", number=2)
    (message,) = await house.delivers()
    assert message.kind == "reply"
    assert message.number == 2
    assert not message.silent
    first, _, rest = message.text.partition("\n\n")
    assert rest == "We have read it."
    assert not {"prevent", "radical", "report", "concern", "police"} & set(first.lower().split())


async def test_an_answer_that_does_not_open_blocks_nothing(house: House) -> None:
    """A damaged answer is given up and logged; the card behind it still goes out."""
    case = await house.sends("my son changed")
    await house.delivers()
    reach = await house.parts.store.read(lambda unit: unit.conversations.by_case(case.id))
    assert reach is not None
    blind, conversation = reach.blind_address, reach.conversation_id
    seq = await house.parts.store.read(lambda unit: unit.outbox.next_seq(blind))
    await house.parts.store.do(
        lambda unit: unit.outbox.add(blind, conversation, seq, "reply", b"damaged", hold=False)
    )
    await house.hears(Commanded("start"))
    assert [message.kind for message in await house.delivers()] == ["card"]


# Private conversations


async def private(house: House) -> None:
    """Make a conversation that is being thought through: it must leave no event at rest."""
    await house.hears(Commanded("start"))
    blind = house.parts.seals.blind("telegram", "1001")
    row = await house.parts.store.read(lambda unit: unit.conversations.by_address(blind))
    assert row is not None
    draft = house.parts.turns.opened(row)
    assert draft is not None
    draft = replace(draft, snapshot=replace(draft.snapshot, private=True))
    sealed = house.parts.seals.seal_draft(row.draft_kid, row.id, row.version + 1, draft.to_bytes())
    fresh = replace(row, version=row.version + 1, private=True, sealed_draft=sealed)
    await house.parts.store.do(
        lambda unit: unit.conversations.save(fresh, row.version, seen_pending=0, done=0)
    )


async def test_of_a_private_conversation_no_event_is_at_rest(house: House) -> None:
    """The inbox holds a name only, the words wait in memory, and the turn is worked all the same."""
    await private(house)
    await house.parts.intake.accept(
        "telegram", [Incoming("1001", "p1", 50, Commanded("help"), {"chat": "1001"})]
    )
    blind = house.parts.seals.blind("telegram", "1001")
    row = await house.parts.store.read(lambda unit: unit.conversations.by_address(blind))
    assert row is not None
    (waiting,) = await house.parts.store.read(lambda unit: unit.inbox.waiting(row.id))
    assert waiting.sealed_event is None
    before = (await house.card()).heading
    await house.works()
    assert (await house.card()).heading != before


async def test_after_a_restart_a_private_conversation_says_what_was_lost(house: House) -> None:
    """What was only in memory is gone with the process, and the person is told so."""
    await private(house)
    await house.parts.intake.accept(
        "telegram", [Incoming("1001", "p1", 50, Wrote("only in memory"), {"chat": "1001"})]
    )
    house.parts.turns._memory = Memory()
    await house.works()
    said = house.parts.library.wording.text(Line("notice.private_lost"), "en")
    assert said in (await house.card()).notices
