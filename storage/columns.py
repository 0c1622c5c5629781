"""What the tables are made of: the kinds of column, the same on both engines, and the rules by which things
are named.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time on both engines; a naive one is refused, because nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Take an aware time to the column."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware time back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = BigInteger().with_variant(Integer, "sqlite")


def table(name: str, *parts: Any, rowid: bool = True) -> Table:
    """A table; without SQLite's row number where that would tell the order in which rows came."""
    return Table(name, metadata, *parts, sqlite_with_rowid=rowid, implicit_returning=False)


def key(name: str = "id", *rules: Any, **more: Any) -> Column[bytes]:
    """Sixteen bytes that name a row."""
    return Column(name, LargeBinary(16), *rules, **({"nullable": False} | more))


def code(name: str, length: int = 64, **more: Any) -> Column[str]:
    """A short text of ours, never a person's words."""
    return Column(name, String(length), **({"nullable": False} | more))


def moment(name: str, nullable: bool = True) -> Column[datetime]:
    """A time."""
    return Column(name, UtcDateTime, nullable=nullable)


def blob(name: str, **more: Any) -> Column[bytes]:
    """Bytes."""
    return Column(name, LargeBinary, **({"nullable": False} | more))


def count(name: str) -> Column[int]:
    """A whole number that begins at 0."""
    return Column(name, Integer, nullable=False, default=0)
