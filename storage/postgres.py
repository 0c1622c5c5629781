"""How PostgreSQL is opened here: the same units as on SQLite, each in a transaction of its own on one of a
few threads.

1. A unit that met another transaction (serialisation, deadlock) is run again; it is a plain function, so it
   can be.
2. Every connection that writes holds an audit chain of its own, claimed by a lock that dies with the
   connection: ``bot``, ``bot-2`` …, the lowest that is free. No row serialises the workers.
3. Other processes hear of commits by NOTIFY, sent beside the transaction and not in it, because a NOTIFY
   inside makes commits wait for each other.

Needs a connection of its own to the server: a pooler between that hands out transactions would break rules 2
and 3.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, NullPool, create_engine, text

from storage.errors import Unavailable
from storage.faults import translated, worth_a_retry
from storage.unit_of_work import Unit

WRITERS, ATTEMPTS, CHAINS = 4, 8, 256
CHANNEL = "concern_line"
_HEARD_SECONDS = 0.05
_CLAIM = text("SELECT pg_try_advisory_lock(hashtextextended('concern/chain/' || :name, 0))")
Work = Callable[[Unit], Any]


def engine(url: str) -> Engine:
    """Make an engine that opens a connection when asked and keeps none."""
    return create_engine(
        url, poolclass=NullPool, hide_parameters=True, isolation_level="READ COMMITTED"
    ).execution_options(preserve_rowcount=True)


def reading(url: str) -> Engine:
    """Make an engine whose transactions see one snapshot and cannot write."""
    return engine(url).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@dataclass(slots=True)
class Slot:
    """One writing connection and the audit chain it holds."""

    connection: Connection
    chain: str


class PostgresWriter:
    """Runs units on a few threads, each with a connection of its own."""

    def __init__(
        self, url: str, door: str, make_unit: Callable[[Connection, str], Unit], committed: Callable[[], None]
    ) -> None:
        """Start with no connection; each comes when its thread first has work."""
        self._engine, self._door = engine(url), door
        self._make_unit, self._committed = make_unit, committed
        self._own = threading.local()
        self._slots: list[Slot] = []
        self._threads = ThreadPoolExecutor(WRITERS, thread_name_prefix="store-writer")
        self._closed = False

    async def do(self, work: Work) -> Any:
        """Run a unit; give what it gives, once it is committed."""
        if self._closed:
            raise Unavailable("the store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._attempts, work)

    def close(self) -> None:
        """Finish what was handed in, then stop."""
        self._closed = True
        self._threads.shutdown()
        for slot in self._slots:
            slot.connection.close()
        self._engine.dispose()

    def _attempts(self, work: Work) -> Any:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(work)
            except Exception as fault:
                if attempt == ATTEMPTS or not worth_a_retry(fault):
                    error = translated(fault)
                    if error is fault:
                        raise
                    raise error from None
            time.sleep(random.random() * 0.002 * 2**attempt)  # noqa: S311 - spreads load, keeps no secret
        raise Unavailable("the database does not keep this now")

    def _once(self, work: Work) -> Any:
        slot = self._slot()
        with slot.connection.begin():
            result = work(self._make_unit(slot.connection, slot.chain))
        self._committed()
        return result

    def _slot(self) -> Slot:
        """Give this thread's connection; after the server went away, a new one with a chain of its own."""
        found: Slot | None = getattr(self._own, "slot", None)
        if found is None or found.connection.invalidated or found.connection.closed:
            if found is not None:
                found.connection.close()
                self._slots.remove(found)
            connection = self._engine.connect()
            found = Slot(connection, self._claim(connection))
            self._own.slot = found
            self._slots.append(found)
        return found

    def _claim(self, connection: Connection) -> str:
        for n in range(1, CHAINS + 1):
            name = self._door if n == 1 else f"{self._door}-{n}"
            with connection.begin():
                if connection.execute(_CLAIM, {"name": name}).scalar():
                    return name
        connection.close()
        raise Unavailable("every audit chain of this door has a writer")


class Listener:
    """Hears of other processes' commits, and lets them hear of ours."""

    def __init__(self, url: str) -> None:
        """Take the address; nothing is opened until somebody waits or commits."""
        self._address = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._stop, self._due = threading.Event(), threading.Event()
        self._seen: Callable[[], None] | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def start(self, seen: Callable[[], None]) -> None:
        """Begin to listen."""
        self._seen = seen
        self._begin()

    def own(self) -> None:
        """Tell the others soon; several commits may be told as one."""
        self._due.set()
        self._begin()

    def close(self) -> None:
        """Tell what is still to be told, and stop."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="store-watch", daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        while not self._stop.is_set():
            with suppress(psycopg.Error):
                self._talk()
            self._stop.wait(_HEARD_SECONDS)

    def _talk(self) -> None:
        """Listen and tell on one connection until it breaks or we stop; after a break all may be new."""
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._heard()
            while True:
                stopping = self._stop.is_set()
                if self._due.is_set():
                    self._due.clear()
                    connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
                if stopping:
                    return
                own = connection.info.backend_pid
                if any(note.pid != own for note in connection.notifies(timeout=_HEARD_SECONDS, stop_after=1)):
                    self._heard()

    def _heard(self) -> None:
        if self._seen is not None:
            self._seen()
