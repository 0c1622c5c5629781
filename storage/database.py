"""The store: units of work in, rows out, on whichever engine the settings name.

1. ``do`` runs a plain function once, whole, in one transaction; it is through when ``do`` returns, on the
   disk.
2. ``read`` never waits for a writer and can write nothing.
3. ``wait_for_change`` misses nothing that was committed since the same task last asked.

Never opens a sealed value, and knows no key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from storage import sqlite
from storage.changes import Changes
from storage.faults import translated
from storage.migrating import migrate
from storage.readers import Readers
from storage.settings import Settings
from storage.unit_of_work import Unit
from storage.writer import SqliteWriter

T = TypeVar("T")
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall's clock."""
    return datetime.now(UTC)


class Writer(Protocol):
    """What runs units on one engine."""

    async def do(self, work: Callable[[Unit], Any]) -> Any:
        """Run a unit."""

    def close(self) -> None:
        """Stop."""


class Store:
    """One open database, for one door."""

    def __init__(self, deployment: bytes, writer: Writer, readers: Readers, changes: Changes) -> None:
        """Join the parts; ``open_store`` makes them."""
        self.deployment = deployment
        self._writer, self._readers, self._changes = writer, readers, changes
        self._closed = False

    async def do(self, work: Callable[[Unit], T]) -> T:
        """Run a plain function in one transaction; raise what it raises, after rolling back that one alone.

        Raises: Conflict when a rule of the schema says no, Unavailable when nothing can be kept now.
        """
        result: T = await self._writer.do(work)
        return result

    async def read(self, look: Callable[[Unit], T]) -> T:
        """Run a function that only reads, on one snapshot."""
        result: T = await self._readers.read(look)
        return result

    async def wait_for_change(self, timeout: float) -> bool:  # noqa: ASYNC109 - how long to wait is what is asked
        """Wait until anybody committed something since this task last asked, or until the time is over."""
        return await self._changes.wait(timeout)

    async def close(self) -> None:
        """Finish what is under way and close; closing again does nothing."""
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writer.close()
        self._changes.close()
        self._readers.close()


async def open_store(settings: Settings, door: str, now: Clock = utc_now) -> Store:
    """Open the database for a door, ``bot`` or ``admin``, making or migrating it first.

    Raises: Unavailable when it cannot be opened, or is newer than this program.
    """
    try:
        return await asyncio.to_thread(_open, settings.database_url, door, now)
    except Exception as fault:
        error = translated(fault)
        if error is fault:
            raise
        raise error from None


def _open(url: str, door: str, now: Clock) -> Store:
    if url.startswith("sqlite:"):
        return _open_sqlite(url, door, now)
    return _open_postgres(url, door, now)


def _open_sqlite(url: str, door: str, now: Clock) -> Store:
    path = sqlite.path_of(url)
    sqlite.make_private(path)
    deployment = migrate(url)

    def make_unit(connection: Connection) -> Unit:
        return Unit(connection, now(), door, door)

    changes = Changes(sqlite.DataVersion(path))
    writer = SqliteWriter(path, make_unit, changes.noted)
    return Store(deployment, writer, Readers(sqlite.engine(path), make_unit), changes)


def _open_postgres(url: str, door: str, now: Clock) -> Store:
    # The driver of PostgreSQL is read only where it is used: a start on SQLite is quicker without it.
    from storage import postgres

    deployment = migrate(url)

    def make_unit(connection: Connection, chain: str) -> Unit:
        return Unit(connection, now(), door, chain)

    changes = Changes(postgres.Listener(url))
    writer = postgres.PostgresWriter(url, door, make_unit, changes.noted)
    readers = Readers(postgres.reading(url), lambda connection: make_unit(connection, door))
    return Store(deployment, writer, readers, changes)
