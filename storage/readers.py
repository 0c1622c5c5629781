"""Looks at the store without waiting for whoever writes: each thread has a connection of its own, which
cannot write.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, Engine

from storage import sqlite
from storage.errors import Unavailable
from storage.faults import translated
from storage.unit_of_work import Unit

READERS = 4


class Readers:
    """A few threads that read, each on one snapshot at a time."""

    def __init__(self, engine: Engine, make_unit: Callable[[Connection], Unit]) -> None:
        """Start with no thread and no connection; both come when they are needed."""
        self._engine, self._make_unit = engine, make_unit
        self._own = threading.local()
        self._open: list[Connection] = []
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._closed = False

    async def read(self, look: Callable[[Unit], Any]) -> Any:
        """Run a function that only reads."""
        if self._closed:
            raise Unavailable("the store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._look, look)

    def close(self) -> None:
        """Finish what is being read, then stop."""
        self._closed = True
        self._threads.shutdown()
        for connection in self._open:
            connection.close()
        self._engine.dispose()

    def _look(self, look: Callable[[Unit], Any]) -> Any:
        try:
            connection = self._connection()
            if connection.dialect.name == "sqlite":
                return self._of_sqlite(connection, look)
            with connection.begin():
                return look(self._make_unit(connection))
        except Exception as fault:
            error = translated(fault)
            if error is fault:
                raise
            raise error from None

    def _of_sqlite(self, connection: Connection, look: Callable[[Unit], Any]) -> Any:
        raw = sqlite.driver(connection)
        raw.execute("BEGIN")
        try:
            return look(self._make_unit(connection))
        finally:
            if raw.in_transaction:
                raw.rollback()

    def _connection(self) -> Connection:
        found: Connection | None = getattr(self._own, "connection", None)
        if found is None or found.invalidated or found.closed:
            found = self._engine.connect()
            if found.dialect.name == "sqlite":
                sqlite.driver(found).execute("PRAGMA query_only = ON")
            self._own.connection = found
            self._open.append(found)
        return found
