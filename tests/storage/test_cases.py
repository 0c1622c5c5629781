"""Cases: appended by compare-and-set, filed once, picked up by one, seen by officers only when they were
sent.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.database import Store
from storage.errors import Conflict, NotFound
from storage.records import CaseRow
from storage.unit_of_work import Unit
from tests.storage import rows
from tests.storage.conftest import Clock


@pytest.fixture
async def sent(store: Store) -> CaseRow:
    """A case that was sent."""
    return await store.do(lambda unit: rows.filed(unit, "ABCD-EFGH"))


async def test_records_come_back_in_order(store: Store) -> None:
    """What was appended comes back as it was, in its order, under the newest head."""
    case = rows.case()

    def work(unit: Unit) -> None:
        unit.cases.add(case)
        for n in (1, 2, 3):
            unit.cases.append(case.id, n - 1, rows.record(case, n), rows.Head(n, hash=bytes([n]) * 32))

    await store.do(work)
    assert await store.read(lambda unit: unit.cases.records(case.id)) == [
        rows.record(case, n) for n in (1, 2, 3)
    ]
    kept = await store.read(lambda unit: unit.cases.get(case.id))
    assert kept == replace(case, head_n=3, head_hash=bytes([3]) * 32)


async def test_a_case_is_begun_once(store: Store) -> None:
    """The same case twice is a conflict."""
    case = rows.case()
    await store.do(lambda unit: unit.cases.add(case))
    with pytest.raises(Conflict):
        await store.do(lambda unit: unit.cases.add(case))


async def test_two_that_append_at_once_do_not_both_succeed(store: Store, sent: CaseRow) -> None:
    """Of many who sign the next record on the same head, one is through and the others read again."""

    async def append(direction: str) -> bool:
        row = rows.record(sent, 2, direction)
        try:
            await store.do(lambda unit: unit.cases.append(sent.id, 1, row, rows.Head(2)))
        except Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(*(append("ro"[n % 2]) for n in range(10)))) == [False] * 9 + [True]
    assert len(await store.read(lambda unit: unit.cases.records(sent.id))) == 2


async def test_a_record_that_is_not_the_next_is_refused(store: Store, sent: CaseRow) -> None:
    """A number that leaves a gap, a record of another case and a head that does not match are conflicts."""
    other = rows.case()
    for row, head in (
        (rows.record(sent, 3), rows.Head(3)),
        (rows.record(other, 2), rows.Head(2)),
        (rows.record(sent, 2), rows.Head(3)),
    ):
        with pytest.raises(Conflict):
            await store.do(lambda unit, r=row, h=head: unit.cases.append(sent.id, 1, r, h))  # type: ignore[misc]  # a default binds the loop's value
    assert (await store.read(lambda unit: unit.cases.get(sent.id))).head_n == 1


async def test_one_message_is_kept_once_by_its_tag_as_well(store: Store, sent: CaseRow) -> None:
    """A second record that came of the same message is a conflict, even in another case."""
    tag = rows.name()
    await store.do(lambda unit: unit.cases.append(sent.id, 1, rows.record(sent, 2, tag=tag), rows.Head(2)))
    with pytest.raises(Conflict):
        await store.do(
            lambda unit: unit.cases.append(sent.id, 2, rows.record(sent, 3, tag=tag), rows.Head(3))
        )
    assert (await store.read(lambda unit: unit.cases.get(sent.id))).head_n == 2


async def test_filing_publishes_a_case_once(store: Store, officers_store: Store, clock: Clock) -> None:
    """A filed case is new, unread since its hour, with its wrap; filing again is a conflict."""
    case = rows.case()
    await store.do(lambda unit: unit.cases.add(case))
    hour = clock.now.replace(minute=0, second=0, microsecond=0)
    await store.do(
        lambda unit: unit.cases.file(case.id, "ABCD-EFGH", True, "solihull", rows.wrap(case), hour)
    )
    kept = await officers_store.read(lambda unit: unit.cases.by_reference("ABCD-EFGH"))
    assert (kept.stage, kept.urgent, kept.area, kept.owner_id, kept.version) == (
        "new",
        True,
        "solihull",
        None,
        0,
    )
    assert kept.filed_hour == kept.waiting_hour == hour
    assert await officers_store.read(lambda unit: unit.cases.wrap(case.id)) == rows.wrap(case)
    with pytest.raises(Conflict):
        await store.do(lambda unit: unit.cases.file(case.id, "OTHR-REFR", True, "x", rows.wrap(case), hour))


async def test_a_reference_names_one_case(store: Store, sent: CaseRow) -> None:
    """Filing under a reference that exists is a conflict; the case stays unsent."""
    with pytest.raises(Conflict):
        await store.do(lambda unit: rows.filed(unit, "ABCD-EFGH"))
    with pytest.raises(NotFound):
        await store.read(lambda unit: unit.cases.by_reference("WXYZ-WXYZ"))


async def test_discarding_takes_what_was_not_sent_and_nothing_else(store: Store, sent: CaseRow) -> None:
    """An unsent case goes whole; one that is gone stays gone; one that was sent is refused."""
    case = rows.case()

    def begin(unit: Unit) -> None:
        unit.cases.add(case)
        unit.cases.append(case.id, 0, rows.record(case, 1), rows.Head(1))
        unit.identities.put(rows.identity(case))

    await store.do(begin)
    await store.do(lambda unit: unit.cases.discard(case.id))
    await store.do(lambda unit: unit.cases.discard(case.id))
    assert await store.read(lambda unit: unit.identities.get(case.id)) is None
    with pytest.raises(Conflict):
        await store.do(lambda unit: unit.cases.discard(sent.id))


async def test_an_identity_is_replaced_by_the_next(store: Store, sent: CaseRow) -> None:
    """What a reporter says of themselves replaces what they said before."""
    await store.do(lambda unit: unit.identities.put(rows.identity(sent)))
    newer = replace(rows.identity(sent), sealed_capsule=b"newer")
    await store.do(lambda unit: unit.identities.put(newer))
    assert await store.read(lambda unit: unit.identities.get(sent.id)) == newer


async def test_a_picked_up_case_has_an_owner_and_a_trace(
    officers_store: Store, sent: CaseRow, clock: Clock
) -> None:
    """Picking up counts the version on, names the owner and the stage, and leaves a move."""
    me = rows.name()
    await officers_store.do(lambda unit: unit.cases.pick_up(sent.id, 0, me, clock.now + timedelta(hours=24)))
    kept = await officers_store.read(lambda unit: unit.cases.get(sent.id))
    assert (kept.owner_id, kept.version, kept.stage) == (me, 1, "picked_up")
    (move,) = await officers_store.read(lambda unit: unit.cases.moves(sent.id))
    assert (move.officer_id, move.what, move.stage, move.at) == (me, "pick_up", "picked_up", clock.now)


@pytest.mark.parametrize("version", [0, 1, 7])
async def test_a_case_that_somebody_has_is_not_picked_up(
    officers_store: Store, sent: CaseRow, version: int
) -> None:
    """The loser of a race has a conflict whatever version they saw, and can read who won."""
    winner = rows.name()
    await officers_store.do(lambda unit: unit.cases.pick_up(sent.id, 0, winner))
    with pytest.raises(Conflict):
        await officers_store.do(lambda unit: unit.cases.pick_up(sent.id, version, rows.name()))
    assert (await officers_store.read(lambda unit: unit.cases.get(sent.id))).owner_id == winner


async def test_a_hold_that_lapsed_returns_to_the_queue(
    officers_store: Store, sent: CaseRow, clock: Clock
) -> None:
    """A case that nobody worked in time has no owner again, by a move of nobody's."""
    me = rows.name()
    until = clock.now + timedelta(hours=24)
    await officers_store.do(lambda unit: unit.cases.pick_up(sent.id, 0, me, until))
    assert await officers_store.do(lambda unit: unit.cases.lapse(until - timedelta(seconds=1))) == []
    (was,) = await officers_store.do(lambda unit: unit.cases.lapse(until))
    assert was.owner_id == me
    now = await officers_store.read(lambda unit: unit.cases.get(sent.id))
    assert (now.owner_id, now.stage, now.version) == (None, "new", 2)
    assert [
        move.officer_id for move in await officers_store.read(lambda unit: unit.cases.moves(sent.id))
    ] == [me, None]


async def test_a_worked_case_does_not_lapse(officers_store: Store, sent: CaseRow, clock: Clock) -> None:
    """A move by its officer ends the hold that would lapse."""
    me = rows.name()
    await officers_store.do(lambda unit: unit.cases.pick_up(sent.id, 0, me, clock.now))
    await officers_store.do(lambda unit: unit.cases.move(sent.id, 1, "gathering", me))
    assert await officers_store.do(lambda unit: unit.cases.lapse(clock.forward(days=9))) == []


async def test_a_case_is_handed_on_closed_and_opened_again(
    officers_store: Store, sent: CaseRow, clock: Clock
) -> None:
    """A move sets stage, owner and outcome; closing carries the hour and opening again takes it away."""
    me, you = rows.name(), rows.name()
    await officers_store.do(lambda unit: unit.cases.pick_up(sent.id, 0, me))
    await officers_store.do(
        lambda unit: unit.cases.move(sent.id, 1, "gathering", me, owner_id=you, what="assign")
    )
    assert (await officers_store.read(lambda unit: unit.cases.get(sent.id))).owner_id == you
    await officers_store.do(
        lambda unit: unit.cases.move(
            sent.id, 2, "closed", you, what="close", closed=True, outcome="signposted"
        )
    )
    closed = await officers_store.read(lambda unit: unit.cases.get(sent.id))
    assert (closed.stage, closed.outcome, closed.owner_id) == ("closed", "signposted", you)
    assert closed.closed_hour == clock.now.replace(minute=0, second=0, microsecond=0)
    await officers_store.do(
        lambda unit: unit.cases.move(sent.id, 3, "new", you, what="reopen", owner_id=None)
    )
    again = await officers_store.read(lambda unit: unit.cases.get(sent.id))
    assert (again.closed_hour, again.owner_id, again.outcome) == (None, None, "")
    whats = [move.what for move in await officers_store.read(lambda unit: unit.cases.moves(sent.id))]
    assert whats == ["pick_up", "assign", "close", "reopen"]
    with pytest.raises(Conflict):
        await officers_store.do(lambda unit: unit.cases.move(sent.id, 3, "gathering", you))


async def test_what_came_while_reading_stays_unread(store: Store, sent: CaseRow, clock: Clock) -> None:
    """Reading up to a head marks the case read only while that is the head."""
    await store.do(lambda unit: unit.cases.append(sent.id, 1, rows.record(sent, 2), rows.Head(2)))
    await store.do(lambda unit: unit.cases.mark_read(sent.id, 1))
    assert (await store.read(lambda unit: unit.cases.get(sent.id))).waiting_hour is not None
    await store.do(lambda unit: unit.cases.mark_read(sent.id, 2))
    assert (await store.read(lambda unit: unit.cases.get(sent.id))).waiting_hour is None
    clock.forward(hours=3)
    await store.do(lambda unit: unit.cases.append(sent.id, 2, rows.record(sent, 3, "o"), rows.Head(3)))
    assert (await store.read(lambda unit: unit.cases.get(sent.id))).waiting_hour is None
    await store.do(lambda unit: unit.cases.append(sent.id, 3, rows.record(sent, 4), rows.Head(4)))
    waiting = (await store.read(lambda unit: unit.cases.get(sent.id))).waiting_hour
    assert waiting == clock.now.replace(minute=0, second=0, microsecond=0)


async def test_a_case_can_be_flagged(store: Store, sent: CaseRow) -> None:
    """A case whose records are not whole is marked, and can be cleared."""
    await store.do(lambda unit: unit.cases.flag(sent.id))
    assert (await store.read(lambda unit: unit.cases.get(sent.id))).flagged
    await store.do(lambda unit: unit.cases.flag(sent.id, False))
    assert not (await store.read(lambda unit: unit.cases.get(sent.id))).flagged


async def test_a_clear_time_is_an_hour(store: Store, sent: CaseRow) -> None:
    """No clear time of a case is finer than the hour."""
    kept = await store.read(lambda unit: unit.cases.get(sent.id))
    for at in (kept.filed_hour, kept.waiting_hour):
        assert at is not None
        assert (at.minute, at.second, at.microsecond) == (0, 0, 0)
