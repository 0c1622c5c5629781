"""What must go out, in order for each address, at least once.

1. Only the lowest unsent number of an address is ever due, and only one send of it is under way: a lease.
2. A card may be overtaken by a newer one (``supersede_cards``); a reply never.
3. What was sent, overtaken or given up keeps its number and loses its blob.

Never sends, and never opens what is sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, null, or_, select, update

from storage.errors import Conflict
from storage.records import OutboxRow
from storage.rows import AnyRow, Rows
from storage.tables import outbox

LEASE = timedelta(seconds=60)
WAITING, HELD, SENT, DEAD, SUPERSEDED = "waiting", "held", "sent", "dead", "superseded"

_earlier = outbox.alias("earlier")
_FREE = or_(
    outbox.c.lease_until.is_(None), outbox.c.lease_until <= bindparam("now", type_=outbox.c.lease_until.type)
)
_DUE = (
    select(outbox)
    .where(
        outbox.c.state == WAITING,
        outbox.c.not_before <= bindparam("now", type_=outbox.c.not_before.type),
        _FREE,
        ~select(_earlier.c.id)
        .where(
            _earlier.c.blind_address == outbox.c.blind_address,
            _earlier.c.state == WAITING,
            _earlier.c.seq < outbox.c.seq,
        )
        .exists(),
    )
    .order_by(outbox.c.not_before, outbox.c.id)
    .limit(bindparam("most"))
)
_CARDS = (
    (outbox.c.conversation_id == bindparam("talk")) & (outbox.c.kind == "card") & (outbox.c.state == WAITING)
)
_OVERTAKE = (
    update(outbox).where(_CARDS, _FREE).values(state=SUPERSEDED, sealed_message=null(), lease_until=null())
)
_STRIP = update(outbox).where(_CARDS).values(sealed_message=null())
_STALE = (
    update(outbox)
    .where(
        outbox.c.state == WAITING,
        outbox.c.sealed_message.is_(None),
        outbox.c.lease_until <= bindparam("now", type_=outbox.c.lease_until.type),
    )
    .values(state=SUPERSEDED, lease_until=null())
)
_NEXT = select(func.max(outbox.c.seq)).where(outbox.c.blind_address == bindparam("blind"))


class Outbox(Rows):
    """Messages on their way out."""

    def next_seq(self, blind: bytes) -> int:
        """Give the next number of an address, read while planning: it is bound into what is sealed."""
        return int(self._run(_NEXT, {"blind": blind}).scalar() or 0) + 1

    def add(
        self,
        blind: bytes,
        conversation_id: bytes,
        seq: int,
        kind: str,
        sealed: bytes,
        not_before: datetime | None = None,
        hold: bool = False,
    ) -> None:
        """Put a message out; held, it waits for the reporter's next visit. Raises: Conflict when the number
        is taken.
        """
        row = {
            "blind_address": blind,
            "conversation_id": conversation_id,
            "seq": seq,
            "kind": kind,
            "state": HELD if hold else WAITING,
            "not_before": not_before or self._now,
            "why": "",
            "sealed_message": sealed,
        }
        if not self._put_new(outbox, row):
            raise Conflict("this number of the address is taken")

    def anything_due(self, now: datetime) -> bool:
        """Say whether ``due`` would give anything: a read, so that an idle courier writes nothing."""
        return self._one(_DUE, {"now": now, "most": 1}) is not None

    def due(self, now: datetime, limit: int = 20, lease: timedelta = LEASE) -> list[OutboxRow]:
        """Take what may be sent now, the lowest number of each address, under a lease."""
        self._run(_STALE, {"now": now})
        query = _DUE.with_for_update(skip_locked=True, of=outbox) if self._locks_rows else _DUE
        found = self._all(query, {"now": now, "most": limit})
        if found:
            self._run(
                update(outbox).where(outbox.c.id.in_([r.id for r in found])).values(lease_until=now + lease)
            )
        return [_row(r) for r in found]

    def sent(self, row_id: int) -> None:
        """Note a message as sent, and drop it."""
        self._end(outbox.c.id == row_id, SENT, "")

    def retry(self, row_id: int, not_before: datetime, uncertain: bool = False, counts: bool = True) -> None:
        """Try again later; ``uncertain`` when it may have arrived; ``counts`` is False for a mere "too
        fast".
        """
        self._end((outbox.c.id == row_id) & outbox.c.sealed_message.is_(None), SUPERSEDED, "")
        again: dict[str, Any] = {
            "not_before": not_before,
            "lease_until": None,
            "tries": outbox.c.tries + int(counts),
        }
        if uncertain:
            again["uncertain"] = True
        self._run(update(outbox).where(outbox.c.id == row_id, outbox.c.state == WAITING).values(again))

    def dead(self, row_id: int, why: str) -> None:
        """Give a message up, with a word for the operator that holds nothing of it."""
        self._end(outbox.c.id == row_id, DEAD, why)

    def supersede_cards(self, conversation_id: bytes) -> None:
        """Drop the unsent cards of a conversation; one that is being sent loses its blob and is not tried
        again.
        """
        self._run(_OVERTAKE, {"talk": conversation_id, "now": self._now})
        self._run(_STRIP, {"talk": conversation_id})

    def dead_for(self, blind: bytes, why: str) -> None:
        """Give up everything that waits for an address that cannot be reached; what is held for a visit
        stays.
        """
        self._end(outbox.c.blind_address == blind, DEAD, why)

    def release(self, blind: bytes) -> None:
        """Let go what is held for an address: the person is here."""
        held = (outbox.c.blind_address == blind) & (outbox.c.state == HELD)
        self._run(update(outbox).where(held).values(state=WAITING, not_before=self._now))

    def end_leases(self) -> None:
        """End every lease: the process that held them is gone, and the one that asks is the only one."""
        leased = (outbox.c.state == WAITING) & (outbox.c.lease_until > self._now)
        self._run(update(outbox).where(leased).values(lease_until=self._now))

    def waiting_for_visit(self, blind: bytes) -> list[OutboxRow]:
        """List what is held for the next visit of an address."""
        query = select(outbox).where(outbox.c.blind_address == blind, outbox.c.state == HELD)
        return [_row(r) for r in self._all(query.order_by(outbox.c.seq))]

    def shown(self, ids: Sequence[int]) -> None:
        """Note held messages as shown."""
        self._run(
            update(outbox)
            .where(outbox.c.id.in_(ids), outbox.c.state == HELD)
            .values(state=SENT, sealed_message=None)
        )

    def get(self, row_id: int) -> OutboxRow | None:
        """Give one message by its row."""
        found = self._one(select(outbox).where(outbox.c.id == row_id))
        return None if found is None else _row(found)

    def backlog(self) -> dict[str, int]:
        """Count what waits, is held and was given up."""
        query = select(outbox.c.state, func.count()).where(outbox.c.state.in_([WAITING, HELD, DEAD]))
        found = {str(r[0]): int(r[1]) for r in self._all(query.group_by(outbox.c.state))}
        return {state: found.get(state, 0) for state in (WAITING, HELD, DEAD)}

    def depth(self) -> int:
        """Count what waits to be sent."""
        return self.backlog()[WAITING]

    def _end(self, which: ColumnElement[bool], state: str, why: str) -> None:
        ended = {"state": state, "why": why, "sealed_message": None, "lease_until": None}
        self._run(update(outbox).where(which, outbox.c.state == WAITING).values(ended))


def _row(r: AnyRow) -> OutboxRow:
    return OutboxRow(
        r.id,
        r.blind_address,
        r.conversation_id,
        r.seq,
        r.kind,
        r.state,
        r.tries,
        r.not_before,
        r.sealed_message,
        r.uncertain,
    )
