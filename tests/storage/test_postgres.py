"""What PostgreSQL alone is asked: units that meet, connections that break, chains that are claimed."""

from __future__ import annotations

import asyncio
import time

import pytest
from sqlalchemy import text

from storage.database import Store
from storage.errors import Unavailable
from storage.unit_of_work import Unit
from tests.peers.postgres import Server
from tests.storage import rows
from tests.storage.conftest import OpenStore


@pytest.fixture
def url(postgres_url: str) -> str:
    """The address of a database of PostgreSQL, and of no other engine."""
    return postgres_url


async def test_units_that_block_each_other_are_run_again(store: Store) -> None:
    """Two units that take two rows in opposite order both succeed: the one that was refused is run again."""
    await store.do(lambda unit: [unit.meta.put_once(name, "0") for name in "ab"])
    runs = []

    def swap(first: str, second: str) -> object:
        def work(unit: Unit) -> None:
            runs.append(first)
            for name in (first, second):
                unit._connection.execute(
                    text("UPDATE meta SET value = value || '1' WHERE key = :k"), {"k": name}
                )
                time.sleep(0.1)

        return store.do(work)

    await asyncio.gather(swap("a", "b"), swap("b", "a"))  # type: ignore[call-overload]  # swap gives an awaitable
    assert await store.read(lambda unit: (unit.meta.get("a"), unit.meta.get("b"))) == ("011", "011")
    assert len(runs) >= 3


async def test_what_arrives_while_a_case_is_marked_read_stays_unread(store: Store) -> None:
    """An officer's "read" that meets new words of the reporter waits for them, and leaves the case unread."""
    case = await store.do(lambda unit: rows.filed(unit, "ABCD-EFGH"))

    def slowly(unit: Unit) -> None:
        unit.cases.append(case.id, 1, rows.record(case, 2), rows.Head(2))
        time.sleep(0.5)

    writing = asyncio.create_task(store.do(slowly))
    await asyncio.sleep(0.2)
    await store.do(lambda unit: unit.cases.mark_read(case.id, 1))
    await writing
    after = await store.read(lambda unit: unit.cases.get(case.id))
    assert (after.head_n, after.waiting_hour) == (2, case.waiting_hour)


async def test_after_the_server_went_away_the_store_goes_on(store: Store, postgres: Server) -> None:
    """While the server is gone all is ``Unavailable``; when it is back, everything works again."""
    if not postgres.ours:
        pytest.skip("this server is not ours to stop")
    await store.do(lambda unit: unit.audit.add("start", "system"))
    await store.wait_for_change(0)
    postgres.restart()
    outcomes = [await _tried(store) for _ in range(12)]
    assert set(outcomes) <= {"ok", "Unavailable"}
    assert outcomes[-1] == "ok"
    assert await store.read(lambda unit: unit.audit.verify()) == []
    while await store.wait_for_change(0.5):
        pass
    await store.do(lambda unit: unit.meta.put("key", "value"))
    assert await store.wait_for_change(5)


async def _tried(store: Store) -> str:
    try:
        await store.do(lambda unit: unit.audit.add("note", "system"))
        await store.read(lambda unit: unit.audit.chains())
    except Unavailable as why:
        return type(why).__name__
    return "ok"


async def test_each_writer_holds_a_chain_of_its_own(
    store: Store, opened: OpenStore, settings: object
) -> None:
    """Two processes of one door never write one chain; a name is free again when its holder is gone."""
    other = await opened(settings)
    mine = await store.do(lambda unit: unit.audit.add("start", "system"))
    theirs = await other.do(lambda unit: unit.audit.add("start", "system"))
    assert (mine.chain, theirs.chain) == ("bot", "bot-2")
    await other.close()
    third = await opened(settings)
    again = await third.do(lambda unit: unit.audit.add("start", "system"))
    assert (again.chain, again.n) == ("bot-2", 2)


async def test_a_unit_that_gives_up_a_connection_is_unavailable(store: Store) -> None:
    """A connection cut in the middle of a unit is ``Unavailable``, and nothing of the unit stays."""

    def cut(unit: Unit) -> None:
        unit.meta.put("key", "value")
        unit._connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Unavailable):
        await store.do(cut)
    assert await store.read(lambda unit: unit.meta.get("key")) is None
    await store.do(lambda unit: unit.meta.put("key", "value"))
