"""Erases what was begun and never sent, once its time is over. A filed case is never touched here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, select

from storage.tables import (
    case_moves,
    case_routes,
    case_wraps,
    cases,
    conversations,
    identities,
    inbox,
    outbox,
    records,
    routes,
)

_FILED = exists().where(cases.c.id == conversations.c.case_id, cases.c.shelf > 0)
_PARTS = (records, case_wraps, identities, case_moves, case_routes)


def due(connection: Connection, now: datetime, limit: int, *, lock: bool) -> list[bytes]:
    """Name the conversations to erase, none with an event that still waits; with ``lock``, none that another
    writes.
    """
    query = select(conversations.c.id).where(
        conversations.c.expires_at <= now, conversations.c.pending == 0, ~_FILED
    )
    query = query.order_by(conversations.c.expires_at).limit(limit)
    if lock:
        query = query.with_for_update(skip_locked=True)
    return list(connection.execute(query).scalars())


def erase(connection: Connection, ids: Sequence[bytes], case_ids: Sequence[bytes]) -> None:
    """Delete conversations, what waits for them or from them, and their unfiled cases."""
    blinds = list(
        connection.execute(select(conversations.c.blind_address).where(conversations.c.id.in_(ids))).scalars()
    )
    connection.execute(delete(inbox).where(inbox.c.conversation_id.in_(ids)))
    connection.execute(delete(outbox).where(outbox.c.conversation_id.in_(ids), outbox.c.kind != "reply"))
    connection.execute(delete(conversations).where(conversations.c.id.in_(ids)))
    for case_id in case_ids:
        drop_unfiled(connection, case_id)
    answered = exists().where(case_routes.c.blind_address == routes.c.blind_address)
    connection.execute(delete(routes).where(routes.c.blind_address.in_(blinds), ~answered))


def drop_unfiled(connection: Connection, case_id: bytes) -> bool:
    """Delete a case that was never sent, with all its parts; give False when there is none."""
    unfiled = select(cases.c.id).where(cases.c.id == case_id, cases.c.shelf == 0)
    if connection.dialect.name == "postgresql":
        unfiled = unfiled.with_for_update()
    if connection.execute(unfiled).first() is None:
        return False
    for part in _PARTS:
        connection.execute(delete(part).where(part.c.case_id == case_id))
    connection.execute(delete(cases).where(cases.c.id == case_id))
    return True
