"""The schema: one set of tables for SQLite and PostgreSQL.

Every column of a reporter's words is ``sealed_*``; the clear ones are listed, with what a thief learns from
each, in storage/README.md. Holds no query.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.columns import BigId, UtcDateTime, blob, code, count, key, moment, table
from storage.columns import metadata as metadata

# The deployment, and single facts

meta = table("meta", code("key", primary_key=True), sa.Column("value", sa.Text, nullable=False), rowid=False)

doors = table(
    "doors",
    code("door", primary_key=True),
    sa.Column("poll_offset", sa.BigInteger, nullable=False, default=0),
    moment("last_update_at"),
    rowid=False,
)

# What came in, and where each conversation stands

inbox = table(
    "inbox",
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    code("door"),
    code("ext_id", 128),
    sa.Column("ordinal", sa.BigInteger, nullable=False),
    key("blind_address", nullable=True),
    key("conversation_id", nullable=True),
    moment("received_at"),
    sa.Column("received_day", sa.Date, nullable=False),
    sa.Column("state", sa.SmallInteger, nullable=False, default=0),
    count("tries"),
    code("why"),
    blob("sealed_event", nullable=True),
    sa.UniqueConstraint("door", "ext_id"),
    sa.Index(None, "conversation_id", "state", "ordinal", "id"),
    sa.Index(None, "received_day"),
)

routes = table(
    "routes",
    key("blind_address", primary_key=True),
    code("door"),
    blob("sealed_route"),
    rowid=False,
)

conversations = table(
    "conversations",
    key(primary_key=True),
    key("blind_address", unique=True),
    code("door"),
    count("version"),
    count("pending"),
    moment("pending_since"),
    sa.Column("private", sa.Boolean, nullable=False, default=False),
    key("draft_kid"),
    blob("sealed_draft", nullable=True),
    key("case_id", nullable=True, index=True),
    code("replies", 16),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
    sa.CheckConstraint("pending >= 0", name="pending"),
    sa.Index(
        "ix_conversations_waiting",
        "pending_since",
        sqlite_where=sa.text("pending > 0"),
        postgresql_where=sa.text("pending > 0"),
    ),
    rowid=False,
)

editions = table(
    "editions",
    code("flow", primary_key=True),
    code("edition", primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    rowid=False,
)

# Cases

cases = table(
    "cases",
    key(primary_key=True),
    code("reference", 16, nullable=True, unique=True),
    key("team_id"),
    blob("public_key"),
    count("head_n"),
    blob("head_hash"),
    blob("head_signature"),
    code("head_signer", 16),
    code("stage", 32),
    sa.Column("shelf", sa.SmallInteger, nullable=False, default=0),
    sa.Column("queue_key", sa.BigInteger, nullable=False, default=0),
    sa.Column("urgent", sa.Boolean, nullable=False, default=False),
    code("area"),
    key("owner_id", nullable=True),
    moment("held_until"),
    count("version"),
    sa.Column("flagged", sa.Boolean, nullable=False, default=False),
    moment("filed_hour"),
    moment("waiting_hour"),
    moment("closed_hour"),
    code("outcome"),
    sa.Index(
        "ix_cases_unassigned",
        "queue_key",
        "id",
        sqlite_where=sa.text("shelf = 1 AND owner_id IS NULL"),
        postgresql_where=sa.text("shelf = 1 AND owner_id IS NULL"),
    ),
    sa.Index("ix_cases_queue", "shelf", "queue_key", "id"),
    sa.Index("ix_cases_owned", "owner_id", "shelf", "queue_key", "id"),
    rowid=False,
)

case_routes = table(
    "case_routes",
    key("case_id", primary_key=True),
    key("blind_address", index=True),
    key("conversation_id"),
    code("door"),
    code("replies", 16),
    rowid=False,
)

_OF_CASE = "cases.id"

case_moves = table(
    "case_moves",
    key("case_id", sa.ForeignKey(_OF_CASE), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    moment("at", nullable=False),
    key("officer_id", nullable=True),
    code("what", 32),
    code("stage", 32),
    rowid=False,
)

records = table(
    "records",
    key("case_id", sa.ForeignKey(_OF_CASE), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    code("direction", 1),
    key("update_tag", nullable=True, unique=True),
    blob("sealed_record"),
    rowid=False,
)

case_wraps = table(
    "case_wraps",
    key("case_id", sa.ForeignKey(_OF_CASE), primary_key=True),
    key("team_id", primary_key=True),
    code("kind", 16, primary_key=True),
    count("epoch"),
    count("shred_version"),
    blob("sealed_wrap"),
    rowid=False,
)

identities = table(
    "identities",
    key("case_id", sa.ForeignKey(_OF_CASE), primary_key=True),
    blob("sealed_capsule"),
    blob("sealed_team_share"),
    blob("sealed_authoriser_share"),
    rowid=False,
)

# What must go out

outbox = table(
    "outbox",
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    key("blind_address"),
    key("conversation_id", index=True),
    count("seq"),
    code("kind", 16),
    code("state", 16),
    count("tries"),
    moment("not_before", nullable=False),
    moment("lease_until"),
    sa.Column("uncertain", sa.Boolean, nullable=False, default=False),
    code("why"),
    blob("sealed_message", nullable=True),
    sa.UniqueConstraint("blind_address", "seq"),
    sa.Index(None, "state", "not_before"),
    sa.Index(None, "blind_address", "state", "seq"),
)

marks = table(
    "marks",
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    key("blind_address", index=True),
    blob("sealed_marks"),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
)

# People

officers = table(
    "officers",
    key(primary_key=True),
    code("login", unique=True),
    code("name", 128),
    code("role", 16),
    code("status", 16),
    blob("kem_public"),
    blob("sign_public"),
    blob("sealed_root"),
    blob("auth_hash"),
    blob("sealed_totp"),
    sa.Column("totp_last", sa.BigInteger, nullable=False, default=0),
    count("failures"),
    moment("locked_until"),
    rowid=False,
)

team_keys = table(
    "team_keys",
    key("team_id", primary_key=True),
    code("kind", 16, primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True, autoincrement=False),
    blob("public_key"),
    blob("certificate"),
    blob("signature"),
    rowid=False,
)

team_wraps = table(
    "team_wraps",
    key("team_id", primary_key=True),
    code("kind", 16, primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True, autoincrement=False),
    key("officer_id", sa.ForeignKey("officers.id"), primary_key=True),
    blob("sealed_wrap"),
    sa.Index(None, "officer_id"),
    rowid=False,
)

sessions = table(
    "sessions",
    sa.Column("sid", sa.LargeBinary(32), primary_key=True),
    key("officer_id", sa.ForeignKey("officers.id"), index=True),
    blob("sealed_root"),
    moment("created_at", nullable=False),
    moment("seen_at", nullable=False),
    blob("agent_hash"),
    rowid=False,
)

alarms = table(
    "alarms",
    key(primary_key=True),
    key("case_id", index=True),
    code("reference", 16),
    moment("raised_at", nullable=False),
    code("reason"),
    key("acknowledged_by", nullable=True),
    sa.Column("acknowledged_at", UtcDateTime, index=True),
    rowid=False,
)

feedback = table(
    "feedback",
    key(primary_key=True),
    code("day", 10),
    key("team_id"),
    count("epoch"),
    blob("sealed_feedback"),
    rowid=False,
)

# The log of who did what. ``case_id`` and ``head_n`` only find an entry; its body is what counts.

audit = table(
    "audit",
    code("chain", 32, primary_key=True),
    sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
    blob("previous"),
    sa.Column("body", sa.Text, nullable=False),
    blob("hash"),
    key("case_id", nullable=True),
    sa.Column("head_n", sa.Integer),
    sa.Index("ix_audit_case", "case_id", "head_n"),
    rowid=False,
)

checkpoints = table(
    "checkpoints",
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("note", sa.Text, nullable=False),
)
