"""What came in, once: the network is told "received" only when the row here is committed.

1. One row for each (door, ext_id); a second arrival of the same is a duplicate and changes nothing.
2. Of a private conversation only the name of the event is kept; words handed over for one are refused, so
   that the caller keeps them where they belong and nothing is lost in silence.
3. A row that is done keeps its name, for the duplicate that may still come, and nothing that leads to a
   person.

Never opens what is sealed; it reads which key the envelope names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, func, null, select, text, update

from storage.errors import Conflict
from storage.records import Arrival, InboxRow
from storage.rows import AnyRow, Rows
from storage.tables import conversations, inbox
from storage.vault.envelope import sealed_under

WAITING, DONE, SET_ASIDE = 0, 1, 9

_KNOWN = select(inbox.c.id).where(inbox.c.door == bindparam("door"), inbox.c.ext_id == bindparam("ext_id"))
_CONVERSATION = select(conversations.c.draft_kid, conversations.c.private).where(
    conversations.c.id == bindparam("conversation_id")
)
_BUMP = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(
        pending=conversations.c.pending + 1,
        pending_since=func.coalesce(
            conversations.c.pending_since, bindparam("at", type_=conversations.c.pending_since.type)
        ),
    )
)
_WAITING = (
    select(inbox)
    .where(inbox.c.conversation_id == bindparam("conversation_id"), inbox.c.state == WAITING)
    .order_by(inbox.c.ordinal, inbox.c.id)
    .limit(bindparam("most"))
)
_THESE = inbox.c.id.in_(bindparam("ids", expanding=True))
_BEGIN = update(inbox).where(_THESE).values(tries=inbox.c.tries + 1)
_DONE = (
    update(inbox)
    .where(_THESE)
    .values(state=DONE, blind_address=null(), conversation_id=null(), received_at=null(), sealed_event=null())
)


class Inbox(Rows):
    """Events that came in."""

    def accept(self, arrival: Arrival) -> bool:
        """Keep an event and count it to its conversation; give False when it is already known.

        Raises: Conflict when the conversation is gone, is private and words were handed over, or no longer
        names the key they were sealed under: look the conversation up again, seal again, accept again.
        """
        name = {"door": arrival.door, "ext_id": arrival.ext_id}
        if self._one(_KNOWN, name) is not None:
            return False
        lock = _CONVERSATION.with_for_update() if self._locks_rows else _CONVERSATION
        found = self._one(lock, {"conversation_id": arrival.conversation_id})
        if found is None:
            raise Conflict("the conversation is gone")
        if arrival.sealed_event is not None and found.private:
            raise Conflict("the conversation is private by now")
        if arrival.sealed_event is not None and sealed_under(arrival.sealed_event) != found.draft_kid:
            raise Conflict("the conversation has another draft key by now")
        if not self._keep(arrival):
            return False
        self._run(_BUMP, {"conversation": arrival.conversation_id, "at": self._now})
        return True

    def _keep(self, arrival: Arrival) -> bool:
        row = {
            "door": arrival.door,
            "ext_id": arrival.ext_id,
            "ordinal": arrival.ordinal,
            "blind_address": arrival.blind_address,
            "conversation_id": arrival.conversation_id,
            "received_at": self._now,
            "received_day": self._now.date(),
            "why": "",
            "sealed_event": arrival.sealed_event,
        }
        return self._put_new(inbox, row)

    def waiting(self, conversation_id: bytes, limit: int = 20) -> list[InboxRow]:
        """List what waits in one conversation, in its order."""
        return [_row(r) for r in self._all(_WAITING, {"conversation_id": conversation_id, "most": limit})]

    def begin(self, ids: Sequence[int]) -> None:
        """Count an attempt, in a unit of its own before it, so that a poisonous event is found out."""
        if ids:
            self._run(_BEGIN, {"ids": list(ids)})

    def unbegin(self, ids: Sequence[int]) -> None:
        """Take an attempt back that failed for a reason of ours, such as a full disk."""
        if ids:
            begun = inbox.c.id.in_(ids) & (inbox.c.tries > 0)
            self._run(update(inbox).where(begun).values(tries=inbox.c.tries - 1))

    def reseal(self, row_id: int, sealed_event: bytes) -> None:
        """Put a waiting event under its conversation's new draft key."""
        still = (inbox.c.id == row_id) & (inbox.c.state == WAITING)
        self._run(update(inbox).where(still).values(sealed_event=sealed_event))

    def done(self, ids: Sequence[int]) -> None:
        """Mark events as worked, and forget everything of them but their names."""
        if ids:
            self._run(_DONE, {"ids": list(ids)})

    def set_aside(self, row_id: int, why: str) -> None:
        """Mark an event as beyond us; the sealed event stays for diagnosis, until ``purge``."""
        self._run(update(inbox).where(inbox.c.id == row_id).values(state=SET_ASIDE, why=why))

    def backlog(self) -> int:
        """Count what waits."""
        waiting = select(func.sum(conversations.c.pending)).where(text("pending > 0"))
        return int(self._run(waiting).scalar() or 0)

    def purge(self, before: date) -> int:
        """Delete what was finished before a day: a duplicate that old does not come. Give how many."""
        old = (inbox.c.received_day < before) & (inbox.c.state != WAITING)
        return self._changed(inbox.delete().where(old))


def _row(r: AnyRow) -> InboxRow:
    return InboxRow(
        r.id,
        r.door,
        r.ext_id,
        r.ordinal,
        r.blind_address,
        r.conversation_id,
        r.received_at,
        r.tries,
        r.sealed_event,
    )
