"""Brings a database to the schema of this program, under a lock, once; and names the deployment at the first
start.

A schema at its head costs one query and imports nothing. A newer one is refused. Never destroys what it does
not know.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage import sqlite
from storage.errors import Unavailable
from storage.tables import meta
from storage.turnstile import Turnstile

SCRIPTS = Path(__file__).resolve().parent / "migrations"
_DEPLOYMENT = "deployment"


def revisions() -> list[str]:
    """Name every revision this program knows, oldest first."""
    return sorted(path.name[:4] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))


def migrate(url: str) -> bytes:
    """Migrate to the newest revision; give the deployment. Raises: Unavailable when the schema is newer than
    that.
    """
    with locked(url) as connection:
        known = revisions()
        stands = revision(connection)
        if stands is not None and stands not in known:
            raise Unavailable("the schema is newer than this program")
        if stands != known[-1]:
            upgrade(connection, "head")
        return _deployment(connection)


@contextmanager
def locked(url: str) -> Iterator[Connection]:
    """Give a connection in one transaction, with every other migrator and every writer of SQLite kept out."""
    with _sqlite(sqlite.path_of(url)) if url.startswith("sqlite:") else _postgres(url) as connection:
        yield connection


@contextmanager
def _sqlite(path: Path) -> Iterator[Connection]:
    engine, turnstile = sqlite.engine(path), Turnstile(path)
    try:
        with turnstile, engine.connect() as connection:
            raw = sqlite.driver(connection)
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                broken = raw.execute("PRAGMA foreign_key_check").fetchall() if raw.total_changes else []
                if broken:
                    raise Unavailable("the migration would leave rows that belong to nothing")
            except BaseException:
                if raw.in_transaction:
                    raw.rollback()
                raise
            if raw.in_transaction:
                raw.execute("COMMIT")
    finally:
        engine.dispose()
        turnstile.close()


@contextmanager
def _postgres(url: str) -> Iterator[Connection]:
    from storage import postgres

    engine = postgres.engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('concern/migrate', 0))"))
            yield connection
    finally:
        engine.dispose()


def revision(connection: Connection) -> str | None:
    """Give the revision a database stands at, or None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection, target: str) -> None:
    """Go up to a revision."""
    _alembic("upgrade", connection, target)


def downgrade(connection: Connection, target: str) -> None:
    """Go down to a revision, or to ``base``."""
    _alembic("downgrade", connection, target)


def _alembic(move: str, connection: Connection, target: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    {"upgrade": command.upgrade, "downgrade": command.downgrade}[move](config, target)


def _deployment(connection: Connection) -> bytes:
    found = connection.execute(meta.select().where(meta.c.key == _DEPLOYMENT)).first()
    if found is not None:
        return bytes.fromhex(found.value)
    fresh = secrets.token_bytes(16)
    connection.execute(meta.insert().values(key=_DEPLOYMENT, value=fresh.hex()))
    return fresh
