"""Officers' sessions: rows that open nothing without the cookie. Decides no time-out; the door does."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select, update

from storage.records import SessionRow
from storage.rows import Rows
from storage.tables import sessions


class Sessions(Rows):
    """Sessions."""

    def add(self, row: SessionRow) -> None:
        """Begin a session."""
        self._run(self._insert(sessions).values(asdict(row)))

    def get(self, sid: bytes) -> SessionRow | None:
        """Find a session."""
        found = self._one(select(sessions).where(sessions.c.sid == sid))
        return None if found is None else SessionRow(*found)

    def for_officer(self, officer_id: bytes) -> list[SessionRow]:
        """List a person's sessions, oldest first."""
        query = select(sessions).where(sessions.c.officer_id == officer_id).order_by(sessions.c.created_at)
        return [SessionRow(*r) for r in self._all(query)]

    def touch(self, sid: bytes, at: datetime) -> None:
        """Note that a session was used."""
        self._run(update(sessions).where(sessions.c.sid == sid).values(seen_at=at))

    def delete(self, sid: bytes) -> None:
        """End a session."""
        self._run(delete(sessions).where(sessions.c.sid == sid))

    def delete_for(self, officer_id: bytes) -> int:
        """End every session of a person; give how many."""
        return self._changed(delete(sessions).where(sessions.c.officer_id == officer_id))

    def expire(self, seen_before: datetime, created_before: datetime) -> int:
        """End sessions that were idle or open too long; give how many."""
        over = (sessions.c.seen_at < seen_before) | (sessions.c.created_at < created_before)
        return self._changed(delete(sessions).where(over))
