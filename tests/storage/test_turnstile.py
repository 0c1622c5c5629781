"""The turnstile: one at a time, nobody overtaken twice, nothing left locked by the dead."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from storage.database import open_store
from storage.errors import Unavailable
from storage.settings import load_settings
from storage.turnstile import Turnstile

TOP = Path(__file__).resolve().parents[2]
BUSY = """
import sys, time
from pathlib import Path
from storage.turnstile import Turnstile
turnstile = Turnstile(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    with turnstile:
        time.sleep(0.02)
"""


def busy(path: Path) -> subprocess.Popen[str]:
    """Start a process that writes without a rest."""
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY, str(path)], stdout=subprocess.PIPE, text=True, cwd=TOP
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_one_at_a_time(tmp_path: Path) -> None:
    """Two that pass through many times are never inside together."""
    inside, most = 0, 0

    def pass_through() -> None:
        nonlocal inside, most
        turnstile = Turnstile(tmp_path / "store.db")
        for _ in range(50):
            with turnstile:
                inside += 1
                most = max(most, inside)
                time.sleep(0.0005)
                inside -= 1
        turnstile.close()

    threads = [threading.Thread(target=pass_through) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_busy_process_lets_the_other_in(tmp_path: Path) -> None:
    """Beside one that is always writing, each wait is about one write of the other, not seconds."""
    other = busy(tmp_path / "store.db")
    turnstile = Turnstile(tmp_path / "store.db")
    waits = []
    for _ in range(25):
        began = time.perf_counter()
        with turnstile:
            waits.append(time.perf_counter() - began)
        time.sleep(0.005)
    other.kill()
    other.wait()
    turnstile.close()
    assert sorted(waits)[12] < 0.2
    assert max(waits) < 1.0


def test_the_dead_hold_nothing(tmp_path: Path) -> None:
    """A process killed inside lets the next one in at once."""
    other = busy(tmp_path / "store.db")
    other.kill()
    other.wait()
    turnstile = Turnstile(tmp_path / "store.db")
    began = time.perf_counter()
    with turnstile:
        assert time.perf_counter() - began < 1.0
    turnstile.close()


async def test_a_lock_that_cannot_be_had_is_unavailable_and_the_next_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the file system gives no lock, nobody waits for ever, and what comes later is written."""
    settings = load_settings({"CONCERN_DATABASE_URL": f"sqlite:///{tmp_path / 'concern.db'}"})
    store = await open_store(settings, "bot")

    def none(_: Turnstile) -> None:
        raise OSError(37, "no locks available")

    with monkeypatch.context() as broken:
        broken.setattr(Turnstile, "__enter__", none)
        with pytest.raises(Unavailable):
            await asyncio.wait_for(store.do(lambda unit: unit.meta.put("key", "one")), 5)
    await asyncio.wait_for(store.do(lambda unit: unit.meta.put("key", "two")), 5)
    assert await store.read(lambda unit: unit.meta.get("key")) == "two"
    await store.close()
