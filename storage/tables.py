"""The schema: one set of tables for SQLite and PostgreSQL.

Every column of a reporter's words is ``sealed_*``; the clear ones are listed, with what a thief learns from
each, in storage/README.md. Holds no query.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
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

_BigId = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *parts: Any, rowid: bool = True) -> Table:
    """A table; without SQLite's row number where that would tell the order in which rows came."""
    return Table(name, metadata, *parts, sqlite_with_rowid=rowid, implicit_returning=False)


def _id(name: str = "id", *rules: Any, **more: Any) -> Column[bytes]:
    return Column(name, LargeBinary(16), *rules, **({"nullable": False} | more))


def _text(name: str, length: int = 64, **more: Any) -> Column[str]:
    return Column(name, String(length), **({"nullable": False} | more))


def _at(name: str, nullable: bool = True) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=nullable)


def _blob(name: str, **more: Any) -> Column[bytes]:
    return Column(name, LargeBinary, **({"nullable": False} | more))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, default=0)


# The deployment, and single facts

meta = _table("meta", _text("key", primary_key=True), Column("value", Text, nullable=False), rowid=False)

doors = _table(
    "doors",
    _text("door", primary_key=True),
    Column("poll_offset", BigInteger, nullable=False, default=0),
    _at("last_update_at"),
    rowid=False,
)

# What came in, and where each conversation stands

inbox = _table(
    "inbox",
    Column("id", _BigId, primary_key=True, autoincrement=True),
    _text("door"),
    _text("ext_id", 128),
    Column("ordinal", BigInteger, nullable=False),
    _id("blind_address", nullable=True),
    _id("conversation_id", nullable=True),
    _at("received_at"),
    Column("received_day", Date, nullable=False),
    Column("state", SmallInteger, nullable=False, default=0),
    _count("tries"),
    _text("why"),
    _blob("sealed_event", nullable=True),
    UniqueConstraint("door", "ext_id"),
    Index(None, "conversation_id", "state", "ordinal", "id"),
    Index(None, "received_day"),
)

routes = _table(
    "routes",
    _id("blind_address", primary_key=True),
    _text("door"),
    _blob("sealed_route"),
    rowid=False,
)

conversations = _table(
    "conversations",
    _id(primary_key=True),
    _id("blind_address", unique=True),
    _text("door"),
    _count("version"),
    _count("pending"),
    _at("pending_since"),
    Column("private", Boolean, nullable=False, default=False),
    _id("draft_kid"),
    _blob("sealed_draft", nullable=True),
    _id("case_id", nullable=True, index=True),
    _text("replies", 16),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    CheckConstraint("pending >= 0", name="pending"),
    Index(
        "ix_conversations_waiting",
        "pending_since",
        sqlite_where=text("pending > 0"),
        postgresql_where=text("pending > 0"),
    ),
    rowid=False,
)

editions = _table(
    "editions",
    _text("flow", primary_key=True),
    _text("edition", primary_key=True),
    Column("body", Text, nullable=False),
    rowid=False,
)

# Cases

cases = _table(
    "cases",
    _id(primary_key=True),
    _text("reference", 16, nullable=True, unique=True),
    _id("team_id"),
    _blob("public_key"),
    _count("head_n"),
    _blob("head_hash"),
    _blob("head_signature"),
    _text("head_signer", 16),
    _text("stage", 32),
    Column("shelf", SmallInteger, nullable=False, default=0),
    Column("queue_key", BigInteger, nullable=False, default=0),
    Column("urgent", Boolean, nullable=False, default=False),
    _text("area"),
    _id("owner_id", nullable=True),
    _at("held_until"),
    _count("version"),
    Column("flagged", Boolean, nullable=False, default=False),
    _at("filed_hour"),
    _at("waiting_hour"),
    _at("closed_hour"),
    _text("outcome"),
    Index(
        "ix_cases_unassigned",
        "queue_key",
        "id",
        sqlite_where=text("shelf = 1 AND owner_id IS NULL"),
        postgresql_where=text("shelf = 1 AND owner_id IS NULL"),
    ),
    Index("ix_cases_queue", "shelf", "queue_key", "id"),
    Index("ix_cases_owned", "owner_id", "shelf", "queue_key", "id"),
    rowid=False,
)

case_routes = _table(
    "case_routes",
    _id("case_id", primary_key=True),
    _id("blind_address", index=True),
    _id("conversation_id"),
    _text("door"),
    _text("replies", 16),
    rowid=False,
)

_OF_CASE = "cases.id"

case_moves = _table(
    "case_moves",
    _id("case_id", ForeignKey(_OF_CASE), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    _at("at", nullable=False),
    _id("officer_id", nullable=True),
    _text("what", 32),
    _text("stage", 32),
    rowid=False,
)

records = _table(
    "records",
    _id("case_id", ForeignKey(_OF_CASE), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("direction", 1),
    _id("update_tag", nullable=True, unique=True),
    _blob("sealed_record"),
    rowid=False,
)

case_wraps = _table(
    "case_wraps",
    _id("case_id", ForeignKey(_OF_CASE), primary_key=True),
    _id("team_id", primary_key=True),
    _text("kind", 16, primary_key=True),
    _count("epoch"),
    _count("shred_version"),
    _blob("sealed_wrap"),
    rowid=False,
)

identities = _table(
    "identities",
    _id("case_id", ForeignKey(_OF_CASE), primary_key=True),
    _blob("sealed_capsule"),
    _blob("sealed_team_share"),
    _blob("sealed_authoriser_share"),
    rowid=False,
)

# What must go out

outbox = _table(
    "outbox",
    Column("id", _BigId, primary_key=True, autoincrement=True),
    _id("blind_address"),
    _id("conversation_id", index=True),
    _count("seq"),
    _text("kind", 16),
    _text("state", 16),
    _count("tries"),
    _at("not_before", nullable=False),
    _at("lease_until"),
    Column("uncertain", Boolean, nullable=False, default=False),
    _text("why"),
    _blob("sealed_message", nullable=True),
    UniqueConstraint("blind_address", "seq"),
    Index(None, "state", "not_before"),
    Index(None, "blind_address", "state", "seq"),
)

marks = _table(
    "marks",
    Column("id", _BigId, primary_key=True, autoincrement=True),
    _id("blind_address", index=True),
    _blob("sealed_marks"),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

# People

officers = _table(
    "officers",
    _id(primary_key=True),
    _text("login", unique=True),
    _text("name", 128),
    _text("role", 16),
    _text("status", 16),
    _blob("kem_public"),
    _blob("sign_public"),
    _blob("sealed_root"),
    _blob("auth_hash"),
    _blob("sealed_totp"),
    Column("totp_last", BigInteger, nullable=False, default=0),
    _count("failures"),
    _at("locked_until"),
    rowid=False,
)

team_keys = _table(
    "team_keys",
    _id("team_id", primary_key=True),
    _text("kind", 16, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    _blob("public_key"),
    _blob("certificate"),
    _blob("signature"),
    rowid=False,
)

team_wraps = _table(
    "team_wraps",
    _id("team_id", primary_key=True),
    _text("kind", 16, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    _id("officer_id", ForeignKey("officers.id"), primary_key=True),
    _blob("sealed_wrap"),
    Index(None, "officer_id"),
    rowid=False,
)

sessions = _table(
    "sessions",
    Column("sid", LargeBinary(32), primary_key=True),
    _id("officer_id", ForeignKey("officers.id"), index=True),
    _blob("sealed_root"),
    _at("created_at", nullable=False),
    _at("seen_at", nullable=False),
    _blob("agent_hash"),
    rowid=False,
)

alarms = _table(
    "alarms",
    _id(primary_key=True),
    _id("case_id", index=True),
    _text("reference", 16),
    _at("raised_at", nullable=False),
    _text("reason"),
    _id("acknowledged_by", nullable=True),
    Column("acknowledged_at", UtcDateTime, index=True),
    rowid=False,
)

feedback = _table(
    "feedback",
    _id(primary_key=True),
    _text("day", 10),
    _id("team_id"),
    _count("epoch"),
    _blob("sealed_feedback"),
    rowid=False,
)

# The log of who did what. ``case_id`` and ``head_n`` only find an entry; its body is what counts.

audit = _table(
    "audit",
    _text("chain", 32, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    _blob("previous"),
    Column("body", Text, nullable=False),
    _blob("hash"),
    _id("case_id", nullable=True),
    Column("head_n", Integer),
    Index("ix_audit_case", "case_id", "head_n"),
    rowid=False,
)

checkpoints = _table(
    "checkpoints",
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
)
