"""What came in is kept once, in order, and forgotten when it is done."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.database import Store
from storage.errors import Conflict
from storage.records import Arrival, ConversationRow
from tests.storage import rows
from tests.storage.conftest import Clock


@pytest.fixture
async def talk(store: Store) -> ConversationRow:
    """A conversation that waits for events."""
    row = rows.conversation()
    await store.do(lambda unit: unit.conversations.add(row))
    return row


async def accept(store: Store, *arrivals: Arrival) -> list[bool]:
    """Accept events in one unit."""
    return await store.do(lambda unit: [unit.inbox.accept(one) for one in arrivals])


async def test_an_event_is_kept_and_counted(store: Store, talk: ConversationRow, clock: Clock) -> None:
    """An accepted event waits in its conversation, which counts it."""
    event = rows.arrival(talk, "5")
    assert await accept(store, event) == [True]
    (row,) = await store.read(lambda unit: unit.inbox.waiting(talk.id))
    assert (row.door, row.ext_id, row.sealed_event, row.tries) == ("telegram", "5", event.sealed_event, 0)
    assert row.received_at == clock.now
    assert (await store.read(lambda unit: unit.conversations.get(talk.id))).pending == 1
    assert [one.id for one in await store.read(lambda unit: unit.conversations.pending(10))] == [talk.id]
    assert await store.read(lambda unit: unit.inbox.backlog()) == 1


async def test_the_same_event_twice_is_one(store: Store, talk: ConversationRow) -> None:
    """A duplicate is refused quietly, in one unit, in another, at the same time; it is counted once."""
    event = rows.arrival(talk, "5")
    assert await accept(store, event, event) == [True, False]
    assert await accept(store, event) == [False]
    other = rows.arrival(talk, "6")
    outcomes = await asyncio.gather(*(accept(store, other) for _ in range(8)))
    assert sorted(outcomes) == [[False]] * 7 + [[True]]
    assert (await store.read(lambda unit: unit.conversations.get(talk.id))).pending == 2


async def test_a_duplicate_is_a_duplicate_whatever_became_of_its_conversation(
    store: Store, talk: ConversationRow
) -> None:
    """A known event stays known when its conversation has a new key, or is gone."""
    event = rows.arrival(talk)
    await accept(store, event)
    renewed = replace(talk, draft_kid=rows.name())

    def turn(unit: object) -> None: ...

    (waiting,) = await store.read(lambda unit: unit.inbox.waiting(talk.id))
    await store.do(
        rows.each(
            lambda unit: unit.conversations.save(renewed, 0, 1, 1), lambda unit: unit.inbox.done([waiting.id])
        )
    )
    assert await accept(store, event) == [False]
    await store.do(lambda unit: unit.conversations.expire(talk.expires_at))
    assert await accept(store, event) == [False]


async def test_an_event_under_a_key_that_was_given_up_is_refused(store: Store, talk: ConversationRow) -> None:
    """Sealed under a key the conversation no longer names, it is a conflict and nothing is kept."""
    late = rows.arrival(talk)
    await store.do(lambda unit: unit.conversations.save(replace(talk, draft_kid=rows.name()), 0, 0, 0))
    with pytest.raises(Conflict):
        await accept(store, late)
    assert await store.read(lambda unit: unit.inbox.waiting(talk.id)) == []


async def test_an_event_of_a_conversation_that_is_gone_is_refused(store: Store) -> None:
    """An event of no conversation is a conflict."""
    with pytest.raises(Conflict):
        await accept(store, rows.arrival(rows.conversation()))


async def test_a_private_conversation_keeps_names_only(store: Store) -> None:
    """Words for a private conversation are refused; an event without any is kept by its name."""
    talk = rows.conversation(private=True)
    await store.do(lambda unit: unit.conversations.add(talk))
    with_words = rows.arrival(replace(talk, private=False))
    with pytest.raises(Conflict):
        await accept(store, with_words)
    assert await accept(store, replace(with_words, sealed_event=None)) == [True]
    (row,) = await store.read(lambda unit: unit.inbox.waiting(talk.id))
    assert row.sealed_event is None


async def test_events_wait_in_the_order_of_their_network(store: Store, talk: ConversationRow) -> None:
    """Whatever order they came in, they are worked by their ordinal."""
    await accept(store, *(rows.arrival(talk, ext_id) for ext_id in ("12", "10", "11")))
    waiting = await store.read(lambda unit: unit.inbox.waiting(talk.id))
    assert [row.ext_id for row in waiting] == ["10", "11", "12"]
    assert [r.ext_id for r in await store.read(lambda unit: unit.inbox.waiting(talk.id, 2))] == ["10", "11"]


async def test_attempts_are_counted_and_taken_back(store: Store, talk: ConversationRow) -> None:
    """An attempt is counted before it, and taken back when it failed for a reason of ours."""
    await accept(store, rows.arrival(talk))
    (row,) = await store.read(lambda unit: unit.inbox.waiting(talk.id))
    await store.do(
        rows.each(lambda unit: unit.inbox.begin([row.id]), lambda unit: unit.inbox.begin([row.id]))
    )
    await store.do(lambda unit: unit.inbox.unbegin([row.id]))
    assert [one.tries for one in await store.read(lambda unit: unit.inbox.waiting(talk.id))] == [1]


async def test_a_done_event_leads_to_nobody(store: Store, talk: ConversationRow) -> None:
    """Of an event that is done only its name stays; of one set aside the sealed event too."""
    await accept(store, rows.arrival(talk, "1"), rows.arrival(talk, "2"))
    one, two = await store.read(lambda unit: unit.inbox.waiting(talk.id))
    await store.do(
        rows.each(lambda unit: unit.inbox.done([one.id]), lambda unit: unit.inbox.set_aside(two.id, "tries"))
    )
    assert await store.read(lambda unit: unit.inbox.waiting(talk.id)) == []
    left = await store.read(
        lambda unit: unit._connection.exec_driver_sql(
            "SELECT state, conversation_id, blind_address, received_at, sealed_event FROM inbox ORDER BY id"
        ).all()
    )
    assert tuple(left[0]) == (1, None, None, None, None)
    assert left[1][0] == 9
    assert left[1][4] is not None


async def test_a_waiting_event_can_be_put_under_a_new_key(store: Store, talk: ConversationRow) -> None:
    """Resealing changes a waiting event, and one that is done no more."""
    await accept(store, rows.arrival(talk))
    (row,) = await store.read(lambda unit: unit.inbox.waiting(talk.id))
    await store.do(lambda unit: unit.inbox.reseal(row.id, b"new"))
    assert [r.sealed_event for r in await store.read(lambda unit: unit.inbox.waiting(talk.id))] == [b"new"]


async def test_old_names_are_forgotten_and_waiting_events_never(
    store: Store, talk: ConversationRow, clock: Clock
) -> None:
    """Purging deletes what was finished long ago and leaves what waits."""
    await accept(store, rows.arrival(talk, "1"), rows.arrival(talk, "2"))
    (one, _) = await store.read(lambda unit: unit.inbox.waiting(talk.id))
    await store.do(lambda unit: unit.inbox.done([one.id]))
    today = clock.now.date()
    assert await store.do(lambda unit: unit.inbox.purge(today)) == 0
    assert await store.do(lambda unit: unit.inbox.purge(today + timedelta(1))) == 1
    assert len(await store.read(lambda unit: unit.inbox.waiting(talk.id))) == 1


async def test_the_watermark_moves_with_what_was_read(store: Store, clock: Clock) -> None:
    """A door's offset and the time of its last update come back, and may move backwards."""
    assert await store.read(
        lambda unit: (unit.doors.offset("telegram"), unit.doors.last_update_at("telegram"))
    ) == (
        0,
        None,
    )
    await store.do(lambda unit: unit.doors.advance("telegram", 900, unit.now))
    await store.do(lambda unit: unit.doors.advance("telegram", 20, unit.now))
    assert await store.read(
        lambda unit: (unit.doors.offset("telegram"), unit.doors.last_update_at("telegram"))
    ) == (
        20,
        clock.now,
    )
