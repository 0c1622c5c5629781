"""A process that dies between two statements: what was told is there, what was not told is there whole or not
at all.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.settings import Settings
from tests.storage.conftest import OpenStore

pytestmark = pytest.mark.crash
TOP = Path(__file__).resolve().parents[2]

WRITER = """
import asyncio, sys
from storage.database import open_store
from storage.settings import load_settings

async def one(store, n):
    def work(unit):
        unit.meta.put(f"a {n}", "kept")
        unit.audit.add("note", "system", seq=n)
        unit.meta.put(f"b {n}", "kept")
    await store.do(work)
    sys.stdout.write(f"{n}\\n"); sys.stdout.flush()

async def stream(store, lane):
    n = lane
    while True:
        await one(store, n)
        n += 8

async def main(url):
    store = await open_store(load_settings({"CONCERN_DATABASE_URL": url}), "bot")
    await asyncio.gather(*(stream(store, lane) for lane in range(8)))

asyncio.run(main(sys.argv[1]))
"""

HANGING = """
import asyncio, sys, time
from storage.database import open_store
from storage.settings import load_settings

async def main(url):
    store = await open_store(load_settings({"CONCERN_DATABASE_URL": url}), "bot")
    await store.do(lambda unit: unit.meta.put("before", "kept"))
    def hang(unit):
        unit.meta.put("within", "lost")
        unit.audit.add("note", "system")
        print("within", flush=True)
        time.sleep(60)
    await store.do(hang)

asyncio.run(main(sys.argv[1]))
"""


def started(program: str, url: str) -> subprocess.Popen[str]:
    """Start a program on the database."""
    return subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True, cwd=TOP)


@pytest.mark.parametrize("after", [0.0, 0.15, 0.4])
async def test_what_was_told_survives_a_kill(
    settings: Settings, url: str, opened: OpenStore, after: float
) -> None:
    """Killed in full swing, the store holds every unit whose caller heard of it, and no half of another."""
    process = started(WRITER, url)
    assert process.stdout is not None
    first = await asyncio.to_thread(process.stdout.readline)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    rest = await asyncio.to_thread(process.stdout.read)
    process.wait()
    told = [int(line) for line in (first + rest).split("\n")[:-1]]
    store = await opened(settings)

    def kept(name: str) -> set[int]:
        return set()

    found = await store.read(
        lambda unit: (
            unit._connection.exec_driver_sql("SELECT key FROM meta WHERE key <> 'deployment'").scalars().all()
        )
    )
    halves = {half: {int(key[2:]) for key in found if key[0] == half} for half in "ab"}
    assert set(told) <= halves["a"]
    assert halves["a"] == halves["b"]
    logged = await store.read(lambda unit: sum(len(unit.audit.entries(name)) for name in unit.audit.chains()))
    assert logged == len(halves["a"])
    assert await store.read(lambda unit: unit.audit.verify()) == []
    await store.do(lambda unit: unit.audit.add("start", "system"))
    assert await store.read(lambda unit: unit.audit.verify()) == []


async def test_a_unit_that_was_under_way_is_not_there(
    settings: Settings, url: str, opened: OpenStore
) -> None:
    """Killed within a unit, nothing of it is kept, and neither lock nor chain is held by the dead."""
    process = started(HANGING, url)
    assert process.stdout is not None
    assert await asyncio.to_thread(process.stdout.readline) == "within\n"
    process.kill()
    process.wait()
    store = await opened(settings)
    began = time.perf_counter()
    await store.do(lambda unit: unit.audit.add("start", "system"))
    assert time.perf_counter() - began < 5
    assert await store.read(lambda unit: (unit.meta.get("before"), unit.meta.get("within"))) == ("kept", None)
    assert [entry.n for entry in await store.read(lambda unit: unit.audit.entries("bot"))] == [1]
