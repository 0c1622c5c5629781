"""The one thread of a process that writes to SQLite: it takes whatever waits and commits it together.

1. A savepoint a unit: one that fails is rolled back alone and its caller told why.
2. Nobody is told anything before COMMIT is through; when COMMIT fails, everybody is told ``Unavailable``.
3. No timer: what came while the last commit was on its way to the disk is the next group. A group ends after
   ``MOST`` units or ``LONGEST`` seconds, so that the other process gets its turn.

Never retries a unit, and never holds the write lock while it waits for work.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from sqlalchemy import Connection

from storage import sqlite
from storage.errors import Unavailable
from storage.faults import translated
from storage.turnstile import Turnstile
from storage.unit_of_work import Unit

MOST, LONGEST = 256, 0.01
Work = Callable[[Unit], Any]
MakeUnit = Callable[[Connection], Unit]


@dataclass(slots=True)
class Job:
    """One unit that somebody waits for."""

    work: Work
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: Exception | None = None


class SqliteWriter:
    """Runs units, in groups, on one connection."""

    def __init__(self, path: Path, make_unit: MakeUnit, committed: Callable[[], None]) -> None:
        """Open the connection and start the thread; ``committed`` is called after every commit that changed
        something.
        """
        self._make_unit, self._committed = make_unit, committed
        self._turnstile = Turnstile(path)
        self._engine = sqlite.engine(path)
        self._connection = self._engine.connect()
        self._raw = sqlite.driver(self._connection)
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._closed, self._door = False, threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    async def do(self, work: Work) -> Any:
        """Run a unit; give what it gives, once it is on the disk."""
        loop = asyncio.get_running_loop()
        job = Job(work, loop.create_future(), loop)
        with self._door:
            if self._closed:
                raise Unavailable("the store is closed")
            self._queue.put(job)
        return await job.future

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._door:
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._connection.close()
        self._engine.dispose()
        self._turnstile.close()

    def _serve(self) -> None:
        while (job := self._queue.get()) is not None:
            group = [job]
            try:
                with self._turnstile:
                    group = self._together(job)
            except OSError as fault:  # no lock to be had now; this thread goes on, or nobody writes again
                job.error = translated(fault)
            _tell(group)

    def _together(self, job: Job) -> list[Job]:
        """Run what waits in one transaction; give it back with each unit's outcome."""
        group = [job]
        before = self._raw.total_changes
        try:
            self._raw.execute("BEGIN IMMEDIATE")
            self._one(job)
            began = monotonic()
            while (
                len(group) < MOST
                and monotonic() - began < LONGEST
                and (further := self._waiting()) is not None
            ):
                group.append(further)
                self._one(further)
            self._raw.execute("COMMIT")
        except (sqlite3.Error, Unavailable) as fault:
            self._roll_back()
            for each in group:
                each.error = translated(fault)
        else:
            if self._raw.total_changes != before:
                self._committed()
        return group

    def _waiting(self) -> Job | None:
        try:
            job = self._queue.get_nowait()
        except Empty:
            return None
        if job is None:
            self._queue.put(None)
        return job

    def _one(self, job: Job) -> None:
        """Run one unit under its savepoint. Raises: Unavailable when the transaction is lost with it."""
        self._raw.execute("SAVEPOINT unit")
        try:
            job.result = job.work(self._make_unit(self._connection))
        except Exception as fault:  # whatever a unit raises is its caller's to hear, not this thread's
            job.error = translated(fault)
            if not self._raw.in_transaction:
                raise Unavailable("the transaction was lost with a unit of it") from None
            self._raw.execute("ROLLBACK TO unit")
        self._raw.execute("RELEASE unit")

    def _roll_back(self) -> None:
        if self._raw.in_transaction:
            self._raw.rollback()


def _tell(group: Sequence[Job]) -> None:
    """Hand the outcomes over, each loop woken once."""
    for loop in {job.loop for job in group}:
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, [job for job in group if job.loop is loop])


def _resolve(group: Sequence[Job]) -> None:
    for job in group:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
