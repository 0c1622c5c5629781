"""The officers' queue: urgent first, then who has waited longest unread. Paged by key, so a page costs the
same at the end.

A case's place is one number (``place``), written with every change that moves it, so that each view is a
walk along an index and closed cases cost the open ones nothing. Never shows a case that was not sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, select, text, tuple_

from storage.records import CaseRow
from storage.rows import AnyRow
from storage.tables import cases

View = Literal["unassigned", "mine", "all", "closed"]
COUNTED_TO = 1000
_NOT_URGENT, _READ = 10**9, 5 * 10**8


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue; ``after`` asks for the next, and is None on the last."""

    rows: tuple[CaseRow, ...]
    after: str | None


def place(urgent: bool, waiting: datetime | None, filed: datetime | None, closed: datetime | None) -> int:
    """Give a case's place: lower is nearer. Closed ones stand by themselves, newest first."""
    if closed is not None:
        return -_hours(closed)
    unread = _hours(waiting) if waiting is not None else _READ + (_hours(filed) if filed is not None else 0)
    return unread if urgent else unread + _NOT_URGENT


def _hours(at: datetime) -> int:
    return int(at.timestamp()) // 3600


def page(connection: Connection, view: View, officer_id: bytes, after: str | None, limit: int) -> Page:
    """Walk one view from where the last page ended."""
    query = _of(view, officer_id).order_by(cases.c.queue_key, cases.c.id).limit(limit + 1)
    seen = _cursor(after)
    if seen is not None:
        query = query.where(tuple_(cases.c.queue_key, cases.c.id) > tuple_(*seen))
    found = connection.execute(query).all()
    rows = found[:limit]
    more = f"{rows[-1].queue_key}.{rows[-1].id.hex()}" if len(found) > limit else None
    return Page(tuple(case_row(r) for r in rows), more)


def counts(connection: Connection, officer_id: bytes) -> dict[str, int]:
    """Count each view, as far as ``COUNTED_TO``: more is "or more", and never costs more."""
    views: tuple[View, ...] = ("unassigned", "mine", "all", "closed")
    return {view: _count(connection, view, officer_id) for view in views}


def _count(connection: Connection, view: View, officer_id: bytes) -> int:
    some = _of(view, officer_id).with_only_columns(cases.c.id).limit(COUNTED_TO).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def _of(view: View, officer_id: bytes) -> Select[Any]:
    query = select(cases)
    if view == "unassigned":
        return query.where(text("shelf = 1 AND owner_id IS NULL"))
    if view == "mine":
        return query.where(cases.c.owner_id == officer_id, cases.c.shelf == 1)
    return query.where(cases.c.shelf == (2 if view == "closed" else 1))


def _cursor(after: str | None) -> tuple[int, bytes] | None:
    """Read a cursor; one that we did not write begins at the beginning."""
    try:
        key, _, name = (after or "").partition(".")
        seen = int(key), bytes.fromhex(name)
    except ValueError:
        return None
    return seen if abs(seen[0]) < 1 << 62 else None


def case_row(r: AnyRow) -> CaseRow:
    """Give a row of the table as the record it is."""
    return CaseRow(
        r.id,
        r.reference or "",
        r.team_id,
        r.public_key,
        r.head_n,
        r.head_hash,
        r.head_signature,
        r.head_signer,
        r.stage,
        r.urgent,
        r.area,
        r.owner_id,
        r.version,
        r.flagged,
        r.filed_hour,
        r.waiting_hour,
        r.closed_hour,
        r.outcome,
    )
