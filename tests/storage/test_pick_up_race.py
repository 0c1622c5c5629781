"""Two officers and one case: one winner, every time, and no "database is locked" however busy the chat is."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.database import Store
from storage.errors import Conflict
from storage.settings import Settings
from storage.unit_of_work import Unit
from tests.bench.bench_pickup import PROMISED_MS, measure
from tests.storage import rows
from tests.storage.conftest import OpenStore

TOP = Path(__file__).resolve().parents[2]
RACES = 10_000 if os.environ.get("CONCERN_TEST_PROOF") else 200


async def claim(store: Store, case_id: bytes, officer: bytes) -> bool:
    """Pick a case up, with its entry in the log; say whether it was ours."""

    def work(unit: Unit) -> None:
        unit.cases.pick_up(case_id, 0, officer)
        unit.audit.add("claim", officer, case=case_id)

    try:
        await store.do(work)
    except Conflict:
        return False
    return True


@pytest.mark.timeout(600)
async def test_one_of_two_wins_every_time(
    store: Store, officers_store: Store, settings: Settings, opened: OpenStore
) -> None:
    """Two hundred cases, each picked up at once from two stores: one winner each; row and log agree."""
    other = await opened(settings, "admin")
    one, two = rows.name(), rows.name()
    cases = await store.do(lambda unit: [rows.filed(unit).id for _ in range(RACES)])
    for n, case_id in enumerate(cases):
        first, second = (officers_store, other) if n % 2 else (other, officers_store)
        won = await asyncio.gather(claim(first, case_id, one), claim(second, case_id, two))
        assert sorted(won) == [False, True]
        owner = (await officers_store.read(lambda unit, c=case_id: unit.cases.get(c))).owner_id  # type: ignore[misc]  # a default binds the loop's value
        assert owner == (one if won[0] else two)
    moves = await officers_store.read(lambda unit: [len(unit.cases.moves(case_id)) for case_id in cases])
    assert set(moves) == {1}
    assert await officers_store.read(lambda unit: unit.audit.verify()) == []


RACER = """
import asyncio, sys
from storage.database import open_store
from storage.settings import load_settings
from tests.storage.test_pick_up_race import claim

async def race(url, officer, names):
    store = await open_store(load_settings({"CONCERN_DATABASE_URL": url}), "admin")
    print("ready", flush=True)
    sys.stdin.readline()
    won = [name for name in names if await claim(store, bytes.fromhex(name), bytes.fromhex(officer))]
    await store.close()
    print(" ".join(won))

asyncio.run(race(sys.argv[1], sys.argv[2], sys.argv[3].split(",")))
"""


async def test_one_of_four_processes_wins_every_time(store: Store, officers_store: Store, url: str) -> None:
    """The same, from four processes that start together: no case has two winners, and none is left over."""
    cases = await store.do(lambda unit: [rows.filed(unit).id.hex() for _ in range(100)])
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, url, rows.name().hex(), ",".join(cases)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=TOP,
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert await asyncio.to_thread(racer.stdout.readline) == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = await asyncio.gather(*(asyncio.to_thread(racer.communicate, None, 60) for racer in racers))
    won = [name for out, _ in said for name in out.split()]
    assert sorted(won) == sorted(cases)
    assert await officers_store.read(lambda unit: unit.audit.verify()) == []


async def test_a_busy_chat_does_not_starve_an_officer(sqlite_settings: Settings) -> None:
    """Beside a process that writes without a rest, pick-ups come through and nothing is ever locked."""
    found = await measure(sqlite_settings.database_url, seconds=3, conversations=32)
    assert found.said == ""
    assert found.chat_units > 0
    assert len(found.waits_ms) >= 10
    assert found.at(0.99) < 10 * PROMISED_MS, (
        "the bench holds the promise itself; this only catches starvation"
    )
