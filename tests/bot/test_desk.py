"""The whole path of a message on a real store and keystore: intake, desk, case, courier."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels import Delivered, Incoming, Outgoing
from bot.errors import DeliveryFailed, Refused, Unreachable
from bot.plan import Begun, Plan
from dialogs.events import Chose, Commanded, Event, Sent, Wrote
from storage.errors import Unavailable
from storage.unit_of_work import Unit
from tests.bot.house import House, a_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A door with a team."""
    async with a_house(tmp_path) as made:
        yield made


async def test_what_is_sent_is_what_an_officer_reads(house: House) -> None:
    """Three messages and a choice become records of the case, in order and word for word."""
    case = await house.sends("my son", "he changed", "since march")
    assert case.stage == "new"
    assert not case.urgent
    records = await house.answers(case)
    assert [record.answer for record in records if record.kind == "words"] == [
        "my son",
        "he changed",
        "since march",
    ]
    assert all(record.asked and record.lang == "en" for record in records)
    assert [record.src.door for record in records] == ["telegram"] * len(records)


async def test_the_reference_is_shown_when_it_is_filed(house: House) -> None:
    """The card after sending carries the reference that the case has."""
    case = await house.sends("my son changed")
    card = await house.card()
    assert case.reference in card.plain()


async def test_after_sending_the_draft_key_is_gone(house: House) -> None:
    """The key that opened the draft is destroyed, and another stands in its place."""
    await house.tells("my son changed")
    before = house.parts.seals.draft_kids()
    await house.presses("send")
    after = house.parts.seals.draft_kids()
    assert len(before) == len(after) == 1
    assert before != after


async def test_nothing_typed_stands_in_any_file_before_or_after_sending(house: House, tmp_path: Path) -> None:
    """Neither the database, its log, nor the keystore holds a word of it."""
    await house.tells("CANARY-rivet-sable")
    assert await files_with(tmp_path, "CANARY") == ""
    await house.presses("send")
    assert await files_with(tmp_path, "CANARY") == ""
    assert "concern.db" in await files_with(tmp_path, "west_midlands\\|telegram")


async def files_with(folder: Path, pattern: str) -> str:
    """Name the files that hold a pattern, by another process: closing the file here would drop its locks."""
    search = await asyncio.create_subprocess_exec(
        "grep", "-rla", pattern, str(folder), stdout=asyncio.subprocess.PIPE
    )
    found, _ = await search.communicate()
    return found.decode()


async def test_what_comes_twice_is_worked_once(house: House) -> None:
    """The same network name of an event is a duplicate however often it comes."""
    await house.tells("my son")
    await house.presses("review")
    again = Incoming("1001", "telegram-6", 6, Wrote("my son"), {"chat": "1001"})
    for _ in range(3):
        await house.parts.intake.accept("telegram", [again])
        await house.works()
    await house.presses("send")
    records = await house.answers(await house.case())
    assert [record.answer for record in records if record.kind == "words"] == ["my son"]


async def test_many_messages_at_once_are_one_answer_in_their_order(house: House) -> None:
    """Thirty messages that came in one batch are thirty records in the order they were written."""
    await house.hears(Commanded("start"))
    await house.presses("go_on", "agree", "family", "safe")
    batch = [
        Incoming("1001", f"b{n}", 100 + n, Wrote(f"line {n}"), {"chat": "1001"}, sent_at=house.clock())
        for n in range(15)
    ]
    await house.parts.intake.accept("telegram", list(reversed(batch)))
    await house.works()
    house.said = 200
    await house.presses("done", "send")
    records = await house.answers(await house.case())
    assert [r.answer for r in records if r.kind == "words"] == [f"line {n}" for n in range(15)]


async def test_danger_files_as_urgent_and_raises_an_alarm(house: House) -> None:
    """With one sentence it is sent, urgent, and a named person must acknowledge it."""
    await house.hears(Commanded("start"))
    await house.presses("emergency", "send_now")
    await house.hears(Wrote("he has a knife"))
    case = await house.case()
    assert case.urgent
    alarms = await house.parts.store.read(lambda unit: unit.alarms.open())
    assert [(alarm.case_id, alarm.reference) for alarm in alarms] == [(case.id, case.reference)]
    assert [record.answer for record in await house.answers(case)][-1] == "he has a knife"


async def test_got_worse_marks_a_sent_concern_urgent(house: House) -> None:
    """One tap after sending marks the case and raises the alarm; what is written then is added to it."""
    case = await house.sends("my son changed")
    await house.presses("worse")
    await house.hears(Wrote("he left this morning"))
    again = await house.case()
    assert again.id == case.id
    assert again.urgent
    assert [record.answer for record in await house.answers(again)][-1] == "he left this morning"


async def test_what_is_discarded_leaves_no_case_and_no_key(house: House) -> None:
    """Stopping before sending deletes the case that was begun and the key of everything typed."""
    await house.tells("my son changed")
    case = await house.case()
    before = set(house.parts.seals.draft_kids())
    await house.hears(Commanded("stop"))
    with pytest.raises(Exception, match="no such case"):
        await house.parts.store.read(lambda unit: unit.cases.get(case.id))
    assert not before & set(house.parts.seals.draft_kids())


async def test_without_a_team_danger_advice_and_a_plain_sentence(tmp_path: Path) -> None:
    """With no certified team key nothing can be sent, the card says so, and readiness is refused."""
    async with a_house(tmp_path, team=False) as house:
        await house.hears(Commanded("start"))
        await house.presses("go_on")
        card = await house.card()
        assert "999" in card.plain()
        assert "go_on" not in [button.option for button in card.buttons]
        conditions = await house.parts.health.conditions()
        assert conditions["team_key"] != "ok"
        assert conditions["database"] == "ok"


async def test_a_team_made_while_the_bot_runs_opens_the_door(tmp_path: Path) -> None:
    """Once the officers' door certified a team, the next turn can take a concern."""
    from storage.settings import load_settings
    from tests.bot.house import environment, make_team

    async with a_house(tmp_path, team=False) as house:
        _, house.wraps, house.seals = await make_team(tmp_path, load_settings(environment(tmp_path)))
        await house.parts.teams.refresh()
        assert (await house.parts.health.conditions())["team_key"] == "ok"
        assert (await house.sends("my son changed")).stage == "new"


# The courier


async def test_a_pushing_door_gets_one_card_with_its_tag(house: House) -> None:
    """Of several turns before the courier comes by, only the card of now is delivered, silently."""
    await house.hears(Commanded("start"))
    await house.presses("go_on", "agree")
    (message,) = await house.delivers()
    assert message.kind == "card"
    assert message.silent
    assert message.tag
    assert message.card == await house.card()
    assert message.route == {"chat": "1001"}
    assert [mark.what for mark in message.marks] == ["theirs"] * 3


async def test_the_names_of_messages_are_handed_back_for_clearing(house: House) -> None:
    """What the network called our card is among the marks of the next delivery."""
    await house.hears(Commanded("start"))
    await house.delivers()
    await house.presses("go_on")
    (message,) = await house.delivers()
    assert [mark.name for mark in message.marks if mark.what == "card"] == ["m1"]


async def test_leaving_clears_and_forgets_what_was_cleared(house: House) -> None:
    """After /leave the courier asks to clear every known message, and keeps only what was made since."""
    await house.tells("my son changed")
    await house.delivers()
    await house.hears(Commanded("leave"))
    (message,) = await house.delivers()
    assert message.kind == "clear"
    assert len(message.marks) == 9
    blind = house.parts.seals.blind("telegram", "1001")
    left = await house.parts.store.read(lambda unit: unit.marks.for_address(blind))
    assert len(left) == 1


async def test_a_late_card_is_a_neutral_notice_whose_button_shows_the_card(house: House) -> None:
    """Two minutes after the person's last word no words of the conversation are pushed any more."""
    await house.hears(Commanded("start"))
    house.clock.passes(seconds=121)
    (notice,) = await house.delivers()
    assert notice.kind == "notice"
    assert notice.card is None
    assert "concern" not in notice.text.lower()
    assert notice.button
    await house.hears(Chose("!show", 0))
    (message,) = await house.delivers()
    assert message.kind == "card"


async def test_a_message_that_may_have_arrived_is_sent_again_and_says_so(house: House) -> None:
    """A read timeout is tried again later, marked as a repeat."""
    await house.hears(Commanded("start"))
    house.chat.wrong.append(DeliveryFailed(uncertain=True))
    assert await house.delivers() == []
    house.clock.passes(seconds=3)
    (message,) = await house.delivers()
    assert message.repeated


async def test_when_the_network_says_wait_the_courier_waits(house: House) -> None:
    """What the network asked for is kept to, and costs no try."""
    await house.hears(Commanded("start"))
    house.chat.wrong.append(DeliveryFailed(retry_after=30))
    await house.delivers()
    house.clock.passes(seconds=20)
    assert await house.delivers() == []
    house.clock.passes(seconds=12)
    assert len(await house.delivers()) == 1


async def test_what_is_under_way_is_not_sent_a_second_time(house: House) -> None:
    """A message that waits at the network longer than its lease is delivered once."""
    go, real = asyncio.Event(), house.chat.deliver

    async def slow(message: Outgoing) -> Delivered:
        await go.wait()
        return await real(message)

    house.chat.deliver = slow  # type: ignore[method-assign]  # the network takes its time
    await house.hears(Commanded("start"))
    first = asyncio.create_task(house.parts.courier.deliver_waiting())
    await asyncio.sleep(0.2)
    house.clock.passes(seconds=61)
    second = asyncio.create_task(house.parts.courier.deliver_waiting())
    await asyncio.sleep(0.2)
    go.set()
    await asyncio.gather(first, second)
    assert len(house.chat.delivered) == 1


@pytest.mark.parametrize("why", [Refused(), Unreachable()])
async def test_what_will_never_be_taken_blocks_nothing(house: House, why: Exception) -> None:
    """A refused message is set aside and the next one goes out."""
    await house.hears(Commanded("start"))
    house.chat.wrong.append(why)  # type: ignore[arg-type]  # both are kinds of ChannelError
    await house.delivers()
    await house.presses("go_on")
    (message,) = await house.delivers()
    assert message.kind == "card"


# Poison, conflicts, lost keys, private conversations


async def test_an_event_that_cannot_be_worked_is_set_aside_with_an_apology(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three tries the row is set aside, the person is told, and the conversation goes on."""
    from dialogs import engine

    real = engine.advance

    def poisoned(library: object, snapshot: object, event: object, facts: object) -> object:
        if isinstance(event, Sent):
            raise ZeroDivisionError
        return real(library, snapshot, event, facts)  # type: ignore[arg-type]  # handed through

    await house.hears(Commanded("start"))
    monkeypatch.setattr(engine, "advance", poisoned)
    house.said += 1
    await house.parts.intake.accept(
        "telegram", [Incoming("1001", "poison", house.said, Sent("sticker"), {"chat": "1001"})]
    )
    for _ in range(5):
        await house.parts.desk.work()
    assert house.parts.desk.set_aside == 1
    card = await house.card()
    assert card.notices
    await house.presses("go_on")
    assert (await house.card()).step > card.step


async def test_poison_does_not_take_its_neighbours_along(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came before and after a poisonous event in the same batch is worked."""
    from dialogs import engine

    real = engine.advance

    def poisoned(library: object, snapshot: object, event: object, facts: object) -> object:
        if isinstance(event, Sent):
            raise ZeroDivisionError
        return real(library, snapshot, event, facts)  # type: ignore[arg-type]  # handed through

    await house.hears(Commanded("start"))
    await house.presses("go_on", "agree", "family", "safe")
    monkeypatch.setattr(engine, "advance", poisoned)
    events: list[Event] = [Wrote("before"), Sent("sticker"), Wrote("after")]
    await house.parts.intake.accept(
        "telegram",
        [Incoming("1001", f"p{n}", 50 + n, event, {"chat": "1001"}) for n, event in enumerate(events)],
    )
    for _ in range(12):
        await house.parts.desk.work()
    house.said = 60
    await house.presses("done", "send")
    words = [r.answer for r in await house.answers(await house.case()) if r.kind == "words"]
    assert words == ["before", "after"]


async def test_what_others_were_faster_at_is_no_attempt(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often something new arrives while a turn is planned, what waits is not taken for poison."""
    real, arrived = house.parts.turns.plan, 0
    loop = asyncio.get_running_loop()

    def outrun(begun: Begun) -> Plan:
        nonlocal arrived
        plan = real(begun)
        if arrived < 25:
            arrived += 1
            word = Incoming("1001", f"r{arrived}", 100 + arrived, Wrote(f"word {arrived}"), {"chat": "1001"})
            accepting = house.parts.intake.accept("telegram", [word])
            asyncio.run_coroutine_threadsafe(accepting, loop).result()
        return plan

    await house.hears(Commanded("start"))
    await house.presses("go_on", "agree", "family", "safe")
    with monkeypatch.context() as busy:
        busy.setattr(house.parts.turns, "plan", outrun)
        await house.hears(Wrote("word 0"))
        for _ in range(20):
            await house.parts.desk.work()
    await house.works()
    assert house.parts.desk.set_aside == 0
    house.said = 200
    await house.presses("done", "send")
    words = [r.answer for r in await house.answers(await house.case()) if r.kind == "words"]
    assert words == [f"word {n}" for n in range(arrived + 1)]


async def test_what_a_full_disk_refused_is_no_attempt(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """When turns cannot be kept for a while, what was acknowledged is worked afterwards, not set aside."""
    real = Plan.commit

    def full(plan: Plan, unit: Unit) -> None:
        real(plan, unit)
        raise Unavailable("the disk is full")

    await house.hears(Commanded("start"))
    await house.presses("go_on", "agree", "family", "safe")
    with monkeypatch.context() as broken:
        broken.setattr(Plan, "commit", full)
        word = Incoming("1001", "d1", 100, Wrote("he changed"), {"chat": "1001"})
        await house.parts.intake.accept("telegram", [word])
        for _ in range(6):
            with pytest.raises(Unavailable):
                await house.parts.desk.work()
    await house.works()
    house.said = 200
    await house.presses("done", "send")
    assert house.parts.desk.set_aside == 0
    assert "he changed" in [r.answer for r in await house.answers(await house.case())]


async def test_a_conversation_that_cannot_be_planned_stands_before_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where not even the apology can be planned, the next person is answered all the same."""
    from bot import desk

    real = house.parts.turns.plan
    broken = house.parts.seals.blind("telegram", "1001")

    def failing(begun: Begun) -> Plan:
        if begun.conversation.blind_address == broken:
            raise ZeroDivisionError
        return real(begun)

    await house.hears(Commanded("start"))
    monkeypatch.setattr(desk, "TOGETHER", 1)
    monkeypatch.setattr(house.parts.turns, "plan", failing)
    await house.hears(Wrote("hello"))
    house.clock.passes(seconds=5)
    await house.hears(Commanded("start"), address="1002")
    for _ in range(10):
        await house.parts.desk.work()
    assert await house.parts.visits.settled("telegram", "1002", within=0.1)
    assert not await house.parts.visits.settled("telegram", "1001", within=0.1)


async def test_more_than_one_round_of_messages_outlives_sending(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever waits behind *Send* is sealed anew, however much it is: the key it came under is destroyed."""
    from bot import desk

    await house.tells("my son changed")
    card = await house.card()
    batch = [Incoming("1001", "k0", 300, Chose("send", card.step), {"chat": "1001"})]
    batch += [Incoming("1001", f"k{n}", 300 + n, Wrote(f"more {n}"), {"chat": "1001"}) for n in range(1, 9)]
    await house.parts.intake.accept("telegram", batch)
    monkeypatch.setattr(desk, "MOST", 2)
    await house.works()
    words = [r.answer for r in await house.answers(await house.case())]
    assert words[-8:] == [f"more {n}" for n in range(1, 9)]


async def test_two_desks_at_once_work_every_event_once(house: House) -> None:
    """Two workers over one store: conflicts are planned again and nothing is doubled."""
    from bot.desk import Desk

    other = Desk(house.parts.store, house.parts.turns)
    await house.hears(Commanded("start"))
    await house.presses("go_on", "agree", "family", "safe")
    for n in range(12):
        await house.parts.intake.accept(
            "telegram", [Incoming("1001", f"w{n}", 100 + n, Wrote(f"word {n}"), {"chat": "1001"})]
        )
        await asyncio.gather(house.parts.desk.work(), other.work())
    while await house.parts.desk.work() + await other.work():
        pass
    house.said = 200
    await house.presses("done", "send")
    words = [r.answer for r in await house.answers(await house.case()) if r.kind == "words"]
    assert words == [f"word {n}" for n in range(12)]


async def test_a_lost_draft_begins_anew_and_says_so(house: House) -> None:
    """When the draft does not open the person is told, and can begin again."""
    await house.tells("my son changed")
    for kid in house.parts.seals.draft_kids():
        house.parts.seals.forget_draft_key(kid)
    await house.hears(Commanded("start"))
    assert (await house.card()).notices
    assert (await house.sends("my son changed again")).stage == "new"


async def test_a_sent_case_can_still_be_added_to_when_the_draft_is_lost(house: House) -> None:
    """The way back to what was sent outlives the draft."""
    case = await house.sends("my son changed")
    for kid in house.parts.seals.draft_kids():
        house.parts.seals.forget_draft_key(kid)
    await house.hears(Commanded("start"))
    assert case.reference in (await house.card()).plain() or (await house.card()).notices
    await house.presses("add")
    await house.hears(Wrote("and one thing more"))
    again = await house.case()
    assert again.id == case.id
    assert [record.answer for record in await house.answers(again)][-1] == "and one thing more"


async def test_an_erased_case_lets_its_person_begin_anew(house: House) -> None:
    """When the case of a conversation was erased, the conversation does not stand still: it begins again."""
    await house.tells("my son changed")
    case = await house.case()
    await house.parts.store.do(lambda unit: unit.cases.discard(case.id))
    await house.hears(Wrote("hello?"))
    assert (await house.card()).notices
    assert (await house.sends("my son changed")).id != case.id


async def test_events_that_wait_while_the_key_changes_are_worked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event left for the next attempt is sealed anew when sending destroys the key it was sealed under."""
    from bot import desk

    await house.tells("my son changed")
    card = await house.card()
    monkeypatch.setattr(desk, "MOST", 1)
    await house.parts.intake.accept(
        "telegram",
        [
            Incoming("1001", "k1", 101, Chose("send", card.step), {"chat": "1001"}),
            Incoming("1001", "k2", 102, Wrote("one more thing"), {"chat": "1001"}),
        ],
    )
    await house.works()
    words = [r.answer for r in await house.answers(await house.case())]
    assert words[-1] == "one more thing"


# Drafts that nobody comes back to


async def test_after_three_days_a_draft_and_its_key_are_gone(house: House) -> None:
    """What was never sent is destroyed: the case, the conversation and the key."""
    await house.tells("my son changed")
    case = await house.case()
    house.clock.passes(hours=73)
    house.parts.janitor._steady = lambda: 1e9  # the process was up all the while
    assert await house.parts.janitor.tidy() == 1
    assert house.parts.seals.draft_kids() == []
    with pytest.raises(Exception, match="no such case"):
        await house.parts.store.read(lambda unit: unit.cases.get(case.id))


async def test_a_sent_concern_does_not_expire(house: House) -> None:
    """What was sent stays, and so does the way to answer it."""
    case = await house.sends("my son changed")
    house.clock.passes(hours=100)
    house.parts.janitor._steady = lambda: 1e9
    assert await house.parts.janitor.tidy() == 0
    assert (await house.case()).id == case.id


async def test_a_clock_that_jumps_destroys_nothing(house: House) -> None:
    """When the wall's clock outruns the process's own, nothing is tidied away."""
    await house.tells("my son changed")
    house.clock.passes(hours=200)
    assert await house.parts.janitor.tidy() == 0
    assert len(house.parts.seals.draft_kids()) == 1
