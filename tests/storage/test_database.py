"""The store as a whole: units of work, group commit, readers, changes."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import stat
import time
from pathlib import Path

import pytest

from storage import sqlite
from storage.database import Store, open_store
from storage.errors import Conflict, NotFound, StoreError, Unavailable
from storage.settings import Settings, load_settings
from storage.unit_of_work import Unit
from tests.storage import rows
from tests.storage.conftest import Clock, OpenStore


async def test_what_a_unit_gives_comes_back(store: Store, clock: Clock) -> None:
    """``do`` gives what the function gives, and the unit carries the time of the store's clock."""
    assert await store.do(lambda unit: unit.now) == clock.now


async def test_a_unit_is_there_for_the_next_reader(store: Store) -> None:
    """What ``do`` returned from is seen by ``read``."""
    await store.do(lambda unit: unit.meta.put("colour", "blue"))
    assert await store.read(lambda unit: unit.meta.get("colour")) == "blue"


async def test_one_unit_fails_alone(store: Store) -> None:
    """Of units handed in together, the one that raises is rolled back and told; the others stand."""

    def work(n: int) -> object:
        def put(unit: Unit) -> int:
            unit.meta.put(f"key {n}", "kept")
            unit.audit.add("note", "system", seq=n)
            if n == 7:
                raise KeyError("seven")
            return n

        return store.do(put)

    outcomes = await asyncio.gather(*(work(n) for n in range(20)), return_exceptions=True)  # type: ignore[call-overload]  # gather of a comprehension of coroutines typed as object
    assert isinstance(outcomes[7], KeyError)
    assert [n for n in range(20) if n != 7] == [one for one in outcomes if isinstance(one, int)]
    kept = await store.read(lambda unit: [unit.meta.get(f"key {n}") for n in range(20)])
    assert kept == [None if n == 7 else "kept" for n in range(20)]
    assert await store.read(lambda unit: unit.audit.verify()) == []


async def test_a_broken_rule_is_a_conflict_without_the_values(store: Store) -> None:
    """A schema that says no becomes ``Conflict``, whose text holds nothing of the row."""
    row = rows.session(rows.officer())
    with pytest.raises(Conflict) as refusal:
        await store.do(lambda unit: unit.sessions.add(row))
    assert "root" not in str(refusal.value)
    assert refusal.value.__cause__ is None


async def test_reading_cannot_write(store: Store) -> None:
    """A function handed to ``read`` cannot change anything."""
    with pytest.raises(StoreError):
        await store.read(lambda unit: unit.meta.put("key", "value"))
    assert await store.read(lambda unit: unit.meta.get("key")) is None


async def test_a_reader_sees_one_snapshot(store: Store) -> None:
    """Two looks of one reader see the same, whatever is committed between them."""
    loop = asyncio.get_running_loop()

    def look(unit: Unit) -> tuple[str | None, str | None]:
        before = unit.meta.get("key")
        asyncio.run_coroutine_threadsafe(store.do(lambda other: other.meta.put("key", "new")), loop).result(
            10
        )
        return before, unit.meta.get("key")

    assert await store.read(look) == (None, None)
    assert await store.read(lambda unit: unit.meta.get("key")) == "new"


async def test_a_reader_never_waits_for_the_writer(store: Store) -> None:
    """While a unit is under way, a read comes back at once."""

    def slow(unit: Unit) -> None:
        unit.meta.put("slow", "yes")
        time.sleep(0.5)

    writing = asyncio.create_task(store.do(slow))
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    assert await store.read(lambda unit: unit.meta.get("slow")) is None
    assert time.perf_counter() - began < 0.3
    await writing


async def test_what_waits_is_committed_together(sqlite_settings: Settings, opened: OpenStore) -> None:
    """Fifty units that wait behind one are a few transactions, and each is told only after its own."""
    store = await opened(sqlite_settings)
    watch = sqlite3.connect(sqlite.path_of(sqlite_settings.database_url), isolation_level=None)

    def version() -> int:
        return int(watch.execute("PRAGMA data_version").fetchone()[0])

    first = asyncio.create_task(store.do(lambda unit: time.sleep(0.1)))
    await asyncio.sleep(0.03)
    seen: set[int] = set()

    async def one(n: int) -> None:
        await store.do(lambda unit: unit.meta.put(f"key {n}", "kept"))
        seen.add(version())

    before = version()
    await asyncio.gather(first, *(one(n) for n in range(50)))
    watch.close()
    assert 1 <= len(seen) < 10
    assert before not in seen


async def test_a_commit_that_fails_fails_all(sqlite_settings: Settings, opened: OpenStore) -> None:
    """With the disk full, nobody of a group is told that it was kept; with room again, the store goes on."""
    store = await opened(sqlite_settings)

    def fill(unit: Unit) -> None:
        unit.meta.put("large", "x" * 4_000_000)

    await store.do(lambda unit: unit._connection.exec_driver_sql("PRAGMA max_page_count = 200"))
    outcomes = await asyncio.gather(
        store.do(lambda unit: unit.meta.put("before", "kept")),
        store.do(fill),
        store.do(lambda unit: unit.meta.put("after", "kept")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], Unavailable)
    kept = await store.read(lambda unit: [unit.meta.get("before"), unit.meta.get("after")])
    assert [isinstance(outcomes[n], Unavailable) for n in (0, 2)] == [value is None for value in kept]
    await store.do(lambda unit: unit._connection.exec_driver_sql("PRAGMA max_page_count = 1073741823"))
    await store.do(fill)
    assert await store.read(lambda unit: len(unit.meta.get("large") or "")) == 4_000_000


async def test_a_caller_that_went_away_changes_nothing_for_the_rest(store: Store) -> None:
    """A cancelled caller neither stops the writer nor keeps the others from being told."""
    gone = asyncio.create_task(store.do(lambda unit: time.sleep(0.05)))
    await asyncio.sleep(0.01)
    gone.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await gone
    assert await store.do(lambda unit: "still here") == "still here"


async def test_the_files_are_private(sqlite_settings: Settings, opened: OpenStore) -> None:
    """Every file of the database can be read by its own account alone."""
    store = await opened(sqlite_settings)
    await store.do(lambda unit: unit.meta.put("key", "value"))
    files = list(sqlite.path_of(sqlite_settings.database_url).parent.glob("store.db*"))
    assert len(files) == 5
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


async def test_every_connection_keeps_the_rules(sqlite_settings: Settings, opened: OpenStore) -> None:
    """Writer and reader write ahead, wait for the disk, keep foreign keys and erase what they delete."""
    store = await opened(sqlite_settings)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "busy_timeout": 5000,
    }

    def rules(unit: Unit) -> dict[str, object]:
        return {name: unit._connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}

    assert await store.do(rules) == wanted
    assert await store.read(rules) == wanted


async def test_an_own_commit_is_noticed_at_once(store: Store) -> None:
    """A task that waits is woken by a commit of its own process well before the poll."""
    await store.wait_for_change(0.5)
    waiting = asyncio.create_task(_second_wait(store))
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    await store.do(lambda unit: unit.meta.put("key", "value"))
    assert await waiting
    assert time.perf_counter() - began < 0.2


async def _second_wait(store: Store) -> bool:
    await store.wait_for_change(0)
    return await store.wait_for_change(5)


async def test_a_commit_between_two_waits_is_not_missed(store: Store) -> None:
    """What was committed while a task was at work is told by its next wait, at once."""
    while await store.wait_for_change(0.4):
        pass
    await store.do(lambda unit: unit.meta.put("key", "value"))
    assert await store.wait_for_change(0)


async def test_nothing_new_is_the_end_of_the_time(store: Store) -> None:
    """Without a commit the wait ends by itself and says so."""
    while await store.wait_for_change(0.4):
        pass
    assert not await store.wait_for_change(0.05)


async def test_another_process_is_noticed_within_half_a_second(store: Store, officers_store: Store) -> None:
    """A commit of the other door wakes a waiting task of this one."""
    while await store.wait_for_change(0.6):
        pass
    began = time.perf_counter()
    await officers_store.do(lambda unit: unit.meta.put("key", "value"))
    assert await store.wait_for_change(5)
    assert time.perf_counter() - began < 0.6


async def test_a_closed_store_says_so(settings: Settings) -> None:
    """After closing, units and looks are refused as ``Unavailable``."""
    store = await open_store(settings, "bot")
    await store.close()
    with pytest.raises(Unavailable):
        await store.do(lambda unit: None)
    with pytest.raises(Unavailable):
        await store.read(lambda unit: None)


async def test_a_database_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    """A folder, a file that is no database and a server that is not there are ``Unavailable``."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("this is no database, whatever its name says" * 50)
    for url in (
        f"sqlite:///{tmp_path}/folder",
        f"sqlite:///{tmp_path}/text",
        f"postgresql://x@/x?host={tmp_path}",
    ):
        with pytest.raises(Unavailable):
            await open_store(load_settings({"CONCERN_DATABASE_URL": url}), "bot")


async def test_both_doors_name_the_same_deployment(store: Store, officers_store: Store) -> None:
    """The deployment is named once, by whichever door opened the database first."""
    assert len(store.deployment) == 16
    assert store.deployment == officers_store.deployment


async def test_only_the_reporters_door_sees_what_was_not_sent(store: Store, officers_store: Store) -> None:
    """At the officers' door an unsent case is no case, by any way of asking."""
    row = rows.case()

    def make(unit: Unit) -> None:
        unit.cases.add(row)
        unit.cases.append(row.id, 0, rows.record(row, 1), rows.Head(1))

    await store.do(make)
    assert (await store.read(lambda unit: unit.cases.get(row.id))).head_n == 1
    for look in (
        lambda unit: unit.cases.get(row.id),
        lambda unit: unit.cases.by_reference(""),
        lambda unit: unit.cases.mark_read(row.id, 1),
        lambda unit: unit.cases.mark_urgent(row.id),
    ):
        with pytest.raises(NotFound):
            await officers_store.do(look)
    for refused in (
        lambda unit: unit.cases.pick_up(row.id, 0, rows.name()),
        lambda unit: unit.cases.move(row.id, 0, "closed", rows.name()),
    ):
        with pytest.raises(Conflict):
            await officers_store.do(refused)
    assert await officers_store.read(lambda unit: unit.cases.records(row.id)) == []
    for view in ("unassigned", "mine", "all", "closed"):
        assert not (await officers_store.read(lambda unit, v=view: unit.cases.queue(v, rows.name()))).rows  # type: ignore[misc]  # a default binds the loop's value
