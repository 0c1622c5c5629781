"""The names of messages in a person's own chat, sealed, for as long as the network lets us delete them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.records import MarkRow
from storage.rows import Rows
from storage.tables import marks


class Marks(Rows):
    """Messages that may have to be cleared."""

    def add(self, blind: bytes, sealed: bytes, expires_at: datetime) -> None:
        """Keep the names of messages until a time."""
        self._run(self._insert(marks).values(blind_address=blind, sealed_marks=sealed, expires_at=expires_at))

    def for_address(self, blind: bytes) -> list[MarkRow]:
        """List what is kept for an address, oldest first."""
        query = select(marks).where(marks.c.blind_address == blind).order_by(marks.c.id)
        return [MarkRow(*r) for r in self._all(query)]

    def forget(self, ids: Sequence[int]) -> None:
        """Forget some, which are no longer in the chat."""
        if ids:
            self._run(marks.delete().where(marks.c.id.in_(ids)))

    def forget_address(self, blind: bytes) -> None:
        """Forget everything that is kept for an address."""
        self._run(marks.delete().where(marks.c.blind_address == blind))

    def expire(self, now: datetime) -> int:
        """Forget what the network no longer lets us delete; give how many."""
        return self._changed(marks.delete().where(marks.c.expires_at <= now))
