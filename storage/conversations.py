"""Where each conversation stands: one row for an address while something is under way.

1. A turn is saved by compare-and-set on (version, pending): another turn or a new arrival in between is a
   Conflict, and the turn is planned anew.
2. How an address is reached outlives the conversation (``route``), and so does who answers which case
   (``by_case``).
3. What was never sent goes with its time: ``expire``.

Never reads a draft: it is sealed.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, select, text, update

from storage import expiry
from storage.errors import Conflict, NotFound
from storage.records import ConversationRow, ReachRow, RouteRow
from storage.rows import AnyRow, Rows, UpsertInsert, insert_into
from storage.tables import case_routes, conversations, routes

_ALL = select(conversations, routes.c.sealed_route).join(
    routes, routes.c.blind_address == conversations.c.blind_address
)
_BY_ADDRESS = _ALL.where(conversations.c.blind_address == bindparam("blind"))
_BY_ID = _ALL.where(conversations.c.id == bindparam("id"))
_PENDING = _ALL.where(text("pending > 0")).order_by(conversations.c.pending_since).limit(bindparam("most"))
_SAVE = (
    update(conversations)
    .where(
        conversations.c.id == bindparam("key"),
        conversations.c.version == bindparam("seen_version"),
        conversations.c.pending == bindparam("seen_pending"),
    )
    .values(
        version=bindparam("version"),
        pending=bindparam("pending"),
        pending_since=bindparam("pending_since"),
        private=bindparam("private"),
        draft_kid=bindparam("draft_kid"),
        sealed_draft=bindparam("sealed_draft"),
        case_id=bindparam("case_id"),
        replies=bindparam("replies"),
        expires_at=bindparam("expires_at"),
    )
)


@cache
def _put_route(engine: str) -> UpsertInsert:
    put = insert_into(engine, routes)
    return put.on_conflict_do_update(
        index_elements=["blind_address"], set_={"sealed_route": put.excluded.sealed_route}
    )


@cache
def _put_reach(engine: str) -> UpsertInsert:
    put = insert_into(engine, case_routes)
    return put.on_conflict_do_update(
        index_elements=["case_id"],
        set_={"replies": put.excluded.replies, "conversation_id": put.excluded.conversation_id},
        where=case_routes.c.replies != put.excluded.replies,
    )


class Conversations(Rows):
    """Conversations."""

    def by_address(self, blind: bytes) -> ConversationRow | None:
        """Find the conversation of an address."""
        found = self._one(_BY_ADDRESS, {"blind": blind})
        return None if found is None else _row(found)

    def get(self, conversation_id: bytes) -> ConversationRow:
        """Give one conversation. Raises: NotFound."""
        found = self._one(_BY_ID, {"id": conversation_id})
        if found is None:
            raise NotFound("no such conversation")
        return _row(found)

    def pending(self, limit: int = 50, now: datetime | None = None) -> list[ConversationRow]:
        """List conversations with something to work, the one that waits longest first."""
        return [_row(r) for r in self._all(_PENDING, {"most": limit})]

    def some(self, after: bytes, limit: int) -> list[ConversationRow]:
        """List conversations by their id, from the first after this one (empty: from the first)."""
        order = _ALL.where(conversations.c.id > after).order_by(conversations.c.id).limit(limit)
        return [_row(r) for r in self._all(order)]

    def add(self, row: ConversationRow) -> None:
        """Begin a conversation. Raises: Conflict when the address has one already: use that."""
        values = {name: getattr(row, name) for name in _COLUMNS}
        if not self._put_new(conversations, values):
            raise Conflict("this address has a conversation already")
        route = {"blind_address": row.blind_address, "door": row.door, "sealed_route": row.sealed_route}
        self._run(_put_route(self._engine), route)

    def save(self, row: ConversationRow, seen_version: int, seen_pending: int, done: int) -> None:
        """Save a turn that answered ``done`` events; version and pending are counted on from what was seen.

        Raises: Conflict when either is no longer what was seen.
        """
        left = seen_pending - done
        values = {name: getattr(row, name) for name in _SAVED} | {
            "key": row.id,
            "seen_version": seen_version,
            "seen_pending": seen_pending,
            "version": seen_version + 1,
            "pending": left,
            "pending_since": self._now if left else None,
        }
        if self._changed(_SAVE, values) != 1:
            raise Conflict("the conversation moved on")
        if row.case_id is not None:
            self._reach(row, row.case_id)

    def _reach(self, row: ConversationRow, case_id: bytes) -> None:
        reach = {
            "case_id": case_id,
            "blind_address": row.blind_address,
            "conversation_id": row.id,
            "door": row.door,
            "replies": row.replies,
        }
        self._run(_put_reach(self._engine), reach)

    def draft_kids(self) -> set[bytes]:
        """Name every draft key that a conversation needs."""
        return {bytes(r.draft_kid) for r in self._all(select(conversations.c.draft_kid))}

    def route(self, blind: bytes) -> RouteRow | None:
        """Give how an address is reached, whether or not a conversation is open there."""
        found = self._one(select(routes).where(routes.c.blind_address == blind))
        return None if found is None else RouteRow(found.blind_address, found.door, found.sealed_route)

    def by_case(self, case_id: bytes) -> ReachRow | None:
        """Give where the reporter of a case is answered."""
        found = self._one(select(case_routes).where(case_routes.c.case_id == case_id))
        return None if found is None else ReachRow(*found)

    def close_route(self, blind: bytes) -> None:
        """Note that an address cannot be reached any more: every case of it says ``none``."""
        self._run(update(case_routes).where(case_routes.c.blind_address == blind).values(replies="none"))

    def expire(self, now: datetime, limit: int = 200) -> list[ConversationRow]:
        """Delete conversations whose time is over and that sent nothing, with all they kept; give them.

        The caller destroys the draft keys they name, after the commit.
        """
        due = expiry.due(self._connection, now, limit, lock=self._locks_rows)
        if not due:
            return []
        rows = [_row(r) for r in self._all(_ALL.where(conversations.c.id.in_(due)))]
        expiry.erase(self._connection, [row.id for row in rows], [row.case_id for row in rows if row.case_id])
        return rows


_COLUMNS = (
    "id",
    "blind_address",
    "door",
    "version",
    "pending",
    "private",
    "draft_kid",
    "sealed_draft",
    "case_id",
    "replies",
    "expires_at",
)
_SAVED = ("private", "draft_kid", "sealed_draft", "case_id", "replies", "expires_at")


def _row(r: AnyRow) -> ConversationRow:
    return ConversationRow(
        r.id,
        r.blind_address,
        r.door,
        r.version,
        r.pending,
        r.private,
        r.draft_kid,
        r.sealed_draft,
        r.sealed_route,
        r.case_id,
        r.replies,
        r.expires_at,
    )
