"""The long poll: ask, keep, and only then tell Telegram by the next offset.

1. The offset is kept by the intake in the commit that keeps the batch; the next poll carries it to Telegram.
2. It follows what Telegram sent, downwards too: after a quiet week ids begin anew, anywhere.
3. After six silent days the poll asks without an offset, so that no new beginning is passed over.
4. A refused token ends the poll; everything else is waited out, longer each time, with chance in it.
Never parses an update and never keeps one in memory past its commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot import waypoints
from bot.channels import Hall
from bot.channels.telegram_reception import Reception
from bot.errors import ChannelError, DeliveryFailed
from storage import discretion
from storage.errors import Unavailable

QUIET = timedelta(days=6)
LONGEST_WAIT = 60.0

Fetch = Callable[[int | None], Awaitable[Sequence[object]]]


class TokenRefused(DeliveryFailed):
    """Telegram does not know this token: nothing more can be done until somebody sets another."""


class Elsewhere(DeliveryFailed):
    """Another program takes this bot's updates, or a webhook is set."""


class Poll:
    """One poll, from start to stop. ``heard_at`` is when Telegram last answered."""

    def __init__(self, hall: Hall, reception: Reception, fetch: Fetch) -> None:
        """Take the hall, the reception and the raw call."""
        self._hall, self._reception, self._fetch = hall, reception, fetch
        self._offset: int | None = None
        self._last_at: datetime | None = None
        self.heard_at: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until told to stop. Raises ``TokenRefused``."""
        failures = 0
        known = False
        while not stop.is_set():
            try:
                if not known:
                    mark = await self._hall.intake.watermark("telegram")
                    self._offset, self._last_at, known = mark.offset, mark.last_update_at, True
                await self._once(stop)
                failures = 0
            except TokenRefused:
                raise
            except (ChannelError, Unavailable) as why:
                failures += 1
                if failures in (1, 10) or failures % 100 == 0:
                    discretion.log("telegram_poll_failed", error=type(why).__name__, count=failures)
                await wait(stop, delay(why, failures))

    async def _once(self, stop: asyncio.Event) -> None:
        offset = None if self._is_quiet() else self._offset
        updates = await _unless(stop, self._fetch(offset))
        self.heard_at = self._hall.now()
        if offset is not None:
            waypoints.passed("network told")
        ids = [u["update_id"] for u in updates or () if isinstance(u, dict) and _is_id(u.get("update_id"))]
        if not updates or not ids:
            return
        await self._reception.receive(updates, max(ids) + 1)
        self._offset, self._last_at = max(ids) + 1, self.heard_at

    def _is_quiet(self) -> bool:
        return self._last_at is not None and self._hall.now() - self._last_at > QUIET


def delay(why: Exception, failures: int) -> float:
    """How long to wait after so many failures in a row: what Telegram asked for, or 1, 2, 4 … 60 s."""
    asked = why.retry_after if isinstance(why, DeliveryFailed) else 0.0
    grown = min(2.0 ** min(failures - 1, 10), LONGEST_WAIT)
    return max(asked, grown * (0.5 + secrets.randbelow(500) / 1000))


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


async def _unless(stop: asyncio.Event, call: Awaitable[Sequence[object]]) -> Sequence[object] | None:
    """Await a call that may be abandoned: what it would have brought is still Telegram's."""
    calling = asyncio.ensure_future(call)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((calling, stopping), return_when=asyncio.FIRST_COMPLETED)
        return calling.result() if calling.done() else None
    finally:
        for task in (calling, stopping):
            task.cancel()
        await asyncio.gather(calling, stopping, return_exceptions=True)


async def wait(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until told to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
