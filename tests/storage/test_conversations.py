"""Where a conversation stands is saved by compare-and-set, and what was never sent goes with its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.database import Store
from storage.errors import Conflict, NotFound
from storage.records import ConversationRow
from storage.unit_of_work import Unit
from tests.storage import rows
from tests.storage.conftest import START, Clock


@pytest.fixture
async def talk(store: Store) -> ConversationRow:
    """A conversation."""
    row = rows.conversation()
    await store.do(lambda unit: unit.conversations.add(row))
    return row


async def test_a_conversation_is_found_by_its_address(store: Store, talk: ConversationRow) -> None:
    """By address and by name the row comes back as it was put."""
    assert await store.read(lambda unit: unit.conversations.by_address(talk.blind_address)) == talk
    assert await store.read(lambda unit: unit.conversations.get(talk.id)) == talk
    assert await store.read(lambda unit: unit.conversations.by_address(rows.name())) is None
    with pytest.raises(NotFound):
        await store.read(lambda unit: unit.conversations.get(rows.name()))


async def test_an_address_has_one_conversation(store: Store, talk: ConversationRow) -> None:
    """A second conversation of an address is a conflict."""
    with pytest.raises(Conflict):
        await store.do(lambda unit: unit.conversations.add(replace(talk, id=rows.name())))


async def test_a_turn_is_saved_whole(store: Store, talk: ConversationRow) -> None:
    """A saved turn changes every column it may, counts the version on and the pending down."""
    await store.do(lambda unit: [unit.inbox.accept(rows.arrival(talk, str(n))) for n in (1, 2, 3)])
    case_id = rows.name()
    turn = replace(
        talk,
        private=True,
        draft_kid=rows.name(),
        sealed_draft=b"new",
        case_id=case_id,
        replies="push",
        expires_at=START + timedelta(days=9),
    )
    await store.do(lambda unit: unit.conversations.save(turn, seen_version=0, seen_pending=3, done=2))
    saved = await store.read(lambda unit: unit.conversations.get(talk.id))
    assert saved == replace(turn, version=1, pending=1)


@pytest.mark.parametrize(("version", "pending"), [(1, 0), (0, 1)])
async def test_a_turn_planned_on_something_else_is_a_conflict(
    store: Store, talk: ConversationRow, version: int, pending: int
) -> None:
    """Another version, or another number of waiting events, than was seen: nothing is saved."""
    with pytest.raises(Conflict):
        await store.do(
            lambda unit: unit.conversations.save(replace(talk, sealed_draft=b"new"), version, pending, 0)
        )
    assert await store.read(lambda unit: unit.conversations.get(talk.id)) == talk


async def test_a_conflict_takes_the_whole_unit_back(store: Store, talk: ConversationRow) -> None:
    """What a unit wrote before its conflict is not there afterwards."""

    def turn(unit: Unit) -> None:
        unit.cases.add(rows.case())
        unit.audit.add("case_open", "reporter")
        unit.conversations.save(talk, 5, 0, 0)

    with pytest.raises(Conflict):
        await store.do(turn)
    assert await store.read(lambda unit: unit.audit.entries("bot")) == []


async def test_who_waits_longest_comes_first(store: Store, clock: Clock) -> None:
    """Conversations with something to work are listed by how long they wait."""
    talks = [rows.conversation() for _ in range(3)]
    for talk in talks:
        await store.do(lambda unit, t=talk: unit.conversations.add(t))  # type: ignore[misc]  # a default binds the loop's value
    for n, talk in enumerate(reversed(talks)):
        clock.forward(seconds=1)
        await store.do(lambda unit, t=talk, k=n: unit.inbox.accept(rows.arrival(t, str(k))))  # type: ignore[misc]  # the same
    found = await store.read(lambda unit: unit.conversations.pending(2, unit.now))
    assert [one.id for one in found] == [talks[2].id, talks[1].id]


async def test_a_case_is_answered_where_it_came_from(store: Store, talk: ConversationRow) -> None:
    """Where a case is answered is noted with the turn, and changes with what the reporter allows."""
    case_id = rows.name()
    await store.do(lambda unit: unit.conversations.save(replace(talk, case_id=case_id), 0, 0, 0))
    await store.do(
        lambda unit: unit.conversations.save(replace(talk, case_id=case_id, replies="push"), 1, 0, 0)
    )
    reach = await store.read(lambda unit: unit.conversations.by_case(case_id))
    assert reach is not None
    assert (reach.blind_address, reach.door, reach.replies) == (talk.blind_address, "telegram", "push")
    await store.do(lambda unit: unit.conversations.close_route(talk.blind_address))
    closed = await store.read(lambda unit: unit.conversations.by_case(case_id))
    assert closed is not None
    assert closed.replies == "none"
    assert await store.read(lambda unit: unit.conversations.by_case(rows.name())) is None


async def begun(store: Store, clock: Clock, *, send: bool = False) -> ConversationRow:
    """A conversation with a case, an identity and a card on its way, sent or not."""
    talk, case = rows.conversation(), rows.case()
    talk = replace(talk, case_id=case.id)

    def work(unit: Unit) -> None:
        unit.conversations.add(talk)
        unit.conversations.save(talk, 0, 0, 0)
        unit.cases.add(case)
        unit.cases.append(case.id, 0, rows.record(case, 1), rows.Head(1))
        unit.identities.put(rows.identity(case))
        unit.outbox.add(talk.blind_address, talk.id, 1, "card", b"card")
        if send:
            unit.cases.file(case.id, "ABCD-EFGH", False, "coventry", rows.wrap(case), clock.now)

    await store.do(work)
    return talk


TABLES = ("conversations", "cases", "records", "identities", "outbox", "routes", "case_routes", "inbox")


async def left(store: Store) -> dict[str, int]:
    """Count what is in the tables."""

    def look(unit: Unit) -> dict[str, int]:
        return {
            name: unit._connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
            for name in TABLES
        }

    return await store.read(look)


async def test_what_was_never_sent_goes_with_its_time(store: Store, clock: Clock) -> None:
    """After its time an unsent conversation is gone, with all that hung on it, and its key is named to be
    destroyed.
    """
    talk = await begun(store, clock)
    assert (
        await store.do(lambda unit: unit.conversations.expire(talk.expires_at - timedelta(seconds=1))) == []
    )
    gone = await store.do(lambda unit: unit.conversations.expire(talk.expires_at))
    assert [row.draft_kid for row in gone] == [talk.draft_kid]
    assert set((await left(store)).values()) == {0}
    assert await store.do(lambda unit: unit.conversations.expire(talk.expires_at)) == []


async def test_what_was_sent_stays(store: Store, clock: Clock) -> None:
    """A filed case and its conversation are not touched by expiry."""
    talk = await begun(store, clock, send=True)
    assert await store.do(lambda unit: unit.conversations.expire(clock.forward(days=365))) == []
    assert (await store.read(lambda unit: unit.cases.get(talk.case_id or b""))).reference == "ABCD-EFGH"


async def test_an_event_that_waits_keeps_its_conversation(store: Store, talk: ConversationRow) -> None:
    """Nothing that was acknowledged and not worked is ever erased by time."""
    await store.do(lambda unit: unit.inbox.accept(rows.arrival(talk)))
    assert await store.do(lambda unit: unit.conversations.expire(talk.expires_at + timedelta(days=1))) == []


async def test_an_answered_address_stays_reachable(store: Store, clock: Clock) -> None:
    """When a second conversation of an address expires unsent, the reporter of the first can still be
    answered.
    """
    talk = await begun(store, clock, send=True)
    sent = talk.case_id
    again = replace(talk, case_id=None, version=1, expires_at=clock.now)
    await store.do(lambda unit: unit.outbox.add(talk.blind_address, talk.id, 2, "reply", b"reply"))
    await store.do(lambda unit: unit.conversations.save(again, 1, 0, 0))
    assert len(await store.do(lambda unit: unit.conversations.expire(clock.now))) == 1
    assert await store.read(lambda unit: unit.conversations.by_address(talk.blind_address)) is None
    route = await store.read(lambda unit: unit.conversations.route(talk.blind_address))
    assert route is not None
    assert (route.door, route.sealed_route) == (talk.door, talk.sealed_route)
    assert await store.read(lambda unit: unit.conversations.by_case(sent or b"")) is not None
    due = await store.do(lambda unit: unit.outbox.due(clock.now))
    assert [row.kind for row in due] == ["reply"]


async def test_draft_keys_in_use_are_named(store: Store, talk: ConversationRow) -> None:
    """The keys that conversations need are listed, so that orphans can be told apart."""
    assert await store.read(lambda unit: unit.conversations.draft_kids()) == {talk.draft_kid}


async def test_an_edition_is_kept_once_and_for_ever(store: Store) -> None:
    """An edition comes back as it was first kept, whatever is handed in later."""
    await store.do(lambda unit: unit.editions.keep("family", "aa", "first"))
    await store.do(
        rows.each(
            lambda unit: unit.editions.keep("family", "aa", "second"),
            lambda unit: unit.editions.keep("family", "bb", "x"),
        )
    )
    assert await store.read(lambda unit: unit.editions.get("family", "aa")) == "first"
    assert await store.read(lambda unit: unit.editions.names()) == [("family", "aa"), ("family", "bb")]
    with pytest.raises(NotFound):
        await store.read(lambda unit: unit.editions.get("family", "cc"))
