"""Cases and their sealed records, from the first kept answer to the closing.

1. An append is compare-and-set on the head: whoever signs the next record has seen the one before.
2. A case that was not sent is invisible at the officers' door, in every method of this room.
3. Every change by an officer is compare-and-set on the version and leaves a move; of two who pick up, one
   wins.
4. What is unread is a clear hour, never more.

Never opens a record.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from types import EllipsisType
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, true, update

from storage import expiry, queue
from storage.errors import Conflict, NotFound
from storage.records import CaseRow, CaseWrapRow, MoveRow, RecordRow
from storage.rows import AnyRow, Rows, hour
from storage.tables import case_moves, case_wraps, cases, records

DRAFTING, OPEN, CLOSED = 0, 1, 2
NEW, PICKED_UP = "new", "picked_up"


class SignedHead(Protocol):
    """The newest link of a case's chain, as the vault signs it."""

    @property
    def n(self) -> int: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def signature(self) -> bytes: ...
    @property
    def signer(self) -> str: ...


_APPEND = (
    update(cases)
    .where(cases.c.id == bindparam("key"), cases.c.head_n == bindparam("seen"))
    .values(
        head_n=bindparam("n"),
        head_hash=bindparam("h"),
        head_signature=bindparam("signature"),
        head_signer=bindparam("signer"),
    )
)


_APPEND_FILED = _APPEND.where(cases.c.shelf > DRAFTING)
_READ = select(cases).where(
    cases.c.id == bindparam("key"), cases.c.shelf == OPEN, cases.c.waiting_hour.is_(None)
)
_GET = select(cases).where(cases.c.id == bindparam("key"))
_GET_FILED = _GET.where(cases.c.shelf > DRAFTING)


class Cases(Rows):
    """Cases."""

    def __init__(self, connection: Connection, now: datetime, *, sees_unfiled: bool) -> None:
        """Take the transaction, and whether cases that were not sent exist for this door."""
        super().__init__(connection, now)
        self._sees_unfiled = sees_unfiled
        self._visible: ColumnElement[bool] = true() if sees_unfiled else cases.c.shelf > DRAFTING

    # One case

    def add(self, row: CaseRow) -> None:
        """Begin a case, which nobody sees until it is filed. Raises: Conflict when the id is taken."""
        values = {name: value for name, value in asdict(row).items() if name != "reference"}
        values |= {"reference": row.reference or None, "shelf": DRAFTING, "queue_key": 0, "held_until": None}
        if not self._put_new(cases, values):
            raise Conflict("such a case exists already")

    def get(self, case_id: bytes) -> CaseRow:
        """Give a case. Raises: NotFound, at the officers' door also for one that was not sent."""
        found = self._one(_GET if self._sees_unfiled else _GET_FILED, {"key": case_id})
        if found is None:
            raise NotFound("no such case")
        return queue.case_row(found)

    def by_reference(self, reference: str) -> CaseRow:
        """Give the filed case of a reference. Raises: NotFound."""
        return queue.case_row(self._found((cases.c.reference == reference) & (cases.c.shelf > DRAFTING)))

    def records(self, case_id: bytes) -> list[RecordRow]:
        """List the sealed records of a case in their order."""
        columns = (
            records.c.case_id,
            records.c.seq,
            records.c.direction,
            records.c.update_tag,
            records.c.sealed_record,
        )
        query = select(*columns).join(cases, cases.c.id == records.c.case_id)
        query = query.where(records.c.case_id == case_id, self._visible).order_by(records.c.seq)
        return [RecordRow(*r) for r in self._all(query)]

    def wrap(self, case_id: bytes, kind: str = "team") -> CaseWrapRow:
        """Give the case key as wrapped for one kind of team. Raises: NotFound."""
        query = select(case_wraps).where(case_wraps.c.case_id == case_id, case_wraps.c.kind == kind)
        found = self._one(query.order_by(case_wraps.c.epoch.desc()))
        if found is None:
            raise NotFound("no such wrap")
        return CaseWrapRow(*found)

    def append(self, case_id: bytes, seen_head_n: int, row: RecordRow, head: SignedHead) -> None:
        """Append the next record under its new head; a reporter's makes a filed case unread.

        Raises: Conflict when the head is not the one seen, or the record was kept before.
        """
        values = {
            "key": case_id,
            "seen": seen_head_n,
            "n": head.n,
            "h": head.hash,
            "signature": head.signature,
            "signer": head.signer,
        }
        if head.n != seen_head_n + 1 or row.seq != head.n or row.case_id != case_id:
            raise Conflict("not the next record of this case")
        if self._changed(_APPEND if self._sees_unfiled else _APPEND_FILED, values) != 1:
            raise Conflict("the case has another head by now")
        if not self._put_new(records, asdict(row)):
            raise Conflict("this record was kept before")
        if row.direction == "r" and (read := self._one(_READ, {"key": case_id})) is not None:
            self._put(read, waiting_hour=hour(self._now))

    # The reporter's door

    def file(
        self,
        case_id: bytes,
        reference: str,
        urgent: bool,
        area: str,
        wrap: CaseWrapRow,
        hour: datetime,
        stage: str = NEW,
    ) -> None:
        """Publish a case to the officers. Raises: Conflict when it was filed before, or the reference is
        taken.
        """
        case = self._held(
            (cases.c.id == case_id) & (cases.c.shelf == DRAFTING), Conflict("not a case to file")
        )
        if self._one(select(cases.c.id).where(cases.c.reference == reference)) is not None:
            raise Conflict("the reference is taken")
        fresh = {"reference": reference, "urgent": urgent, "area": area, "stage": stage, "shelf": OPEN}
        self._put(case, **fresh, filed_hour=hour, waiting_hour=hour)
        self._run(self._insert(case_wraps).values(asdict(wrap)))

    def discard(self, case_id: bytes) -> None:
        """Delete a case that was not sent, with all it kept; one that is gone already is gone.

        Raises: Conflict when it was sent.
        """
        gone = expiry.drop_unfiled(self._connection, case_id)
        if not gone and self._one(select(cases.c.id).where(cases.c.id == case_id)) is not None:
            raise Conflict("this case was sent")

    def mark_urgent(self, case_id: bytes, urgent: bool = True) -> None:
        """Put a filed case among the urgent ones, or back."""
        case = self._held(cases.c.id == case_id)
        self._put(
            case,
            urgent=urgent,
            waiting_hour=case.waiting_hour or hour(self._now) if urgent else case.waiting_hour,
        )

    # The officers' door

    def queue(
        self, view: queue.View, officer_id: bytes, after: str | None = None, limit: int = 25
    ) -> queue.Page:
        """Give one page of a view, urgent first, then longest unread."""
        return queue.page(self._connection, view, officer_id, after, limit)

    def counts(self, officer_id: bytes) -> dict[str, int]:
        """Count each view, up to ``queue.COUNTED_TO``."""
        return queue.counts(self._connection, officer_id)

    def pick_up(self, case_id: bytes, version: int, officer_id: bytes, until: datetime | None = None) -> None:
        """Take a case that nobody has, held until a time. Raises: Conflict when another was first."""
        free = cases.c.owner_id.is_(None) & (cases.c.shelf == OPEN)
        taken = {"owner_id": officer_id, "stage": PICKED_UP, "held_until": until}
        self._move(case_id, version, officer_id, "pick_up", taken, free)

    def move(
        self,
        case_id: bytes,
        version: int,
        stage: str,
        officer_id: bytes,
        *,
        what: str = "move",
        owner_id: bytes | EllipsisType | None = ...,
        closed: bool = False,
        outcome: str = "",
        held_until: datetime | None = None,
    ) -> None:
        """Bring a case to a stage; ``owner_id`` hands it on, or back to the queue when None. Raises:
        Conflict.
        """
        values: dict[str, Any] = {"stage": stage, "held_until": held_until, "outcome": outcome}
        if owner_id is not ...:
            values["owner_id"] = owner_id
        at = hour(self._now) if closed else None
        values |= {"closed_hour": at, "shelf": CLOSED if closed else OPEN}
        self._move(case_id, version, officer_id, what, values, cases.c.shelf > DRAFTING)

    def mark_read(self, case_id: bytes, head_n: int) -> None:
        """Note that everything up to a head was read; what came since stays unread."""
        case = self._held(cases.c.id == case_id)
        if case.head_n == head_n and case.waiting_hour is not None:
            self._put(case, waiting_hour=None)

    def flag(self, case_id: bytes, flagged: bool = True) -> None:
        """Mark a case whose records are not whole."""
        self._run(update(cases).where(cases.c.id == case_id, self._visible).values(flagged=flagged))

    def keep(self, case_id: bytes, officer_id: bytes) -> None:
        """Note that whoever has a case works on it: their hold lapses no more."""
        theirs = (cases.c.id == case_id) & (cases.c.owner_id == officer_id)
        self._run(update(cases).where(theirs).values(held_until=None))

    def lapse(self, now: datetime, limit: int = 50) -> list[CaseRow]:
        """Return to the queue what was picked up and not worked in time; give the cases as they were."""
        due = select(cases).where(cases.c.shelf == OPEN, cases.c.held_until <= now).limit(limit)
        found = self._all(due.with_for_update(skip_locked=True) if self._locks_rows else due)
        for case in found:
            values = {"owner_id": None, "stage": NEW, "held_until": None}
            self._move(case.id, case.version, None, "lapse", values, cases.c.shelf == OPEN)
        return [queue.case_row(r) for r in found]

    def moves(self, case_id: bytes) -> list[MoveRow]:
        """List what was done with a case, oldest first."""
        query = select(case_moves).where(case_moves.c.case_id == case_id).order_by(case_moves.c.n)
        return [MoveRow(*r) for r in self._all(query)]

    # What they share

    def _held(self, condition: ColumnElement[bool], absent: Exception | None = None) -> AnyRow:
        """Find a case to change: nobody changes it between this look and the write that follows."""
        return self._found(condition, absent, lock=self._locks_rows)

    def _found(
        self, condition: ColumnElement[bool], absent: Exception | None = None, *, lock: bool = False
    ) -> AnyRow:
        query = select(cases).where(condition, self._visible)
        found = self._one(query.with_for_update() if lock else query)
        if found is None:
            raise absent or NotFound("no such case")
        return found

    def _put(self, case: AnyRow, **values: Any) -> None:
        """Change a case and its place in the queue with it."""
        new = {**case._mapping, **values}
        place = queue.place(new["urgent"], new["waiting_hour"], new["filed_hour"], new["closed_hour"])
        self._run(update(cases).where(cases.c.id == case.id).values(queue_key=place, **values))

    def _move(
        self,
        case_id: bytes,
        version: int,
        officer_id: bytes | None,
        what: str,
        values: dict[str, Any],
        allowed: ColumnElement[bool],
    ) -> None:
        """Compare and set: the one write that decides who was first, then the place and the trace of it."""
        mine = (cases.c.id == case_id) & (cases.c.version == version) & allowed & self._visible
        if self._changed(update(cases).where(mine).values(version=version + 1, **values)) != 1:
            raise Conflict("someone else was first")
        self._put(self._found(cases.c.id == case_id))
        last = select(func.max(case_moves.c.n)).where(case_moves.c.case_id == case_id)
        n = (self._run(last).scalar() or 0) + 1
        row = MoveRow(case_id, n, self._now, officer_id, what, values["stage"])
        self._run(self._insert(case_moves).values(asdict(row)))
