"""What every repository stands on: one connection inside one transaction, and the time of that transaction.

Never begins or ends a transaction; the unit of work does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

AnyRow = Row[*tuple[Any, ...]]
AnyResult = CursorResult[*tuple[Any, ...]]
UpsertInsert = postgresql.Insert | sqlite.Insert


@cache
def insert_into(engine: str, table: Table) -> UpsertInsert:
    """Make an insert that knows ``ON CONFLICT``, which both engines have under their own names."""
    return postgresql.insert(table) if engine == "postgresql" else sqlite.insert(table)


@cache
def put_new_into(engine: str, table: Table) -> UpsertInsert:
    """Make an insert that gives way to a row that is there."""
    return insert_into(engine, table).on_conflict_do_nothing()


class Rows:
    """A repository over one transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        """Take the connection and the time that everything in this transaction carries."""
        self._connection = connection
        self._now = now
        self._engine = connection.dialect.name

    @property
    def _locks_rows(self) -> bool:
        """SQLite has one writer and no row locks; PostgreSQL needs ``FOR UPDATE`` said."""
        return self._engine == "postgresql"

    def _insert(self, table: Table) -> UpsertInsert:
        return insert_into(self._engine, table)

    def _put_new(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert a row; give False when one is there already."""
        return self._changed(put_new_into(self._engine, table), values) == 1

    def _run(self, statement: Executable, values: Mapping[str, Any] | None = None) -> AnyResult:
        return self._connection.execute(statement, values)

    def _changed(self, statement: Executable, values: Mapping[str, Any] | None = None) -> int:
        """Run a write; give how many rows it touched."""
        return self._run(statement, values).rowcount

    def _one(self, statement: Executable, values: Mapping[str, Any] | None = None) -> AnyRow | None:
        return self._run(statement, values).first()

    def _all(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        return self._run(statement, values).all()


def hour(at: datetime) -> datetime:
    """Cut a time to its hour, the finest that a clear column shows."""
    return at.replace(minute=0, second=0, microsecond=0)
