"""Carries out what falls due at the reporter's door: drafts that nobody came back to, keys that nothing
names, marks too old to be of use, names of events long worked, counts of who wrote.
Never touches a case that was sent.

A wall clock that outran the process's own by more than an hour is not believed: nothing is destroyed until
they agree again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.limits import Flood
from storage import discretion
from storage.errors import Unavailable

if TYPE_CHECKING:
    from storage.database import Store
    from storage.records import ConversationRow
    from storage.reporter_seals import ReporterSeals
    from storage.unit_of_work import Unit

EVERY = 300.0
ORPHANS_KEEP = timedelta(hours=1)
INBOX_KEEPS = timedelta(days=30)
_JUMP = 3600.0


class Janitor:
    """Tidies."""

    def __init__(
        self,
        store: Store,
        seals: ReporterSeals,
        now: Callable[[], datetime],
        steady: Callable[[], float] = time.monotonic,
        *,
        flood: Flood | None = None,
        beside: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the store, the keys, the counts and two clocks: the wall's, and one that cannot be set; and
        what is tidied beside them.
        """
        self._flood, self._beside = flood or Flood(), beside
        self._store, self._seals, self._now, self._steady = store, seals, now, steady
        self._began = (now().timestamp(), steady())

    async def run(self, stop: asyncio.Event) -> None:
        """Tidy now and then until told to stop."""
        while not stop.is_set():
            try:
                await self.tidy()
            except (Unavailable, OSError) as why:
                discretion.log("janitor_waits", error=type(why).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY)

    async def tidy(self) -> int:
        """Do everything that is due once; say how many drafts expired."""
        now = self._now()
        self._beside()
        self._flood.forget_quiet(now.timestamp())
        if not self._believable(now):
            discretion.log("clock_jumped")
            return 0
        gone = await self._store.do(lambda unit: self._expire(unit, now))
        for row in gone:
            await asyncio.to_thread(self._seals.forget_draft_key, row.draft_kid)
        await self._sweep(now)
        return len(gone)

    def _believable(self, now: datetime) -> bool:
        wall, steady = self._began
        return (now.timestamp() - wall) - (self._steady() - steady) < _JUMP

    def _expire(self, unit: Unit, now: datetime) -> list[ConversationRow]:
        rows = unit.conversations.expire(now)
        for row in rows:
            if row.case_id is not None:
                unit.audit.add("draft_expired", "system", case=row.case_id)
        unit.marks.expire(now)
        unit.inbox.purge((now - INBOX_KEEPS).date())
        return rows

    async def _sweep(self, now: datetime) -> None:
        """Destroy the draft keys that no conversation names and that are too old to be on their way
        into one.
        """
        kids = await asyncio.to_thread(self._seals.draft_kids, now - ORPHANS_KEEP)
        named = await self._store.read(lambda unit: unit.conversations.draft_kids())
        for kid in kids:
            if kid not in named:
                await asyncio.to_thread(self._seals.forget_draft_key, kid)
