"""The real store for every test of it: a file in a temporary folder, and PostgreSQL where there is one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from storage import migrating
from storage.database import Store, open_store
from storage.settings import Settings, load_settings
from storage.tables import metadata
from tests.peers.postgres import NoServer, Server

START = datetime(2026, 11, 23, 9, 30, 12, 345678, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        """Begin on a Monday morning."""
        self.now = START

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now

    def forward(self, **span: float) -> datetime:
        """Move on, as ``timedelta`` names it; give the new time."""
        self.now += timedelta(**span)
        return self.now


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; without one the test is skipped, or fails where everything is required."""
    try:
        server = Server()
    except NoServer as why:
        if os.environ.get("CONCERN_TEST_REQUIRE") == "all":
            pytest.fail(f"PostgreSQL is required here: {why}")
        pytest.skip(str(why))
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_with_schema(postgres: Server) -> Iterator[str]:
    """The address of a database of PostgreSQL that has the schema; a test leaves it as empty as it was."""
    with postgres.database() as address:
        with migrating.locked(load_settings({"CONCERN_DATABASE_URL": address}).database_url) as connection:
            migrating.upgrade(connection, "head")
        yield address


@pytest.fixture
def postgres_url(postgres_with_schema: str) -> Iterator[str]:
    """The address of a database of PostgreSQL with the schema and no row."""
    yield postgres_with_schema
    names = ", ".join(metadata.tables)
    with psycopg.connect(postgres_with_schema, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute(f"TRUNCATE {names}".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, once for each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    with request.getfixturevalue("postgres").database() as address:
        yield load_settings({"CONCERN_DATABASE_URL": address}).database_url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database, once for each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    yield request.getfixturevalue("postgres_url")


@pytest.fixture
def settings(url: str) -> Settings:
    """Settings that name the database."""
    return load_settings({"CONCERN_DATABASE_URL": url})


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> Settings:
    """Settings for what SQLite alone is asked."""
    return load_settings({"CONCERN_DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}"})


@pytest.fixture
def clock() -> Clock:
    """The time of every store of a test."""
    return Clock()


OpenStore = Callable[..., Awaitable[Store]]


@pytest.fixture
async def opened(clock: Clock) -> AsyncIterator[OpenStore]:
    """Open stores that are closed after the test."""
    stores: list[Store] = []

    async def opening(settings: Settings, door: str = "bot") -> Store:
        stores.append(await open_store(settings, door, clock))
        return stores[-1]

    yield opening
    for store in reversed(stores):
        await store.close()


@pytest.fixture
async def store(settings: Settings, opened: OpenStore) -> Store:
    """The store as the reporter's door has it."""
    return await opened(settings)


@pytest.fixture
async def officers_store(store: Store, settings: Settings, opened: OpenStore) -> Store:
    """The same database as the officers' door has it."""
    return await opened(settings, "admin")
