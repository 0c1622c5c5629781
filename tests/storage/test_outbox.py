"""What must go out goes in order for each address, at least once; a reply is never overtaken."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage.database import Store
from storage.errors import Conflict
from storage.outbox import LEASE
from storage.records import OutboxRow
from storage.unit_of_work import Unit
from tests.storage import rows
from tests.storage.conftest import Clock

BLIND, OTHER, TALK = b"b" * 16, b"o" * 16, b"t" * 16


async def put(store: Store, seq: int, kind: str = "card", blind: bytes = BLIND, **more: bool) -> None:
    """Put a message out."""
    await store.do(lambda unit: unit.outbox.add(blind, TALK, seq, kind, b"message %d" % seq, **more))  # type: ignore[arg-type]  # only ``hold`` is ever given


async def due(store: Store, clock: Clock, limit: int = 20) -> list[OutboxRow]:
    """Take what is due."""
    return await store.do(lambda unit: unit.outbox.due(clock.now, limit))


async def test_the_lowest_number_of_each_address_is_due(store: Store, clock: Clock) -> None:
    """One message an address, the lowest that was not sent."""
    for seq in (1, 2, 3):
        await put(store, seq)
    await put(store, 7, blind=OTHER)
    assert await store.read(lambda unit: unit.outbox.next_seq(BLIND)) == 4
    assert await store.read(lambda unit: unit.outbox.next_seq(rows.name())) == 1
    assert await store.read(lambda unit: unit.outbox.anything_due(clock.now))
    taken = await due(store, clock)
    assert sorted((row.blind_address, row.seq) for row in taken) == [(BLIND, 1), (OTHER, 7)]


async def test_one_send_of_an_address_is_under_way(store: Store, clock: Clock) -> None:
    """A leased message is not taken again, nor the one behind it, until the lease is over."""
    await put(store, 1)
    await put(store, 2)
    assert [row.seq for row in await due(store, clock)] == [1]
    assert await due(store, clock) == []
    assert not await store.read(lambda unit: unit.outbox.anything_due(clock.now))
    clock.forward(seconds=LEASE.total_seconds())
    assert [row.seq for row in await due(store, clock)] == [1]


async def test_two_couriers_never_take_the_same(store: Store, officers_store: Store, clock: Clock) -> None:
    """Asked at the same time from two processes' stores, each message is taken once."""
    for n in range(20):
        await put(store, 1, blind=bytes([n]) * 16)
    taken = await asyncio.gather(*(due(one, clock, 5) for one in (store, officers_store) * 5))
    ids = [row.id for some in taken for row in some]
    assert len(ids) == len(set(ids))
    rest = [row.id for row in await due(store, clock, 50)]
    assert len(ids) + len(rest) == 20


async def test_after_a_send_the_next_is_due_and_the_blob_is_gone(store: Store, clock: Clock) -> None:
    """Sent is sent: the number stays, the message goes, the next follows."""
    await put(store, 1)
    await put(store, 2)
    (row,) = await due(store, clock)
    await store.do(lambda unit: unit.outbox.sent(row.id))
    kept = await store.read(lambda unit: unit.outbox.get(row.id))
    assert kept is not None
    assert (kept.state, kept.sealed_message) == ("sent", None)
    assert [one.seq for one in await due(store, clock)] == [2]


async def test_a_retry_waits_and_keeps_those_behind_it_waiting(store: Store, clock: Clock) -> None:
    """A message to be tried again holds back its address; the try is counted unless it was mere haste."""
    await put(store, 1)
    await put(store, 2)
    (row,) = await due(store, clock)
    later = clock.now + timedelta(seconds=30)
    await store.do(lambda unit: unit.outbox.retry(row.id, later, uncertain=True))
    assert await due(store, clock) == []
    clock.forward(seconds=30)
    (again,) = await due(store, clock)
    assert (again.seq, again.tries, again.uncertain) == (1, 1, True)
    await store.do(lambda unit: unit.outbox.retry(row.id, clock.now, counts=False))
    (third,) = await due(store, clock)
    assert (third.tries, third.uncertain) == (1, True)


async def test_a_dead_message_does_not_block_the_rest(store: Store, clock: Clock) -> None:
    """What was given up lets the next go, and is counted for the operator."""
    await put(store, 1)
    await put(store, 2)
    (row,) = await due(store, clock)
    await store.do(lambda unit: unit.outbox.dead(row.id, "refused"))
    assert [one.seq for one in await due(store, clock)] == [2]
    assert await store.read(lambda unit: unit.outbox.backlog()) == {"waiting": 1, "held": 0, "dead": 1}
    assert await store.read(lambda unit: unit.outbox.depth()) == 1


async def test_a_newer_card_overtakes_the_older_ones_and_no_reply(store: Store, clock: Clock) -> None:
    """Superseding drops unsent cards and what was sealed in them; replies and clearings survive."""
    await put(store, 1)
    await put(store, 2, "reply")
    await put(store, 3)
    await put(store, 4, "clear")
    await store.do(lambda unit: unit.outbox.supersede_cards(TALK))
    states = await store.read(
        lambda unit: unit._connection.exec_driver_sql(
            "SELECT seq, state, sealed_message FROM outbox ORDER BY seq"
        ).all()
    )
    assert [(row[0], row[1], row[2] is None) for row in states] == [
        (1, "superseded", True),
        (2, "waiting", False),
        (3, "superseded", True),
        (4, "waiting", False),
    ]
    assert [one.seq for one in await due(store, clock)] == [2]


async def test_a_card_in_flight_is_not_overtaken_in_the_air(store: Store, clock: Clock) -> None:
    """A card that is being sent holds its place until it is known what became of it, and is never tried
    again.
    """
    await put(store, 1)
    (flying,) = await due(store, clock)
    await store.do(lambda unit: unit.outbox.supersede_cards(TALK))
    await put(store, 2)
    assert await due(store, clock) == []
    await store.do(lambda unit: unit.outbox.retry(flying.id, clock.now))
    assert [one.seq for one in await due(store, clock)] == [2]


async def test_a_courier_that_died_with_a_superseded_card_blocks_nobody(store: Store, clock: Clock) -> None:
    """When the lease of such a card is over, it is dropped."""
    await put(store, 1)
    await due(store, clock)
    await store.do(lambda unit: unit.outbox.supersede_cards(TALK))
    await put(store, 2)
    clock.forward(seconds=61)
    assert [one.seq for one in await due(store, clock)] == [2]


async def test_a_held_reply_waits_for_the_visit(store: Store, clock: Clock) -> None:
    """What is held is not due and holds nothing up; a visit shows it or lets it go."""
    await put(store, 1, "reply", hold=True)
    await put(store, 2, "reply", hold=True)
    await put(store, 3)
    assert [one.seq for one in await due(store, clock)] == [3]
    held = await store.read(lambda unit: unit.outbox.waiting_for_visit(BLIND))
    assert [(one.seq, one.sealed_message) for one in held] == [(1, b"message 1"), (2, b"message 2")]
    await store.do(lambda unit: unit.outbox.shown([held[0].id]))
    assert [one.seq for one in await store.read(lambda unit: unit.outbox.waiting_for_visit(BLIND))] == [2]
    await store.do(lambda unit: unit.outbox.release(BLIND))
    assert [one.seq for one in await due(store, clock)] == [2]


async def test_an_address_out_of_reach_loses_what_waits_and_keeps_what_is_held(
    store: Store, clock: Clock
) -> None:
    """Giving up an address leaves what waits for a visit."""
    await put(store, 1)
    await put(store, 2, "reply", hold=True)
    await store.do(lambda unit: unit.outbox.dead_for(BLIND, "unreachable"))
    assert await due(store, clock) == []
    assert len(await store.read(lambda unit: unit.outbox.waiting_for_visit(BLIND))) == 1


async def test_a_number_is_given_once(store: Store) -> None:
    """Two plans that took the same number of an address: the second is a conflict."""
    await put(store, 1)
    with pytest.raises(Conflict):
        await put(store, 1)


async def test_marks_are_kept_for_a_while(store: Store, clock: Clock) -> None:
    """Names of messages are kept for an address, forgotten one by one, all at once, or by time."""

    def mark(unit: Unit) -> None:
        for n in range(4):
            unit.marks.add(BLIND, b"mark %d" % n, clock.now + timedelta(hours=n))

    await store.do(mark)
    found = await store.read(lambda unit: unit.marks.for_address(BLIND))
    assert [row.sealed_marks for row in found] == [b"mark %d" % n for n in range(4)]
    await store.do(lambda unit: unit.marks.forget([found[3].id]))
    assert await store.do(lambda unit: unit.marks.expire(clock.now + timedelta(hours=1))) == 2
    assert [row.id for row in await store.read(lambda unit: unit.marks.for_address(BLIND))] == [found[2].id]
    await store.do(lambda unit: unit.marks.forget_address(BLIND))
    assert await store.read(lambda unit: unit.marks.for_address(BLIND)) == []
